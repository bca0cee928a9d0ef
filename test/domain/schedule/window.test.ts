// When windows are active: examples around every change of the clocks, then the law of the slowest possible definition.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isActive,
  type ScheduleWindow,
  WEEKDAYS,
  type WeeklyTimes,
  windowState,
} from '../../../lib/domain/schedule/window.ts';
import { byCron, weekly } from '../../make/windows.ts';

const MINUTE = 60_000;
const EVERY_DAY = { days: WEEKDAYS };

/** The next period from `at` on, in UTC. */
function period(window: ScheduleWindow, at: string) {
  const { active, next } = windowState(window, Date.parse(at));
  const found = active ?? next;
  if (found === null) return null;
  const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString().slice(0, 16));
  return [iso(found.from), iso(found.to)];
}

interface Row {
  readonly name: string;
  readonly window: ScheduleWindow;
  readonly at: string;
  readonly expect: readonly (string | null)[] | null;
}

const TABLE: readonly Row[] = [
  {
    name: 'working hours on a winter day',
    window: weekly(),
    at: '2026-01-07T03:00Z',
    expect: ['2026-01-07T07:00', '2026-01-07T17:00'],
  },
  {
    name: 'working hours on a summer day',
    window: weekly(),
    at: '2026-07-07T03:00Z',
    expect: ['2026-07-07T06:00', '2026-07-07T16:00'],
  },
  {
    name: 'after Friday comes Monday',
    window: weekly(),
    at: '2026-01-09T18:00Z',
    expect: ['2026-01-12T07:00', '2026-01-12T17:00'],
  },
  {
    name: 'across midnight: Friday night is on until Saturday morning',
    window: weekly({ days: ['fri'], start: '22:00', end: '06:00', overnight: true }),
    at: '2026-01-10T02:00Z',
    expect: ['2026-01-09T21:00', '2026-01-10T05:00'],
  },
  {
    name: 'a start in the skipped hour is at its end',
    window: weekly({ ...EVERY_DAY, start: '02:30', end: '05:00' }),
    at: '2026-03-29T00:00Z',
    expect: ['2026-03-29T01:00', '2026-03-29T03:00'],
  },
  {
    name: 'an end in the skipped hour is at its end',
    window: weekly({ ...EVERY_DAY, start: '01:00', end: '02:30' }),
    at: '2026-03-29T00:30Z',
    expect: ['2026-03-29T00:00', '2026-03-29T01:00'],
  },
  {
    name: 'a window wholly inside the skipped hour does not take place that day',
    window: weekly({ ...EVERY_DAY, start: '02:15', end: '02:45' }),
    at: '2026-03-29T00:00Z',
    expect: ['2026-03-30T00:15', '2026-03-30T00:45'],
  },
  {
    name: 'a window inside the doubled hour takes place the first time',
    window: weekly({ ...EVERY_DAY, start: '02:15', end: '02:45' }),
    at: '2026-10-24T23:00Z',
    expect: ['2026-10-25T00:15', '2026-10-25T00:45'],
  },
  {
    name: 'and not the second time',
    window: weekly({ ...EVERY_DAY, start: '02:15', end: '02:45' }),
    at: '2026-10-25T01:00Z',
    expect: ['2026-10-26T01:15', '2026-10-26T01:45'],
  },
  {
    name: 'a window over the doubled hour starts once and is an hour longer',
    window: weekly({ ...EVERY_DAY, start: '01:00', end: '04:00' }),
    at: '2026-10-24T22:00Z',
    expect: ['2026-10-24T23:00', '2026-10-25T03:00'],
  },
  {
    name: 'and is on to its last minute',
    window: weekly({ ...EVERY_DAY, start: '01:00', end: '04:00' }),
    at: '2026-10-25T02:59Z',
    expect: ['2026-10-24T23:00', '2026-10-25T03:00'],
  },
  {
    name: 'a cron start in the skipped hour is at its end, and lasts as long as ever',
    window: byCron('30 2 * * *', 60),
    at: '2026-03-29T00:00Z',
    expect: ['2026-03-29T01:00', '2026-03-29T02:00'],
  },
  {
    name: 'cron starts before the last one is over: one period',
    window: byCron('0 8,9,10 * * *', 90),
    at: '2026-01-07T06:45Z',
    expect: ['2026-01-07T07:00', '2026-01-07T10:30'],
  },
  {
    name: 'whole days that meet are one period',
    window: weekly({ start: '00:00', end: '24:00' }),
    at: '2026-01-07T12:00Z',
    expect: ['2026-01-06T23:00', '2026-01-09T23:00'],
  },
  {
    name: 'every whole day: no end in sight',
    window: weekly({ ...EVERY_DAY, start: '00:00', end: '24:00' }),
    at: '2026-01-07T12:00Z',
    expect: ['2026-01-06T23:00', null],
  },
  {
    name: 'a date range holds for the local date of the start',
    window: weekly(
      { ...EVERY_DAY, start: '22:00', end: '06:00', overnight: true },
      { from: '2026-12-24', until: '2026-12-24' },
    ),
    at: '2026-01-01T00:00Z',
    expect: ['2026-12-24T21:00', '2026-12-25T05:00'],
  },
  {
    name: 'past its date range it never starts again',
    window: weekly({}, { until: '2026-01-08' }),
    at: '2026-01-08T17:00Z',
    expect: null,
  },
  {
    name: 'half an hour is skipped on Lord Howe Island',
    window: weekly({ ...EVERY_DAY, start: '02:10', end: '03:00' }, { timeZone: 'Australia/Lord_Howe' }),
    at: '2026-10-03T15:00Z',
    expect: ['2026-10-03T15:30', '2026-10-03T16:00'],
  },
];

