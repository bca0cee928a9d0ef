// What was advised, kept for months, so that advice can be held against what came.
import type { AdviceRow } from '../../domain/advice/advice-row.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

export interface AdviceRowStore {
  /** One small write; twice for the same instant changes nothing. */
  put(ref: WorkloadRef, row: AdviceRow): Promise<void>;
  /** Newest first, within [from, to]. What cannot be read is left out. */
  list(ref: WorkloadRef, from: EpochMs, to: EpochMs, limit: number): Promise<readonly AdviceRow[]>;
}
