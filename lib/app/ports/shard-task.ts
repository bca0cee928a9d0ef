// What a tick hands on, as plain data: one shard's part of it, and a shard that is to learn.

import type { Request } from '../../domain/decision/request.ts';
import type { OpenBreaker } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import type { NamespaceLimits } from '../../domain/guardrails/cluster/quota.ts';
import type { VerticalFacts } from '../../domain/vertical/container-resources.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { LevelsAbove } from '../../domain/workload/stated.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { PolicyRecord } from './policy-store.ts';
import type { ShardLeft } from './progress-store.ts';
import type { ScheduleRecord } from './schedule-store.ts';
import type { Shard } from './series-store.ts';

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

export type Entries<T> = readonly (readonly [string, T])[];

/** Everything that a shard's evaluation needs of what the tick observed, wherever it happens. */
export interface ShardTask {
  readonly header: TickHeader;
  readonly shard: Shard;
  readonly observations: readonly Observation[];
  readonly vertical: Entries<VerticalFacts>;
  readonly policies: Entries<PolicyRecord>;
  /** Of its namespaces. */
  readonly above: LevelsAbove;
  readonly schedules: Entries<readonly ScheduleRecord[]>;
  readonly asked: readonly Request[];
  /** By namespace; null where they are read when something is to grow. */
  readonly limits: Entries<NamespaceLimits> | null;
  /** What it left when it was evaluated last. */
  readonly left: ShardLeft | null;
  /** How many of its pods may be resized. */
  readonly resizes: number;
}

/** What a shard's learning needs of it. */
export interface LearnTask {
  readonly cluster: string;
  /** When the tick observed what is in it. */
  readonly at: EpochMs;
  readonly shard: Shard;
  readonly observations: readonly Observation[];
  readonly policies: readonly (readonly [string, PolicyRecord])[];
  readonly above: LevelsAbove;
}
