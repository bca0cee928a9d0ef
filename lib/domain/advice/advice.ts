// What the LLM advised, or why there is no advice.

import type { Action } from '../assessment/proposal.ts';
import type { AdvisedThresholds } from '../level/thresholds.ts';
import type { RejectionCode } from '../workload/reason-code.ts';
import type { EpochMs } from '../workload/time.ts';

type Level = 'low' | 'medium' | 'high';

/** The LLM's answer, parsed and valid; not yet held against the envelope. */
export interface Advice {
  readonly action: Action;
  readonly targetReplicas: number;
  /** 0…1, self-reported: shown, never a gate. */
  readonly confidence: number;
  readonly reasoning: string;
  readonly factors: readonly string[];
  readonly risk: Level;
  readonly costImpact: Level;
  readonly performanceImpact: 'positive' | 'neutral' | 'negative';
  readonly timing: 'immediate' | 'gradual' | 'scheduled';
  /** From where levels are to be over. Absent where it says nothing of them. */
  readonly thresholds?: AdvisedThresholds;
}

/** Why the LLM was not asked this time. */
export interface NotAsked {
  readonly code: RejectionCode;
  readonly detail: string;
  /** When it may be asked again; null where that is not known. */
  readonly until: EpochMs | null;
  /** When the workload last got advice, where that is known: a call that failed before is over then. */
  readonly answeredAt?: EpochMs;
}

/** What asking the LLM came to. */
export type AdviceResult =
  | {
      readonly kind: 'advice';
      readonly advice: Advice;
      readonly model: string;
      /** When the model answered; older than now when cached. */
      readonly at: EpochMs;
      readonly cached: boolean;
      /** Digest of the state it is about. Absent in what older releases stored. */
      readonly key?: string;
      /** When the workload may have its next call. Absent in what older releases stored. */
      readonly nextCallAt?: EpochMs;
    }
  | {
      readonly kind: 'rejection';
      readonly code: RejectionCode;
      readonly detail: string;
      readonly model: string | null;
      readonly at: EpochMs;
      /** What came back, cut and without control characters. */
      readonly raw: string | null;
      /** When the workload may have its next call; absent where no call was made. */
      readonly nextCallAt?: EpochMs;
      /** Set where no call was made: all of the above is then of the last one, where that is known to have failed. */
      readonly notAsked?: NotAsked;
    };

export type GivenAdvice = Extract<AdviceResult, { kind: 'advice' }>;
