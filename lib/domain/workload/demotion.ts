// A workload that is trusted less, for harm that changes of its own are known to have done: it grows by itself, and shrinks when a person says so.
import type { EpochMs } from './time.ts';

/** Closed: the harm that it takes. */
export const DEMOTION_CODES = ['short_after_scale_in', 'pods_crashed_after_scale_in', 'scale_in_reverted'] as const;

export interface Demotion {
  readonly at: EpochMs;
  readonly code: (typeof DEMOTION_CODES)[number];
  /** What happened, with its numbers. */
  readonly message: string;
}

/** Whether it still counts. @param trustedSince when a person last said that it is trusted again; one ahead of now says nothing yet */
export function isInForce({ at }: Demotion, trustedSince: EpochMs | undefined, now: EpochMs): boolean {
  return trustedSince === undefined || trustedSince > now || at > trustedSince;
}

/** For a sentence: `demoted at 2026-11-27T10:00:00.000Z: …`. */
export function demotionText({ at, message }: Demotion): string {
  return `demoted at ${new Date(at).toISOString()}: ${message}`;
}
