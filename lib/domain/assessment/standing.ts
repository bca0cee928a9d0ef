// How long something has stood in the way of a workload, carried from tick to tick: no hold may stand without end unseen.

import type { ReasonCode } from '../workload/reason-code.ts';
import type { EpochMs } from '../workload/time.ts';

/** Milliseconds; 0 where it is met for the first time. */
export function stoodFor(standing: Standing, code: ReasonCode, now: EpochMs): number {
  return Math.max(0, now - (standing[code] ?? now));
}

/**
 * What stands now, each since it was first met.
 * @param afresh what begins anew: it has moved since, so patience with it begins anew too
 */
export function stillStanding(
  before: Standing,
  codes: readonly ReasonCode[],
  afresh: ReadonlySet<ReasonCode>,
  now: EpochMs,
): Standing {
  return Object.fromEntries(codes.map((code) => [code, afresh.has(code) ? now : (before[code] ?? now)]));
}

/** `for 12 min; ends when …`, to be put behind what holds. */
export function sinceAndUntil(stoodMs: number, ends: string): string {
  const minutes = Math.floor(stoodMs / 60_000);
  return `(${minutes < 1 ? 'since now' : `for ${minutes} min`}; ends ${ends})`;
}

/** Since when what holds a workload has done so, by what it is called. */
export type Standing = Readonly<Partial<Record<ReasonCode, EpochMs>>>;
