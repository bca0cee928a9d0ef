// What learning makes of a load: nothing of it looks ahead, whatever the demand it is finite and small, and the choice is what one expects.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHOICES } from '../../../../lib/domain/sizing/demand-ahead/newsvendor.ts';
import { xorshift } from '../../../../lib/domain/sizing/demand-ahead/random.ts';
import { LEVELS, readingsOf, SHAPES } from '../../../../lib/domain/sizing/demand-ahead/readings.ts';
import { type LearnSizing, learnSizing } from '../../../../lib/domain/sizing/experts/learn-sizing.ts';
import { NO_RECORD, packRecord, unpackRecord } from '../../../../lib/domain/sizing/experts/record.ts';
import { LOOKBACK_MINUTES, size } from '../../../../lib/domain/sizing/size.ts';
import type { FittedSizing } from '../../../../lib/domain/sizing/sizing-policy.ts';
import { usualDays } from '../../../../lib/domain/sizing/usual-day.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const MINUTE_MS = 60_000;
const DAY = 1440;
const UNIT = 0.9;
const INPUT = {
  startsAt: START,
  perReplica: 1,
  startupSeconds: 90,
  tickSeconds: 60,
  lookSeconds: 15,
  cooldownDownSeconds: 300,
  sloPercent: 99.5,
  restartSeconds: 60,
  previous: null,
} as const satisfies Omit<LearnSizing, 'minutes'>;

const days = (count: number, demand: (minute: number) => number) =>
  Float64Array.from({ length: Math.round(count * DAY) }, (_, minute) => demand(minute));
const random = xorshift(7);
/** Nothing that could be learned to the letter. */
const NOISE = Float64Array.from({ length: 10_007 }, random);
const noise = (minute: number) => NOISE[minute % NOISE.length] ?? 0;
const daily = (minute: number) => 10 - 8 * Math.cos((2 * Math.PI * minute) / DAY) + noise(minute) / 4;
/** Three times the demand for ten minutes, at times that differ from day to day. */
const bursty = (minute: number) => ((minute + 37 * Math.floor(minute / DAY)) % 173 < 10 ? 30 : 10) + noise(minute);
const learn = (minutes: Float64Array, change: Partial<LearnSizing> = {}): FittedSizing => {
  const learned = learnSizing({ ...INPUT, ...change, minutes });
  if (learned === null) throw new Error('nothing was learned');
  return learned;
};
/** Twice a day from the second day on, each knowing the one before. */
const learnOnAndOn = (minutes: Float64Array, change: Partial<LearnSizing> = {}): readonly FittedSizing[] => {
  const all: FittedSizing[] = [];
  let previous: LearnSizing['previous'] = null;
  for (let end = DAY; end <= minutes.length; end += DAY / 2) {
    const sizing = learn(minutes.subarray(0, end), { ...change, previous });
    previous = { at: START + (end - 1) * MINUTE_MS, sizing };
    all.push(sizing);
  }
  return all;
};
/** Replicas at a minute of a history, while so many run. */
const sizedAt = (sizing: FittedSizing, minutes: Float64Array, minute: number, current = 1) => {
  const first = minute + 1 - LOOKBACK_MINUTES;
  const startsAt = START + first * MINUTE_MS;
  return size({ minutes: minutes.subarray(first, minute + 1), startsAt, unit: UNIT, current }, sizing);
};

