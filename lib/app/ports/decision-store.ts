// The history of decisions, a workload at a time.
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

interface DecisionPage {
  readonly records: readonly DecisionRecord[];
  /** Opaque; null on the last page. */
  readonly cursor: string | null;
}

export interface DecisionStore {
  put(record: DecisionRecord): Promise<void>;
  /**
   * Keeps how the workloads of a shard stood at an hour of it, in one write. Each is found as if it had been put by itself,
   * with less of what was forecast, and for a month at most.
   * @param at of all of their decisions
   */
  putHourly(cluster: string, shard: number, at: EpochMs, records: readonly DecisionRecord[]): Promise<void>;
  /** Newest first. */
  list(ref: WorkloadRef, limit: number, cursor?: string): Promise<DecisionPage>;
  get(ref: WorkloadRef, id: string): Promise<DecisionRecord | null>;
}
