// Days are compared by local time where a zone is said, through every change of the clocks, and the tick reads as learning read.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitSignal } from '../../../lib/domain/forecast/fit.ts';
import { forecastSignal } from '../../../lib/domain/forecast/forecast.ts';
import { comingHours } from '../../../lib/domain/sizing/coming-hour.ts';
import { readingsOf, SHAPES } from '../../../lib/domain/sizing/demand-ahead/readings.ts';
import { wantedInForce } from '../../../lib/domain/sizing/experts/in-force.ts';
import { type LearnSizing, learnSizing } from '../../../lib/domain/sizing/experts/learn-sizing.ts';
import { unpackRecord } from '../../../lib/domain/sizing/experts/record.ts';
import { LOOKBACK_MINUTES, size } from '../../../lib/domain/sizing/size.ts';
import type { FittedSizing } from '../../../lib/domain/sizing/sizing-policy.ts';
import { fromAhead, usualDays } from '../../../lib/domain/sizing/usual-day.ts';
import { localTime, timeOfDay } from '../../../lib/domain/workload/local-time.ts';
import { history } from '../../make/histories.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BERLIN = 'Europe/Berlin';
/** Clocks are set forward at 01:00Z. */
const SPRING = Date.parse('2026-03-29T00:00:00Z');
const AUTUMN = Date.parse('2026-10-25T00:00:00Z');
const CHANGES: readonly (readonly [string, number])[] = [
  [BERLIN, SPRING],
  [BERLIN, AUTUMN],
  ['America/New_York', Date.parse('2026-03-08T00:00:00Z')],
  ['America/New_York', Date.parse('2026-11-01T00:00:00Z')],
  ['Australia/Lord_Howe', Date.parse('2026-04-04T00:00:00Z')],
  ['America/Santiago', Date.parse('2026-09-06T00:00:00Z')],
  ['Asia/Kathmandu', SPRING],
];

/** Every day the same, by the clocks of a zone. */
const hours = (zone: string, at: number) => timeOfDay(at, localTime(zone)) / HOUR;
const office = (zone: string) => (at: number) => {
  const hour = hours(zone, at);
  return hour >= 8 && hour < 18 ? 9 + Math.sin(hour * 3) : 1 + 0.1 * Math.sin(hour);
};
/** No day like another, so that the time of day tells what earlier days do not. */
const restless = (at: number) => {
  const hour = hours(BERLIN, at);
  const noise = ((Math.floor(at / MINUTE) * 7919) % 997) / 997;
  const day = ((Math.floor(at / DAY) * 31) % 7) / 7;
  return (hour >= 8 && hour < 18 ? 9 : 1) * (0.8 + 0.4 * noise) * (0.7 + 0.6 * day);
};
const byMinute = (days: number, from: number, demand: (at: number) => number) =>
  Float64Array.from({ length: days * 1440 }, (_, i) => demand(from + i * MINUTE));

const LESSON: Omit<LearnSizing, 'minutes' | 'startsAt'> = {
  perReplica: 1,
  startupSeconds: 300,
  tickSeconds: 60,
  lookSeconds: 15,
  cooldownDownSeconds: 300,
  sloPercent: 99.5,
  restartSeconds: 60,
  previous: null,
};

describe('laws of the usual by local time', () => {
  it('days that are alike by the clocks of the zone are alike, whether or not those changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CHANGES),
        fc.integer({ min: -2 * 1440, max: 4 * 1440 }),
        fc.integer({ min: 6 * 60, max: 22 * 60 }),
        ([zone, change], off, clock) => {
          const startsAt = change - 11 * DAY;
          const minutes = byMinute(17, startsAt, office(zone));
          // Some day's time that no change of the clocks is near to.
          const local = localTime(zone);
          const some = change + off * MINUTE;
          const at = some - timeOfDay(some, local) + clock * MINUTE;
          fc.pre(timeOfDay(at, local) === clock * MINUTE);
          const usual = usualDays(minutes, startsAt, local)(at);
          if (usual === null) throw new Error('no earlier day');
          expect(usual.yesterday).toBeCloseTo(usual.week, 9);
          expect(usual.rise).toBeCloseTo(usual.riseMost, 9);
          // And like this one.
          const slot = at - (at % (5 * MINUTE));
          const around = Array.from({ length: 31 }, (_, i) => office(zone)(slot + (i - 10) * MINUTE));
          expect(usual.level).toBeCloseTo(Math.max(...around), 9);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('knows nothing of its own day, in any zone, around any change', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.constantFrom(...CHANGES),
        fc.integer({ min: 1500, max: 3 * 1440 - 1 }),
        (zone, [, change], minute) => {
          const startsAt = change - DAY;
          const minutes = byMinute(3, startsAt, (at) => 10 + ((at / MINUTE) % 997) / 50);
          const known = minute - 23 * 60 + 120;
          const other = minutes.map((value, i) => (i <= known ? value : 500 - value));
          const of = (values: Float64Array) => usualDays(values, startsAt, localTime(zone))(startsAt + minute * MINUTE);
          expect(of(other)).toEqual(of(minutes));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('the coming hour of the watchdog is that of the same clocks', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHANGES), fc.integer({ min: 0, max: 9 * 1440 }), ([zone, change], minute) => {
        const local = localTime(zone);
        const now = change + minute * MINUTE;
        const found = comingHours(now, local);
        expect(found.map(({ from }) => from)).toEqual([1, 2, 3, 4, 5, 6, 7].map((days) => local.daysBefore(now, days)));
        for (const { from, to } of found) expect(to - from).toBe(HOUR);
      }),
    );
  });
});

