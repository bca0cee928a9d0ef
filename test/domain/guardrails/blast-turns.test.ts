// Who of many goes at a tick, and what is said of the others: turns, ties, gifts and the words.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BlastBudget,
  blastMessage,
  type Change,
  mostUrgentFirst,
  shareOut,
  shortageOf,
  shortMessage,
} from '../../../lib/domain/guardrails/cluster/blast-radius.ts';
import { placesOf, sharesOf } from '../../../lib/domain/guardrails/cluster/fair-share.ts';

const MINUTE = 60_000;
const AT = Date.parse('2026-03-04T12:00:00Z');
const turn = (tick: number) => ({ at: AT + tick * MINUTE, tickMs: MINUTE });
const change = (key: string, current: number, target: number, needed = current): Change => ({
  key,
  current,
  target,
  needed,
});
const keysOf = (of: readonly Change[]) => of.map(({ key }) => key);
/** Those that move at a tick. */
const moved = (wanted: readonly Change[], budget: BlastBudget, tick = 0) => {
  const shares = shareOut(wanted, budget, turn(tick));
  return keysOf(wanted.filter(({ key, current }) => shares.get(key) !== current));
};
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

describe('what is most urgent', () => {
  it('is what is short the most, as a multiple of what it has; then what grows the most; then what gives the least', () => {
    const order = mostUrgentFirst([
      change('gives-half', 10, 5),
      change('grows-twice', 10, 20),
      change('gives-little', 10, 9),
      change('short-by-half', 10, 15, 15),
      change('grows-a-little', 10, 11),
      change('short-twice', 4, 8, 8),
    ]);
    expect(keysOf(order)).toEqual([
      'short-twice',
      'short-by-half',
      'grows-twice',
      'grows-a-little',
      'gives-little',
      'gives-half',
    ]);
  });

  it('of those that are short counts what they need, of those that grow what they want', () => {
    expect(keysOf(mostUrgentFirst([change('a', 10, 40, 12), change('b', 10, 14, 14)]))).toEqual(['b', 'a']);
  });

  it('of equals goes by name, whatever the order of the list', () => {
    const equal = ['c', 'a', 'b'].map((name) => change(`shop/${name}`, 10, 12, 12));
    expect(keysOf(mostUrgentFirst(equal))).toEqual(['shop/a', 'shop/b', 'shop/c']);
    expect(keysOf(mostUrgentFirst(equal.toReversed()))).toEqual(['shop/a', 'shop/b', 'shop/c']);
  });

  it('a shortage is what present demand needs of what is wanted, and nothing of a gift', () => {
    const shortages = [
      change('a', 10, 14, 12),
      change('a', 10, 12, 14),
      change('a', 10, 14, 8),
      change('a', 10, 8, 12),
    ];
    expect(shortages.map(shortageOf)).toEqual([2, 2, 0, 0]);
  });
});

describe('of more than may change at once', () => {
  const equals = (count: number, at?: (i: number) => number | undefined): readonly Change[] =>
    Array.from({ length: count }, (_, i) => {
      const changedAt = at?.(i);
      return {
        ...change(`shop/${String(i).padStart(2, '0')}`, 10, 12, 12),
        ...(changedAt !== undefined && { changedAt }),
      };
    });

  it('every so many go in turn: within as many ticks as there are rounds each has gone once', () => {
    const wanted = equals(12);
    const served = [0, 1, 2, 3].flatMap((tick) => moved(wanted, { replicas: 100, workloads: 3 }, tick));
    expect(served.toSorted()).toEqual(keysOf(wanted));
  });

  it('within a turn the most urgent go', () => {
    const wanted = [...equals(2), change('shop/zz', 10, 30, 30)];
    const rounds = [0, 1, 2].map((tick) => moved(wanted, { replicas: 100, workloads: 2 }, tick));
    expect(rounds.every((round) => round.length === 2)).toBe(true);
    expect(rounds.filter((round) => round.includes('shop/zz')).length).toBeGreaterThanOrEqual(2);
  });

  it('whoever was served within three ticks lets the others go first', () => {
    const ago = (ticks: number) => AT - ticks * MINUTE;
    const of = (ticks: number) =>
      moved(
        equals(2, (i) => (i === 0 ? ago(ticks) : undefined)),
        { replicas: 100, workloads: 1 },
      );
    expect([of(3), of(0)]).toEqual([['shop/01'], ['shop/01']]);
    const beside = (ticks: number) =>
      moved([...equals(1, () => ago(ticks)), change('shop/99', 10, 11, 11)], { replicas: 100, workloads: 1 });
    // Beyond three ticks it is as any other, and then the turn decides.
    const turns = [0, 1].flatMap((tick) => {
      const wanted = [...equals(1, () => ago(4)), change('shop/99', 10, 11, 11)];
      return moved(wanted, { replicas: 100, workloads: 1 }, tick);
    });
    expect(beside(3)).toEqual(['shop/99']);
    expect(turns).toContain('shop/00');
  });

  it('those that want nothing take no place', () => {
    const idle = Array.from({ length: 20 }, (_, i) => change(`idle/${i}`, 5, 5));
    expect(moved([...idle, ...equals(2)], { replicas: 100, workloads: 2 })).toEqual(['shop/00', 'shop/01']);
  });

  it('of ten ticks one keeps a place, and a tenth of the replicas, for those that give back', () => {
    const wanted = [...equals(10), change('shop/gift', 50, 10)];
    const gifts = (budget: BlastBudget) =>
      Array.from({ length: 10 }, (_, tick) => 50 - (shareOut(wanted, budget, turn(tick)).get('shop/gift') ?? 50));
    expect(gifts({ replicas: 1000, workloads: 1 }).filter((given) => given > 0)).toHaveLength(1);
    const crowd = Array.from({ length: 10 }, (_, i) => change(`crowd/${i}`, 50, 100, 1000));
    const shared = Array.from({ length: 10 }, (_, tick) => {
      const shares = shareOut([...crowd, change('shop/gift', 500, 10)], { replicas: 25, workloads: 100 }, turn(tick));
      return 500 - (shares.get('shop/gift') ?? 500);
    });
    expect(sum(shared)).toBe(25);
    expect(Math.max(...shared)).toBe(3);
  });

  it('keeps nothing for gifts where there are none', () => {
    const crowd = [change('a/b', 50, 100, 100)];
    expect(shareOut(crowd, { replicas: 20, workloads: 1 }, turn(9)).get('a/b')).toBe(70);
    expect(
      Array.from({ length: 10 }, (_, tick) => moved(equals(3), { replicas: 50, workloads: 1 }, tick).length),
    ).toEqual(Array.from({ length: 10 }, () => 1));
  });
});

