// What one tick may change of a cluster, and who goes first: rule 9 of the design.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blastBudget, type Change, mostUrgentFirst, spend } from '../../lib/domain/blast-radius.ts';

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
    const budget = { replicas: 5, workloads: 2 };
    expect(spend({ current: 10, target: 20 }, budget)).toEqual({ target: 15, left: { replicas: 0, workloads: 1 } });
    expect(spend({ current: 10, target: 2 }, budget).target).toBe(5);
    expect(spend({ current: 10, target: 11 }, { replicas: 5, workloads: 0 }).target).toBe(10);
  });

  it('holds whatever is wanted: no more replicas and workloads than the budget, nobody past their own wish', () => {
    fc.assert(
      fc.property(fc.array(wishes, { maxLength: 30 }), fc.integer({ min: 0, max: 2000 }), (wanted, replicas) => {
        const whole = blastBudget(LIMITS, replicas);
        let budget = whole;
        let changed = 0;
        let workloads = 0;
        for (const wish of mostUrgentFirst(wanted)) {
          const { target, left } = spend(wish, budget);
          budget = left;
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
});

const wishes = fc.record({
  key: fc.string({ minLength: 1, maxLength: 4 }),
  current: fc.integer({ min: 1, max: 100 }),
  target: fc.integer({ min: 1, max: 200 }),
  needed: fc.integer({ min: 1, max: 200 }),
});
