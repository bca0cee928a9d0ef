// A window that rolls says what looking through it at each place says.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rollingMax, rollingMean } from '../../../lib/domain/workload/rolling-window.ts';

const columns = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 80 }).map((values) => Float64Array.from(values));
const windows = fc.integer({ min: 1, max: 25 });
const seen = (values: Float64Array, window: number, i: number) => values.slice(Math.max(0, i - window + 1), i + 1);

test('the highest of the last values is that of those values', () => {
  fc.assert(
    fc.property(columns, windows, (values, window) => {
      const expected = values.map((_, i) => Math.max(...seen(values, window, i)));
      expect(rollingMax(values, window)).toEqual(expected);
    }),
  );
});

test('the mean of the last values that are not negative is that of those values', () => {
  fc.assert(
    fc.property(columns, windows, (signed, window) => {
      const values = signed.map(Math.abs);
      const means = rollingMean(values, window);
      for (const [i, mean] of means.entries()) {
        const last = seen(values, window, i);
        expect(mean).toBeCloseTo(last.reduce((a, b) => a + b, 0) / last.length, 9);
      }
    }),
  );
});
