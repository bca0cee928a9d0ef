// Who answered a proposed change first: of two people at once, one is.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

export interface ProposalAnswer {
  readonly answer: 'approved' | 'rejected';
  readonly by: string | null;
  readonly at: EpochMs;
}

export interface ProposalStore {
  /**
   * Claims a proposal for one answer. What came of it is in LATEST by the next tick, so a claim need not outlive that.
   * @param id of the proposal
   * @param until when the claim lapses
   * @returns null where it was free, else who was first
   */
  claim(ref: WorkloadRef, id: string, answer: ProposalAnswer, until: EpochMs): Promise<ProposalAnswer | null>;
}