describe('a window', () => {
  it.each(TABLE)('$name', ({ window, at, expect: expected }) => {
    expect(period(window, at)).toEqual(expected);
  });

  it('is active from its first instant up to, and without, its last', () => {
    const window = weekly();
    const [start, end] = [Date.parse('2026-01-07T07:00Z'), Date.parse('2026-01-07T17:00Z')];
    expect([start - 1, start, end - 1, end].map((at) => isActive(window, at))).toEqual([false, true, true, false]);
  });

  it('a cron step starts in both of the doubled hours, and its windows that meet are one', () => {
    const window = byCron('*/30 2 * * *', 10);
    const starts: string[] = [];
    for (let at = Date.parse('2026-10-24T23:00Z'); at < Date.parse('2026-10-25T03:00Z'); at += MINUTE)
      if (isActive(window, at) && !isActive(window, at - MINUTE)) starts.push(new Date(at).toISOString().slice(11, 16));
    expect(starts).toEqual(['00:00', '00:30', '01:00', '01:30']);
    expect(period(byCron('0,30 10 * * *', 30), '2026-01-07T00:00Z')).toEqual(['2026-01-07T09:00', '2026-01-07T10:00']);
  });
});

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'];
const YEAR_START = Date.parse('2026-01-01T00:00Z');
const YEAR_MINUTES = 365 * 24 * 60;

describe('laws', () => {
  const clocks = new Map<string, Float64Array>();
  /** Made once for both laws of a zone. */
  function clockOf(zone: string): Float64Array {
    const clock = clocks.get(zone) ?? ratchetClock(zone);
    clocks.set(zone, clock);
    return clock;
  }

  it.each(ZONES)(
    'a weekly window is active in the minutes in which a clock that never goes back says so: %s',
    (zone) => {
      const clock = clockOf(zone);
      fc.assert(
        fc.property(weeklyTimes(), (times) => {
          const window = weekly(times, { timeZone: zone });
          const isActiveBy = isOn(times);
          expectOverTheYear(window, (minute) => isActiveBy(clock[minute + CLOCK_LEAD] ?? 0));
        }),
        { numRuns: 2 },
      );
    },
  );

  it.each(ZONES)('a cron window is active for its duration after that clock passes its time: %s', (zone) => {
    const clock = clockOf(zone);
    fc.assert(
      fc.property(minuteOfDay(), fc.integer({ min: 1, max: 23 * 60 - 1 }), (start, durationMinutes) => {
        const window = byCron(`${start % 60} ${Math.floor(start / 60)} * * *`, durationMinutes, { timeZone: zone });
        let lastStart = Number.NEGATIVE_INFINITY;
        const advanceTo = (minute: number) => {
          if (passes(clock[minute - 1 + CLOCK_LEAD] ?? 0, clock[minute + CLOCK_LEAD] ?? 0, start)) lastStart = minute;
          return minute < lastStart + durationMinutes;
        };
        for (let minute = 1 - CLOCK_LEAD; minute < 0; minute++) advanceTo(minute);
        expectOverTheYear(window, advanceTo);
      }),
      { numRuns: 2 },
    );
  });

  it('what was found before says nothing else: whenever it is asked about, and in whatever order', () => {
    const instants = fc.array(fc.integer({ min: 0, max: 3 * 24 * 60 }), { minLength: 2, maxLength: 12 });
    const days = fc.constantFrom(null, '2026-03-27', '2026-03-29');
    fc.assert(
      fc.property(
        weeklyTimes(),
        fc.constantFrom(...ZONES),
        days,
        days,
        instants,
        (times, timeZone, from, until, at) => {
          const window = weekly(times, { timeZone, from, until });
          for (const minute of at) {
            const now = Date.parse('2026-03-28T00:00Z') + minute * MINUTE;
            expect(isActive(window, now)).toBe(windowState(window, now).active !== null);
          }
        },
      ),
    );
  });
});

