// What is learned on the bill: by hand, and never cheaper for more of it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { learnedCents, learnedLines } from '../../bench/cost-learned.ts';

test('a workload of 5 kB is written as 41 units an item of eight, 60 times a month and five sixths', () => {
  const lines = learnedLines({ storedBytes: 5200, lessonSeconds: 0.25 });
  const written = lines.find(({ item }) => item === 'what was learned written');
  expect(written?.dollars).toBeCloseTo((730 / 12) * (41 / 8 + 4 / 64) * 0.625e-6, 12);
});

test('5 kB and a quarter of a second of CPU are a fifth of a cent a workload and month at most', () => {
  expect(learnedCents({ storedBytes: 5200, lessonSeconds: 0.25 })).toBeLessThan(0.2);
});

test('more bytes, longer lessons and more loads never cost less', () => {
  const measured = fc.record({
    storedBytes: fc.nat(40_000),
    lessonSeconds: fc.double({ min: 0, max: 2, noNaN: true }),
  });
  fc.assert(
    fc.property(measured, measured, fc.nat(4), (one, more, loads) => {
      const sum = {
        storedBytes: one.storedBytes + more.storedBytes,
        lessonSeconds: one.lessonSeconds + more.lessonSeconds,
      };
      expect(learnedCents(sum, loads)).toBeGreaterThanOrEqual(learnedCents(one, loads));
      expect(learnedCents(one, loads + 1)).toBeGreaterThanOrEqual(learnedCents(one, loads));
    }),
  );
});
