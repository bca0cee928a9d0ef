// What the API's enable, disable and policy leave behind: of one workload, and of what is above it.

import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { Values } from '../../domain/workload/level-fields.ts';
import type { Stated } from '../../domain/workload/policy-from-annotations.ts';
import type { LevelsAbove } from '../../domain/workload/stated.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { KillSwitchChange } from './kill-switch-store.ts';

/** What the API's enable and disable leave behind for one workload: raw values, read together with its annotations. */
export interface PolicyRecord {
  readonly workload: WorkloadRef;
  /** In the annotations' keys without prefix, e.g. `min-replicas` → "2". */
  readonly values: Values;
  readonly updatedAt: EpochMs;
  readonly updatedBy: string | null;
}

/** What people said of all of a namespace, or of all of a cluster. */
export interface LevelRecord {
  readonly cluster: string;
  /** Null: the cluster itself. */
  readonly namespace: string | null;
  readonly values: Values;
  readonly updatedAt: EpochMs;
  readonly updatedBy: string | null;
  /** Counts its changes: who changes what somebody else has changed meanwhile is told. */
  readonly revision: number;
}

/** All that is stated of a cluster's workloads beside their own objects. */
export interface Policies {
  /** Keyed `namespace/name`. */
  readonly records: ReadonlyMap<string, PolicyRecord>;
  readonly above: LevelsAbove;
}

/** What people said of a cluster. */
interface InCharge {
  readonly policies: Policies;
  readonly killSwitch: KillSwitchChange | null;
}

export interface PolicyStore {
  /** Everything of a cluster, in one query. */
  list(cluster: string): Promise<Policies>;
  /** The same with the cluster's kill switch, which is null where it is off: still one query. */
  inCharge(cluster: string): Promise<InCharge>;
  get(ref: WorkloadRef): Promise<PolicyRecord | null>;
  /** What is stated of one workload, at every level, as written a moment ago. */
  stated(ref: WorkloadRef): Promise<Stated>;
  put(record: PolicyRecord): Promise<void>;
  /** @param namespace null: of the cluster itself */
  level(cluster: string, namespace: string | null): Promise<LevelRecord | null>;
  /** False where somebody else has changed it since the revision before this record's. */
  putLevel(record: LevelRecord): Promise<boolean>;
}
