// Trees whose leaves keep their rows: each row is in one leaf, the one that it is found in again, and the same rows grow the same trees.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnDistribution } from '../../../../lib/domain/sizing/demand-ahead/distribution.ts';
import { growForest, leafOf, type Tree } from '../../../../lib/domain/sizing/demand-ahead/forest.ts';
import { xorshift } from '../../../../lib/domain/sizing/demand-ahead/random.ts';

const LENGTH = 1200;
/** Two columns of numbers that look random, a third of few values, and a target that the first and the third tell. */
function world(seed: number) {
  const random = xorshift(seed);
  const column = () => Float64Array.from({ length: LENGTH }, random);
  const [one, other] = [column(), column()];
  const third = Float64Array.from({ length: LENGTH }, () => Math.floor(3 * random()));
  const target = one.map((value, i) => (value > 0.6 ? 3 : 0) + (third[i] ?? 0) + 0.1 * random());
  return { columns: [one, other, third], target };
}
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const leavesOf = ({ feature }: Tree) => [...feature.keys()].filter((node) => (feature[node] ?? 0) < 0);
const seeds = fc.integer({ min: 1, max: 1e6 });

describe('laws of the forest', () => {
  it('leaves part the rows among them: each row is in one, where it is found again', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: LENGTH }), (seed, count) => {
        const { columns, target } = world(seed);
        const rows = range(LENGTH - count, LENGTH);
        for (const tree of growForest(columns, target, rows, seed)) {
          expect([...tree.rows].toSorted((a, b) => a - b)).toEqual([...rows]);
          let seen = 0;
          for (const leaf of leavesOf(tree)) {
            const own = tree.rows.subarray(tree.from[leaf], tree.to[leaf]);
            seen += own.length;
            if (leavesOf(tree).length > 1) expect(own.length).toBeGreaterThanOrEqual(50);
            for (const row of own) expect(leafOf(tree, columns, row)).toBe(leaf);
          }
          expect(seen).toBe(count);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('the same rows grow the same trees, and rows that are not named are not seen', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { columns, target } = world(seed);
        const rows = range(0, 700);
        const grown = growForest(columns, target, rows, seed);
        expect(growForest(columns, target, rows, seed)).toEqual(grown);
        const spoilt = target.map((value, i) => (i < 700 ? value : Number.NaN));
        const elsewhere = columns.map((column) => column.map((value, i) => (i < 700 ? value : -value)));
        expect(growForest(elsewhere, spoilt, rows, seed)).toEqual(grown);
        expect(rows).toEqual(range(0, 700));
      }),
      { numRuns: 15 },
    );
  });

  it('leaves are far more alike than all rows are', () => {
    const { columns, target } = world(5);
    const rows = range(0, LENGTH);
    for (const tree of growForest(columns, target, rows, 5)) {
      const within = leavesOf(tree).reduce(
        (sum, leaf) => sum + scatter(tree.rows.subarray(tree.from[leaf], tree.to[leaf])),
        0,
      );
      expect(within).toBeLessThan(0.35 * scatter(rows));
    }
    function scatter(some: Int32Array): number {
      const values = [...some].map((row) => target[row] ?? 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    }
  });
});

it('later rows join the leaves that they fall into, and change neither location nor trees', () => {
  const { columns, target } = world(9);
  const readings = { levels: columns.slice(0, 2), shapes: columns };
  const learned = learnDistribution(readings, target, range(0, 800), range(800, LENGTH));
  const [without, with_] = [learned(false), learned(true)];
  expect(with_.location).toEqual(without.location);
  expect(with_.trees).toEqual(without.trees);
  const alone = learnDistribution(readings, target, range(0, 800), new Int32Array());
  expect(alone(true)).toEqual(without);
  const joined = without.trees.map((tree) => new Set([...range(800, LENGTH)].map((row) => leafOf(tree, columns, row))));
  for (const [t, tree] of without.trees.entries())
    for (const node of tree.feature.keys()) {
      const [before, after] = [without.leaves[t]?.[node], with_.leaves[t]?.[node]];
      if (joined[t]?.has(node)) expect(after).not.toEqual(before);
      else expect(after).toEqual(before);
      const sum = after?.chances.reduce((total, chance) => total + chance, 0) ?? 1;
      expect(sum).toBeCloseTo(1, 9);
      expect([...(after?.factors ?? [])]).toEqual([...(after?.factors ?? [])].toSorted((a, b) => a - b));
    }
});
