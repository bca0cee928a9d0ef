// The replicas to have, how that came about, and what became of it.

import type { AdviceResult } from '../advice/advice.ts';
import type { Assessment } from '../assessment/assessment.ts';
import type { Action, ProposalSource } from '../assessment/proposal.ts';
import type { Verdict } from '../guardrails/verdict.ts';
import type { WorkloadRef } from '../workload/identity.ts';
import type { ReasonCode } from '../workload/reason-code.ts';
import type { EpochMs } from '../workload/time.ts';
import type { Outcome } from './outcome.ts';

/** The replicas to have, and how that came about. */
export interface Decision {
  readonly id: string;
  readonly workload: WorkloadRef;
  readonly at: EpochMs;
  readonly current: number;
  readonly target: number;
  /** What orders and evidence leave of the proposal, before it is held or slowed down. Absent in what older releases stored. */
  readonly wanted?: number;
  readonly action: Action;
  readonly source: ProposalSource;
  readonly reason: string;
  /** Set when a guardrail forbids acting at all; recommending is still allowed. */
  readonly blockedBy: ReasonCode | null;
  /** That guardrail's own words. Absent where nothing forbids it, and in what older releases stored. */
  readonly blockedWhy?: string;
  /** Every permission that is not given, that one among them. Absent where all are, and in what older releases stored. */
  readonly forbiddenBy?: readonly ReasonCode[];
  /** Why advice was not followed that could have been. Absent where none was vetoed, and in what older releases stored. */
  readonly veto?: { readonly code: ReasonCode; readonly message: string };
  readonly verdicts: readonly Verdict[];
  /** A person's window has it off: where it stands with that, and what comes back. Absent where none has. */
  readonly off?: { readonly way: 'down' | 'off' | 'back'; readonly former: number };
}

/** A decision with everything it was made from: what history and the API show. */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly outcome: Outcome;
  readonly assessment: Assessment;
  readonly advice: AdviceResult | null;
  /** Who asked, where a person did. */
  readonly requestedBy: string | null;
}
