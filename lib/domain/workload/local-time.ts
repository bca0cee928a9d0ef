// Local time in a zone: how far its clocks are from UTC, and when they showed the same time on earlier days.
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from './time.ts';

export interface LocalTime {
  /** Milliseconds that clocks are ahead of UTC at an instant. */
  readonly offsetAt: (at: EpochMs) => number;
  /**
   * When clocks showed the time of `at`, so many days before: 23 or 25 hours ago on the day after a change of daylight saving.
   * A time that was skipped is the end of what was skipped, and one that came twice is the first of both, as in windows.
   */
  readonly daysBefore: (at: EpochMs, days: number) => EpochMs;
}

/** Milliseconds since clocks showed midnight, as they show it. */
export function timeOfDay(at: EpochMs, { offsetAt }: LocalTime): number {
  const time = (at + offsetAt(at)) % DAY_MS;
  // A trace may begin in 1970, and west of London that is before it.
  return time < 0 ? time + DAY_MS : time;
}

export const UTC: LocalTime = { offsetAt: () => 0, daysBefore: (at, days) => at - days * DAY_MS };

/** What is asked for where a name is none. */
export const EXPECTED_TIME_ZONE = 'an IANA time zone such as Europe/Berlin, America/New_York or UTC';

/** Intl takes names in any case, so there may be more than the six hundred of IANA. */
const ZONES_KEPT = 600;
const kept = new Map<string, LocalTime>();

/** Whether there is a zone of this name. Intl also takes bare offsets; those know nothing of daylight saving. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    // Asked for every workload at every tick, so what is made of a name is kept.
    return localTime(name) !== null;
  } catch {
    return false;
  }
}

/**
 * @param timeZone an IANA name; undefined: UTC
 * @throws RangeError where there is no such zone: `isTimeZone` tells
 */
export function localTime(timeZone: string | undefined): LocalTime {
  if (timeZone === undefined) return UTC;
  const known = kept.get(timeZone);
  if (known !== undefined) return known;
  const made = timeOf(timeZone);
  const oldest = kept.size >= ZONES_KEPT ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(timeZone, made);
  return made;
}

/** A day of UTC, in which clocks change once at most. */
interface ZoneDay {
  readonly offset: number;
  /** Infinite where they do not. */
  readonly changesAt: EpochMs;
  readonly offsetAfter: number;
}

/** Two years: a history is of weeks, a trace of months. */
const DAYS_KEPT = 730;

function timeOf(timeZone: string): LocalTime {
  const offsetByIntl = intlOffset(timeZone);
  const days = new Map<number, ZoneDay>();
  let last = Number.NaN;
  let lastDay: ZoneDay = { offset: 0, changesAt: Number.POSITIVE_INFINITY, offsetAfter: 0 };
  // Intl takes microseconds, and learning asks for every minute of two weeks: it is asked twice a day, and at a change.
  const dayAt = (at: EpochMs): ZoneDay => {
    const day = Math.floor(at / DAY_MS);
    if (day === last) return lastDay;
    let known = days.get(day);
    if (known === undefined) {
      known = zoneDay(offsetByIntl, day * DAY_MS);
      if (days.size >= DAYS_KEPT) days.clear();
      days.set(day, known);
    }
    last = day;
    lastDay = known;
    return known;
  };
  const offsetAt = (at: EpochMs): number => {
    const { offset, changesAt, offsetAfter } = dayAt(at);
    return at < changesAt ? offset : offsetAfter;
  };
  const firstShowing = (local: number): EpochMs => {
    // No zone is as far as a day from UTC: one is before it, the other after it.
    const [before, after] = [offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)];
    if (before === after || offsetAt(local - before) === before) return local - before;
    const found = local - after;
    return offsetAt(found) === after ? found : Math.min(dayAt(found).changesAt, dayAt(local - before).changesAt);
  };
  return {
    offsetAt,
    daysBefore(at, days) {
      const found = firstShowing(at + offsetAt(at) - days * DAY_MS);
      const same = at - days * DAY_MS;
      // Who moves over the date line leaves a day out, or has one twice: the clocks go on as they were.
      return Math.abs(found - same) < DAY_MS / 2 ? found : same;
    },
  };
}

function zoneDay(offsetByIntl: (at: EpochMs) => number, start: EpochMs): ZoneDay {
  const [offset, offsetAfter] = [offsetByIntl(start), offsetByIntl(start + DAY_MS)];
  if (offset === offsetAfter) return { offset, changesAt: Number.POSITIVE_INFINITY, offsetAfter };
  let [before, changesAt] = [start, start + DAY_MS];
  while (changesAt - before > MINUTE_MS) {
    const middle = before + MINUTE_MS * Math.floor((changesAt - before) / (2 * MINUTE_MS));
    if (offsetByIntl(middle) === offset) before = middle;
    else changesAt = middle;
  }
  return { offset, changesAt, offsetAfter };
}

function intlOffset(timeZone: string): (at: EpochMs) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(format.format(at)) ?? [];
    if (sign === undefined) return 0;
    const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000;
    return sign === '-' ? -ms : ms;
  };
}