describe('readings by local time', () => {
  it('law: are the same from a minute on as of all minutes', () => {
    const column = fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(fc.constantFrom(...CHANGES), fc.nat(2880), column, fc.nat(), ([zone, change], off, values, some) => {
        const replicas = Float64Array.from(values);
        const startsAt = change - DAY / 2 + off * MINUTE;
        const from = some % replicas.length;
        const of = (first: number) => readingsOf(replicas, startsAt, () => null, 4, first, localTime(zone));
        for (const kind of ['levels', 'shapes'] as const)
          expect(of(from)[kind].map((one) => one.subarray(from))).toEqual(of(0)[kind].map((one) => one.subarray(from)));
      }),
    );
  });

  it('law: tell the hour and the minute that clocks show', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.constantFrom(...CHANGES),
        fc.nat(2880),
        (zone, [, change], off) => {
          const at = change + off * MINUTE;
          const { shapes } = readingsOf(Float64Array.of(1), at, () => null, 4, 0, localTime(zone));
          const of = (name: (typeof SHAPES)[number]) => shapes[SHAPES.indexOf(name)]?.[0] ?? Number.NaN;
          const shown = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', timeStyle: 'short' });
          const [hour = 0, minute = 0] = shown.format(at).split(':').map(Number);
          expect(of('timeOfDay')).toBeCloseTo((60 * hour + minute) / 1440, 9);
          expect(5 * of('slotOfHour') + of('minuteOfSlot')).toBe(minute % 60);
        },
      ),
    );
  });
});

describe('what is learned under a zone', () => {
  /** An hour before clocks are set forward, of eight days; and half a day more, in which the change is. */
  const startsAt = SPRING - 8 * DAY;
  const minutes = byMinute(8.5, startsAt, restless);
  const end = 8 * 1440;
  const base: LearnSizing = { ...LESSON, minutes: minutes.subarray(0, end), startsAt };
  let utc: FittedSizing;
  let berlin: FittedSizing;
  beforeAll(() => {
    [utc, berlin] = [learned(base), learned({ ...base, timeZone: BERLIN })];
  });

  it('says so, and by the name of UTC it is what it is without any', () => {
    expect(utc).not.toHaveProperty('timeZone');
    expect(berlin.timeZone).toBe(BERLIN);
    expect(learned({ ...base, timeZone: 'UTC' })).toEqual({ ...utc, timeZone: 'UTC' });
  });

  it('keeps for the hours ahead what days before had at the same local time', () => {
    const kept = fromAhead(berlin.usual);
    const usualAt = usualDays(
      minutes.map((demand) => demand / berlin.unit),
      startsAt,
      localTime(BERLIN),
    );
    for (let at = SPRING; at < SPRING + 12 * HOUR; at += 5 * MINUTE)
      for (const field of ['level', 'yesterday', 'week'] as const) {
        const is = usualAt(at)?.[field] ?? Number.NaN;
        expect(Math.abs((kept(at)?.[field] ?? Number.NaN) / is - 1)).toBeLessThan(0.02);
      }
  });

  it('is read by ticks and looks as learning reads it, through the change', () => {
    const replicas = minutes.map((demand) => demand / berlin.unit);
    const { usual, leadMinutes, unit } = berlin;
    const readings = () => readingsOf(replicas, startsAt, fromAhead(usual), leadMinutes, 0, localTime(BERLIN));
    const { up } = wantedInForce({ replicas, readings }, berlin, { from: end, to: minutes.length });
    let others = 0;
    for (let last = end; last < minutes.length; last++) {
      const from = last + 1 - LOOKBACK_MINUTES;
      const recent = { minutes: minutes.subarray(from, last + 1), startsAt: startsAt + from * MINUTE };
      const sized = (of: FittedSizing) => size({ ...recent, unit, current: 1 }, of);
      expect(sized(berlin)).toBe(Math.max(1, Math.ceil((replicas[last] ?? 0) - 1e-9), up[last] ?? 0));
      if (sized({ ...berlin, timeZone: 'Asia/Tokyo' }) !== sized(berlin)) others++;
    }
    // By other clocks the same trees say another number.
    expect(others).toBeGreaterThan(0);
  });

  it('is judged by the clocks that it was learned by, also after another zone is said', () => {
    const came = (sizing: FittedSizing, timeZone: string) => {
      const again = learned({ ...base, minutes, previous: { at: SPRING - MINUTE, sizing }, timeZone });
      return unpackRecord(again.record)?.came.shortMinutes;
    };
    expect(came(berlin, 'Asia/Tokyo')).toBe(came(berlin, BERLIN));
    expect(came(utc, BERLIN)).toBe(came(utc, 'UTC'));
  });
});

