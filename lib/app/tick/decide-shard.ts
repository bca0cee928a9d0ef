// The first half of a shard's tick: each of its workloads is considered, advised on and concluded; nothing is written to the cluster.

import pLimit, { type LimitFunction } from 'p-limit';
import { LOOKBACK_MS } from '../../domain/assessment/assess.ts';
import { doubtOf } from '../../domain/assessment/doubt.ts';
import type { Prices } from '../../domain/cost/prices.ts';
import { baselineProposal } from '../../domain/decision/decide.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { lastCallOf } from '../../domain/decision/last-call.ts';
import { type Considered, conclude, consider } from '../../domain/decision/step.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { whyNotAsk } from '../../domain/decision/worth-asking.ts';
import type { OpenBreaker } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import { isFitDue } from '../../domain/learning/fit-workload.ts';
import type { Fitted } from '../../domain/learning/fitted.ts';
import { withinSchedule } from '../../domain/schedule/active.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import { EMPTY_SERIES, type Series } from '../../domain/workload/series.ts';
import { statedIn } from '../../domain/workload/stated.ts';
import { type Advisor, inRound } from '../advise/advisor.ts';
import { noteAdvice } from '../advise/note-advice.ts';
import type { ApplyPorts } from '../apply/apply-decision.ts';
import type { ResizeInput } from '../apply/resize-shard.ts';
import type { ObservePorts } from '../observe/observe.ts';
import type { AdviceRowStore } from '../ports/advice-row-store.ts';
import type { KubernetesEvent } from '../ports/cluster.ts';
import type { DecisionStore } from '../ports/decision-store.ts';
import type { ScheduleRecord } from '../ports/schedule-store.ts';
import type { SeriesStore } from '../ports/series-store.ts';
import type { Log } from '../ports/world.ts';
import { type CatchUpInput, type CatchUpPorts, catchUp } from './recover-interrupted-ticks.ts';
import { type FitPace, type RefitInput, refit } from './refit.ts';
import { refuseUnusable } from './refuse-unusable.ts';

export interface DecidePorts extends ObservePorts, ApplyPorts {
  readonly series: SeriesStore;
  readonly decisions: DecisionStore;
  readonly advisor: Advisor;
  readonly adviceRows: AdviceRowStore;
  readonly log: Log;
}

export interface DecideSettings extends FitPace {
  /** Why nothing may be changed anywhere, or null. */
  readonly killSwitch: string | null;
  /** What a replica is taken to cost, where it is shown. Absent: Fargate's list price. */
  readonly prices?: Prices;
  /** Whether harm that a workload's own scale-ins did costs it its rung. Absent: it does not. */
  readonly demotesOnHarm?: boolean;
  /** This process is there to show what it would do: the LLM is asked although nothing may be written. */
  readonly showsOnly?: boolean;
}

export interface ShardInput extends RefitInput, CatchUpInput {
  readonly schedules: ReadonlyMap<string, readonly ScheduleRecord[]>;
  /** The cluster's circuit breaker, where it is open. */
  readonly hold: OpenBreaker | null;
  /** Says yes as often as pods of the cluster may be resized in this tick. */
  readonly mayResize: () => boolean;
}

/** What forecasting and sizing look back on; the rest is in what was fitted. */
export const RECENT_MS = LOOKBACK_MS + 60_000;
const ADVICE_AT_ONCE = 4;

/** A workload on its way through the pass. */
interface Candidate {
  readonly key: string;
  readonly previous: WorkloadMemory | undefined;
  readonly considered: Considered;
}

/** A shard decided, and nothing of it applied yet. */
export interface ShardDraft {
  readonly input: ShardInput;
  /** For the pods of its workloads whose requests follow a level. */
  readonly resizing: ResizeInput;
  readonly candidates: readonly Candidate[];
  /** One per candidate, in their order. */
  readonly drafts: readonly Draft[];
  /** Workloads that could not be assessed, and why: left alone, and what is known of them is kept. */
  readonly failed: ReadonlyMap<string, string>;
  /** As stored, and with what a tick that died half-way is known to have done. */
  readonly latest: ReadonlyMap<string, WorkloadMemory>;
  /** Changes of ticks that died or could not tell, which the journal must keep until LATEST holds them. */
  readonly carried: readonly DecisionRecord[];
  /** Its last fit is long enough ago, whether or not this tick had time for another. */
  readonly isFitDue: boolean;
  /** What such ticks were found not to have done: only told. */
  readonly undone: readonly DecisionRecord[];
  /** Of changes that people asked for and nobody has told yet. */
  readonly notices: readonly KubernetesEvent[];
}

/** A decision before anything became of it, and what it leaves to the next tick. */
export interface Draft extends Omit<DecisionRecord, 'outcome'> {
  readonly memory: WorkloadMemory;
}

