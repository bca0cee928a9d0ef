// What the windows that are active now ask of a workload: one floor, one ceiling, and why.

import type { Policy } from '../workload/policy.ts';
import type { EpochMs } from '../workload/time.ts';
import { isActive, type ScheduleWindow } from './window.ts';

/**
 * The highest floor and the lowest ceiling of the active windows, within the policy's bounds. A fixed size is both. Where a
 * floor lies above a ceiling, the floor wins: too many replicas cost money, too few cost users.
 * @returns null where no window is active
 */
export function activeSchedule(
  windows: readonly ScheduleWindow[],
  now: EpochMs,
  { min, max }: Pick<Policy, 'min' | 'max'>,
): ActiveSchedule | null {
  // A size of 0 is no bound: whether it is off is decided apart.
  const active = windows.filter((window) => window.replicas > 0 && isActive(window, now));
  if (active.length === 0) return null;
  const highest = active.filter(({ effect }) => effect !== 'ceiling').toSorted((a, b) => b.replicas - a.replicas)[0];
  const lowest = active.filter(({ effect }) => effect !== 'floor').toSorted((a, b) => a.replicas - b.replicas)[0];
  const bounded = (replicas: number) => Math.min(max, Math.max(1, min, replicas));
  const floor = highest === undefined ? null : bounded(highest.replicas);
  const asked = lowest === undefined ? null : bounded(lowest.replicas);
  const ceiling = floor === null || asked === null ? asked : Math.max(floor, asked);
  const reasons = [highest, lowest === highest ? undefined : lowest].flatMap((window) =>
    window === undefined ? [] : [described(window, bounded(window.replicas))],
  );
  if (ceiling !== asked) reasons.push(`the floor of ${floor} wins over the ceiling of ${asked}`);
  return { floor, ceiling, reason: reasons.join('; ') };
}

/** A number of replicas, raised to the floor and lowered to the ceiling. */
export function withinSchedule(schedule: ActiveSchedule | null, replicas: number): number {
  if (schedule === null) return replicas;
  const { floor, ceiling } = schedule;
  return Math.max(floor ?? 0, Math.min(ceiling ?? Number.POSITIVE_INFINITY, replicas));
}

/** `floor 8 (mon,tue 08:00-18:00 Europe/Berlin)`. */
function describeWindow({ effect, replicas, times, timeZone }: ScheduleWindow): string {
  const when =
    times.kind === 'cron'
      ? `"${times.cron}" for ${times.durationMinutes} minutes`
      : `${times.days.join(',')} ${times.start}-${times.end}`;
  return `${effect} ${replicas} (${when} ${timeZone})`;
}

function described(window: ScheduleWindow, bounded: number): string {
  const text = `scheduled ${describeWindow(window)}`;
  return bounded === window.replicas ? text : `${text}, kept at ${bounded} by min-replicas and max-replicas`;
}

/** What the windows that are active now ask for, inside the policy's bounds; null where none asks. */
export interface ActiveSchedule {
  readonly floor: number | null;
  /** Never under the floor. */
  readonly ceiling: number | null;
  readonly reason: string;
}
