// The mean of the last minute: what it counts, what it forgets, and clocks that mislead.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { meanOfLast } from '../../../lib/domain/complexity/mean-score.ts';

const NOW = 1_000_000;

it('is of what was seen within the window', () => {
  const scores = meanOfLast(60_000);
  expect(scores.mean(NOW)).toBeNull();
  scores.add(10, NOW);
  scores.add(30, NOW + 30_000);
  expect(scores.mean(NOW + 30_000)).toBe(20);
  expect(scores.mean(NOW + 59_000)).toBe(20);
  expect(scores.mean(NOW + 60_000)).toBe(30);
  expect(scores.mean(NOW + 90_000)).toBeNull();
});

it('begins anew after a silence of any length', () => {
  const scores = meanOfLast(60_000);
  scores.add(10, NOW);
  scores.add(50, NOW + 1e12);
  expect(scores.mean(NOW + 1e12)).toBe(50);
});

it('counts what is dated before the last with the last, and leaves out what is no number', () => {
  const scores = meanOfLast(60_000);
  scores.add(10, NOW);
  scores.add(20, NOW - 1e9);
  scores.add(Number.NaN, NOW);
  scores.add(Number.POSITIVE_INFINITY, NOW);
  scores.add(90, Number.POSITIVE_INFINITY);
  expect(scores.mean(Number.NaN)).toBe(40);
});

it('is the mean of the slots that are within the window, for any arrivals', () => {
  const arrivals = fc.array(fc.tuple(fc.nat(100), fc.nat(5000)), { maxLength: 100 });
  fc.assert(
    fc.property(arrivals, (steps) => {
      const scores = meanOfLast(60_000);
      let at = NOW;
      const seen = steps.map(([value, later]) => {
        at += later;
        scores.add(value, at);
        return { value, slot: Math.floor(at / 1000) };
      });
      const last = seen.filter(({ slot }) => slot > Math.floor(at / 1000) - 60);
      const mean = last.reduce((sum, { value }) => sum + value, 0) / last.length;
      if (last.length > 0) expect(scores.mean(at)).toBeCloseTo(mean, 9);
      else expect(scores.mean(at)).toBeNull();
    }),
  );
});
