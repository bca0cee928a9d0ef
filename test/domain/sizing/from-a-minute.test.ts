// A tick asks for its last minutes alone, and learning for all of them: both read, weigh and size the same.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readingsOf } from '../../../lib/domain/sizing/demand-ahead/readings.ts';
import { linearOf } from '../../../lib/domain/sizing/demand-ahead/ridge.ts';
import { boost, boostedAt } from '../../../lib/domain/sizing/distilled/boosted.ts';

const START = Date.parse('2026-03-02T07:41:00Z');
const demands = fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { minLength: 2, maxLength: 150 });
const usual = fc.constantFrom(null, { level: 3, rise: 1, riseMost: 2.5, yesterday: 4, week: 2 });

test('readings from a minute on are those of all minutes', () => {
  fc.assert(
    fc.property(demands, usual, fc.integer({ min: 1, max: 20 }), fc.nat(), (values, there, lead, some) => {
      const replicas = Float64Array.from(values);
      const from = some % replicas.length;
      const all = readingsOf(replicas, START, () => there, lead);
      const last = readingsOf(replicas, START, () => there, lead, from);
      for (const kind of ['levels', 'shapes'] as const)
        expect(last[kind].map((column) => column.subarray(from))).toEqual(
          all[kind].map((column) => column.subarray(from)),
        );
    }),
  );
});

test('a weighted sum over some places is that of each', () => {
  const weights = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(demands, weights, fc.nat(), (values, [a = 0, b = 0], some) => {
      const columns = [Float64Array.from(values), Float64Array.from(values.toReversed())];
      const from = some % values.length;
      const sums = linearOf({ intercept: 0.7, weights: [a, b] }, columns, from, values.length);
      for (let i = 0; i < values.length; i++)
        expect(sums[i]).toBe(i < from ? 0 : 0.7 + a * (columns[0]?.[i] ?? 0) + b * (columns[1]?.[i] ?? 0));
    }),
  );
});

test('boosted trees say of what they were learned from what they said while they were learned', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.double({ min: -3, max: 3, noNaN: true })), {
    minLength: 90,
    maxLength: 300,
  });
  fc.assert(
    fc.property(rows, (pairs) => {
      const columns = [
        Float64Array.from(pairs, ([x]) => x),
        Float64Array.from(pairs, ([, y]) => y),
        Float64Array.from(pairs, ([x, y]) => x * y),
      ];
      const targets = [
        Float64Array.from(pairs, ([x, y]) => Math.sqrt(x) + y),
        Float64Array.from(pairs, ([x]) => x / 9),
      ] as const;
      const { boosted, said } = boost(columns, targets);
      for (let row = 0; row < pairs.length; row++)
        expect(boostedAt(boosted, columns, row)).toEqual([said[0][row], said[1][row]]);
    }),
    { numRuns: 20 },
  );
});
