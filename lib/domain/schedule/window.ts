// When a window is active: on days of the week or by a cron start, in its time zone, through every change of the clocks.

import { Cron } from 'croner';
import { DAY_MS, type EpochMs, MINUTE_MS } from '../workload/time.ts';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** `start` and `end` are `HH:MM`; an end of `24:00` is the day's own midnight. */
export interface WeeklyTimes {
  readonly kind: 'weekly';
  readonly days: readonly Weekday[];
  readonly start: string;
  readonly end: string;
  /** The end lies on the day after the start. */
  readonly overnight: boolean;
}

/** Five fields, as cron has them; each start holds for so many minutes. */
interface CronTimes {
  readonly kind: 'cron';
  readonly cron: string;
  readonly durationMinutes: number;
}

export interface ScheduleWindow {
  /** An IANA name, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  readonly times: WeeklyTimes | CronTimes;
  /** `size` sets floor and ceiling at once. */
  readonly effect: 'floor' | 'ceiling' | 'size';
  /** 0 of a size alone: it is off then. */
  readonly replicas: number;
  /** Who made it, where it switches off. */
  readonly by?: string;
  /** First and last local date on which the window may start, `YYYY-MM-DD`; null is unlimited. */
  readonly from: string | null;
  readonly until: string | null;
}

/** `to` is exclusive, and null where no end comes in sight: windows that meet are one period. */
interface Period {
  readonly from: EpochMs;
  readonly to: EpochMs | null;
}

export interface WindowState {
  /** The period that holds now, or null. */
  readonly active: Period | null;
  /** The period after that, or null where the window never starts again. */
  readonly next: Period | null;
}

/** No zone sets its clocks back by more: a window may last so much longer than its times say. */
const SET_BACK_MS = 3 * 3_600_000;
/** Windows that meet are followed so far: a working week of whole days, and a little more. */
const JOINED_AT_MOST = 10;
/** A chart of two weeks with a window by the hour; more would be no bands any more. */
const PERIODS_AT_MOST = 400;

/**
 * Whether a window is active, and when it is next.
 *
 * A wall-clock time means the first instant at which clocks in the zone show it or a later time. So a start in the hour
 * that spring skips is at that hour's end, a window wholly inside it does not take place, and the hour that autumn doubles
 * counts once, the first time. A cron pattern with a wildcard or a step in its minutes or hours counts real time instead:
 * it starts in both doubled hours and not in the skipped one.
 * @param now active from its first instant up to, and without, its last
 * @throws Error where the zone or the cron pattern is not valid: creation refuses those
 */
export function windowState(window: ScheduleWindow, now: EpochMs): WindowState {
  const source = occurrencesOf(window);
  const found = firstEndingAfter(source, now);
  if (found === null) return { active: null, next: null };
  const first = joined(source, found);
  if (first.from > now) return { active: null, next: first };
  const later = first.to === null ? null : firstEndingAfter(source, first.to);
  return { active: first, next: later === null ? null : joined(source, later) };
}

/**
 * When a window holds between two instants, as a chart shows it; each period whole, also where it begins before or ends after.
 * @throws as `windowState`
 */
export function periodsBetween(window: ScheduleWindow, from: EpochMs, to: EpochMs): readonly Period[] {
  const source = occurrencesOf(window);
  const periods: Period[] = [];
  for (let after: EpochMs | null = from; after !== null && periods.length < PERIODS_AT_MOST; ) {
    const found = firstEndingAfter(source, after);
    if (found === null || found.from >= to) break;
    const period = joined(source, found);
    periods.push(period);
    after = period.to;
  }
  return periods;
}

/** Whether a window is active: what a tick asks of every window. */
export function isActive(window: ScheduleWindow, now: EpochMs): boolean {
  const source = occurrencesOf(window);
  const { last } = source;
  // The earliest that is not over stays the earliest until it ends.
  const holds = last !== null && now >= last.since && (last.found === null || now < last.found.to);
  const found = holds ? last.found : firstEndingAfter(source, now);
  if (!holds) source.last = { since: now, found };
  return found !== null && found.from <= now;
}

