// Money: estimates from requests and two prices. What is not known is not free, potential is not realised, and time adds up.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FARGATE_PRICES, replicaHourUsd, whyUnpriced } from '../../../lib/domain/cost/prices.ts';
import { fewerReplicas, replicaHoursAt, savingsAt, savingsFrom } from '../../../lib/domain/cost/savings.ts';
import { changeHourUsd, costOf } from '../../../lib/domain/decision/cost.ts';
import type { Decision } from '../../../lib/domain/decision/decision.ts';
import type { Outcome } from '../../../lib/domain/decision/outcome.ts';
import { readPrices } from '../../../lib/price-config.ts';
import { NOW, observation } from '../../make/workloads.ts';

const GIB = 2 ** 30;
const MINUTE = 60_000;
const size = fc.record({
  cpu: fc.double({ min: 0, max: 64, noNaN: true }),
  memory: fc.double({ min: 0, max: 512 * GIB, noNaN: true }),
});
const price = fc.double({ min: 0, max: 100, noNaN: true });
const prices = fc.record({ vcpuHourUsd: price, gibHourUsd: price });
const count = fc.integer({ min: 0, max: 500 });
const at = (spec: number, change: object = {}) =>
  observation({ replicas: { spec, ready: spec, running: spec, total: spec }, ...change });
const decision = (current: number, target: number, more: Partial<Decision> = {}) =>
  ({ current, target, blockedBy: null, ...more }) as Decision;
const RECOMMENDED: Outcome = { kind: 'recommended', code: 'mode_recommend', message: 'm' };

describe('a replica', () => {
  it('costs what it requests at the two prices: half a core and a GiB are 2.5 cents an hour at Fargate’s', () => {
    expect(replicaHourUsd({ cpu: 0.5, memory: GIB }, FARGATE_PRICES)).toBeCloseTo(0.5 * 0.04048 + 0.004445, 12);
    fc.assert(
      fc.property(size, prices, (one, by) => {
        const usd = replicaHourUsd(one, by) ?? Number.NaN;
        expect(usd).toBeGreaterThanOrEqual(0);
        expect(usd).toBeCloseTo(one.cpu * by.vcpuHourUsd + (one.memory / GIB) * by.gibHourUsd, 6);
      }),
    );
  });

  it('has no price where a request is not known, whatever the other is, and it is said which', () =>
    fc.assert(
      fc.property(size, prices, ({ cpu, memory }, by) => {
        for (const capacity of [{ cpu }, { memory }, {}]) {
          const seen = at(4, { capacity });
          expect(replicaHourUsd(capacity, by)).toBeNull();
          expect(costOf({ observation: seen, decision: decision(4, 2), outcome: RECOMMENDED }, by)).toHaveProperty(
            'why',
          );
          expect(changeHourUsd(decision(4, 2), seen, by)).toBeNull();
        }
        expect(whyUnpriced(at(4, { capacity: { cpu }, unrequested: { memory: 'container web' } }))).toBe(
          'no memory request (container web)',
        );
      }),
    ));
});

describe('a change', () => {
  it('costs to and saves back the same; what an HPA may take away is not known', () =>
    fc.assert(
      fc.property(count, count, prices, (from, to, by) => {
        const usd = (a: number, b: number) => changeHourUsd(decision(a, b), at(a), by) ?? Number.NaN;
        expect(usd(from, to) + usd(to, from)).toBeCloseTo(0, 6);
        expect(Math.sign(usd(from, to))).toBe(by.vcpuHourUsd + by.gibHourUsd > 0 ? Math.sign(to - from) : 0);
        const underHpa = changeHourUsd(decision(from, to), at(from, { owner: { kind: 'hpa', name: 'web' } }), by);
        if (to < from) expect(underHpa).toBeNull();
        else expect(underHpa).toBeCloseTo(usd(from, to), 9);
      }),
    ));
});

describe('savings', () => {
  it('potential is of what is recommended and not done, never negative, and of nothing that another owns', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), prices, (runs, wanted, by) => {
        const cost = (outcome: Outcome, change: object = {}, more: Partial<Decision> = {}) => {
          const made = decision(runs, runs, { wanted, ...more });
          const found = costOf({ observation: at(runs, change), decision: made, outcome }, by);
          return 'why' in found ? Number.NaN : found.potentialHourUsd;
        };
        const each = replicaHourUsd(at(1).capacity, by) ?? Number.NaN;
        expect(cost(RECOMMENDED)).toBeCloseTo(each * Math.max(0, runs - wanted), 6);
        expect(cost({ kind: 'unchanged', code: 'at_target', message: 'm' })).toBe(0);
        expect(cost(RECOMMENDED, { owner: { kind: 'hpa', name: 'web' } })).toBe(0);
        expect(cost(RECOMMENDED, {}, { blockedBy: 'owned_by_keda' })).toBe(0);
      }),
    ));

  it('realised is the time that fewer ran than before the first change, however often it is looked at', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 240 }), fc.integer({ min: 1, max: 50 }), fc.boolean()), {
          minLength: 1,
          maxLength: 30,
        }),
        (from, course) => {
          let now = NOW;
          let runs = from;
          let hours = 0;
          let kept = savingsFrom(from, from, now);
          for (const [minutes, next, looks] of course) {
            now += minutes * MINUTE;
            hours += ((from - runs) * minutes) / 60;
            if (looks) kept = savingsAt(kept, runs, now);
            kept = savingsAt(kept, next, now);
            runs = next;
          }
          expect(replicaHoursAt(kept, now)).toBeCloseTo(hours, 1);
          expect(savingsAt(kept, runs, now + MINUTE)).toBe(kept);
        },
      ),
    ));

  it('realised has nothing of what a cap took away, until it is lifted', () => {
    const begun = savingsAt(savingsFrom(20, 20, NOW), 16, NOW);
    const capped = savingsAt(begun, 10, NOW + 60 * MINUTE, 10);
    // An hour of four fewer, and then nothing of ours.
    expect(replicaHoursAt(capped, NOW + 180 * MINUTE)).toBe(4);
    expect(fewerReplicas(savingsAt(capped, 7, NOW + 180 * MINUTE, 10))).toBe(3);
    const lifted = savingsAt(capped, 16, NOW + 180 * MINUTE);
    expect([lifted.cap, fewerReplicas(lifted), replicaHoursAt(lifted, NOW + 240 * MINUTE)]).toEqual([undefined, 4, 8]);
  });
});

describe('prices', () => {
  it('are Fargate’s unless stated, and refused by name where they are no dollars', () => {
    expect(readPrices({})).toEqual(FARGATE_PRICES);
    expect(readPrices({ PRICE_VCPU_HOUR: '0', PRICE_GIB_HOUR: '0.003' })).toEqual({
      vcpuHourUsd: 0,
      gibHourUsd: 0.003,
    });
    for (const wrong of ['-1', 'free', '1e9', 'Infinity', 'NaN', '0,04', '999999'])
      expect(() => readPrices({ PRICE_VCPU_HOUR: wrong })).toThrow(/PRICE_VCPU_HOUR: expected dollars/);
  });
});
