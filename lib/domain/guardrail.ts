// What a guardrail is: one check that an answer meets, and the five things it can find.
import type { Assessment, Effect, EpochMs, GuardrailName, ProposalSource, ReasonCode } from './model.ts';

/** What the past says that an assessment does not. */
export interface GuardrailHistory {
  /** What was wanted in the last minutes, oldest first. */
  readonly wanted: readonly { readonly at: EpochMs; readonly replicas: number }[];
  readonly lastScaledAt: EpochMs | null;
  /** When we last changed the replica count; null where never. Absent where nobody kept it: no change is then put on others. */
  readonly ownChangeAt?: EpochMs | null;
  /** Why nothing may be changed anywhere, or null. */
  readonly killSwitch: string | null;
}

/** What a guardrail has against an answer. */
export interface Finding {
  readonly effect: Exclude<Effect, 'passed' | 'rejected'>;
  readonly code: ReasonCode;
  readonly to: number;
  readonly message: string;
}

export interface Guardrail {
  readonly name: GuardrailName;
  readonly check: (
    assessment: Assessment,
    history: GuardrailHistory,
    replicas: number,
    source: ProposalSource,
  ) => Finding | null;
}

const finding = (effect: Finding['effect']) => (code: ReasonCode, to: number, message: string) =>
  ({ effect, code, to, message }) satisfies Finding;

/** Another number, and the walk goes on with it. */
export const clipped = finding('clipped');
/** The present number, or as near to it as may be, for now. */
export const held = finding('held');
/** This answer must not be followed: the walk ends. */
export const vetoed = finding('vetoed');
/** The number stands as a recommendation, and nothing is changed. */
export const blocked = finding('blocked');
/** Told, and nothing more. */
export const noted = finding('noted');
