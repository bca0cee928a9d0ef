// What the use cases need of stored history: demand by shard, what was fitted to it, and the last state of each workload.

import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { Fitted } from '../../domain/learning/fitted.ts';
import type { FloorsOnlyKind, WorkloadRef } from '../../domain/workload/identity.ts';
import type { Series } from '../../domain/workload/series.ts';
import type { PerSignal } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** What one tick adds to the history of one workload. NaN where a signal was not measured. */
export interface SampleRow {
  readonly workload: WorkloadRef;
  readonly cpu: number;
  readonly memory: number;
  readonly replicas: number;
  /** Loads beside those two: what is no number is not kept. Absent where the workload names none. */
  readonly loads?: PerSignal<number>;
}

/** How far back history has a sample per tick; older, it is means of `COARSE_STEP_MS`, which flatten what sizing is fitted to. */
export const FINE_HISTORY_MS = 14 * 86_400_000;

export const COARSE_STEP_MS = 300_000;

/** Where a workload's samples stand in its shard. */
export interface Place {
  readonly slot: number;
  /** What stands there of before is of a workload that is gone. 0 where nobody was there before. */
  readonly since: EpochMs;
}

/** The part of a cluster's history that lives together: the unit of reading, appending and fitting. Plain JSON. */
export interface Shard {
  readonly id: number;
  /** Those that live in it. */
  readonly workloads: readonly WorkloadRef[];
  /** One for each of them, in their order. */
  readonly places: readonly Place[];
}

/** What a process needs that only looks. */
export interface SeriesReader {
  /** The shard a workload lives in, or has lived in until lately; null where no tick has seen it for long. */
  locate(ref: WorkloadRef): Promise<Shard | null>;
  /** All shards of a cluster in which somebody lives; empty where no tick has run. */
  shards(cluster: string): Promise<readonly Shard[]>;
  /** Series since `from` for every workload of the shard, keyed `namespace/name`; coarse before `FINE_HISTORY_MS`. */
  read(cluster: string, shard: Shard, from: EpochMs, to: EpochMs): Promise<ReadonlyMap<string, Series>>;
  readFitted(cluster: string, shard: Shard): Promise<ReadonlyMap<string, Fitted>>;
  readLatest(cluster: string, shard: Shard): Promise<ReadonlyMap<string, WorkloadMemory>>;
}

export interface SeriesStore extends SeriesReader {
  /**
   * Gives new workloads a place; those known keep theirs, and for some days those that are gone.
   * @param unlisted kinds of which some may not be among `workloads`; null (and absent) where they may be a part of the
   *   cluster: none is found gone then
   * @returns shards in which somebody lives
   */
  assign(
    cluster: string,
    workloads: readonly WorkloadRef[],
    unlisted?: readonly FloorsOnlyKind[] | null,
  ): Promise<readonly Shard[]>;
  /**
   * Draws sparse shards together, with all that is known of their workloads, and compacts those in which nobody lives any
   * more, where that is due: at most once an hour, and in most calls nothing is asked. Only for who holds the cluster's lease,
   * after a tick that finished.
   * @param isOurs whether that is still so, asked before anybody is given another place
   * @returns whether workloads have other places now
   */
  gather(cluster: string, isOurs: () => Promise<boolean>): Promise<boolean>;
  /** One small item for the whole shard. Appending the same instant twice changes nothing. */
  append(cluster: string, shard: Shard, at: EpochMs, rows: readonly SampleRow[]): Promise<void>;
  /** Folds finished hours into hour items and finished days into day items of five-minute means. */
  compact(cluster: string, shard: Shard, now: EpochMs): Promise<void>;
  /** Brings in history from elsewhere (a trace, another store). Rows by instant, ascending. */
  backfill(cluster: string, shard: Shard, history: ReadonlyMap<string, Series>): Promise<void>;
  /** Replaces what was there for the whole shard, but for what was learned later than `at`. */
  writeFitted(cluster: string, shard: Shard, learned: ReadonlyMap<string, Fitted>, at?: EpochMs): Promise<void>;
  /** Replaces what was there for the whole shard, but for what a tick later than `at` has written. */
  writeLatest(cluster: string, shard: Shard, latest: ReadonlyMap<string, WorkloadMemory>, at?: EpochMs): Promise<void>;
}
