// What checks say: whether anything may be written at all, and between which numbers an answer may end. None knows of another.
import type { Assessment } from '../assessment/assessment.ts';
import type { ProposalSource } from '../assessment/proposal.ts';
import type { ReasonCode } from '../workload/reason-code.ts';
import type { EpochMs } from '../workload/time.ts';
import type { Rank } from './precedence.ts';
import type { CheckName } from './verdict.ts';

/** What the past says that an assessment does not. */
export interface GuardrailHistory {
  /** What was wanted in the last minutes, oldest first. */
  readonly wanted: readonly { readonly at: EpochMs; readonly replicas: number }[];
  readonly lastScaledAt: EpochMs | null;
  /** When we last changed the replica count; null where never. Absent where nobody kept it: no change is then put on others. */
  readonly ownChangeAt?: EpochMs | null;
  /** That change of ours was a rise: the next rise does not wait for it. Absent where nobody kept it. */
  readonly isOwnRise?: boolean;
  /** Why nothing may be changed anywhere, or null. */
  readonly killSwitch: string | null;
}

/** The replicas from `low` to `high`, both included, and why. */
export interface Constraint {
  readonly rank: Rank;
  readonly low: number;
  readonly high: number;
  readonly code: ReasonCode;
  /** What an answer of so many replicas, outside of it, is told. */
  readonly message: (replicas: number) => string;
  /** What a person calls it; of orders. */
  readonly called?: string;
  /** It only keeps what is there: no need of its own, so nothing is to be raised for it. */
  readonly keeps?: true;
  /** Advice outside of it must not be followed, not even in part. */
  readonly vetoes?: true;
  /** Only for answers of this source; for all unless told. */
  readonly only?: ProposalSource;
}

export interface ConstraintCheck {
  readonly name: CheckName;
  readonly check: (assessment: Assessment, history: GuardrailHistory) => readonly Constraint[];
}

type Details = Omit<Constraint, 'low' | 'high'>;

export function atLeast(low: number, details: Details): Constraint {
  return { ...details, low, high: Number.POSITIVE_INFINITY };
}

export function atMost(high: number, details: Details): Constraint {
  return { ...details, low: 0, high };
}

/** A person's order. @param called what a person calls it */
export function ordered(code: ReasonCode, called: string, message: Constraint['message']) {
  return { rank: 'order', code, called, message } as const;
}