/** One start and its end. */
interface Occurrence {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

interface Occurrences {
  readonly longestMs: number;
  /** The first start strictly after an instant. */
  readonly nextStart: (after: EpochMs) => EpochMs | null;
  readonly endOf: (start: EpochMs) => EpochMs;
}

/** With what was found last, and for when. */
interface KnownOccurrences extends Occurrences {
  last: { readonly since: EpochMs; readonly found: Occurrence | null } | null;
}

/** A pattern takes longer to read than to follow, and the same windows are asked about every minute. */
const kept = new Map<string, KnownOccurrences>();
const WINDOWS_KEPT = 500;

function occurrencesOf(window: ScheduleWindow): KnownOccurrences {
  const { times, timeZone, from, until } = window;
  const key = JSON.stringify([times, timeZone, from, until]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = { ...readOccurrences(window), last: null };
  const oldest = kept.size >= WINDOWS_KEPT ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(key, made);
  return made;
}

function readOccurrences({ times, timeZone, from, until }: ScheduleWindow): Occurrences {
  const range = {
    ...(from === null ? {} : { startAt: `${from}T00:00:00` }),
    ...(until === null ? {} : { stopAt: `${dayAfter(until)}T00:00:00` }),
  };
  const starts = cronOf(times.kind === 'cron' ? times.cron : dailyAt(times.start, times.days), timeZone, range);
  const nextStart = (after: EpochMs) => starts.nextRun(new Date(after))?.getTime() ?? null;
  if (times.kind === 'cron') {
    const longestMs = times.durationMinutes * MINUTE_MS;
    return { longestMs, nextStart, endOf: (start) => start + longestMs };
  }
  const ends = cronOf(dailyAt(times.end === '24:00' ? '00:00' : times.end), timeZone);
  // On the start's own day the end may fall on the start itself, where clocks skip both: then nothing takes place.
  const before = times.overnight || times.end === '24:00' ? 0 : 1;
  const endOf = (start: EpochMs) => ends.nextRun(new Date(start - before))?.getTime() ?? start;
  return { longestMs: lengthMs(times) + SET_BACK_MS, nextStart, endOf };
}

/** The earliest occurrence that is not over at `now`. */
function firstEndingAfter({ longestMs, nextStart, endOf }: Occurrences, now: EpochMs): Occurrence | null {
  let from = nextStart(now - longestMs);
  while (from !== null) {
    const to = endOf(from);
    if (to > now && to > from) return { from, to };
    from = nextStart(from);
  }
  return null;
}

/** With the occurrences that begin before it ends. */
function joined({ nextStart, endOf }: Occurrences, { from, to }: Occurrence): Period {
  let last = from;
  let end = to;
  for (let i = 0; i < JOINED_AT_MOST; i++) {
    const start = nextStart(last);
    if (start === null || start > end) return { from, to: end };
    last = start;
    end = Math.max(end, endOf(start));
  }
  return { from, to: null };
}

function cronOf(pattern: string, timezone: string, range: { startAt?: string; stopAt?: string } = {}): Cron {
  return new Cron(pattern, { timezone, paused: true, mode: '5-part', fixedTimeRule: 'no-wildcard', ...range });
}

function lengthMs({ start, end, overnight }: WeeklyTimes): number {
  const [from, to] = [start, end].map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return (hours * 60 + minutes) * MINUTE_MS;
  });
  return (to ?? 0) - (from ?? 0) + (overnight ? DAY_MS : 0);
}

/** The cron pattern of one time of day, on some days of the week or on all. */
function dailyAt(time: string, days?: readonly Weekday[]): string {
  const [hour, minute] = time.split(':').map(Number);
  return `${minute} ${hour} * * ${days?.join(',') ?? '*'}`;
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}
