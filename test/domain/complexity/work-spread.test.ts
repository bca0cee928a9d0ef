// Where an expectation stands among the work that came: shares, what lies within a bin, what is forgotten, and the ends.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noSpread, percentileOf, spreadWith } from '../../../lib/domain/complexity/work-spread.ts';

const spreadOf = (works: readonly number[]) => works.reduce(spreadWith, noSpread());
const times = (n: number, work: number) => new Array<number>(n).fill(work);

it('is the share of work that is less', () => {
  const spread = spreadOf([1.1, 2.1, 3.1, 4.1]);
  expect([0.5, 1.5, 2.5, 3.5, 4.5].map((work) => Math.round(percentileOf(spread, work)))).toEqual([0, 25, 50, 75, 100]);
});

it('rises in a straight line within a bin of a quarter', () => {
  const spread = spreadOf([1.1]);
  expect([1, 1.0625, 1.125, 1.25].map((work) => percentileOf(spread, work))).toEqual([0, 25, 50, 100]);
});

it('is in the middle where there was none', () => {
  expect(percentileOf(noSpread(), 3)).toBe(50);
});

it('forgets slowly: an hour of hard requests is told from what is usual, and after some thousand it is usual', () => {
  const spread = spreadOf([...times(10_000, 3), ...times(500, 6)]);
  expect(percentileOf(spread, 5)).toBeGreaterThan(85);
  expect(percentileOf(spreadOf([...times(5000, 3), ...times(20_000, 6)]), 5)).toBeLessThan(3);
});

it('is from 0 to 100 and never falls as work rises, for any work', () => {
  const any = fc.double({ noNaN: true });
  fc.assert(
    fc.property(fc.array(any), any, any, (works, a, b) => {
      const spread = spreadOf(works);
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map((work) => percentileOf(spread, work)) as [
        number,
        number,
      ];
      expect(less).toBeGreaterThanOrEqual(0);
      expect(less).toBeLessThanOrEqual(more);
      expect(more).toBeLessThanOrEqual(100);
    }),
  );
});
