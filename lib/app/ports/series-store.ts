// What the use cases need of stored history: demand by shard, what was fitted to it, and the last state of each workload.

import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { Fitted } from '../../domain/learning/fitted.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
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

/** The part of a cluster's history that lives together: the unit of reading, appending and fitting. */
export interface Shard {
  readonly id: number;
  readonly workloads: readonly WorkloadRef[];
}

export interface SeriesStore {
  /** Puts new workloads into shards with room; those known keep their place for good. */
  assign(cluster: string, workloads: readonly WorkloadRef[]): Promise<readonly Shard[]>;
  /** The shard a workload lives in, or null where no tick has seen it. */
  locate(ref: WorkloadRef): Promise<Shard | null>;
  /** All shards of a cluster; empty where no tick has run. */
  shards(cluster: string): Promise<readonly Shard[]>;
  /** One small item for the whole shard. Appending the same instant twice changes nothing. */
  append(cluster: string, shard: Shard, at: EpochMs, rows: readonly SampleRow[]): Promise<void>;
  /** Series since `from` for every workload of the shard, keyed `namespace/name`; coarse before `FINE_HISTORY_MS`. */
  read(cluster: string, shard: Shard, from: EpochMs, to: EpochMs): Promise<ReadonlyMap<string, Series>>;
  /** Folds finished hours into hour items and finished days into day items of five-minute means. */
  compact(cluster: string, shard: Shard, now: EpochMs): Promise<void>;
  /** Brings in history from elsewhere (a trace, another store). Rows by instant, ascending. */
  backfill(cluster: string, shard: Shard, history: ReadonlyMap<string, Series>): Promise<void>;
  readFitted(cluster: string, shard: Shard): Promise<ReadonlyMap<string, Fitted>>;
  /** Replaces what was there for the whole shard, but for what was learned later than `at`. */
  writeFitted(cluster: string, shard: Shard, learned: ReadonlyMap<string, Fitted>, at?: EpochMs): Promise<void>;
  readLatest(cluster: string, shard: Shard): Promise<ReadonlyMap<string, WorkloadMemory>>;
  /** Replaces what was there for the whole shard, but for what a tick later than `at` has written. */
  writeLatest(cluster: string, shard: Shard, latest: ReadonlyMap<string, WorkloadMemory>, at?: EpochMs): Promise<void>;
}