describe('law: nothing is learned of what comes later', () => {
  const [past, other] = [days(3, daily), days(3, (minute) => 400 - daily(minute) + (minute % 13))];
  const spoilt = (cut: number) => past.map((value, i) => (i < cut ? value : (other[i] ?? 0)));

  it.each([DAY, DAY + 7, 2 * DAY + 333])(
    'a history that ends at minute %d teaches the same, whatever follows',
    (cut) => {
      const whole = spoilt(cut);
      expect(learn(whole.subarray(0, cut))).toEqual(learn(past.slice(0, cut)));
    },
  );

  it('no reading sees a minute after its own', () => {
    const columnsOf = (minutes: Float64Array) => {
      const { levels, shapes } = readingsOf(minutes, START, usualDays(minutes, START), 4);
      return [...levels, ...shapes];
    };
    const names = [...LEVELS, ...SHAPES];
    const known = columnsOf(past);
    expect(known).toHaveLength(names.length);
    fc.assert(
      fc.property(fc.integer({ min: 61, max: 3 * DAY - 1 }), (cut) => {
        for (const [k, column] of columnsOf(spoilt(cut)).entries())
          expect(column.subarray(0, cut), names[k]).toEqual(known[k]?.subarray(0, cut));
      }),
      { numRuns: 12 },
    );
  });

  it('the record of a day is of what was learned before it: spoiling the day after leaves it as it was', () => {
    const first = learn(past.subarray(0, 2 * DAY));
    const previous = { at: START + (2 * DAY - 1) * MINUTE_MS, sizing: first };
    const minutes = (record: FittedSizing) => unpackRecord(record.record)?.minutes ?? 0;
    const next = learn(spoilt(2 * DAY), { previous });
    expect(minutes(next)).toBeGreaterThan(minutes(first));
    // What nobody could see coming is short under everything that was learned of calm days, and on record.
    const short = (sizing: FittedSizing) => unpackRecord(sizing.record)?.walked[10]?.shortMinutes ?? 0;
    expect(short(next)).toBeGreaterThan(short(first));
  });
});

it('the record is of what was learned before: what tells of a jump is of no use on the day that it first does', () => {
  const calm = days(2, (minute) => 10 + noise(minute));
  /** Every twenty minutes demand dips for two, and three minutes after that it is fourfold. */
  const telling = (minute: number) => (minute % 20 < 2 ? 4 : minute % 20 >= 5 && minute % 20 < 13 ? 40 : 10);
  const minutes = Float64Array.from([...calm, ...days(1, (minute) => telling(minute) + noise(minute))]);
  const previous = { at: START + (2 * DAY - 1) * MINUTE_MS, sizing: learn(calm) };
  const shortest = (sizing: FittedSizing) =>
    Math.min(...(unpackRecord(sizing.record)?.walked.slice(0, CHOICES) ?? []).map(({ shortMinutes }) => shortMinutes));
  const met = learn(minutes, { previous });
  expect(shortest(met)).toBeGreaterThan((DAY / 20) * 1.5);
  // The day after it is known.
  const again = Float64Array.from([...minutes, ...days(0.5, (minute) => telling(minute) + noise(minute))]);
  const known = learn(again, { previous: { at: START + (3 * DAY - 1) * MINUTE_MS, sizing: met } });
  expect(shortest(known)).toBeLessThan(shortest(met));
});

