// A share per caller, counted in this process: one that asks without pause leaves the others their turn.
import { LRU } from 'tiny-lru';

/** Half of what the API lets through for all callers together (infra/http-api.ts). */
export const CALLS_PER_SECOND = 5;
export const CALLS_AT_ONCE = 15;
/** Beyond them the one that was silent for longest begins anew. */
const CALLERS_KNOWN = 1000;

/** Takes a call from a caller's share. @returns seconds until there is one again, or null where there was */
export type CallerShare = (caller: string) => number | null;

/** A token bucket per caller. @param now in milliseconds, wall time */
export function makeCallerShare(now: () => number): CallerShare {
  const callers = new LRU<{ readonly left: number; readonly at: number }>(CALLERS_KNOWN);
  return (caller) => {
    const { left, at } = callers.get(caller) ?? { left: CALLS_AT_ONCE, at: now() };
    // A clock that was set back gives nothing and takes nothing.
    const earned = (Math.max(0, now() - at) / 1000) * CALLS_PER_SECOND;
    const there = Math.min(CALLS_AT_ONCE, left + earned);
    const isThere = there >= 1;
    callers.set(caller, { left: isThere ? there - 1 : there, at: now() });
    return isThere ? null : Math.ceil((1 - there) / CALLS_PER_SECOND);
  };
}
