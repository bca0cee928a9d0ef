// A blast radius that batches of shards share: whoever comes first, the short find theirs, and so do those who give back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetOf, capsOf, grantOf, NOTHING_SPENT } from '../../../lib/domain/guardrails/cluster/blast-purse.ts';
import { type Ask, askOf, shareOut } from '../../../lib/domain/guardrails/cluster/blast-radius.ts';
import { added, askArbitrary, budgetArbitrary } from '../../contracts/progress-store.ts';

const TURN = { at: 1_200_000, tickMs: 60_000 };
const ask = (short: number, rest: number): Ask => ({
  short: { replicas: short, workloads: Math.sign(short) },
  rest: { replicas: rest, workloads: Math.sign(rest) },
});

/** In order; what each got. */
function reserved(asks: readonly Ask[], whole: { replicas: number; workloads: number }, isEarly: boolean) {
  const caps = capsOf(whole, TURN, isEarly);
  const grants: Ask[] = [];
  let spent = NOTHING_SPENT;
  for (const one of asks) {
    const grant = grantOf(caps, spent, one, isEarly);
    grants.push(grant);
    spent = added(spent, grant);
  }
  return { grants, spent };
}

describe('the purse of a tick', () => {
  it('grants what is asked for where there is enough', () => {
    const asks = [ask(3, 4), ask(2, 0), ask(0, 5)];
    expect(reserved(asks, { replicas: 100, workloads: 50 }, true).grants).toEqual(asks);
  });

  it('leaves something for the short where what is not short comes first, and the other way round', () => {
    const whole = { replicas: 100, workloads: 100 };
    const restFirst = reserved([ask(0, 1000), ask(0, 1000), ask(1000, 0)], whole, true);
    expect(restFirst.spent.rest.replicas).toBeLessThanOrEqual(50);
    expect(restFirst.grants[2]?.short.replicas).toBeGreaterThanOrEqual(10);
    const shortFirst = reserved([...Array(20).fill(ask(1000, 0)), ask(0, 10)], whole, true);
    expect(shortFirst.grants.at(-1)?.rest.replicas).toBeGreaterThan(0);
  });

  it('does not let one batch that lacks everything take what small shortages need', () => {
    const { grants } = reserved([ask(100_000, 0), ask(3, 0), ask(5, 0)], { replicas: 100, workloads: 100 }, true);
    expect(grants.slice(1)).toEqual([ask(3, 0), ask(5, 0)]);
  });

  it('is anybody’s once the first seconds are over', () => {
    const { grants } = reserved([ask(0, 1000)], { replicas: 100, workloads: 100 }, false);
    expect(grants[0]?.rest.replicas).toBe(100);
  });

  it('law: never more than the budget, never more than is asked for, never less than nothing', () => {
    const asks = fc.array(askArbitrary, { maxLength: 30 });
    fc.assert(
      fc.property(asks, budgetArbitrary, fc.boolean(), (all, whole, isEarly) => {
        const { grants, spent } = reserved(all, whole, isEarly);
        for (const unit of ['replicas', 'workloads'] as const) {
          expect(budgetOf(spent)[unit]).toBeLessThanOrEqual(whole[unit]);
          grants.forEach((grant, i) => {
            for (const part of ['short', 'rest'] as const) {
              expect(grant[part][unit]).toBeGreaterThanOrEqual(0);
              expect(grant[part][unit]).toBeLessThanOrEqual(all[i]?.[part][unit] ?? 0);
            }
          });
        }
      }),
    );
  });

  it('law: what a batch asks for is what sharing would take at most, and with its grant it shares no more than that', () => {
    const change = fc.record({
      key: fc.integer({ min: 0, max: 9 }).map((i) => `n${i % 3}/w${i}`),
      current: fc.integer({ min: 0, max: 40 }),
      target: fc.integer({ min: 0, max: 40 }),
      needed: fc.integer({ min: 0, max: 60 }),
    });
    const changes = fc.uniqueArray(change, { selector: ({ key }) => key, maxLength: 8 });
    fc.assert(
      fc.property(changes, budgetArbitrary, (all, whole) => {
        const wanted = all.filter(({ current, target }) => current !== target);
        const caps = capsOf(whole, TURN, true);
        const granted = budgetOf(grantOf(caps, NOTHING_SPENT, askOf(wanted), true));
        const shared = shareOut(wanted, granted, TURN);
        const moved = wanted.map(({ key, current }) => Math.abs((shared.get(key) ?? current) - current));
        expect(moved.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(granted.replicas);
        expect(moved.filter((one) => one > 0).length).toBeLessThanOrEqual(granted.workloads);
        const enough = { replicas: 1000, workloads: 100 };
        const all2 = shareOut(wanted, enough, TURN);
        const { short, rest } = askOf(wanted);
        const total = wanted.reduce((sum, { key, current }) => sum + Math.abs((all2.get(key) ?? current) - current), 0);
        expect(short.replicas + rest.replicas).toBe(total);
      }),
    );
  });
});
