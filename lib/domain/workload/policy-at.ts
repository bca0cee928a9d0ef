// What a policy's pause and hours come to now, and how a pause is told.
import { localTime } from './local-time.ts';
import type { Policy } from './policy.ts';
import { isWithinHours } from './restraint.ts';
import type { EpochMs } from './time.ts';

/** Whether changes may be made that nobody looks at, by the clocks of the policy's zone. */
export function isWithinLimitHours({ limits, timeZone }: Policy, at: EpochMs): boolean {
  return limits?.hours === undefined || isWithinHours(limits.hours, at + localTime(timeZone).offsetAt(at));
}

/** `the policy says paused for scale-in until 2026-12-01 08:00 UTC (INC-42)`. */
export function pausedMessage({ paused, pausedUntil, pausedReason }: Policy): string {
  const way = typeof paused === 'string' ? ` for ${paused}` : '';
  const end =
    pausedUntil === undefined ? '' : ` until ${new Date(pausedUntil).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const why = pausedReason ? ` (${pausedReason})` : '';
  return `the policy says paused${way}${end}${why}`;
}
