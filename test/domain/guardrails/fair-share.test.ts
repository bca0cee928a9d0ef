// Sharing too little among many: rules that hold whatever is claimed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharesOf } from '../../../lib/domain/guardrails/cluster/fair-share.ts';

const claimed = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 60 });
const some = fc.integer({ min: 0, max: 500 });
const turns = fc.integer({ min: 0, max: 1e9 });
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

describe('a budget that is shared', () => {
  it('is given to the last replica, to nobody more than he claims, and never more than there is', () => {
    fc.assert(
      fc.property(claimed, some, turns, (claims, budget, turn) => {
        const shares = sharesOf(claims, budget, turn);
        for (const [i, share] of shares.entries()) expect(share).toBeLessThanOrEqual(claims[i] ?? 0);
        expect(sum(shares)).toBe(Math.min(budget, sum(claims)));
        expect(shares.every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
      }),
    );
  });

  it('leaves nobody with nothing where there is one for each', () => {
    fc.assert(
      fc.property(claimed, some, turns, (claims, budget, turn) => {
        fc.pre(claims.filter((claim) => claim > 0).length <= budget);
        const shares = sharesOf(claims, budget, turn);
        expect(shares.every((share, i) => share > 0 || claims[i] === 0)).toBe(true);
      }),
    );
  });

  it('is the same for all until they have enough, where three of it would do', () => {
    const [small, large, little, other] = sharesOf([2, 40, 3, 40], 30, 7) as [number, number, number, number];
    expect([small, little]).toEqual([2, 3]);
    expect([large, other].toSorted((a, b) => a - b)).toEqual([12, 13]);
  });

  it('is in proportion to the claims where three of it would not do', () => {
    const shares = sharesOf([20, 40, 60, 80, 100], 60, 3);
    for (const [i, ideal] of [4, 8, 12, 16, 20].entries()) expect(Math.abs((shares[i] ?? 0) - ideal)).toBeLessThan(1.6);
  });

  it('is not taken by a claim that is larger than all of it', () => {
    const claims = [9800, 10, 10, 10, 10, 10];
    for (const other of sharesOf(claims, 62, 0).slice(1)) expect(other).toBeGreaterThanOrEqual(2);
    for (const other of sharesOf(claims, 62, 0, 1).slice(1)) expect(other).toBeGreaterThanOrEqual(5);
  });

  it('satisfies all within three turns where three budgets suffice', () => {
    fc.assert(
      fc.property(claimed, turns, (claims, first) => {
        const budget = Math.ceil(sum(claims) / 3);
        let left: readonly number[] = claims;
        for (const turn of [first, first + 1, first + 2]) {
          const shares = sharesOf(left, budget, turn);
          left = left.map((claim, i) => claim - (shares[i] ?? 0));
        }
        expect(sum(left)).toBe(0);
      }),
    );
  });

  it('goes round where there is too little even for one each: within eight times the fewest turns all had something', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 80 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 50 }),
        turns,
        (many, budget, claim, first) => {
          const claims = Array.from({ length: many }, () => claim);
          const had = new Set<number>();
          const fewest = Math.ceil(many / budget);
          for (let turn = first; turn < first + 8 * fewest; turn++)
            for (const [i, share] of sharesOf(claims, budget, turn).entries()) if (share > 0) had.add(i);
          expect(had.size).toBe(many);
        },
      ),
    );
  });
});
