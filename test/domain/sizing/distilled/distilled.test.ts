// What one price wants, in two kilobytes: near to what the distribution wants, the same after it was kept, and null where it was cut.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { learnDistribution, NeedAhead } from '../../../../lib/domain/sizing/demand-ahead/distribution.ts';
import { locationOf } from '../../../../lib/domain/sizing/demand-ahead/location.ts';
import { BAND, newsvendor, PRICES } from '../../../../lib/domain/sizing/demand-ahead/newsvendor.ts';
import { log, type Readings, readingsOf } from '../../../../lib/domain/sizing/demand-ahead/readings.ts';
import { boost, boostedAt } from '../../../../lib/domain/sizing/distilled/boosted.ts';
import {
  columnsOf,
  type Distilled,
  distil,
  distilledAt,
  type UpAndDown,
} from '../../../../lib/domain/sizing/distilled/distilled.ts';
import { packDistilled, unpackDistilled } from '../../../../lib/domain/sizing/distilled/packed.ts';
import { highestAhead } from '../../../../lib/domain/sizing/experts/out-of-sample.ts';
import { fromBase64, toBase64 } from '../../../../lib/domain/text/base64.ts';

const LEAD = 4;
const LENGTH = 3000;
const PRICE = 10;
const replicas = Float64Array.from(
  { length: LENGTH },
  (_, i) => 14 + 8 * Math.sin(i / 230) + ((i * 7919) % 97) / 40 + (i % 131 < 9 ? 7 : 0),
);
const rows = Int32Array.from({ length: LENGTH - 60 - LEAD }, (_, i) => 60 + i);

describe('what was learned of three thousand minutes', () => {
  let readings: Readings;
  let learned: Distilled;
  let wanted: readonly UpAndDown[];
  beforeAll(() => {
    readings = readingsOf(replicas, 0, () => null, LEAD);
    const distribution = learnDistribution(readings, highestAhead(replicas, LEAD, log), rows, new Int32Array())(false);
    learned = distil(distribution, readings, replicas, rows, PRICE);
    const need = new NeedAhead(distribution, readings, 0, LENGTH);
    const numbers = new Int32Array(PRICES.length);
    wanted = [...rows].map((row) => {
      need.at(row, replicas[row] ?? 0);
      newsvendor(need, numbers);
      return { up: numbers[PRICE] ?? 0, down: numbers[PRICE + BAND] ?? 0 };
    });
  });
  const saidBy = (one: Distilled): readonly UpAndDown[] => {
    const middle = locationOf(one.location, readings.levels, 0, LENGTH);
    const columns = columnsOf(readings, middle, replicas);
    return [...rows].map((row) => distilledAt(one, columns, middle[row] ?? 0, replicas[row] ?? 0, row));
  };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('wants on the mean what the distribution wants, and is near to it minute by minute', () => {
    const said = saidBy(learned);
    for (const way of ['up', 'down'] as const) {
      expect(mean(said.map((one) => one[way])) / mean(wanted.map((one) => one[way]))).toBeCloseTo(1, 1.5);
      const off = said.map((one, i) => Math.abs(one[way] - (wanted[i]?.[way] ?? 0)));
      expect(mean(off)).toBeLessThan(0.06 * mean(wanted.map((one) => one[way])));
    }
  });

  it('wants never fewer than the present takes, and comes down to no fewer than it goes up to', () => {
    for (const [i, { up, down }] of saidBy(learned).entries()) {
      expect(up).toBeGreaterThanOrEqual(Math.ceil((replicas[rows[i] ?? 0] ?? 0) - 1e-6));
      expect(down).toBeGreaterThanOrEqual(up);
    }
  });

  it('is kept in under four kilobytes, and wants the same whole replicas after that, almost always', () => {
    const text = packDistilled(learned);
    expect(text.length).toBeLessThan(4000);
    const again = unpackDistilled(text);
    if (again === null) throw new Error('it is whole');
    const [before, after] = [saidBy(learned), saidBy(again)];
    const differing = before.filter(({ up, down }, i) => up !== after[i]?.up || down !== after[i]?.down);
    expect(differing.length / before.length).toBeLessThan(0.005);
    for (const [i, { up }] of before.entries()) expect(Math.abs(up - (after[i]?.up ?? 0))).toBeLessThanOrEqual(1);
    // What was rounded once is not rounded again.
    expect(packDistilled(again)).toBe(text);
  });

  it('is null where another version wrote it or a part is missing, and never a reason to fail', () => {
    const text = packDistilled(learned);
    const bytes = fromBase64(text);
    expect(unpackDistilled(toBase64(Uint8Array.of((bytes[0] ?? 0) + 1, ...bytes.subarray(1))))).toBeNull();
    // All lengths: between two trees, and in the middle of one. What fills up the end is not missed.
    for (let length = 0; length < text.replaceAll('=', '').length; length++)
      expect(unpackDistilled(text.slice(0, length))).toBeNull();
    fc.assert(fc.property(fc.string(), (any) => unpackDistilled(any) === null));
  });
});

