// What a load's past is like: what one steady count costs, and which need nothing foretold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternOf } from '../../../lib/domain/sizing/demand-pattern.ts';
import { usualDays } from '../../../lib/domain/sizing/usual-day.ts';

const DAY = 1440;
const START = Date.parse('2026-11-02T00:00:00Z');

const pattern = (replicas: Float64Array, sloPercent = 99.5, leadMinutes = 2) =>
  patternOf({ replicas, startsAt: START, usualAt: usualDays(replicas, START), leadMinutes, sloPercent });
const minutes = (days: number, demand: (minute: number) => number) =>
  Float64Array.from({ length: days * DAY }, (_, i) => demand(i));
const need = (value: number) => Math.max(1, Math.ceil(value));

describe('one steady count', () => {
  it('keeps the SLO, and one fewer would not', () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 20, maxLength: 400 }),
        fc.double({ min: 50, max: 99.99, noNaN: true }),
        (values, slo) => {
          const { steadyReplicas, steadyCost } = pattern(Float64Array.from(values), slo);
          const short = (count: number) => (100 * values.filter((value) => need(value) > count).length) / values.length;
          expect(short(steadyReplicas)).toBeLessThanOrEqual(100 - slo + 1e-9);
          if (steadyReplicas > 1) expect(short(steadyReplicas - 1)).toBeGreaterThan(100 - slo - 1e-9);
          const mean = values.reduce((sum, value) => sum + need(value), 0) / values.length;
          expect(steadyCost).toBeCloseTo(steadyReplicas / mean, 2);
        },
      ),
    ));

  it('is one, and wastes nothing, where nothing is asked for', () => {
    expect(pattern(minutes(3, () => 0))).toEqual({ steadyReplicas: 1, steadyCost: 1, surprisePercent: 0 });
  });
});

describe('surprises', () => {
  it('are none where demand never rises by more within the lead than an HPA has in hand', () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.9, max: 1.09, noNaN: true }), { minLength: 50, maxLength: 50 }),
        (moves) => {
          let level = 20;
          const slow = minutes(3, (i) => {
            // Back from either end, and no day like the one before.
            const move = moves[(i * i + i) % moves.length] ?? 1;
            level *= level > 90 ? 0.9 : level < 5 ? 1.09 : move;
            return level;
          });
          expect(pattern(slow).surprisePercent).toBe(0);
        },
      ),
      { numRuns: 30 },
    ));

  it('are none where it jumps by the clock, from the second day on', () => {
    const byTheClock = minutes(5, (i) => (i % DAY >= 540 && i % DAY < 1080 ? 12 : 2));
    expect(pattern(byTheClock).surprisePercent).toBe(0);
  });

  it('last as long as the lead, at each jump that comes at no hour of its own', () => {
    const jumps = [1, 2, 3, 4].map((day) => day * DAY + ((day * 397) % 1200));
    const bursts = minutes(5, (i) => (jumps.some((at) => i >= at && i < at + 20) ? 12 : 2));
    expect(pattern(bursts, 99.5, 3).surprisePercent).toBeCloseTo((100 * 4 * 3) / (4 * DAY), 2);
  });
});
