// One shard's part of a tick, as plain data: everything that its evaluation needs of what the tick observed, wherever it happens.

import type { Request } from '../../domain/decision/request.ts';
import type { OpenBreaker } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import type { NamespaceLimits } from '../../domain/guardrails/cluster/quota.ts';
import type { VerticalFacts } from '../../domain/vertical/container-resources.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { PolicyRecord } from '../ports/policy-store.ts';
import type { ShardLeft } from '../ports/progress-store.ts';
import type { ScheduleRecord } from '../ports/schedule-store.ts';
import type { Shard } from '../ports/series-store.ts';
import type { Survey } from './survey.ts';

/** What all shards of a tick have in common. `…Until`: real time, also where others simulate. */
export interface TickHeader {
  readonly cluster: string;
  /** The `now` of everything that is decided. */
  readonly scheduledAt: EpochMs;
  /** What was done before is in what was observed. */
  readonly seenFrom: EpochMs;
  /** No write of this tick begins later. */
  readonly writesUntil: EpochMs;
  readonly resizesUntil: EpochMs;
  /** Until then those that are short of capacity are first at the blast radius. */
  readonly earlyUntil: EpochMs;
  /** Why nothing may be changed anywhere, or null. */
  readonly killSwitch: string | null;
  /** The cluster's circuit breaker, where it is open. */
  readonly hold: OpenBreaker | null;
  /** A tick before this one died half-way: journals are to be read. */
  readonly unfinished: boolean;
  /** Replicas asked for in the whole cluster: the blast radius is a share of them. */
  readonly clusterReplicas: number;
  /** How many shards the tick has. */
  readonly shards: number;
  /** How many shards may learn where they are evaluated, in each batch. */
  readonly learns: number;
  /** Problems and the wait for learning are left in the table as well: nobody hears the answer. */
  readonly isHandedOn: boolean;
}

type Entries<T> = readonly (readonly [string, T])[];

export interface ShardTask {
  readonly header: TickHeader;
  readonly shard: Shard;
  readonly observations: readonly Observation[];
  readonly vertical: Entries<VerticalFacts>;
  readonly policies: Entries<PolicyRecord>;
  readonly schedules: Entries<readonly ScheduleRecord[]>;
  readonly asked: readonly Request[];
  /** By namespace; null where they are read when something is to grow. */
  readonly limits: Entries<NamespaceLimits> | null;
  /** What it left when it was evaluated last. */
  readonly left: ShardLeft | null;
  /** How many of its pods may be resized. */
  readonly resizes: number;
}

/** @param resizes of the whole tick */
export function tasksOf(survey: Survey, header: TickHeader, resizes: number): readonly ShardTask[] {
  const { shards, observed, policies, schedules, asked, left, limits } = survey;
  const shares = resizeShares(survey, header.scheduledAt, resizes);
  return shards.map((shard, i) => {
    const keys = shard.workloads.map(workloadKey);
    const mine = new Set(keys);
    const of = <T>(from: ReadonlyMap<string, T> | undefined): Entries<T> =>
      keys.flatMap((key) => {
        const value = from?.get(key);
        return value === undefined ? [] : [[key, value] as const];
      });
    const namespaces = new Set(shard.workloads.map(({ namespace }) => namespace));
    return {
      header,
      shard,
      observations: of(observed.observations).map(([, observation]) => observation),
      vertical: of(observed.vertical),
      policies: of(policies),
      schedules: of(schedules),
      asked: asked.filter(({ record }) => mine.has(workloadKey(record.decision.workload))),
      limits: limits && [...limits].filter(([namespace]) => namespaces.has(namespace)),
      left: left.get(shard.id) ?? null,
      resizes: shares[i] ?? 0,
    };
  });
}

/** Among the shards that have pods whose requests follow a level, another first with each minute. */
function resizeShares({ shards, observed }: Survey, now: EpochMs, resizes: number): readonly number[] {
  const asking = shards.flatMap((shard, i) =>
    shard.workloads.some((ref) => observed.vertical?.has(workloadKey(ref))) ? [i] : [],
  );
  const shares = shards.map(() => 0);
  const first = Math.floor(now / 60_000);
  for (let turn = 0; turn < resizes && asking.length > 0; turn++) {
    const i = asking[(first + turn) % asking.length] ?? 0;
    shares[i] = (shares[i] ?? 0) + 1;
  }
  return shares;
}
