// What became of a decision: what kind of end it had, and why, as facts that code may ask for. The message is for people.
import type { ReasonCode } from '../workload/reason-code.ts';

/** `unchanged`: allowed to act, and already where it should be. */
type OutcomeKind = 'applied' | 'unchanged' | 'recommended' | 'refused' | 'conflict' | 'failed';

/** Why it ended so: closed. What a guardrail refused bears the guardrail's code. */
type OutcomeCode =
  | ReasonCode
  | 'scaled'
  | 'floor_moved'
  | 'found_done'
  | 'at_target'
  /** The HPA's minReplicas is where it should be. */
  | 'floor_at_target'
  | 'not_enabled'
  | 'policy_invalid'
  | 'mode_recommend'
  /** A person said when changes may be made that nobody looks at. */
  | 'outside_hours'
  /** It waits for a person to approve it. */
  | 'proposed'
  /** A person declined it, and it is not asked for again for a while. */
  | 'declined'
  /** A person declined what somebody had asked for. */
  | 'ask_declined'
  /** What was approved is not what is wanted now. */
  | 'moved_on'
  /** A person wants no floor raised for a while. */
  | 'raises_suspended'
  | 'floor_given_back'
  | 'next_tick'
  /** Mode hpa-floor, and no HPA targets the workload. */
  | 'no_hpa'
  /** The user of the HPA does not let it go up. */
  | 'hpa_forbids_raise'
  /** Somebody set minReplicas against ours. */
  | 'floor_overruled'
  | 'hpa_unfit'
  | 'policy_changed'
  | 'hpa_changed'
  | 'changed_meanwhile'
  | 'written_meanwhile'
  | 'deleted'
  | 'forbidden'
  | 'opt_in_stays'
  /** Nobody knows, yet. */
  | 'unknown'
  | 'not_found_done'
  | 'error';

export interface Outcome {
  readonly kind: OutcomeKind;
  /** Absent in what older releases stored. */
  readonly code?: OutcomeCode;
  readonly message: string;
  /** The answer to a write was lost, and nobody could tell yet what became of it: the next tick finds out. */
  readonly unsettled?: true;
}

/** Whether two ends are the same news: by kind and cause, not by words, which hold numbers that move at every tick. */
export function isSameNews(a: Outcome, b: Outcome): boolean {
  return a.kind === b.kind && a.code === b.code;
}