it('numbers learned apart are kept in order: never fewer than the present, nor fewer to come down to than to go up to', () => {
  const numbers = (up: number, down: number, present: number) => {
    const { boosted } = boost([], [Float64Array.of(Math.log(up - 0.2)), Float64Array.of(Math.log(down - 0.2))]);
    return distilledAt({ location: { highest: 0, intercept: 0, weights: [] }, boosted }, [], 0, present, 0);
  };
  expect(numbers(5, 7, 2.5)).toEqual({ up: 5, down: 7 });
  expect(numbers(7, 5, 2.5)).toEqual({ up: 7, down: 7 });
  expect(numbers(5, 7, 5.5)).toEqual({ up: 6, down: 7 });
  expect(numbers(5, 7, 9)).toEqual({ up: 9, down: 9 });
});

describe('boosted trees', () => {
  it('of targets that never change say them, everywhere', () => {
    const columns = [Float64Array.from({ length: 500 }, (_, i) => i), new Float64Array(500).fill(3)];
    const { boosted } = boost(columns, [new Float64Array(500).fill(0.25), new Float64Array(500).fill(-7)]);
    for (const row of [0, 250, 499]) expect(boostedAt(boosted, columns, row)).toEqual([0.25, -7]);
    const distilled = { location: { highest: 0, intercept: 0, weights: [] }, boosted };
    expect(packDistilled(distilled).length).toBeGreaterThan(0);
  });

  it('law: they come nearer to both targets than their means do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const value = (i: number, k: number) => ((i * 7919 + k * seed * 31) % 1009) / 1009;
        const columns = [0, 1, 2, 3].map((k) => Float64Array.from({ length: 900 }, (_, i) => value(i + k * 17, k + 1)));
        const at = (k: number, i: number) => columns[k]?.[i] ?? 0;
        const targets = [
          Float64Array.from({ length: 900 }, (_, i) => (at(0, i) > 0.5 ? 2 : 0) + at(1, i)),
          Float64Array.from({ length: 900 }, (_, i) => (at(2, i) > 0.3 ? 1 : -1)),
        ] as const;
        const { boosted, said } = boost(columns, targets);
        for (const k of [0, 1] as const) {
          const middle = targets[k].reduce((sum, one) => sum + one, 0) / 900;
          const scatter = (from: (i: number) => number) =>
            targets[k].reduce((sum, one, i) => sum + (one - from(i)) ** 2, 0);
          expect(scatter((i) => said[k][i] ?? 0)).toBeLessThan(0.3 * scatter(() => middle));
          expect(boostedAt(boosted, columns, 5)[k]).toBe(said[k][5]);
        }
      }),
      { numRuns: 15 },
    );
  });
});
