// One workload on request: the same step as a tick's, on a given observation, changing nothing.

import type { Decision, DecisionRecord } from '../domain/decision/decision.ts';
import { lastCallOf } from '../domain/decision/last-call.ts';
import type { Outcome } from '../domain/decision/outcome.ts';
import { type Considered, conclude, consider } from '../domain/decision/step.ts';
import type { WorkloadMemory } from '../domain/decision/workload-memory.ts';
import { whyNotAsk } from '../domain/decision/worth-asking.ts';
import type { Fitted } from '../domain/learning/fitted.ts';
import { type WorkloadRef, workloadKey } from '../domain/workload/identity.ts';
import type { Observation } from '../domain/workload/observation.ts';
import { policyWithOrigins } from '../domain/workload/policy-from-annotations.ts';
import type { Origins } from '../domain/workload/policy-levels.ts';
import { EMPTY_SERIES } from '../domain/workload/series.ts';
import type { EpochMs } from '../domain/workload/time.ts';
import type { Advisor } from './advise/advisor.ts';
import { noteAdvice } from './advise/note-advice.ts';
import { whyNot } from './apply/apply-decision.ts';
import { seriesOf } from './one-series.ts';
import type { AdviceRowStore } from './ports/advice-row-store.ts';
import type { PolicyStore } from './ports/policy-store.ts';
import type { ScheduleStore } from './ports/schedule-store.ts';
import type { SeriesReader, Shard } from './ports/series-store.ts';
import { type DecideSettings, RECENT_MS } from './tick/decide-shard.ts';

export interface RecommendPorts {
  readonly series: SeriesReader;
  readonly policies: PolicyStore;
  readonly schedules: ScheduleStore;
  readonly advisor: Advisor;
  readonly adviceRows: AdviceRowStore;
}

/** What the table knows of one workload. */
export interface Stored {
  readonly shard: Shard;
  readonly latest: WorkloadMemory;
}

/** The last stored state of a workload, or null where no tick has seen it. */
export async function findStored(series: SeriesReader, ref: WorkloadRef): Promise<Stored | null> {
  const shard = await series.locate(ref);
  if (shard === null) return null;
  const latest = (await series.readLatest(ref.cluster, shard)).get(workloadKey(ref));
  return latest === undefined ? null : { shard, latest };
}

/** A recommendation, and which level gave which value of its policy. */
export interface Recommended {
  readonly record: DecisionRecord;
  readonly from: Origins;
}

/** As `recommended`, without where the policy's values are from. */
export async function recommend(...given: Parameters<typeof recommended>): Promise<DecisionRecord> {
  return (await recommended(...given)).record;
}

/**
 * Recommends for one workload from a given observation.
 * @param observation the last stored one for reads, a fresh one where a command is about to act
 */
export async function recommended(
  ports: RecommendPorts,
  settings: DecideSettings,
  stored: Stored | null,
  observation: Observation,
): Promise<Recommended> {
  const previous = stored?.latest;
  const { considered: known, from } = await considered(ports, settings, stored, observation);
  const { assessment } = known;
  const { policy } = assessment;
  // Whoever asks here wants to see what every source would do, whether or not it may be done now.
  const pointless = () => whyNotAsk({ ...known, hold: null, purpose: 'showing' });
  const asked = await ports.advisor.advise(assessment, { whyNot: pointless, last: lastCallOf(previous) });
  const { decision, advice } = conclude(previous, known, asked);
  await noteAdvice(ports.adviceRows, { decision, assessment, advice });
  const outcome = whyNot(decision, policy, observation, 'schedule') ?? expected(previous?.record, decision);
  return { record: { decision, outcome, assessment, advice, requestedBy: null }, from };
}

/** A workload before anyone is asked, from what the table has of it. */
export async function considered(
  ports: Omit<RecommendPorts, 'advisor' | 'adviceRows'>,
  settings: DecideSettings,
  stored: Stored | null,
  observation: Observation,
): Promise<{ readonly considered: Considered; readonly from: Origins }> {
  const ref = observation.workload;
  const now = observation.at;
  const [stated, schedules, { recent, fitted }] = await Promise.all([
    ports.policies.stated(ref),
    ports.schedules.listOf(ref),
    historyOf(ports.series, ref, stored, now),
  ]);
  const previous = stored?.latest;
  const { policy, from } = policyWithOrigins(observation, stated, settings.tickSeconds, previous);
  const known = consider(previous, {
    policy,
    observation,
    recent,
    fitted,
    windows: schedules.map(({ window }) => window),
    killSwitch: settings.killSwitch,
    demotes: settings.demotesOnHarm === true,
  });
  return { considered: known, from };
}

/** The same for who only wants to look: no LLM is asked. */
export function unasked<P extends RecommendPorts>(ports: P): P {
  return { ...ports, advisor: { advise: () => Promise.resolve(null) } };
}

/** What the next tick will make of it: the same as the last one, as far as anybody knows who does not look at the cluster. */
function expected(last: WorkloadMemory['record'] | undefined, decision: Decision): Outcome {
  const stands =
    last?.outcome.kind === 'refused' || last?.outcome.kind === 'failed' || last?.outcome.kind === 'conflict';
  const message =
    stands && last.decision.action === decision.action
      ? `the last tick did not carry this out: ${last.outcome.message}; the next one tries again`
      : 'the next tick carries this out';
  return { kind: 'recommended', code: 'next_tick', message };
}

async function historyOf(series: SeriesReader, ref: WorkloadRef, stored: Stored | null, now: EpochMs) {
  if (stored === null) return { recent: EMPTY_SERIES, fitted: undefined as Fitted | undefined };
  const [recent, fitted] = await Promise.all([
    seriesOf(series, ref, stored.shard, now - RECENT_MS, now),
    series.readFitted(ref.cluster, stored.shard),
  ]);
  return { recent, fitted: fitted.get(workloadKey(ref)) };
}
