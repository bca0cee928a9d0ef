// What the API's enable and disable leave behind for a workload.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { KillSwitchChange } from './kill-switch-store.ts';

/** What the API's enable and disable leave behind for one workload: raw values, read together with its annotations. */
export interface PolicyRecord {
  readonly workload: WorkloadRef;
  /** In the annotations' keys without prefix, e.g. `min-replicas` → "2". */
  readonly values: Readonly<Record<string, string>>;
  readonly updatedAt: EpochMs;
  readonly updatedBy: string | null;
}

/** What people said of a cluster. */
interface InCharge {
  readonly policies: ReadonlyMap<string, PolicyRecord>;
  readonly killSwitch: KillSwitchChange | null;
}

export interface PolicyStore {
  /** Every record of a cluster, in one query, keyed `namespace/name`. */
  list(cluster: string): Promise<ReadonlyMap<string, PolicyRecord>>;
  /** The same with the cluster's kill switch, which is null where it is off: still one query. */
  inCharge(cluster: string): Promise<InCharge>;
  get(ref: WorkloadRef): Promise<PolicyRecord | null>;
  put(record: PolicyRecord): Promise<void>;
}
