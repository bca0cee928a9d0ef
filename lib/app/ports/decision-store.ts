// The history of decisions, a workload at a time.
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';

interface DecisionPage {
  readonly records: readonly DecisionRecord[];
  /** Opaque; null on the last page. */
  readonly cursor: string | null;
}

export interface DecisionStore {
  put(record: DecisionRecord): Promise<void>;
  /** Newest first. */
  list(ref: WorkloadRef, limit: number, cursor?: string): Promise<DecisionPage>;
  get(ref: WorkloadRef, id: string): Promise<DecisionRecord | null>;
}
