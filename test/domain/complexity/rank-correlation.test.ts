// Spearman's rank correlation: by worked examples, with ties, and by what holds of any ranks.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freshLearned } from '../../../lib/domain/complexity/learned.ts';
import { correlationsOf } from '../../../lib/domain/complexity/rank-correlation.ts';
import { rankCorrelation } from '../../../lib/domain/complexity/spearman.ts';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 50 });

it.each([
  ['the same order', [1, 2, 3], [10, 100, 1000], 1],
  ['the opposite order', [1, 2, 3], [3, 2, 1], -1],
  // 1 − 6·Σd²/(n(n²−1)) with d = 1, 1, 1, 1, 0.
  ['two pairs swapped', [1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 0.8],
  // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / √(4.5 · 5).
  ['a tie', [1, 2, 2, 3], [1, 2, 3, 4], 0.948683],
  // Ranks 0.5, 0.5, 2.5, 2.5 on one side, 0.5, 2.5, 0.5, 2.5 on the other.
  ['ties on both sides that have nothing to do with each other', [0, 0, 1, 1], [0, 1, 0, 1], 0],
])('%s', (_, a, b, correlation) => {
  expect(rankCorrelation(a, b)).toBeCloseTo(correlation, 6);
});

it.each([
  ['nothing', [], []],
  ['one pair', [1], [2]],
  ['a side that never changes', [5, 5, 5], [1, 2, 3]],
])('%s has none', (_, a, b) => {
  expect(rankCorrelation(a, b)).toBeNull();
  expect(rankCorrelation(b, a)).toBeNull();
});

it('is from -1 to 1, the same from both sides, and the same by any scale that keeps the order', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const found = rankCorrelation(a, b);
      expect(rankCorrelation(b.slice(0, a.length), a.slice(0, b.length))).toBe(found);
      if (found === null) return;
      expect(Math.abs(found)).toBeLessThanOrEqual(1);
      const order = [...new Set(b)].toSorted((x, y) => x - y);
      expect(
        rankCorrelation(
          a,
          b.map((value) => order.indexOf(value)),
        ),
      ).toBeCloseTo(found, 9);
    }),
  );
});

it('is not there for a model of which nothing was learned', () => {
  const none = { rule: null, learned: null, given: null, requests: 0 };
  expect(correlationsOf(freshLearned(), 'model')).toEqual(none);
  expect(correlationsOf(freshLearned(), '__proto__')).toEqual(none);
});
