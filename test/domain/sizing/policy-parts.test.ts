// What a plan looks at and what it is judged by: each feature on a demand that shows it, the loss in figures, the walk downhill.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePolicy } from '../../../lib/domain/sizing/describe.ts';
import {
  featureColumns,
  SIZING_FEATURES,
  type SizingFeature,
  weightedDemand,
} from '../../../lib/domain/sizing/features.ts';
import { PolicyTrials, short } from '../../../lib/domain/sizing/objective.ts';
import { neededBy, type Replayed } from '../../../lib/domain/sizing/replay.ts';
import { size } from '../../../lib/domain/sizing/size.ts';
import {
  demandPerReplica,
  replicasForDemand,
  type SizingShape,
  scaled,
} from '../../../lib/domain/sizing/sizing-policy.ts';
import { fromAhead, usualAhead, usualDays } from '../../../lib/domain/sizing/usual-day.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const MINUTE_MS = 60_000;
const DAY = 1440;
const columnsOf = (minutes: Float64Array, usualAt = usualDays(minutes, START)) =>
  featureColumns(minutes, START, 0.9, usualAt);
const series = (length: number, demand: (minute: number) => number) =>
  Float64Array.from({ length }, (_, i) => demand(i));
/** The minutes at which a feature is what is asked for. */
const minutesWith = (column: Float64Array, is: (value: number) => boolean) =>
  [...column.keys()].filter((minute) => is(column[minute] ?? 0));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a feature, on one minute of six among minutes of one', () => {
  const shown = () => columnsOf(series(300, (minute) => (minute === 100 ? 6 : 1)));

  it.each([
    { feature: 'peak5', until: 104 },
    { feature: 'peak20', until: 119 },
    { feature: 'peak60', until: 159 },
  ] as const)('$feature is six until minute $until', ({ feature, until }) => {
    const columns = shown();
    expect(minutesWith(columns[feature], (value) => value === 6)).toEqual(range(100, until));
    expect(minutesWith(columns[feature], (value) => value === 1)).toHaveLength(300 - (until - 99));
  });

  it('the mean of an hour holds a sixtieth of it, and of what there is at the start', () => {
    const columns = shown();
    expect(columns.mean60[99]).toBeCloseTo(1, 9);
    expect([100, 159, 160].map((minute) => columns.mean60[minute])).toEqual(
      [65 / 60, 65 / 60, 1].map((v) => expect.closeTo(v, 9)),
    );
    expect(columns.mean60[0]).toBe(1);
  });

  it('moves are up and down alike, jumps are up alone', () => {
    const columns = shown();
    expect([99, 100, 101, 159, 160, 161].map((minute) => columns.moves60[minute])).toEqual(
      [0, 5 / 60, 10 / 60, 10 / 60, 5 / 60, 0].map((value) => expect.closeTo(value, 9)),
    );
    expect(minutesWith(columns.jump60, (value) => value === 5)).toEqual(range(100, 159));
    expect(minutesWith(columns.jump60, (value) => value !== 0)).toEqual(range(100, 159));
  });

  it('a spare is what one replica takes, at every minute', () => {
    const columns = shown();
    expect(new Set(columns.spare)).toEqual(new Set([0.9]));
  });

  it('without an earlier day the usual is the last five minutes, and nothing rises', () => {
    const columns = shown();
    expect(columns.usual).toEqual(columns.peak5);
    expect(new Set(columns.rise)).toEqual(new Set([0]));
  });
});

describe('the slope', () => {
  it('is the rise within five minutes, smoothed, for as long as five minutes after it; none where demand falls', () => {
    const { slope } = columnsOf(series(60, (minute) => (minute < 30 ? 2 : 5)));
    const expected = [0, 1, 2, 3, 3, 3, 3, 3, 2.4, 1.8, 1.2, 0.6, 0];
    // Full from the third minute on, until the minute from which it is told is high as well; kept for four minutes more.
    expect([...slope.subarray(29, 33)]).toEqual(expected.slice(0, 4));
    expect(minutesWith(slope, (value) => value === 3)).toEqual(range(32, 37));
    expect([...slope.subarray(38, 43)].map((value) => Number(value.toFixed(9)))).toEqual([2.4, 1.8, 1.2, 0.6, 0]);
    const falling = columnsOf(series(60, (minute) => (minute < 30 ? 5 : 2))).slope;
    expect(minutesWith(falling, (value) => value !== 0)).toEqual([]);
  });

  it('needs nine minutes of past', () => {
    const { slope } = columnsOf(series(30, (minute) => minute));
    expect(minutesWith(slope, (value) => value > 0)).toEqual(range(9, 29));
    expect(slope[9]).toBeCloseTo(5, 9);
  });
});

