// Choosing a plan by replay: it keeps its promise on the days it was chosen on, and what is replayed is what happens.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePlan, planReplicas, riseSlot } from '../../lib/domain/plan.ts';
import { choosePlan } from '../../lib/domain/replay.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const DAY = 1440;

/** Demand by the minute over whole days. */
const days = (count: number, demand: (minute: number) => number) =>
  Float64Array.from({ length: count * DAY }, (_, minute) => demand(minute));
const daily = (minute: number) => 10 - 8 * Math.cos((2 * Math.PI * minute) / DAY);
const choose = (minutes: Float64Array, sloPercent = 99.5) => {
  const chosen = choosePlan({ minutes, startsAt: START, perReplica: 1, leadMinutes: 3, sloPercent });
  if (chosen === null) throw new Error('no plan');
  return chosen;
};

describe('choosing a plan', () => {
  it('needs a day of history', () => {
    const input = { startsAt: START, perReplica: 1, leadMinutes: 3, sloPercent: 99.5 };
    expect(choosePlan({ ...input, minutes: days(1, daily).subarray(1) })).toBeNull();
  });

  it('runs a smooth day close to the ideal, cheaper than an HPA at 70 %', () => {
    const { plan } = choose(days(7, daily));
    expect(plan.expected.violationPercent).toBeLessThanOrEqual(0.5);
    expect(plan.expected.cost).toBeLessThan(1.15);
    expect(plan.expected.cost).toBeLessThan(plan.hpa70.cost);
  });

  it('keeps more in hand where load jumps', () => {
    const bursts = days(7, (minute) => (minute % 97 < 9 ? 30 : 10));
    const { plan } = choose(bursts);
    expect(plan.expected.violationPercent).toBeLessThanOrEqual(0.5);
    expect(plan.headroom > 0.5 || plan.holdMinutes >= 80).toBe(true);
  });

  it('prepares for a rise that comes at the same time every day', () => {
    const { plan, rises } = choose(days(7, (minute) => (minute % 240 >= 120 ? 40 : 5)));
    expect(plan.seasonal).toBe(true);
    expect(rises[riseSlot(START + 595 * 60_000)]).toBeGreaterThan(20);
  });

  it('a stricter SLO never costs less', () => {
    const jumpy = days(7, (minute) => daily(minute) * (minute % 211 < 5 ? 2 : 1));
    const costs = [95, 99, 99.9].map((slo) => choose(jumpy, slo).plan.expected.cost);
    expect(costs.toSorted((a, b) => a - b)).toEqual(costs);
  });

  it('explains itself in a sentence', () => {
    expect(describePlan(choose(days(7, daily)).plan)).toMatch(
      /^chose -?\d+ % headroom and a \d+-minute hold.*: on the last 7 days that would have kept [\d.]+ % at 1\.\d\d × the ideal; HPA at 70 % would have kept [\d.]+ % at 1\.\d\d × the ideal$/,
    );
  });
});

describe('law', () => {
  const cycle = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 50 });

  it('whatever the demand, a plan has finite scores and wants at least one replica', () => {
    fc.assert(
      fc.property(cycle, (values) => {
        const minutes = days(1, (minute) => values[minute % values.length] ?? 0);
        const { plan, rises } = choose(minutes);
        expect(Number.isFinite(plan.expected.cost) && Number.isFinite(plan.hpa70.cost)).toBe(true);
        expect(planReplicas(minutes, START, plan, rises, 1)).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 20 },
    );
  });

  it('the last minutes are all that the present needs: a longer past changes nothing', () => {
    fc.assert(
      fc.property(cycle, fc.integer({ min: 100, max: 1000 }), (values, cut) => {
        const minutes = days(1, (minute) => values[minute % values.length] ?? 0);
        const { plan, rises } = choose(minutes);
        const late = minutes.subarray(cut);
        expect(planReplicas(late, START + cut * 60_000, plan, rises, 1)).toBe(
          planReplicas(minutes, START, plan, rises, 1),
        );
      }),
      { numRuns: 20 },
    );
  });
});
