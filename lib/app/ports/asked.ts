// What people asked for, noted before anything is done for it: who asked is never lost, whatever dies meanwhile.
import type { DecisionRecord, Outcome, WorkloadRef } from '../../domain/model.ts';

/** What would show that a request was carried out, for whoever has to find that out afterwards. */
export type Goal =
  /** The replicas, or the floor of the HPA, that its decision means. */
  | { readonly kind: 'decision' }
  /** The policy's record bears the time of the request. */
  | { readonly kind: 'policy'; readonly done: Outcome }
  | { readonly kind: 'hpa'; readonly name: string; readonly isThere: boolean; readonly done: Outcome }
  /** No floor of ours is held on its HPA. */
  | { readonly kind: 'released'; readonly done: Outcome };

/** A request, from before it is carried out until a tick has taken it over into LATEST. */
export interface Asked {
  readonly goal: Goal;
  /** As it will stand in the history; its outcome counts once it is settled. */
  readonly record: DecisionRecord;
  /** What became of it is known. */
  readonly settled: boolean;
  /** The history has it. */
  readonly recorded: boolean;
  /** Whoever listens was told, or somebody is about to tell. */
  readonly told: boolean;
}

/**
 * One item per request, whatever shard its workload is in: commands run beside ticks and beside each other, and none may
 * keep the others from writing.
 */
export interface AskedStore {
  /** False where the id of its decision is taken, and nothing was written. */
  ask(asked: Asked): Promise<boolean>;
  /** Notes what became of a request. False where that was known already, or nobody asked. */
  settle(record: DecisionRecord): Promise<boolean>;
  /** Claims the telling of a settled request: true for one caller, however often he asks. @param by who that is */
  close(ref: WorkloadRef, id: string, recorded: boolean, by: string): Promise<boolean>;
  /** LATEST and history hold all there is to know of it. */
  forget(ref: WorkloadRef, id: string): Promise<void>;
  /** Every request of a cluster that is not forgotten, as written a moment ago, in the order in which they were made. */
  asked(cluster: string): Promise<readonly Asked[]>;
  askedOf(ref: WorkloadRef): Promise<readonly Asked[]>;
}