/** Compares every minute of the year, in order; a window is asked again only when it said that its state would change. */
function expectOverTheYear(window: ScheduleWindow, expected: (minute: number) => boolean): void {
  let { active, next } = windowState(window, YEAR_START);
  for (let minute = 0; minute < YEAR_MINUTES; minute++) {
    const at = YEAR_START + minute * MINUTE;
    const changes = active === null ? next?.from : active.to;
    if (at === changes) ({ active, next } = windowState(window, at));
    const on = expected(minute);
    const asked = minute % 4999 === 0 || at === changes || at + MINUTE === changes ? isActive(window, at) : on;
    if ((active !== null) === on && asked === on) continue;
    expect.fail(`${JSON.stringify(window)} at ${new Date(at).toISOString()}: expected ${on ? 'active' : 'inactive'}`);
  }
}

/** A week of minutes before the year begins: cron windows that started then may still be on. */
const CLOCK_LEAD = 7 * 24 * 60;

/**
 * Local time in minutes since 1970, minute by minute, by Intl alone, and never going back: through the hour that autumn
 * doubles it stands still. A window is on while this clock is between its start and its end.
 */
function ratchetClock(timeZone: string): Float64Array {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const clock = new Float64Array(CLOCK_LEAD + YEAR_MINUTES);
  const STEP = 15; // clocks change on a quarter of an hour
  for (let i = 0; i < clock.length; i += STEP) {
    const at = YEAR_START + (i - CLOCK_LEAD) * MINUTE;
    const local = Date.parse(`${format.format(at).replace(' ', 'T')}Z`) / MINUTE;
    for (let k = 0; k < STEP; k++) clock[i + k] = Math.max(local + k, clock[i + k - 1] ?? 0);
  }
  return clock;
}

/** The definition: the clock's minute lies in a window that began on a listed day, today's or yesterday's. */
function isOn({ days, start, end, overnight }: WeeklyTimes): (local: number) => boolean {
  const isListed = Array.from({ length: 7 }, (_, day) => days.some((name) => name === WEEKDAYS[(day + 3) % 7]));
  const [from, to] = [minutesOf(start), minutesOf(end) + (overnight ? 1440 : 0)];
  const began = (day: number, local: number) =>
    isListed[((day % 7) + 7) % 7] === true && local >= day * 1440 + from && local < day * 1440 + to;
  return (local) => {
    const today = Math.floor(local / 1440);
    return began(today, local) || began(today - 1, local);
  };
}

function passes(before: number, now: number, minuteOfDay: number): boolean {
  for (let local = before + 1; local <= now; local++) if (local % 1440 === minuteOfDay) return true;
  return false;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function weeklyTimes(): fc.Arbitrary<WeeklyTimes> {
  return fc
    .record({
      days: fc.subarray([...WEEKDAYS], { minLength: 1 }).map((days) => [...new Set([...days, 'sun' as const])]),
      start: minuteOfDay(),
      end: minuteOfDay(),
    })
    .map(({ days, start, end }) => {
      const overnight = end <= start;
      return { kind: 'weekly', days, start: clockTime(start), end: clockTime(end), overnight };
    });
}

/** Half of them between midnight and four, where clocks change. */
function minuteOfDay(): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 0, max: 240 }), fc.integer({ min: 0, max: 1439 }));
}

function clockTime(minutes: number): string {
  return new Date(minutes * MINUTE).toISOString().slice(11, 16);
}
