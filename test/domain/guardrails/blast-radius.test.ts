// What one tick may change of a cluster, and who goes first: rule 9 of the design.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BlastBudget,
  blastBudget,
  type Change,
  mostUrgentFirst,
  shareOut,
  shortageOf,
  shortMessage,
} from '../../../lib/domain/guardrails/cluster/blast-radius.ts';

const LIMITS = { sharePercent: 25, freeReplicas: 20, workloads: 3 };
const change = (key: string, current: number, target: number, needed = current): Change => ({
  key,
  current,
  target,
  needed,
});

describe('the blast radius', () => {
  it('is a share of the cluster, and never so little that a small one could not move', () => {
    expect(blastBudget(LIMITS, 1000).replicas).toBe(250);
    expect(blastBudget(LIMITS, 12).replicas).toBe(20);
  });

  it('serves the short first, the shortest before all; then growth ahead of time; gifts last, the largest at the end', () => {
    const order = mostUrgentFirst([
      change('gift-large', 40, 20),
      change('ahead', 10, 14),
      change('gift-small', 10, 9),
      change('short', 10, 12, 12),
      change('shortest', 10, 20, 30),
    ]);
    expect(order.map(({ key }) => key)).toEqual(['shortest', 'short', 'ahead', 'gift-small', 'gift-large']);
  });

  it('cuts what does not fit, in the direction it was going', () => {
    const budget = { replicas: 5, workloads: 1 };
    const alone = (one: Change, of = budget) => shareOut([one], of, TURN).get(one.key);
    expect(alone(change('a/up', 10, 20))).toBe(15);
    expect(alone(change('a/down', 10, 2))).toBe(5);
    expect(alone(change('a/none', 10, 11), { replicas: 5, workloads: 0 })).toBe(10);
  });

  it('holds whatever is wanted: no more replicas and workloads than the budget, nobody past their own wish', () => {
    fc.assert(
      fc.property(many, sizes, ticks, (wanted, replicas, tick) => {
        const whole = blastBudget(LIMITS, replicas);
        const shares = shareOut(wanted, whole, { at: tick * MINUTE, tickMs: MINUTE });
        let changed = 0;
        let workloads = 0;
        for (const wish of wanted) {
          const target = shares.get(wish.key) ?? Number.NaN;
          changed += Math.abs(target - wish.current);
          workloads += target === wish.current ? 0 : 1;
          expect(target).toBeGreaterThanOrEqual(Math.min(wish.current, wish.target));
          expect(target).toBeLessThanOrEqual(Math.max(wish.current, wish.target));
        }
        expect(changed).toBeLessThanOrEqual(whole.replicas);
        expect(workloads).toBeLessThanOrEqual(whole.workloads);
        const asked = wanted.reduce((sum, { current, target }) => sum + Math.abs(target - current), 0);
        if (asked <= whole.replicas && wanted.length <= whole.workloads) expect(changed).toBe(asked);
      }),
    );
  });

  it('does not depend on the order in which changes are listed', () => {
    fc.assert(
      fc.property(many, sizes, ticks, fc.gen(), (wanted, replicas, tick, any) => {
        const turn = { at: tick * MINUTE, tickMs: MINUTE };
        const budget = blastBudget({ ...LIMITS, workloads: 5 }, replicas);
        const shuffled = wanted.toSorted(() => any(fc.integer, { min: -1, max: 1 }));
        const sorted = (of: readonly Change[]) =>
          [...shareOut(of, budget, turn)].toSorted(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(shuffled)).toEqual(sorted(wanted));
      }),
    );
  });

  it('lets nothing grow ahead of time while one that is short and has a turn gets less than it is short of', () => {
    fc.assert(
      fc.property(many, sizes, (wanted, replicas) => {
        const budget = { ...blastBudget(LIMITS, replicas), workloads: 1000 };
        const shares = shareOut(wanted, budget, TURN);
        const got = (one: Change) => (shares.get(one.key) ?? 0) - one.current;
        const isUnmet = wanted.some((one) => shortageOf(one) > 0 && got(one) < shortageOf(one));
        if (isUnmet)
          for (const one of wanted) if (one.target > one.current) expect(got(one)).toBeLessThanOrEqual(shortageOf(one));
      }),
    );
  });

  it('shares by namespaces first: a hundred greedy ones in one leave a single other its need', () => {
    const greedy = Array.from({ length: 100 }, (_, i) => change(`crowd/${i}`, 50, 100, 100));
    const shares = shareOut([...greedy, change('shop/web', 10, 16, 16)], { replicas: 60, workloads: 200 }, TURN);
    expect(shares.get('shop/web')).toBeGreaterThanOrEqual(14);
    const wanted = [...greedy, change('shop/web', 10, 16, 16)];
    const turns = [0, 1, 2, 3, 4].map((tick) => {
      const turn = { at: TURN.at + tick * MINUTE, tickMs: MINUTE };
      return shareOut(wanted, { replicas: 600, workloads: 2 }, turn).get('shop/web');
    });
    expect(turns).toContain(16);
  });

  it('lets go first who was not served of late where only some workloads may change', () => {
    const short = (name: string, ago: number | null) => ({
      ...change(`shop/${name}`, 10, 12, 12),
      ...(ago !== null && { changedAt: TURN.at - ago * MINUTE }),
    });
    const wanted = [short('a', 1), short('b', 2), short('c', 60), short('d', null)];
    const shares = shareOut(wanted, { replicas: 100, workloads: 2 }, TURN);
    expect(wanted.filter(({ key }) => shares.get(key) === 12).map(({ key }) => key)).toEqual(['shop/c', 'shop/d']);
  });

  it('keeps nobody waiting for more than three ticks who fits into the budgets of three, greedy others or not', () => {
    const victims = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(victims, ticks, fc.boolean(), (shortages, first, isGreedy) => {
        const greedy = isGreedy ? [{ ...change('tenant/greedy', 200, 400, 1e6), waited: 0 }] : [];
        const world = shortages.map((more, i) => ({ ...change(`shop/${i}`, 10, 10 + more, 10 + more), waited: 0 }));
        const replicas = Math.ceil(shortages.reduce((a, b) => a + b, 0) / 3) * 2;
        const budget = { replicas, workloads: Math.ceil(shortages.length / 3) + 1 };
        let now: readonly Waiting[] = [...greedy, ...world];
        for (let tick = first; tick < first + 12; tick++) now = played(now, budget, tick);
        expect(Math.max(...now.map(({ waited }) => waited))).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('gives back within ten ticks, however greedy and however many those are that are short', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        ticks,
        (replicas, workloads, first) => {
          const greedy = Array.from({ length: 20 }, (_, i) => change(`crowd/${i}`, 100, 200, 1e6));
          let given = 0;
          for (let tick = first; tick < first + 10; tick++) {
            const turn = { at: tick * MINUTE, tickMs: MINUTE };
            const shares = shareOut([...greedy, change('shop/idle', 80, 20)], { replicas, workloads }, turn);
            given += 80 - (shares.get('shop/idle') ?? 80);
          }
          expect(given).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('names those that stay short, the shortest first, and no others', () => {
    const whole = { replicas: 20, workloads: 3 };
    const message = shortMessage(new Map(Object.entries({ 'shop/a': 2, 'shop/b': 0, 'shop/c': 7 })), whole);
    expect(message).toContain('2 workloads short of 9 replicas until later ticks: shop/c 7, shop/a 2;');
    expect(message).not.toContain('shop/b');
    expect(shortMessage(new Map([['shop/b', 0]]), whole)).toBeNull();
    const crowd = new Map(Array.from({ length: 30 }, (_, i) => [`shop/${i}`, 1] as const));
    expect(shortMessage(crowd, whole)).toContain('and 20 more');
  });
});

type Waiting = Change & { readonly waited: number };

/** The same workloads a tick later; `waited` counts the ticks until one was served for the first time. */
function played(of: readonly Waiting[], budget: BlastBudget, tick: number): readonly Waiting[] {
  const at = tick * MINUTE;
  const shares = shareOut(of, budget, { at, tickMs: MINUTE });
  return of.map((one) => {
    const current = shares.get(one.key) ?? one.current;
    const target = one.needed === 1e6 ? 2 * current : one.target;
    if (current !== one.current) return { ...one, current, target, changedAt: at };
    const isWaiting = one.changedAt === undefined && one.target !== one.current;
    return { ...one, waited: one.waited + (isWaiting ? 1 : 0) };
  });
}

const MINUTE = 60_000;
const TURN = { at: Date.parse('2026-03-04T12:00:00Z'), tickMs: MINUTE };
const ticks = fc.integer({ min: 0, max: 30_000_000 });
const sizes = fc.integer({ min: 0, max: 2000 });
const wishes = fc.record({
  key: fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.string({ minLength: 1, maxLength: 4 }))
    .map((parts) => parts.join('/')),
  current: fc.integer({ min: 1, max: 100 }),
  target: fc.integer({ min: 1, max: 200 }),
  needed: fc.integer({ min: 1, max: 200 }),
});
const many = fc.uniqueArray(wishes, { maxLength: 30, selector: ({ key }) => key });