describe('what is said', () => {
  const whole = { replicas: 20, workloads: 3 };

  it('of a change that is put off, and of one that is cut', () => {
    expect(blastMessage({ current: 5, target: 9 }, 5, whole)).toMatch(
      /^5 → 9 is left to a later tick: one tick may change 20 replicas and 3 workloads/,
    );
    expect(blastMessage({ current: 5, target: 9 }, 7, whole)).toMatch(
      /^9 cut to 7: one tick may change 20 replicas and 3 workloads/,
    );
  });

  it('of those that stay short: by how much, then by name, ten of them, and how many more there are', () => {
    const of = (...entries: readonly (readonly [string, number])[]) => shortMessage(new Map(entries), whole) ?? '';
    expect(of(['b', 1], ['a', 1], ['c', 2])).toContain('c 2, a 1, b 1;');
    expect(of(['a', 1], ['b', 1], ['c', 2])).toContain('c 2, a 1, b 1;');
    expect(of(['a', 1])).toContain('1 workload short of 1 replica until');
    const many = (count: number) =>
      of(...Array.from({ length: count }, (_, i) => [`w${String(i).padStart(2, '0')}`, 1] as const));
    expect(many(10)).toContain('w08 1, w09 1; one');
    expect(many(11)).toContain('w08 1, w09 1 and 1 more; one');
  });
});

describe('sharing, at its edges', () => {
  it('all is given where all is claimed, and no more', () => {
    expect(sharesOf([3, 0, 7], 10, 5)).toEqual([3, 0, 7]);
    expect(sharesOf([3, 0, 7], 11, 5)).toEqual([3, 0, 7]);
    expect([sharesOf([3, 4], 0, 5), sharesOf([3, 4], -2, 5), sharesOf([], 5, 1)]).toEqual([[0, 0], [0, 0], []]);
    expect(sum(sharesOf([3, 4], 2.9, 5))).toBe(2);
  });

  it('law: over many turns everybody has what is theirs to within one', () => {
    const claims = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(claims, fc.integer({ min: 1, max: 30 }), fc.nat(1e6), (of, budget, first) => {
        fc.pre(sum(of) > 3 * budget && of.length <= budget);
        const counted = of.map((claim) => Math.min(claim, 3 * budget));
        const beyond = sum(counted) - of.length;
        const total = of.map(() => 0);
        for (let i = 0; i < 200; i++)
          for (const [k, share] of sharesOf(of, budget, first + i).entries()) total[k] = (total[k] ?? 0) + share;
        for (const [k, claim] of counted.entries()) {
          const ideal = 1 + ((budget - of.length) * (claim - 1)) / Math.max(1, beyond);
          expect(Math.abs((total[k] ?? 0) / 200 - ideal)).toBeLessThan(0.1);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('where there is not one for each, shares are in proportion to the claims', () => {
    const total = [0, 0, 0, 0];
    for (let i = 0; i < 400; i++)
      for (const [k, share] of sharesOf([1, 2, 3, 20], 3, i).entries()) total[k] = (total[k] ?? 0) + share;
    // No claim counts for more than three budgets: 1, 2, 3 and nine of twenty.
    expect(total.map((all) => Math.round(all / 80))).toEqual([1, 2, 3, 9]);
  });

  it('places go to groups by their members, none counting for more than three times the places', () => {
    const total = [0, 0, 0];
    for (let i = 0; i < 700; i++)
      for (const [k, share] of placesOf([1, 2, 100], 4, i).entries()) total[k] = (total[k] ?? 0) + share;
    // 1, 2 and twelve of a hundred: four places in the proportion 1 : 2 : 12.
    expect(total.map((all) => Math.round((15 * all) / 2800))).toEqual([1, 2, 12]);
    expect([placesOf([1, 2], 3, 7), placesOf([1, 2], 5, 7)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(placesOf([4, 4], 0, 7)).toEqual([0, 0]);
  });

  it('small claims are met at once where three budgets suffice for all', () => {
    expect(sharesOf([0, 1, 2, 27], 10, 3)).toEqual([0, 1, 2, 7]);
  });
});
