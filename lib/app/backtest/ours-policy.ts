// Our own autoscaler in a backtest: the very assess, decide and learn of the tick, between a simulated cluster and a memory.
import type { Learned } from '../../domain/learned.ts';
import type {
  AdviceResult,
  Assessment,
  Decision,
  DecisionRecord,
  Observation,
  Outcome,
  Policy,
} from '../../domain/model.ts';
import { DEFAULT_POLICY } from '../../domain/policy.ts';
import { whyNot } from '../act.ts';
import { assess } from '../assess.ts';
import { decide } from '../decide.ts';
import { RECENT_MS } from '../evaluate.ts';
import { isLearningDue, learn } from '../learn.ts';
import type { LatestEntry } from '../ports.ts';
import { lastScaledAt, latestEntry, pastWithEffects, wantedLately } from '../remember.ts';
import type { BacktestPolicy, BacktestView, PolicySettings } from './policy.ts';
import { Samples } from './samples.ts';

/** As a tick reads for learning. */
const HISTORY_MS = 14 * 86_400_000;
/** The only workload of its shard. */
const SHARD = 0;
const WORKLOAD = { cluster: 'backtest', namespace: 'default', name: 'trace' } as const;

/**
 * @param advise asks an advisor about an assessment; unless given, the LLM is off and the proposals decide
 */
export function oursPolicy(
  name: string,
  settings: PolicySettings,
  advise: ((assessment: Assessment) => AdviceResult | null) | null = null,
): BacktestPolicy {
  const { capacity, sloPercent, tickSeconds } = settings;
  const policy = policyOf(settings, advise !== null);
  const samples = new Samples();
  let learned: Learned | undefined;
  let previous: LatestEntry | undefined;
  let source = 'none';
  return {
    name,
    everySeconds: tickSeconds,
    get source() {
      return source;
    },
    decide(view) {
      const { now } = view;
      const observation = observe(view, capacity);
      const current = observation.replicas.spec;
      samples.append(now, observation.signals.cpu?.demand ?? Number.NaN, observation.replicas.ready);
      if (isLearningDue(SHARD, learned === undefined ? [] : [learned], 1, now))
        learned = learn({
          history: samples.history(now - HISTORY_MS, now),
          previous: learned,
          now,
          coresPerReplica: capacity,
          sloPercent,
          tickSeconds,
        });
      const recent = samples.since(now - RECENT_MS);
      const draft = assess({ now, policy, observation, recent, learned, past: previous?.past ?? [] });
      const assessment = { ...draft, past: pastWithEffects(draft.past, draft.utilisation, now) };
      const scaledAt = lastScaledAt(previous, current, now);
      const wanted = wantedLately(previous, current, now);
      const advice = advise?.(assessment) ?? null;
      const decision = decide(assessment, advice, { wanted, lastScaledAt: scaledAt, killSwitch: null });
      const outcome = whyNot(decision, policy, observation, 'schedule') ?? applied(decision);
      const record: DecisionRecord = { decision, outcome, assessment, advice, requestedBy: null };
      previous = latestEntry(previous, record, scaledAt, false);
      source = decision.source;
      return outcome.kind === 'applied' ? decision.target : current;
    },
  };
}

/** The defaults, but for what the command line gives. */
function policyOf({ min, max, sloPercent, tickSeconds }: PolicySettings, advised: boolean): Policy {
  const llm = advised ? 'on' : 'off';
  return { ...DEFAULT_POLICY, enabled: true, mode: 'scale', min, max, sloPercent, tickSeconds, llm };
}

/** The cluster as a tick would read it: cpu in the unit of the trace, no memory request, nobody else at work. */
function observe({ now, seconds, replicas, ready, reading }: BacktestView, capacity: number): Observation {
  const cpu =
    reading === null
      ? undefined
      : { demand: reading.demand, at: now - 1000 * (seconds - reading.at), coverage: 1, atLimit: reading.saturated };
  return {
    workload: WORKLOAD,
    at: now,
    resourceVersion: '',
    replicas: { spec: replicas, ready, running: replicas, total: replicas },
    capacity: { cpu: capacity },
    signals: cpu === undefined ? {} : { cpu },
    rollout: 'settled',
    hpa: null,
    owner: { kind: 'none' },
    annotations: {},
  };
}

function applied({ current, target }: Decision): Outcome {
  return { kind: 'applied', message: `scaled ${current} → ${target} replicas` };
}
