// What is dated after now was written by a wrong clock, or by a tick dated ahead: it counts as absent, so that a table heals.
import type { EpochMs } from '../../domain/workload/time.ts';

/** What knows the time: the table. */
export interface Dated {
  now(): EpochMs;
  readonly aheadMs: number;
}

/** Clocks differ by seconds, and releases before dated a tick up to one interval ahead: two of them, and never less than this. */
const LEAST_MS = 120_000;

/** How far ahead of the clock a table of such ticks believes anything to be dated. */
export function aheadMsOf(tickSeconds: number): number {
  return Math.max(LEAST_MS, 2 * tickSeconds * 1000);
}

export function isAhead({ now, aheadMs }: Dated, at: EpochMs): boolean {
  return at > now() + aheadMs;
}
