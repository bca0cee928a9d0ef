// What a tick whose shards are evaluated apart from each other keeps in common, and what each shard leaves to the next tick.

import type { Caps } from '../../domain/guardrails/cluster/blast-purse.ts';
import type { Ask } from '../../domain/guardrails/cluster/blast-radius.ts';
import type { Changed, Readiness } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import type { Promised } from '../../domain/guardrails/cluster/quota-promises.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** What the tick itself knew when it handed its shards on: whoever closes it needs it. */
export interface Opening {
  readonly cluster: string;
  readonly scheduledAt: EpochMs;
  /** Numbers of its shards. */
  readonly shards: readonly number[];
  readonly workloads: number;
  readonly readiness: Readiness;
  readonly problems: readonly string[];
  /** Shards that were sent to learn within the last minutes. */
  readonly learning: readonly { readonly shard: number; readonly at: EpochMs }[];
}

/** How far the shards of a tick are. */
export interface Progress {
  readonly scheduledAt: EpochMs;
  readonly shards: number;
  readonly begun: ReadonlySet<number>;
  readonly done: ReadonlySet<number>;
  /** Reserved of the blast radius. */
  readonly spent: Ask;
  readonly promised: Promised;
  readonly enabled: number;
  readonly applied: number;
  readonly closed: boolean;
}

/** What a shard leaves to the ticks after it. */
export interface ShardLeft {
  /** Its changes of the last minutes. */
  readonly changed: readonly Changed[];
  readonly problems: readonly string[];
  /** Since when it waits to learn; null where it does not. */
  readonly dueSince: EpochMs | null;
  /** A workload of it wants more than it was given. Absent where none does, or where the tick itself hears the answer. */
  readonly wanting?: true;
}

interface Counts {
  readonly enabled: number;
  readonly applied: number;
}

/** Everything is said of one scheduled time: once a later tick has opened, or this one is closed, nothing more is taken. */
export interface ProgressStore {
  /** False where a later tick has opened. */
  open(opening: Opening): Promise<boolean>;
  /** What the tick that opened last knew; null where none ever did. */
  opening(cluster: string): Promise<Opening | null>;
  /** Of the tick that opened last; null where none ever did. */
  progress(cluster: string): Promise<Progress | null>;
  /**
   * Claims shards for whoever evaluates them: each is begun once in a tick.
   * @returns those that are the caller's now, and how far the tick is then; null where it is not this tick's time any more
   */
  begin(
    cluster: string,
    scheduledAt: EpochMs,
    shards: readonly number[],
  ): Promise<{ readonly mine: readonly number[]; readonly progress: Progress } | null>;
  /**
   * Reserves of the blast radius what `share` makes of what is spent, and no more than `caps` leave room for.
   * @returns what was reserved; null where it is not this tick's time any more
   */
  reserve(cluster: string, scheduledAt: EpochMs, share: (spent: Ask) => Reservation): Promise<Ask | null>;
  /**
   * Keeps what `plan` promises of quotas, made from what others have promised: made anew where one of them was faster.
   * @returns the plan that stands; null where it is not this tick's time any more
   * @throws AdapterError where others were faster each time
   */
  promise<T extends { readonly promised: Promised }>(
    cluster: string,
    scheduledAt: EpochMs,
    plan: (promised: Promised) => T,
  ): Promise<T | null>;
  /** Counts shards as done, once each; null where it is not this tick's time any more. */
  settle(cluster: string, scheduledAt: EpochMs, shards: readonly number[], counts: Counts): Promise<Progress | null>;
  /** Nothing more is taken for this tick. True for whoever closes it first. */
  close(cluster: string, scheduledAt: EpochMs): Promise<boolean>;
  leave(cluster: string, shard: number, left: ShardLeft): Promise<void>;
  /** Of every shard that ever left something, by number. */
  left(cluster: string): Promise<ReadonlyMap<number, ShardLeft>>;
}

interface Reservation {
  readonly grant: Ask;
  /** The most that may be spent, this grant included. */
  readonly caps: Caps;
}
