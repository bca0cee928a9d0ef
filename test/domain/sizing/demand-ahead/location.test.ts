// Where the demand ahead lies, where weights have grown on days that were alike.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnLocation, locationOf } from '../../../../lib/domain/sizing/demand-ahead/location.ts';
import { log, readingsOf } from '../../../../lib/domain/sizing/demand-ahead/readings.ts';
import { highestAhead } from '../../../../lib/domain/sizing/experts/out-of-sample.ts';
import { usualDays } from '../../../../lib/domain/sizing/usual-day.ts';

const DAY = 1440;
const START = Date.UTC(2026, 0, 5);
const LEAD = 2;

/** The location at each minute of the last day, learned from those before, and what was learned from at its highest. */
function lastDay(replicas: Float64Array) {
  const readings = readingsOf(replicas, START, usualDays(replicas, START), LEAD);
  const until = replicas.length - DAY;
  const rows = Int32Array.from({ length: until - LEAD - 60 }, (_, i) => 60 + i);
  const location = learnLocation(readings.levels, highestAhead(replicas, LEAD, log), rows);
  return {
    at: locationOf(location, readings.levels, until, replicas.length).subarray(until),
    highest: location.highest,
  };
}

describe('the location of the demand ahead', () => {
  it('law: days of one cycle, then a burst that none of them had: at most a quarter over what was learned or is now', () => {
    const world = fc.record({
      period: fc.constantFrom(60, 120, 480, 1440),
      rising: fc.boolean(),
      base: fc.double({ min: 0.5, max: 10, noNaN: true }),
      burst: fc.double({ min: 5, max: 100, noNaN: true }),
      from: fc.integer({ min: 0, max: DAY - 1 }),
      minutes: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(world, ({ period, rising, base, burst, from, minutes }) => {
        const cycle = (i: number) =>
          rising ? base + (burst * (i % period)) / period : base * (1.5 + Math.sin((2 * Math.PI * i) / period));
        const isBurst = (i: number) => i >= 4 * DAY + from && i < 4 * DAY + from + minutes;
        const replicas = Float64Array.from({ length: 5 * DAY }, (_, i) => (isBurst(i) ? base + burst : cycle(i)));
        const { at, highest } = lastDay(replicas);
        for (const [minute, middle] of at.entries()) {
          const now = log(replicas[4 * DAY + minute] ?? 0);
          expect(middle).toBeLessThanOrEqual(Math.max(highest, now) + Math.log(1.25) + 1e-9);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('of days like those that were learned from it is the plain sum: nothing is cut', () => {
    const daily = Float64Array.from({ length: 4 * DAY }, (_, i) => 20 + 10 * Math.sin((2 * Math.PI * i) / DAY));
    const { at } = lastDay(daily);
    for (const [minute, middle] of at.entries())
      expect(Math.abs(middle - log(daily[3 * DAY + minute] ?? 0))).toBeLessThan(0.02);
  });
});
