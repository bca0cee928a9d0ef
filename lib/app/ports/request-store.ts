// What people asked for, noted before anything is done for it: who asked is never lost, whatever dies meanwhile.
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { Request } from '../../domain/decision/request.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';

/**
 * One item per request, whatever shard its workload is in: commands run beside ticks and beside each other, and none may
 * keep the others from writing.
 */
export interface RequestStore {
  /** False where the id of its decision is taken, and nothing was written. */
  ask(asked: Request): Promise<boolean>;
  /** Notes what became of a request. False where that was known already, or nobody asked. */
  settle(record: DecisionRecord): Promise<boolean>;
  /** Claims the telling of a settled request: true for one caller, however often he asks. @param by who that is */
  close(ref: WorkloadRef, id: string, recorded: boolean, by: string): Promise<boolean>;
  /** LATEST and history hold all there is to know of it. */
  forget(ref: WorkloadRef, id: string): Promise<void>;
  /** Every request of a cluster that is not forgotten, as written a moment ago, in the order in which they were made. */
  asked(cluster: string): Promise<readonly Request[]>;
  askedOf(ref: WorkloadRef): Promise<readonly Request[]>;
}
