// Replicas now: never under the present need, up at once, down only by the hold, whatever was learned and however it was kept.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnSizing } from '../../../lib/domain/sizing/experts/learn-sizing.ts';
import { LOOKBACK_MINUTES, size } from '../../../lib/domain/sizing/size.ts';
import type { FittedSizing } from '../../../lib/domain/sizing/sizing-policy.ts';
import { headroomSizing } from '../../make/sizings.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const MINUTE_MS = 60_000;
const DAY = 1440;
const UNIT = 0.9;

/** Learned of two noisy days with bursts: by a price of shortage. */
const learned = learnedOf((minute) => 10 + 6 * Math.sin(minute / 200) + ((minute * 7919) % 101) / 40 + burst(minute));
const need = (demand: number, unit = UNIT) => Math.max(1, Math.ceil(demand / unit - 1e-6));
const recent = (values: readonly number[]) =>
  Float64Array.from({ length: LOOKBACK_MINUTES }, (_, i) => values[i % values.length] ?? 0);
const sized = (minutes: Float64Array, current: number, sizing: FittedSizing = learned, unit = UNIT) =>
  size({ minutes, startsAt: START + 2 * DAY * MINUTE_MS, unit, current }, sizing);
/** Two replicas' worth of demand, but nine of them `ago` minutes before the present. */
const spike = (ago: number) =>
  Float64Array.from({ length: LOOKBACK_MINUTES }, (_, i) => (i === LOOKBACK_MINUTES - 1 - ago ? 9 : 2) * UNIT);

describe('laws', () => {
  const demands = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1, maxLength: 40 });
  const currents = fc.integer({ min: 1, max: 90 });
  const sizings = anySizing({
    learned,
    bare: headroomSizing(0),
    headroom: headroomSizing(0.7),
    'without a model': { ...learned, model: null },
    'with a model that was cut': { ...learned, model: 'cut short' },
    'with a usual that was cut': { ...learned, usual: { from: START, most: 9, slots: 'AAAAA' } },
  });

  it('never fewer than the present takes, never anything but a whole number', () => {
    fc.assert(
      fc.property(demands, currents, sizings, fc.double({ min: 0.1, max: 3, noNaN: true }), (values, ...rest) => {
        const [current, sizing, unit] = rest;
        const minutes = recent(values);
        const wanted = sized(minutes, current, sizing, unit);
        expect(Number.isInteger(wanted)).toBe(true);
        expect(wanted).toBeGreaterThanOrEqual(need(minutes.at(-1) ?? 0, unit));
      }),
    );
  });

  it('whatever runs now changes nothing of a rise, and is never left for a larger count on the way down', () => {
    fc.assert(
      fc.property(demands, currents, sizings, (values, current, sizing) => {
        const minutes = recent(values);
        const up = sized(minutes, 1, sizing);
        const wanted = sized(minutes, current, sizing);
        expect(wanted).toBeGreaterThanOrEqual(up);
        expect(wanted).toBeLessThanOrEqual(Math.max(up, current));
      }),
    );
  });

  it('minutes before the longest look back change nothing', () => {
    fc.assert(
      fc.property(demands, demands, currents, sizings, (values, older, current, sizing) => {
        const minutes = recent(values);
        const longer = Float64Array.from([...older, ...minutes]);
        const startsAt = START + 2 * DAY * MINUTE_MS;
        const before = startsAt - older.length * MINUTE_MS;
        expect(size({ minutes: longer, startsAt: before, unit: UNIT, current }, sizing)).toBe(
          size({ minutes, startsAt, unit: UNIT, current }, sizing),
        );
      }),
    );
  });
});

describe('plain headroom', () => {
  it.each([
    [5, 0, true],
    [5, 1, false],
    [10, 5, true],
    [10, 6, false],
    [60, 55, true],
    [60, 56, false],
  ])('held for %d minutes keeps what was wanted %d minutes ago: %s', (windowMinutes, ago, isKept) => {
    const { policy, ...rest } = headroomSizing(0);
    const sizing = { ...rest, policy: { ...policy, expert: { ...policy.expert, windowMinutes } } };
    expect(sized(spike(ago), 9, sizing)).toBe(isKept ? 9 : 2);
  });

  it('stands in at three tenths over an hour where what was learned cannot be read', () => {
    for (const model of [null, 'cut short', 'AAAA']) {
      expect(sized(recent([9]), 1, { ...learned, model })).toBe(13);
      const kept = [55, 56].map((ago) => sized(spike(ago), 30, { ...learned, model }));
      expect(kept).toEqual([12, 3]);
    }
  });
});

describe('another request than it was learned under', () => {
  it('takes another number of replicas for the same demand', () => {
    const minutes = recent([9]);
    expect(sized(minutes, 1, headroomSizing(0.2))).toBe(12);
    expect(sized(minutes, 1, headroomSizing(0.2), 2 * UNIT)).toBe(6);
    expect(sized(minutes, 1, headroomSizing(0.2), UNIT / 2)).toBe(24);
    const usual = sized(minutes, 1);
    expect(sized(minutes, 1, learned, UNIT / 2)).toBe(2 * usual);
  });

  it('but not where it is the same to the six digits that are stored', () => {
    const unit = 37.000_003_7;
    const stored = headroomSizing(0.2, Number(unit.toPrecision(6)));
    const larger = { ...stored, unit: 37.0001 };
    for (const sizing of [stored, larger]) expect(sized(recent([9.9 * unit]), 1, sizing, unit)).toBe(12);
    // What the present needs is by the request that is there.
    expect(sized(recent([100 * 37.0001]), 1, headroomSizing(0, 37.0001), 37)).toBe(101);
  });
});

function learnedOf(demand: (minute: number) => number): FittedSizing {
  const sizing = learnSizing({
    minutes: Float64Array.from({ length: 2 * DAY }, (_, minute) => demand(minute)),
    startsAt: START,
    perReplica: 1,
    startupSeconds: 90,
    tickSeconds: 60,
    lookSeconds: 15,
    cooldownDownSeconds: 300,
    sloPercent: 99.5,
    restartSeconds: 60,
    previous: null,
  });
  if (sizing?.model == null) throw new Error('learned no model');
  return sizing;
}

/** Told by its name where a law is broken. */
function anySizing(all: Readonly<Record<string, FittedSizing>>): fc.Arbitrary<FittedSizing> {
  return fc.constantFrom(...Object.entries(all)).map(([name, one]) => ({ ...one, [fc.toStringMethod]: () => name }));
}

function burst(minute: number): number {
  return minute % 97 < 7 ? 6 : 0;
}