describe('learning', () => {
  it('needs a day', () => {
    expect(learnSizing({ ...INPUT, minutes: days(1, daily).subarray(1) })).toBeNull();
    expect(learnSizing({ ...INPUT, minutes: days(1, daily) })).not.toBeNull();
  });

  it('is the same each time', () => {
    expect(learn(days(1.5, bursty))).toEqual(learn(days(1.5, bursty)));
  });

  it('begins with five days walked as if they came one by one, and goes on from where it was', () => {
    const minutesOf = ({ record }: FittedSizing) => unpackRecord(record)?.minutes ?? 0;
    const faded = (count: number) => Array.from({ length: count }, (_, i) => DAY * Math.exp(-i / 10));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const week = days(7, daily);
    expect(minutesOf(learn(week)) / sum(faded(5))).toBeCloseTo(1, 2);
    const before = learn(week.subarray(0, 6.5 * DAY));
    const next = learn(week, { previous: { at: START + (6.5 * DAY - 1) * MINUTE_MS, sizing: before } });
    expect(minutesOf(next)).toBeCloseTo(minutesOf(before) * Math.exp(-1 / 20) + DAY / 2, -1);
    expect(unpackRecord(next.record)?.came.minutes).toBeCloseTo(DAY / 2, 0);
  });

  it('begins anew where the record of before cannot be read', () => {
    const before = learn(days(1, daily));
    const previous = { at: START + (DAY - 1) * MINUTE_MS, sizing: { ...before, record: 'of other experts' } };
    expect(learn(days(1.5, daily), { previous })).toEqual(learn(days(1.5, daily)));
  });

  it('keeps the usual of the hours until the next lesson, from half an hour before the present', () => {
    const { usual } = learn(days(2, daily));
    expect(usual.from).toBe(START + (2 * DAY - 31) * MINUTE_MS);
    expect(usual.most).toBeGreaterThan(10);
    expect(learn(days(1, daily)).usual.slots).toBe('');
  });

  it('looks as far ahead as a pod takes to serve, readings and waiting for a tick included', () => {
    const lead = (change: Partial<LearnSizing>) =>
      learn(
        days(1, () => 5),
        change,
      ).leadMinutes;
    expect([0, 45, 46, 600].map((startupSeconds) => lead({ startupSeconds }))).toEqual([1, 1, 2, 11]);
    expect([15, 0].map((lookSeconds) => lead({ startupSeconds: 90, lookSeconds }))).toEqual([2, 3]);
  });

  it('is small enough to be kept: under 6 kB', () => {
    const minutes = days(4, (minute) => daily(minute) + bursty(minute) * noise(minute * 13));
    for (const sizing of [learn(minutes), learn(minutes.map((value) => 1e4 * value))])
      expect(JSON.stringify(sizing).length).toBeLessThan(6 * 1024);
  });
});

describe('whatever the demand', () => {
  const isFinite_ = (value: unknown): boolean =>
    typeof value === 'number'
      ? Number.isFinite(value)
      : typeof value !== 'object' || value === null || Object.values(value).every(isFinite_);

  it.each([
    ['constant', () => 9],
    ['nothing', () => 0],
    ['next to nothing', () => 1e-9],
    ['nothing, but for one minute', (minute: number) => (minute === 900 ? 40 : 0)],
    ['ten thousand replicas', (minute: number) => 9000 * (1 - 0.3 * noise(minute))],
    ['from nothing to ten thousand replicas and back', (minute: number) => (minute % 300 < 20 ? 9000 : 0)],
    ['growing without end', (minute: number) => Math.exp(minute / 200)],
  ])('%s: all numbers are finite, and the present is carried', (_what, demand) => {
    const minutes = days(1.2, demand);
    const sizing = learn(minutes);
    expect(isFinite_(sizing)).toBe(true);
    expect(isFinite_(unpackRecord(sizing.record))).toBe(true);
    for (const minute of [DAY - 1, minutes.length - 1]) {
      const wanted = sizedAt(sizing, minutes, minute);
      expect(wanted).toBeGreaterThanOrEqual(Math.max(1, Math.ceil((minutes[minute] ?? 0) / UNIT - 1e-6)));
      expect(Number.isFinite(wanted)).toBe(true);
    }
  });

  it('constant demand is carried at the ideal cost, nothing by one replica', () => {
    const constant = learn(days(2, () => 9));
    expect(constant.policy.expected).toEqual({ violationPercent: 0, cost: 1 });
    expect(
      sizedAt(
        constant,
        days(2, () => 9),
        DAY,
        30,
      ),
    ).toBe(10);
    const idle = days(2, () => 0);
    expect(sizedAt(learn(idle), idle, DAY, 30)).toBe(1);
  });

  it('a start-up longer than the history is no reason to fail', () => {
    const sizing = learn(days(1, daily), { startupSeconds: 86_400 });
    expect(isFinite_(sizing)).toBe(true);
    expect(sizedAt(sizing, days(1, daily), DAY - 1)).toBeGreaterThanOrEqual(3);
  });

  it('law: demand by the minute that repeats anything at all', () => {
    const cycle = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(cycle, (values) => {
        const minutes = days(1, (minute) => values[minute % values.length] ?? 0);
        const sizing = learn(minutes);
        expect(isFinite_(sizing)).toBe(true);
        const present = Math.max(1, Math.ceil((minutes.at(-1) ?? 0) / UNIT - 1e-6));
        expect(sizedAt(sizing, minutes, DAY - 1)).toBeGreaterThanOrEqual(present);
      }),
      { numRuns: 10 },
    );
  });
});