describe('the usual', () => {
  /** Ten minutes of nine from 10:00 on, every day. */
  const daily = (count: number) => series(count * DAY, (minute) => (minute % DAY >= 600 && minute % DAY < 610 ? 9 : 1));
  const usualAt = (minutes: Float64Array, minute: number) => usualDays(minutes, START)(START + minute * MINUTE_MS);

  it('is the highest from ten minutes before to twenty minutes after, in steps of five minutes', () => {
    const levels = range(570, 630).map((minute) => usualAt(daily(2), DAY + minute)?.level);
    expect(
      minutesWith(
        Float64Array.from(levels, (level) => level ?? 0),
        (level) => level === 9,
      ).map((i) => i + 570),
    ).toEqual(range(580, 619));
  });

  it('rises from the mean of five minutes to the highest of the fifteen that follow', () => {
    const rise = (minute: number) => usualAt(daily(2), DAY + minute)?.rise;
    expect([580, 585, 595, 605, 615, 625].map(rise)).toEqual([0, 8, 8, 0, expect.anything(), 0]);
  });

  it('is a mean over the days before that are there, seven at most, and null before there is one', () => {
    const growing = series(9 * DAY, (minute) => Math.floor(minute / DAY) + 1);
    const level = (day: number) => usualAt(growing, day * DAY + 720)?.level;
    expect([level(1), level(2), level(3), level(8)]).toEqual([1, 1.5, 2, 5]);
    expect(usualAt(growing, 720)).toBeNull();
    expect([DAY + 9, DAY + 10].map((minute) => usualAt(growing, minute) === null)).toEqual([true, false]);
  });

  it('is read back as it was kept, for its hours and no longer', () => {
    const minutes = daily(3);
    const from = START + (2 * DAY + 540) * MINUTE_MS;
    const kept = usualAhead(usualDays(minutes, START), from, 2);
    expect(kept.levels).toHaveLength(24);
    const read = fromAhead(kept);
    for (const minute of [540, 580, 600, 640, 659])
      expect(read(START + (2 * DAY + minute) * MINUTE_MS)).toEqual(usualAt(minutes, 2 * DAY + minute));
    expect([539, 660].map((minute) => read(START + (2 * DAY + minute) * MINUTE_MS))).toEqual([null, null]);
    expect(usualAhead(usualDays(minutes, START), START, 2)).toEqual({ from: START, levels: [], rises: [] });
  });
});

describe('the planned demand', () => {
  const minutes = series(200, (minute) => 3 + Math.sin(minute));
  it('is the weighted sum of the features', () => {
    const columns = columnsOf(minutes);
    const planned = weightedDemand(columns, { peak20: 0.5, mean60: 2, spare: 1 });
    const expected = minutes.map((_, i) => 0.5 * (columns.peak20[i] ?? 0) + 2 * (columns.mean60[i] ?? 0) + 0.9);
    planned.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? 0, 9);
    });
  });

  it('forgets what stood where it is put, and of weights below nothing takes nothing', () => {
    const columns = columnsOf(minutes);
    const scratch = new Float64Array(200).fill(77);
    expect(weightedDemand(columns, { spare: 1, peak5: -3 }, scratch)).toBe(scratch);
    expect(new Set(scratch)).toEqual(new Set([0.9]));
    expect(new Set(weightedDemand(columns, {}))).toEqual(new Set([0]));
  });

  it('a mixture scaled is every part scaled, held for as long', () => {
    expect(scaled({ weights: { peak5: 2, usual: 0.5 }, windowMinutes: 7 }, 3)).toEqual({
      weights: { peak5: 6, usual: 1.5 },
      windowMinutes: 7,
    });
  });

  it('is carried by replicas at nine tenths of their request, one at the least', () => {
    expect(demandPerReplica(2)).toBe(1.8);
    expect([0, 0.1, 1.8, 1.8 + 1e-12, 1.81, 18].map((planned) => replicasForDemand(planned, 1.8))).toEqual([
      1, 1, 1, 1, 2, 10,
    ]);
  });
});

