// Choosing a policy: it keeps its promise on the days it was chosen on, and sees nothing of the days after.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePolicy } from '../../../lib/domain/sizing/describe.ts';
import { searchPolicy } from '../../../lib/domain/sizing/search.ts';
import { LOOKBACK_MINUTES, size } from '../../../lib/domain/sizing/size.ts';
import type { FittedSizing } from '../../../lib/domain/sizing/sizing-policy.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const DAY = 1440;

/** Demand by the minute over whole days. */
const days = (count: number, demand: (minute: number) => number) =>
  Float64Array.from({ length: count * DAY }, (_, minute) => demand(minute));
const daily = (minute: number) => 10 - 8 * Math.cos((2 * Math.PI * minute) / DAY);
const INPUT = { startsAt: START, perReplica: 1, startupSeconds: 90, tickMinutes: 1, sloPercent: 99.5, previous: null };
const choose = (minutes: Float64Array, changes: Partial<typeof INPUT> = {}): FittedSizing => {
  const chosen = searchPolicy({ ...INPUT, ...changes, minutes });
  if (chosen === null) throw new Error('no plan');
  return chosen;
};
/** Chosen every six hours from day one on, each knowing the one before. */
const chooseOnAndOn = (minutes: Float64Array): FittedSizing => {
  let previous: { at: number; sizing: FittedSizing } | null = null;
  for (let end = DAY; end <= minutes.length; end += DAY / 4) {
    const sizing = searchPolicy({ ...INPUT, minutes: minutes.subarray(0, end), previous });
    if (sizing === null) throw new Error('no plan');
    previous = { at: START + (end - 1) * 60_000, sizing };
  }
  if (previous === null) throw new Error('under a day');
  return previous.sizing;
};

describe('choosing a plan', () => {
  it('needs a day of history', () => {
    expect(searchPolicy({ ...INPUT, minutes: days(1, daily).subarray(1) })).toBeNull();
  });

  it('runs a smooth day close to the ideal, cheaper than an HPA at 70 %', () => {
    const { policy } = chooseOnAndOn(days(7, daily));
    expect(policy.expected.violationPercent).toBeLessThanOrEqual(0.5);
    expect(policy.expected.cost).toBeLessThan(1.15);
    expect(policy.expected.cost).toBeLessThan(policy.hpa70.cost);
  });

  it('keeps more in hand where load jumps', () => {
    const { policy } = chooseOnAndOn(days(4, (minute) => (minute % 97 < 9 ? 30 : 10)));
    expect(policy.expected.violationPercent).toBeLessThanOrEqual(0.5);
    expect(policy.headroom).toBeGreaterThan(0.5);
  });

  it('is ready before rises that come at the same times every day, and not long before', () => {
    // Six rises a day, each short for 2½ minutes where nobody prepares: 1 % of the time.
    const risesOften = days(6, (minute) => (minute % 240 >= 120 ? 40 : 5));
    const sizing = chooseOnAndOn(risesOften.subarray(0, 5 * DAY + 480));
    const wanted = (minute: number) => {
      const end = 5 * DAY + minute;
      const startsAt = START + (end - LOOKBACK_MINUTES) * 60_000;
      return size({ minutes: risesOften.slice(end - LOOKBACK_MINUTES, end), startsAt, unit: 0.9 }, sizing);
    };
    // Demand of 40 needs 45 replicas; it comes at minute 600, and what is there before needs 6.
    expect(wanted(597)).toBeGreaterThanOrEqual(45);
    expect(wanted(560)).toBeLessThan(30);
  });

  it('a stricter SLO never costs less', () => {
    const jumpy = days(3, (minute) => daily(minute) * (minute % 211 < 5 ? 2 : 1));
    const costs = [95, 99, 99.9].map((sloPercent) => choose(jumpy, { sloPercent }).policy.expected.cost);
    expect(costs.toSorted((a, b) => a - b)).toEqual(costs);
  });

  it('takes more care after its promise was broken', () => {
    const calm = days(3, (minute) => 10 + (minute % 7) / 10);
    const broken = days(3, (minute) => (minute > 2.5 * DAY && minute % 60 < 4 ? 14 : 10 + (minute % 7) / 10));
    const before = { at: START + 2.5 * DAY * 60_000, sizing: choose(calm.subarray(0, 2.5 * DAY)) };
    const next = searchPolicy({ ...INPUT, minutes: broken, previous: before });
    expect(next?.tally.came).toBeGreaterThan(10 * (next?.tally.promised ?? 0));
    expect(next?.policy.headroom).toBeGreaterThan(before.sizing.policy.headroom);
  });

  it('cannot foresee: load that comes at other times every day is met late, or paid for all day', () => {
    // Quarters of an hour at four times the demand, four a day, each day at times of its own.
    const surprising = days(3, (minute) => ((minute + 97 * Math.floor(minute / DAY)) % 360 < 15 ? 40 : 10));
    const { expected } = chooseOnAndOn(surprising).policy;
    expect(expected.violationPercent > 0.5 || expected.cost > 2).toBe(true);
  });

  it('is small enough to be kept: under 1.7 KB', () => {
    const noisy = days(8, (minute) => daily(minute) * (1 + ((minute * 7919) % 101) / 300));
    expect(JSON.stringify(choose(noisy)).length).toBeLessThan(1700);
  });

  it('explains itself in a sentence', () => {
    expect(describePolicy(choose(days(7, daily)).policy)).toMatch(
      /^chose -?\d+ % headroom and a \d+-minute stabilisation window, made of .*\(\d+ %\).*: on the last 7 days that would have kept [\d.]+ % at 1\.\d\d × the ideal; HPA at 70 % would have kept [\d.]+ % at 1\.\d\d × the ideal$/,
    );
  });
});

describe('law', () => {
  const cycle = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 50 });

  it('whatever the demand, a plan has finite scores and carries what is there', () => {
    fc.assert(
      fc.property(cycle, (values) => {
        const minutes = days(1, (minute) => values[minute % values.length] ?? 0);
        const sizing = choose(minutes);
        expect(Number.isFinite(sizing.policy.expected.cost) && Number.isFinite(sizing.policy.hpa70.cost)).toBe(true);
        const wanted = size({ minutes, startsAt: START, unit: 0.9 }, sizing);
        expect(wanted).toBeGreaterThanOrEqual(Math.max(1, Math.ceil((minutes.at(-1) ?? 0) / 0.9 - 1e-6)));
      }),
      { numRuns: 20 },
    );
  });

  it('the last minutes are all that the present needs: a longer past changes nothing', () => {
    fc.assert(
      fc.property(cycle, fc.integer({ min: 100, max: 1000 }), (values, cut) => {
        const minutes = days(1, (minute) => values[minute % values.length] ?? 0);
        const sizing = choose(minutes);
        const late = minutes.subarray(cut);
        expect(size({ minutes: late, startsAt: START + cut * 60_000, unit: 0.9 }, sizing)).toBe(
          size({ minutes, startsAt: START, unit: 0.9 }, sizing),
        );
      }),
      { numRuns: 20 },
    );
  });
});