export async function decideShard(
  ports: DecidePorts & CatchUpPorts,
  settings: DecideSettings,
  input: ShardInput,
): Promise<ShardDraft> {
  const { cluster, shard, now } = input;
  const [recent, known, stored] = await Promise.all([
    ports.series.read(cluster, shard, now - RECENT_MS, now),
    ports.series.readFitted(cluster, shard),
    ports.series.readLatest(cluster, shard),
  ]);
  const { latest, records, notices } = await catchUp(ports, input, stored);
  const fitted = await refit(ports, settings, input, known);
  const { assessed, failed } = assessAll(settings, input, { recent, fitted, latest });
  for (const [workload, message] of failed) ports.log.error('workload not assessed', { cluster, workload, message });
  const candidates = mostUrgentFirst(assessed);
  const drafts = await decideAll(ports, settings, input.hold, candidates);
  const { applied: carried = [], other: undone = [] } = Object.groupBy(records, ({ outcome }) =>
    outcome.kind === 'applied' ? 'applied' : 'other',
  );
  const { hold, mayResize, observed } = input;
  const facts = observed.vertical ?? new Map();
  const resizing = { now, killSwitch: settings.killSwitch, hold, facts, before: latest, mayResize };
  const due = isFitDue(shard.id, [...fitted.values()], shard.workloads.length, now);
  const ends = { carried, undone, notices };
  return { input, resizing, candidates, drafts, failed, latest, ...ends, isFitDue: due };
}

interface Known {
  readonly recent: ReadonlyMap<string, Series>;
  readonly fitted: ReadonlyMap<string, Fitted>;
  readonly latest: ReadonlyMap<string, WorkloadMemory>;
}

/** What is wrong with one workload must not keep the others from being scaled. */
function assessAll(settings: DecideSettings, input: ShardInput, known: Known) {
  const assessed: Candidate[] = [];
  const failed = new Map<string, string>();
  for (const ref of input.shard.workloads) {
    const key = workloadKey(ref);
    const observation = input.observed.observations.get(key);
    if (observation === undefined) continue;
    try {
      assessed.push(candidateOf(settings, input, known, observation));
    } catch (error) {
      failed.set(key, error instanceof Error ? error.message : String(error));
    }
  }
  return { assessed, failed };
}

function candidateOf(
  settings: DecideSettings,
  { policies, schedules }: ShardInput,
  { recent, fitted, latest }: Known,
  observation: Observation,
): Candidate {
  const key = workloadKey(observation.workload);
  refuseUnusable(observation);
  const previous = latest.get(key);
  const policy = policyOf(observation, statedIn(policies, observation.workload), settings.tickSeconds, previous);
  const considered = consider(previous, {
    policy,
    observation,
    recent: recent.get(key) ?? EMPTY_SERIES,
    fitted: fitted.get(key),
    windows: schedules.get(key)?.map(({ window }) => window) ?? [],
    killSwitch: settings.killSwitch,
    demotes: settings.demotesOnHarm === true,
  });
  return { key, previous, considered };
}

/** Those that lack the most replicas: where the time runs short, they are served. */
function mostUrgentFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  const lack = ({ considered: { assessment } }: Candidate) =>
    withinSchedule(assessment.schedule, baselineProposal(assessment).replicas) - assessment.observation.replicas.spec;
  return candidates.toSorted((a, b) => lack(b) - lack(a));
}

/**
 * Those of which evidence says least: where the LLM's quota or its budget runs short, they are asked about. Of two alike, the
 * one that has waited longer for its call.
 */
function mostDoubtfulFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  const askedAt = ({ previous }: Candidate) => lastCallOf(previous)?.nextCallAt ?? 0;
  return candidates.toSorted(
    (a, b) => doubtOf(b.considered.assessment) - doubtOf(a.considered.assessment) || askedAt(a) - askedAt(b),
  );
}

/** @returns in the order of the candidates, whoever of them was asked about first */
async function decideAll(
  ports: DecidePorts,
  settings: DecideSettings,
  hold: OpenBreaker | null,
  candidates: readonly Candidate[],
): Promise<readonly Draft[]> {
  const asking = pLimit(ADVICE_AT_ONCE);
  const drafts = new Map<Candidate, Draft>();
  await inRound(ports.advisor, () =>
    Promise.all(
      mostDoubtfulFirst(candidates).map(async (candidate) => {
        drafts.set(candidate, await decideOne(ports, settings, hold, candidate, asking));
      }),
    ),
  );
  return candidates.flatMap((candidate) => drafts.get(candidate) ?? []);
}

async function decideOne(
  ports: DecidePorts,
  settings: DecideSettings,
  hold: OpenBreaker | null,
  { considered, previous }: Candidate,
  asking: LimitFunction,
): Promise<Draft> {
  const { assessment } = considered;
  const { policy } = assessment;
  const purpose = settings.showsOnly ? 'showing' : 'writing';
  const whyNot = () => whyNotAsk({ ...considered, hold, purpose });
  const asks = policy.enabled && policy.llm !== 'off';
  // LATEST, which this tick writes anyway, keeps what comes of it.
  const options = { whyNot, last: lastCallOf(previous), keeps: true };
  const asked = asks ? await asking(() => ports.advisor.advise(assessment, options)) : null;
  const { decision, advice, memory } = conclude(previous, considered, asked);
  await noteAdvice(ports.adviceRows, { decision, assessment, advice });
  const { veto } = decision;
  if (veto !== undefined && advice?.kind === 'advice' && !advice.cached)
    ports.log.info('LLM advice vetoed', { workload: workloadKey(decision.workload), message: veto.message });
  return { decision, assessment, advice, requestedBy: null, memory };
}