describe('replicas now', () => {
  const usual = { from: START, levels: [], rises: [] };
  const wanted = (minutes: Float64Array, shape: SizingShape) =>
    size({ minutes, startsAt: START, unit: 1 }, { policy: { ...shape, ...REST }, usual });
  const spike = (ago: number) => series(81, (minute) => (minute === 80 - ago ? 9 : 2));

  it.each([5, 10])('are the highest wanted within a hold of %d minutes', (windowMinutes) => {
    // Of the last five minutes' peak: seen for four minutes more than it lasted.
    const at = (ago: number) => wanted(spike(ago), { weights: { peak5: 1 }, windowMinutes });
    expect([0, 4, windowMinutes + 3, windowMinutes + 4].map(at)).toEqual([9, 9, 9, 2]);
  });

  it('are never fewer than what is there takes, whatever the plan', () => {
    expect(wanted(spike(0), { weights: {}, windowMinutes: 5 })).toBe(9);
    expect(wanted(spike(1), { weights: {}, windowMinutes: 5 })).toBe(2);
  });
});

const REST = {
  headroom: 0,
  shares: [],
  expected: { violationPercent: 0, cost: 1 },
  hpa70: { violationPercent: 0, cost: 1 },
  days: 1,
};

describe('a plan in words', () => {
  const told = (change: object) =>
    describePolicy({
      weights: {},
      windowMinutes: 5,
      ...REST,
      shares: [
        ['peak5', 0.7],
        ['usual', 0.03],
        ['rise', 0.029],
      ],
      ...change,
    });
  const own = (leftOut: readonly string[], score: typeof REST.hpa70 | null = REST.hpa70) =>
    told({ ownHpa: { targets: { cpu: 70, memory: 80 }, leftOut, score } });

  it('names its parts from three percent on, and an HPA at 70 % where it has none of its own', () => {
    expect(told({})).toMatch(
      /peak \(70 %\), what is usual at this time of day \(3 %\): on the last 1 days.*; HPA at 70 % would have kept 100.0 % at 1.00 × the ideal$/,
    );
  });

  it('is held against its own HPA, and names three of the metrics that were left out', () => {
    expect(own([])).toMatch(/; your HPA \(CPU 70 %, memory 80 %\) would have kept 100.0 % at 1.00 × the ideal$/);
    expect(own(['a'])).toMatch(/; its metric a is left out$/);
    expect(own(['a', 'b', 'c'])).toMatch(/; its metrics a, b, c are left out$/);
    expect(own(['a', 'b', 'c', 'd'])).toMatch(/; its metrics a, b, c and 1 more are left out$/);
    expect(own(['a'], null)).toMatch(/; HPA at 70 % would .*; your HPA's metrics are not in the history: a$/);
  });
});

describe('what a plan is judged by', () => {
  const minutes = series(
    2 * DAY,
    (minute) => 10 - 8 * Math.cos((2 * Math.PI * minute) / DAY) + ((minute * 7919) % 97) / 60,
  );
  const input = { minutes, needed: neededBy(minutes, 0.9), unit: 0.9, startupSeconds: 90, tickMinutes: 1 };
  const trialsNow = () => new PolicyTrials(input, columnsOf(minutes));
  const score = (change: Partial<Replayed>): Replayed => ({
    violationPercent: 0,
    cost: 1,
    changesPerHour: 0,
    shortMinutes: 0,
    episodes: 0,
    ...change,
  });

  it('is cost, violations at their price, and four thousandths for a change an hour', () => {
    const trials = trialsNow();
    expect(trials.loss(score({}), 2)).toBe(1);
    expect(trials.loss(score({ cost: 1.5 }), 2)).toBe(1.5);
    expect(trials.loss(score({ violationPercent: 0.5 }), 2)).toBe(2);
    expect(trials.loss(score({ changesPerHour: 10 }), 2)).toBeCloseTo(1.04, 12);
    expect(trials.loss(score({ shortMinutes: 9, episodes: 9 }), 2)).toBe(1);
  });

  it('a replay of a plan is the same whatever was replayed before', () => {
    const trials = trialsNow();
    const shape = { weights: { peak5: 1.1 }, windowMinutes: 5 } as const;
    const first = trials.replayed(shape);
    trials.replayed({ weights: { peak60: 3, spare: 2 }, windowMinutes: 10 });
    expect(trials.replayed(shape)).toEqual(first);
    expect(trials.replayed(shape, DAY)).not.toEqual(first);
  });

  it('law: a walk downhill ends no higher than it began, with weights of at least nothing, and tells what it reached', () => {
    const trials = trialsNow();
    const start = fc.dictionary(fc.constantFrom(...SIZING_FEATURES), fc.double({ min: 0, max: 3, noNaN: true }), {
      minKeys: 1,
      maxKeys: 3,
    });
    fc.assert(
      fc.property(
        start,
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.constantFrom(5, 10),
        (weights, price, windowMinutes) => {
          const from = { weights, windowMinutes };
          const { shape, replayed, loss } = trials.descend(from, price, { rounds: 2, step: 0.2 });
          expect(loss).toBeLessThanOrEqual(trials.loss(trials.replayed(from), price));
          expect(loss).toBeCloseTo(trials.loss(trials.replayed(shape), price), 6);
          expect(loss).toBe(trials.loss(replayed, price));
          expect(Object.values(shape.weights).every((weight) => weight >= 0)).toBe(true);
          expect(shape.windowMinutes).toBe(windowMinutes);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('a walk from nothing finds what carries the load, and from far too much comes back down', () => {
    const trials = trialsNow();
    const price = 0.3;
    const lossFrom = (weights: SizingShape['weights']) =>
      trials.descend({ weights, windowMinutes: 5 }, price, { rounds: 3, step: 0.3 }).loss;
    const bare = trials.loss(trials.replayed({ weights: { peak5: 1 }, windowMinutes: 5 }), price);
    expect(lossFrom({ peak5: 1 })).toBeLessThan(bare);
    const tall = trials.loss(trials.replayed({ weights: { peak60: 4 }, windowMinutes: 5 }), price);
    expect(lossFrom({ peak60: 4 })).toBeLessThan(0.75 * tall);
  });

  it('no round, no step: the plan stays as it was', () => {
    const trials = trialsNow();
    const from = { weights: { peak5: 1.3 }, windowMinutes: 5 } as const;
    expect(trials.descend(from, 0.3, { rounds: 0, step: 0.3 }).shape).toEqual(from);
  });

  it('is told as headroom over the demand, and as shares, the largest first', () => {
    const flat = series(DAY, () => 10);
    const steady = new PolicyTrials({ ...input, minutes: flat, needed: neededBy(flat, 0.9) }, columnsOf(flat));
    expect(steady.describe({ weights: { peak5: 0.3, mean60: 0.9 }, windowMinutes: 5 })).toEqual({
      headroom: 0.2,
      shares: [
        ['mean60', 0.75],
        ['peak5', 0.25],
      ],
    });
    // Less than the demand is never kept: the demand itself is.
    expect(steady.describe({ weights: { peak5: 0.5 }, windowMinutes: 5 })).toEqual({
      headroom: 0,
      shares: [['peak5', 1]],
    });
    const none = new PolicyTrials(
      { ...input, minutes: new Float64Array(DAY), needed: new Int32Array(DAY) },
      columnsOf(new Float64Array(DAY)),
    );
    expect(none.describe({ weights: { spare: 1 }, windowMinutes: 5 })).toEqual({ headroom: 0, shares: [['spare', 1]] });
  });

  it('what is kept has four digits', () => {
    expect([short(1.234_56), short(0.000_123_456), short(98_765)]).toEqual([1.235, 0.000_123_5, 98_770]);
  });
});

it('every feature is in the columns, and each as long as the minutes', () => {
  const columns: Readonly<Record<SizingFeature, Float64Array>> = columnsOf(series(100, () => 1));
  expect(SIZING_FEATURES.map((feature) => columns[feature].length)).toEqual(SIZING_FEATURES.map(() => 100));
});
