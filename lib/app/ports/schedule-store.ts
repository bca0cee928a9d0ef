// Windows in which people set a floor, a ceiling or a size.
import type { ScheduleWindow } from '../../domain/schedule/window.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** A window in which a person set a floor, a ceiling or a size for one workload. */
export interface ScheduleRecord {
  readonly workload: WorkloadRef;
  /** Unique within the workload. */
  readonly id: string;
  readonly window: ScheduleWindow;
  readonly createdAt: EpochMs;
  readonly createdBy: string | null;
}

export interface ScheduleStore {
  /** Every window of a cluster, in one query, keyed `namespace/name`; those of a workload in the order of their ids. */
  list(cluster: string): Promise<ReadonlyMap<string, readonly ScheduleRecord[]>>;
  /** A workload's windows, as written a moment ago. */
  listOf(ref: WorkloadRef): Promise<readonly ScheduleRecord[]>;
  put(record: ScheduleRecord): Promise<void>;
  /** False where the workload has no such window. */
  remove(ref: WorkloadRef, id: string): Promise<boolean>;
}