describe('a forecast by local time', () => {
  const noisy = (at: number) => office(BERLIN)(at) * (1 + 0.02 * Math.sin(at / 7e5) * Math.cos(at / 3.1e6));
  it.each([
    ['spring', SPRING, '05:30', 6.5],
    ['autumn', AUTUMN, '06:30', 7.5],
  ])('sees the morning after the change of %s at its hour', (_, change, utcHour) => {
    const now = Date.parse(`${new Date(change).toISOString().slice(0, 10)}T${utcHour}:00Z`);
    const series = history(10, noisy, now);
    const off = (zone?: string) => {
      const points = forecastSignal('cpu', series, fitSignal(series, 'cpu', zone), now)?.points ?? [];
      return points.reduce((sum, { at, p50 }) => sum + Math.abs(p50 - noisy(at)), 0) / points.length;
    };
    expect(off(BERLIN)).toBeLessThan(0.5 * off());
  });

  it('law: under the name of UTC is what it is without any, and finite in every zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.constantFrom(...CHANGES),
        fc.integer({ min: 0, max: 3 * 288 }),
        (zone, [, change], cell) => {
          const now = change + cell * 5 * MINUTE;
          const series = history(9, noisy, now);
          const { timeZone, ...named } = fitSignal(series, 'cpu', 'UTC') ?? {};
          expect(timeZone).toBe('UTC');
          expect(named).toEqual(fitSignal(series, 'cpu'));
          const points = forecastSignal('cpu', series, fitSignal(series, 'cpu', zone), now)?.points ?? [];
          expect(points.length).toBeGreaterThan(0);
          for (const { p5, p50, p99 } of points) {
            expect(p5).toBeLessThanOrEqual(p50);
            expect(p50).toBeLessThanOrEqual(p99);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('laws of a zone that never changes', () => {
  // Of IANA's names, `Etc/GMT-6` is six hours ahead. Learning goes by blocks of six hours, which stay blocks then.
  const ahead = fc.constantFrom(['Etc/GMT-6', 6], ['Etc/GMT-12', 12], ['Etc/GMT+6', -6] as const);
  const shaped = (at: number) => {
    const weekday = ![0, 6].includes(new Date(at).getUTCDay());
    return (
      (weekday ? 1 : 0.4) * office('UTC')(at) * (1 + 0.1 * Math.sin(at / 7e5) * Math.cos(at / 3.1e6) * hours('UTC', at))
    );
  };

  it('a forecast is what it is of the same load so many hours later by UTC', () => {
    fc.assert(
      fc.property(ahead, fc.nat(4 * 288), ([zone, hoursAhead], cell) => {
        const [now, off] = [SPRING + cell * 5 * MINUTE, Number(hoursAhead) * HOUR];
        const [here, later] = [history(13, (at) => shaped(at + off), now), history(13, shaped, now + off)];
        const ours = forecastSignal('cpu', here, fitSignal(here, 'cpu', String(zone)), now);
        const utc = forecastSignal('cpu', later, fitSignal(later, 'cpu'), now + off);
        expect(ours?.points.map((point) => ({ ...point, at: point.at + off }))).toEqual(utc?.points);
        expect({ ...ours, points: [] }).toEqual({ ...utc, points: [] });
      }),
      { numRuns: 25 },
    );
  });

  it('so is a sizing', () => {
    fc.assert(
      fc.property(ahead, fc.nat(1440), ([zone, hoursAhead], minute) => {
        const [startsAt, off] = [SPRING - 3 * DAY + minute * MINUTE, Number(hoursAhead) * HOUR];
        const input = { ...LESSON, minutes: byMinute(3, startsAt + off, restless) };
        const { timeZone, usual, ...ours } = learned({ ...input, startsAt, timeZone: String(zone) });
        const { usual: usualOfUtc, ...utc } = learned({ ...input, startsAt: startsAt + off });
        expect(ours).toEqual(utc);
        expect({ ...usual, from: usual.from + off }).toEqual(usualOfUtc);
        expect(timeZone).toBe(zone);
      }),
      { numRuns: 5 },
    );
  });
});

function learned(input: LearnSizing): FittedSizing {
  const sizing = learnSizing(input);
  if (sizing === null) throw new Error('learned nothing');
  return sizing;
}
