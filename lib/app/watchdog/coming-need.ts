// Which workloads the coming hour finds with too few replicas, by what the table knows of their last seven days.

import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { highestRestrained } from '../../domain/guardrails/checks/restraint.ts';
import { whyNotRaised } from '../../domain/guardrails/scaled-directly.ts';
import type { Fitted } from '../../domain/learning/fitted.ts';
import { activeSchedule } from '../../domain/schedule/active.ts';
import type { ScheduleWindow } from '../../domain/schedule/window.ts';
import { targetsOf } from '../../domain/sizing/capacity.ts';
import { type ComingNeed, comingHours, type Hour, highestNeed, raisedTo } from '../../domain/sizing/coming-hour.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { perReplicaOf } from '../../domain/workload/loads.ts';
import { localTime } from '../../domain/workload/local-time.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { Policy } from '../../domain/workload/policy.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import { EMPTY_SERIES, type Series } from '../../domain/workload/series.ts';
import { statedIn } from '../../domain/workload/stated.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Policies } from '../ports/policy-store.ts';
import type { ScheduleRecord } from '../ports/schedule-store.ts';
import type { SeriesStore, Shard } from '../ports/series-store.ts';

export interface Known {
  readonly cluster: string;
  readonly now: EpochMs;
  readonly tickSeconds: number;
  readonly observations: ReadonlyMap<string, Observation>;
  readonly policies: Policies;
  readonly schedules: ReadonlyMap<string, readonly ScheduleRecord[]>;
}

/** A workload that is to grow, and why. */
export interface Wish {
  readonly key: string;
  readonly observation: Observation;
  readonly policy: Policy;
  readonly windows: readonly ScheduleWindow[];
  readonly fitted: Fitted | undefined;
  readonly need: ComingNeed;
  /** A person's ceiling: his maximum, or that of a window that is active. */
  readonly ceiling: { readonly replicas: number; readonly by: 'max' | 'schedule' };
  readonly target: number;
}

/**
 * Those of a shard that are scaled directly and would be short. Reads seven hours of history, where there is any such; in a week
 * in which clocks changed, as many more as its workloads' zones differ by.
 */
export async function wishesOf(
  series: Pick<SeriesStore, 'read' | 'readFitted' | 'readLatest'>,
  shard: Shard,
  known: Known,
): Promise<readonly Wish[]> {
  const { cluster, now } = known;
  const candidates = candidatesOf(shard, known, await series.readLatest(cluster, shard));
  if (candidates.length === 0) return [];
  const hoursOf = ({ policy }: Candidate) => comingHours(now, localTime(policy.timeZone));
  // The same hours but in the week after clocks have changed: each is read once.
  const hours = new Map(candidates.flatMap(hoursOf).map((hour) => [hour.from, hour]));
  const read = async ({ from, to }: Hour) => [from, await series.read(cluster, shard, from, to)] as const;
  const [fitted, ...past] = await Promise.all([series.readFitted(cluster, shard), ...[...hours.values()].map(read)]);
  const pastAt = new Map(past);
  return candidates.flatMap((candidate) => {
    const { key } = candidate;
    const own = hoursOf(candidate).map(({ from }) => pastAt.get(from)?.get(key) ?? EMPTY_SERIES);
    return wishOf(candidate, known, fitted.get(key), own) ?? [];
  });
}

interface Candidate {
  readonly key: string;
  readonly observation: Observation;
  readonly policy: Policy;
}

function candidatesOf(
  { workloads }: Shard,
  { observations, policies, tickSeconds }: Known,
  latest: ReadonlyMap<string, WorkloadMemory>,
): readonly Candidate[] {
  return workloads.flatMap((ref) => {
    const key = workloadKey(ref);
    const observation = observations.get(key);
    if (observation === undefined) return [];
    const policy = policyOf(observation, statedIn(policies, observation.workload), tickSeconds, latest.get(key));
    return whyNotRaised(policy, observation) === null ? [{ key, observation, policy }] : [];
  });
}

function wishOf(candidate: Candidate, known: Known, fitted: Fitted | undefined, past: readonly Series[]): Wish | null {
  const { key, observation, policy } = candidate;
  const windows = known.schedules.get(key)?.map(({ window }) => window) ?? [];
  const scheduled = activeSchedule(windows, known.now, policy)?.ceiling ?? Number.POSITIVE_INFINITY;
  const ceiling =
    scheduled < policy.max
      ? ({ replicas: scheduled, by: 'schedule' } as const)
      : ({ replicas: policy.max, by: 'max' } as const);
  const { replicas } = observation;
  const memoryBaseBytes = fitted?.memoryBaseBytes ?? 0;
  const capacity = perReplicaOf(observation, policy);
  const need = highestNeed(past, { capacity, targetPercent: targetsOf(policy), memoryBaseBytes });
  const most = Math.min(ceiling.replicas, Math.max(replicas.spec, highestRestrained(policy, replicas.spec)));
  const target = raisedTo(replicas.spec, need, most);
  return need === null || target === replicas.spec ? null : { ...candidate, windows, fitted, need, ceiling, target };
}
