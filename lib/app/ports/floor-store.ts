// The floors that are held on HPAs, so that nobody's own minReplicas is ever forgotten.

import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { Overruled } from '../../domain/workload/overruled.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** A floor that we hold on an HPA: written before the HPA is, so that nobody's minReplicas is ever forgotten. */
export interface FloorRecord {
  readonly workload: WorkloadRef;
  /** Name of the HPA. */
  readonly hpa: string;
  /** The user's own minReplicas: what is given back. */
  readonly own: number;
  /** What we set, or were about to. */
  readonly floor: number;
  /** False until the HPA is known to have it. */
  readonly confirmed: boolean;
  /** Absent where nobody has set minReplicas against us. */
  readonly overruled?: Overruled;
  readonly updatedAt: EpochMs;
}

export interface FloorStore {
  /** Every floor held in a cluster. */
  list(cluster: string): Promise<readonly FloorRecord[]>;
  get(ref: WorkloadRef): Promise<FloorRecord | null>;
  put(record: FloorRecord): Promise<void>;
  /** The floor was given back, or its HPA is gone. */
  forget(ref: WorkloadRef): Promise<void>;
  /** Until when a person wants no floor raised in a cluster; 0 where nobody said so. */
  heldOffUntil(cluster: string): Promise<EpochMs>;
  holdOff(cluster: string, until: EpochMs): Promise<void>;
}
