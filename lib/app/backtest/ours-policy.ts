// Our own autoscaler in a backtest: the tick's own fit and step, between a simulated cluster and a memory.

import type { AdviceResult } from '../../domain/advice/advice.ts';
import type { Assessment } from '../../domain/assessment/assessment.ts';
import type { Decision, DecisionRecord } from '../../domain/decision/decision.ts';
import { look } from '../../domain/decision/look.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import { remembered, settled } from '../../domain/decision/remember.ts';
import { type Considered, conclude, consider } from '../../domain/decision/step.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { whyNotAsk } from '../../domain/decision/worth-asking.ts';
import { fitWorkload, isFitDue } from '../../domain/learning/fit-workload.ts';
import type { Fitted } from '../../domain/learning/fitted.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { DEFAULT_POLICY, type Policy, type SignalPolicy } from '../../domain/workload/policy.ts';
import { startupOf } from '../../domain/workload/startup-time.ts';
import { notAsked } from '../advise/rejections.ts';
import { whyNot } from '../apply/apply-decision.ts';
import { RECENT_MS } from '../tick/decide-shard.ts';
import { HISTORY_MS } from '../tick/refit.ts';
import { type BacktestPolicy, type BacktestView, lookOf, type PolicySettings, phaseOf } from './policy.ts';
import { Samples } from './samples.ts';

/** The only workload of its shard. */
const SHARD = 0;
const WORKLOAD = { cluster: 'backtest', namespace: 'default', name: 'trace' } as const;

/** Ours in two halves: yields each assessment that wants advice, takes the answer, and tells what was decided. */
export interface AdvisedPolicy extends Omit<BacktestPolicy, 'decide'> {
  readonly consider: (view: BacktestView) => Generator<Assessment, DecisionRecord, AdviceResult | null>;
  /** The replicas to have after a look between two ticks. */
  readonly look: (view: BacktestView) => number;
}

/**
 * @param advise asks an advisor about an assessment; unless given, the LLM is off and the proposals decide
 */
export function oursPolicy(
  name: string,
  settings: PolicySettings,
  advise: ((assessment: Assessment) => AdviceResult | null) | null = null,
): BacktestPolicy {
  const ours = advisedPolicy(name, settings, advise !== null);
  return {
    name,
    everySeconds: ours.everySeconds,
    phaseSeconds: ours.phaseSeconds ?? 0,
    lookSeconds: ours.lookSeconds ?? 0,
    get source() {
      return ours.source;
    },
    get reason() {
      return ours.reason ?? '';
    },
    get promisedPct() {
      return ours.promisedPct ?? null;
    },
    decide(view) {
      if (view.occasion === 'look') return ours.look(view);
      const considering = ours.consider(view);
      let next = considering.next();
      while (!next.done) next = considering.next(advise?.(next.value) ?? null);
      return replicasAfter(next.value);
    },
  };
}

/** @param advised whether the policy has the LLM on; unless so, nothing is ever yielded */
export function advisedPolicy(name: string, settings: PolicySettings, advised = true): AdvisedPolicy {
  const { capacity, sloPercent, tickSeconds } = settings;
  const policy = policyOf(settings, advised);
  const samples = new Samples();
  let fitted: Fitted | undefined;
  let memory: WorkloadMemory | undefined;
  let source = 'none';
  let reason = '';
  return {
    name,
    everySeconds: tickSeconds,
    phaseSeconds: phaseOf(settings, tickSeconds),
    lookSeconds: lookOf(settings),
    get source() {
      return source;
    },
    get reason() {
      return reason;
    },
    get promisedPct() {
      return fitted?.sizing?.policy.expected.violationPercent ?? null;
    },
    *consider(view) {
      const { now } = view;
      const isDue = isFitDue(SHARD, fitted === undefined ? [] : [fitted], 1, now);
      const observation = observe(view, settings, isDue);
      samples.append(now, observation.signals.cpu?.demand ?? Number.NaN, observation.replicas.ready);
      if (isDue)
        fitted = fitWorkload({
          history: samples.history(now - HISTORY_MS, now),
          previous: fitted,
          now,
          coresPerReplica: capacity,
          startupSeconds: observation.startupSeconds,
          sloPercent,
          tickSeconds,
          lookSeconds: lookOf(settings),
          cooldownDownSeconds: policy.cooldownDownSeconds,
          restartSeconds: policy.restartSeconds,
          timeZone: policy.timeZone,
        });
      const recent = samples.since(now - RECENT_MS);
      const considered = consider(memory, { policy, observation, recent, fitted, windows: [], killSwitch: null });
      const { assessment } = considered;
      const asked = advised ? (pointless(considered) ?? (yield assessment)) : null;
      const concluded = conclude(memory, considered, asked);
      const { decision, advice } = concluded;
      const outcome = whyNot(decision, policy, observation, 'schedule') ?? applied(decision);
      const record: DecisionRecord = { decision, outcome, assessment, advice, requestedBy: null };
      memory = settled(concluded.memory, record, false);
      source = decision.source;
      reason = decision.reason;
      return record;
    },
    look(view) {
      if (memory === undefined) return view.replicas;
      const observation = withoutOthers(memory.observation, observe(view, settings, false));
      const recent = samples.since(view.now - RECENT_MS);
      const rise = look(memory, { policy, observation, recent, fitted, windows: [], killSwitch: null });
      if (rise === null || whyNot(rise.decision, policy, observation, 'schedule') !== null) return view.replicas;
      const record: DecisionRecord = { ...rise, outcome: applied(rise.decision), requestedBy: null };
      memory = remembered(memory, record, memory.lastScaledAt, false);
      source = `look/${rise.decision.source}`;
      reason = rise.decision.reason;
      return rise.decision.target;
    },
  };
}

