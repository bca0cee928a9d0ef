// What somebody asked people to approve, and who answered a proposed change first: of two people at once, one is.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

export interface ProposalAnswer {
  readonly answer: 'approved' | 'rejected';
  readonly by: string | null;
  readonly at: EpochMs;
}

/** A number that somebody who may not change anything wants, until a person answers. */
export interface AskedChange {
  readonly id: string;
  readonly workload: WorkloadRef;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  /** Who asked; null where nobody knows. */
  readonly by: string | null;
  readonly at: EpochMs;
  readonly expiresAt: EpochMs;
  /** Who said no: it does not wait any more, and nothing is asked for in its place before it expires. */
  readonly declinedBy?: string;
}

/** What waits in a cluster, for those who only look. */
export interface AskedReader {
  /** Those that have not expired; also those that were declined. */
  asked(cluster: string): Promise<readonly AskedChange[]>;
}

export interface ProposalStore extends AskedReader {
  /** As `asked`, of one workload. */
  askedOf(ref: WorkloadRef): Promise<AskedChange | null>;
  /** In the place of whatever was asked for the workload before. */
  ask(change: AskedChange): Promise<void>;
  /** Where that is still what is asked for. */
  drop(change: AskedChange): Promise<void>;
  /**
   * Claims a proposal for one answer. What came of it is in LATEST by the next tick, so a claim need not outlive that.
   * @param id of the proposal
   * @param until when the claim lapses
   * @returns null where it was free, else who was first
   */
  claim(ref: WorkloadRef, id: string, answer: ProposalAnswer, until: EpochMs): Promise<ProposalAnswer | null>;
}
