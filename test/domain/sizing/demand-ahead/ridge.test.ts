// The location of the demand ahead: a linear law is found again, whatever the scale of its columns, and columns that say nothing do no harm.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xorshift } from '../../../../lib/domain/sizing/demand-ahead/random.ts';
import { fitRidge, linearOf } from '../../../../lib/domain/sizing/demand-ahead/ridge.ts';

const ROWS = Int32Array.from({ length: 300 }, (_, i) => i);
const weight = fc.double({ min: -5, max: 5, noNaN: true });
const seeds = fc.integer({ min: 1, max: 1e6 });
const columnOf = (random: () => number) => Float64Array.from(ROWS, () => random() - 0.5);
const columnsOf = (seed: number, count: number) => {
  const random = xorshift(seed);
  return Array.from({ length: count }, () => columnOf(random));
};

describe('laws of ridge regression', () => {
  it('a linear law is found again, but for the shrinkage', () => {
    fc.assert(
      fc.property(seeds, weight, weight, weight, (seed, intercept, a, b) => {
        const columns = columnsOf(seed, 2);
        const target = linearOf({ intercept, weights: [a, b] }, columns, 0, ROWS.length);
        const found = fitRidge(columns, target, ROWS);
        const within = 0.004 * (1 + Math.abs(a) + Math.abs(b));
        expect(Math.abs((found.weights[0] ?? 0) - a)).toBeLessThan(within);
        expect(Math.abs((found.weights[1] ?? 0) - b)).toBeLessThan(within);
        expect(Math.abs(found.intercept - intercept)).toBeLessThan(within);
      }),
    );
  });

  it('what a column is measured in changes its weight, and nothing of the sum', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.001, max: 1000, noNaN: true }), weight, (seed, scale, shift) => {
        const [one, other, target] = columnsOf(seed, 3) as [Float64Array, Float64Array, Float64Array];
        const moved = one.map((value) => scale * value + shift);
        const sums = linearOf(fitRidge([one, other], target, ROWS), [one, other], 0, ROWS.length);
        const again = linearOf(fitRidge([moved, other], target, ROWS), [moved, other], 0, ROWS.length);
        for (const row of ROWS) expect(again[row]).toBeCloseTo(sums[row] ?? 0, 5);
      }),
      { numRuns: 30 },
    );
  });

  it('a column that is always the same, or that is there twice, changes nothing of the sum', () => {
    fc.assert(
      fc.property(seeds, weight, (seed, constant) => {
        const [one, target] = columnsOf(seed, 2) as [Float64Array, Float64Array];
        const same = one.map(() => constant);
        const sumOf = (columns: readonly Float64Array[]) => linearOf(fitRidge(columns, target, ROWS), columns, 0, 300);
        const alone = sumOf([one]);
        const [beside, twice] = [sumOf([one, same]), sumOf([one, one])];
        for (const row of ROWS) {
          expect(beside[row]).toBeCloseTo(alone[row] ?? 0, 6);
          expect(Math.abs((twice[row] ?? 0) - (alone[row] ?? 0))).toBeLessThan(1e-3);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('rows that are not named are not seen, and none at all are no reason to fail', () => {
    const [one, target] = columnsOf(7, 2) as [Float64Array, Float64Array];
    const half = ROWS.subarray(0, 150);
    const spoilt = target.map((value, i) => (i < 150 ? value : 1e9));
    expect(fitRidge([one], spoilt, half)).toEqual(fitRidge([one], target, half));
    const none = fitRidge([one], target, new Int32Array());
    expect(none).toEqual({ intercept: 0, weights: [expect.any(Number)] });
    expect(Number.isFinite(none.weights[0])).toBe(true);
  });
});