/** A look reads what pods use; levels are those of the last tick. */
function withoutOthers({ levels }: Observation, observation: Observation): Observation {
  return levels === undefined ? observation : { ...observation, levels };
}

/** As in a tick: where no advice could matter, nobody is asked. */
function pointless(considered: Considered): AdviceResult | null {
  const why = whyNotAsk({ ...considered, hold: null, purpose: 'writing' });
  return why === null ? null : notAsked(considered.assessment, why);
}

/** What a decision leaves the workload with. */
export function replicasAfter({ decision, outcome }: DecisionRecord): number {
  return outcome.kind === 'applied' ? decision.target : decision.current;
}

/** The defaults, but for what the command line gives. */
function policyOf(settings: PolicySettings, advised: boolean): Policy {
  const { min, max, sloPercent, tickSeconds, timeZone, levels, isDemandUnknown } = settings;
  const { restartSeconds = DEFAULT_POLICY.restartSeconds } = settings;
  const llm = advised ? 'on' : 'off';
  const policy: Policy = {
    ...DEFAULT_POLICY,
    enabled: true,
    mode: 'scale',
    min,
    max,
    sloPercent,
    tickSeconds,
    llm,
    restartSeconds,
  };
  return {
    ...policy,
    ...(timeZone !== undefined && { timeZone }),
    ...(levels !== undefined && { signals: Object.fromEntries(Object.keys(levels).map((name) => [name, LEVEL])) }),
    ...(isDemandUnknown === true && { resources: { cpu: { missing: 'ignore', direction: 'both' } } }),
  };
}

/** As `ai4k8s.io/signal.NAME: ""` says it. */
const LEVEL: SignalPolicy = { kind: 'level', target: null, direction: 'both', missing: 'hold' };

/**
 * The cluster as a tick would read it: cpu in the unit of the trace, no memory request, nobody else at work.
 * @param looksAtPods whether start-up is measured: pods are made on demand, and only fitting asks
 */
function observe(view: BacktestView, settings: PolicySettings, looksAtPods: boolean): Observation {
  const { capacity, levels, isDemandUnknown } = settings;
  const { now, seconds, replicas, ready, reading } = view;
  const cpu =
    reading === null || isDemandUnknown === true
      ? undefined
      : { demand: reading.demand, at: now - 1000 * (seconds - reading.at), coverage: 1, atLimit: reading.saturated };
  return {
    workload: WORKLOAD,
    at: now,
    resourceVersion: '',
    replicas: { spec: replicas, ready, running: replicas, total: replicas },
    capacity: { cpu: capacity },
    startupSeconds: looksAtPods ? startupSeen(view) : null,
    signals: cpu === undefined ? {} : { cpu },
    rollout: 'settled',
    hpa: null,
    owner: { kind: 'none' },
    annotations: {},
    ...(levels !== undefined && { levels: view.levels ?? {}, definitions: levels }),
  };
}

/** As the Kubernetes adapter reads it, pod by pod. The age of the pods of the start is made up; how long they took is not. */
function startupSeen(view: BacktestView): number | null {
  const ready = view.pods().filter((group) => group.ready);
  const perPod = ready.flatMap((group) => Array<number>(group.count).fill(group.readyChangedAt - group.startedAt));
  return startupOf(perPod);
}

function applied({ current, target }: Decision): Outcome {
  return { kind: 'applied', code: 'scaled', message: `scaled ${current} → ${target} replicas` };
}
