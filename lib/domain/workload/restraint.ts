// What a person allows of changes that nobody looks at: pauses of all or of one way, and limits in step, direction and hours.
import type { EpochMs } from './time.ts';

/** `true`: nothing is changed. `scale-in`: it grows and never shrinks. `scale-out`: the other way. */
export type Pause = boolean | 'scale-in' | 'scale-out';

/** Whether changes may be made one way only: `up` never takes replicas away. */
type LimitDirection = 'up' | 'down';

/** Of the day, as clocks of the policy's zone show it; `days` 0 is Sunday. An end at or before the start is on the next day. */
export interface LimitHours {
  readonly days: readonly number[];
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
  /** As it was written. */
  readonly text: string;
}

/** Most that one change moves by: replicas, or a percentage of the present ones, at least one. */
export type LimitStep = { readonly replicas: number } | { readonly percent: number };

export interface Limits {
  readonly step?: LimitStep;
  readonly direction?: LimitDirection;
  readonly hours?: LimitHours;
}

export const EXPECTED_STEP = 'a number of replicas from 1, or a percentage from 1% to 100%';

export function readStep(text: string): LimitStep | undefined {
  const [, digits = '', sign] = /^([1-9]\d{0,4})(%?)$/.exec(text) ?? [];
  const value = Number(digits);
  if (digits === '' || (sign === '%' && value > 100)) return undefined;
  return sign === '%' ? { percent: value } : { replicas: value };
}

/** How many replicas one change may move by from so many. */
export function stepOf(step: LimitStep, current: number): number {
  return 'replicas' in step ? step.replicas : Math.max(1, Math.floor((step.percent * current) / 100));
}

const WEEK: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
export const EXPECTED_HOURS = 'hours such as "09:00-18:00" or "mon-fri 09:00-18:00", by the clocks of time-zone';
const DAY_MINUTES = 24 * 60;

/** `mon-fri 09:00-18:00`, `sat,sun 22:00-06:00`, `09:00-17:30`. */
export function readHours(text: string): LimitHours | undefined {
  const match = /^(?:([a-z,-]{3,27}) +)?(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, names, ...times] = match;
  const days = names === undefined ? WEEK.map((_, day) => day) : daysOf(names);
  const [h1 = 0, m1 = 0, h2 = 0, m2 = 0] = times.map(Number);
  const [from, to] = [h1 * 60 + m1, h2 * 60 + m2];
  const isTime = m1 < 60 && m2 < 60 && from < DAY_MINUTES && to <= DAY_MINUTES && from !== to;
  return days === undefined || !isTime ? undefined : { days, from, to, text };
}

function daysOf(names: string): readonly number[] | undefined {
  const days: number[] = [];
  for (const part of names.split(',')) {
    const [first, last = first, ...more] = part.split('-').map((name) => WEEK.indexOf(name));
    if (first === undefined || last === undefined || first < 0 || last < 0 || more.length > 0) return undefined;
    for (let day = first; ; day = (day + 1) % WEEK.length) {
      days.push(day);
      if (day === last) break;
    }
  }
  return [...new Set(days)];
}

/** @param local milliseconds since 1970 as clocks there show them */
export function isWithinHours({ days, from, to }: LimitHours, local: EpochMs): boolean {
  const dayMs = DAY_MINUTES * 60_000;
  const number = Math.floor(local / dayMs);
  const minute = (local - number * dayMs) / 60_000;
  // The first of January 1970 was a Thursday.
  const isOn = (day: number) => days.includes((((day + 4) % 7) + 7) % 7);
  if (from < to) return isOn(number) && minute >= from && minute < to;
  return (isOn(number) && minute >= from) || (isOn(number - 1) && minute < to);
}
