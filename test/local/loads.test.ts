import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedLoad } from '../../local/loads.ts';

describe('a generated load', () => {
  const DAY = 86_400_000;
  const monday = Date.UTC(2026, 0, 5);
  const mean = (load: (at: number) => number, from: number, days: number): number => {
    const samples = Array.from({ length: days * 144 }, (_, i) => load(from + (i * DAY) / 144));
    return samples.reduce((sum, value) => sum + value, 0) / samples.length;
  };

  it('is the same for a seed in any order of asking, and another for another seed', () => {
    const instants = Array.from({ length: 500 }, (_, i) => monday + i * 61_000);
    const one = generatedLoad({ seed: 4, mean: 2 });
    const again = generatedLoad({ seed: 4, mean: 2 });
    const backwards = instants.toReversed().map(again).toReversed();
    expect(instants.map(one)).toEqual(backwards);
    expect(instants.map(generatedLoad({ seed: 5, mean: 2 }))).not.toEqual(backwards);
  });

  it('peaks at its hour, and rests at the weekend', () => {
    const load = generatedLoad({ seed: 1, mean: 4, dailySwing: 0.5, peakHour: 14, weekend: 0.5, burstsPerDay: 0 });
    const at = (hour: number): number => load(monday + hour * 3_600_000);
    expect(at(14)).toBeGreaterThan(1.8 * at(2));
    expect(mean(load, monday, 5)).toBeCloseTo(4, 0);
    expect(mean(load, monday + 5 * DAY, 2)).toBeLessThan(0.65 * mean(load, monday, 5));
  });

  it('is never negative and never far beyond its shape', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 4e12 }), (seed, at) => {
        const load = generatedLoad({ seed, mean: 1 })(at);
        expect(load).toBeGreaterThanOrEqual(0);
        expect(load).toBeLessThan(6);
      }),
    );
  });
});
