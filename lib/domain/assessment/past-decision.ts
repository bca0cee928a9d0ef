// A decision already taken, as later assessments and the prompt remember it.
import type { EpochMs } from '../workload/time.ts';
import type { Action, ProposalSource } from './proposal.ts';

/** A decision already taken, and what came of it: CPU utilisation before and ten minutes after. */
export interface PastDecision {
  readonly at: EpochMs;
  readonly action: Action;
  readonly source: ProposalSource;
  readonly from: number;
  readonly to: number;
  readonly cpuPercentBefore: number | null;
  readonly cpuPercentAfter: number | null;
  /** Pods that served when it was taken. Absent in what older releases stored. */
  readonly readyBefore?: number;
}