describe('what is chosen', () => {
  it('of a smooth day runs close to the ideal, and cheaper than an HPA at 70 %', () => {
    const { policy } = learnOnAndOn(days(5, daily)).at(-1) ?? learn(days(1, daily));
    expect(policy.expected.violationPercent).toBeLessThanOrEqual(0.5);
    expect(policy.expected.cost).toBeLessThan(1.2);
    expect(policy.expected.cost).toBeLessThan(0.9 * policy.hpa70.cost);
  });

  it('of bursts that nobody can foresee keeps more in hand, and is short less often than an HPA', () => {
    const calm = learn(days(3, (minute) => 10 + noise(minute)));
    const jumpy = learn(days(3, bursty));
    expect(jumpy.policy.expected.cost).toBeGreaterThan(1.3 * calm.policy.expected.cost);
    expect(jumpy.policy.expected.violationPercent).toBeLessThan(jumpy.policy.hpa70.violationPercent);
  });

  it('of rises at the same times of the hour is ready before them', () => {
    const rises = days(6, (minute) => (minute % 240 >= 120 ? 40 : 5));
    const learned = learnOnAndOn(rises.subarray(0, 5 * DAY), { sloPercent: 99.9 }).at(-1);
    // Of 5 it takes 6, of 40 it takes 45; they come at minute 120, and the usual tells so.
    const wanted = (minute: number) => learned && sizedAt(learned, rises, 5 * DAY + minute);
    expect(wanted(118)).toBeGreaterThanOrEqual(40);
    expect(wanted(90)).toBeLessThan(30);
  });

  it('a stricter SLO never costs less', () => {
    const minutes = days(3, bursty);
    const costs = [95, 99, 99.9].map((sloPercent) => learn(minutes, { sloPercent }).policy.expected.cost);
    expect(costs.toSorted((a, b) => a - b)).toEqual(costs);
  });

  it('takes more care after more came than was allowed, and less after nothing did', () => {
    const minutes = days(3, bursty);
    const before = learn(minutes.subarray(0, 2.5 * DAY));
    const record = unpackRecord(before.record) ?? NO_RECORD;
    const learnedAfter = (shortMinutes: number) => {
      const sizing = { ...before, record: packRecord({ ...record, came: { minutes: 7 * DAY, shortMinutes } }) };
      return learn(minutes, { previous: { at: START + (2.5 * DAY - 1) * MINUTE_MS, sizing } }).policy.expected;
    };
    const [nothing, much] = [learnedAfter(0), learnedAfter(0.03 * 7 * DAY)];
    expect(much.violationPercent).toBeLessThan(nothing.violationPercent);
    expect(much.cost).toBeGreaterThan(nothing.cost);
  });

  it('counts what came of the sizing in force, of a day that it could not foresee', () => {
    const calm = days(2, (minute) => 10 + noise(minute));
    const first = learn(calm);
    const burst = Float64Array.from([...calm, ...days(1, (minute) => (minute % 60 < 5 ? 40 : 10) + noise(minute))]);
    const next = learn(burst, { previous: { at: START + (2 * DAY - 1) * MINUTE_MS, sizing: first } });
    const { came } = unpackRecord(next.record) ?? NO_RECORD;
    expect(came.minutes).toBeCloseTo(DAY, 0);
    // Each of 24 is met two minutes late, and more than that by steps.
    expect(came.shortMinutes).toBeGreaterThan(24 * 1.75);
  });
});
