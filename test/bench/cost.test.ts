// The bill: a computation on measured figures, and the page that is made from it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptMeasured, withBill } from '../../bench/cost.ts';
import { billOf, centsAWorkload, fleetDollars, lookDollars, type Measured, scaledTo } from '../../bench/cost-bill.ts';
import { type LlmCost, llmTargetsMet } from '../../bench/cost-llm.ts';
import { TARGET_SIZES, targetsMet, withLargest } from '../../bench/cost-markdown.ts';
import { atItsBest, meanUsage } from '../../bench/cost-usage.ts';
import { dollarsOf } from '../../lib/bill/line.ts';

const usage = (change: Partial<Measured['steady']> = {}) => ({
  cpuSeconds: 1,
  changes: 10,
  events: 10,
  logBytes: 2000,
  writeUnits: { T: 16, LATEST: 50, DEC: 10, LEASE: 3 },
  readUnits: { T: 30, LATEST: 16 },
  ...change,
});
const NO_LOOKS = { messages: 0, bytes: 0, taken: 0, cpuSeconds: 0, logBytes: 0, writeUnits: {}, readUnits: {} };
const LOOKS = {
  ...NO_LOOKS,
  messages: 3,
  bytes: 90_000,
  taken: 3,
  cpuSeconds: 0.1,
  readUnits: { LEASE: 3, LATEST: 4 },
};
const measured = (workloads: number, steady = usage(), looks = LOOKS): Measured => ({
  workloads,
  slower: 1,
  first: usage(),
  steady,
  looks,
  learned: { storedBytes: 5200, lessonSeconds: 0.25 },
});

describe('the bill', () => {
  test('in docs/deploy.md is the one that the kept figures make', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
    expect(withBill(page, keptMeasured()), 'run npm run bench:cost -- --save').toBe(page);
  });

  test('is held against a cent a workload and month at 1,000 and 10,000, and says which is missed', () => {
    expect(TARGET_SIZES).toEqual([1000, 10_000]);
    const all = withLargest(keptMeasured().sizes).filter(({ workloads }) => TARGET_SIZES.includes(workloads));
    const most = [1.15, 0.9];
    for (const [i, said] of targetsMet(keptMeasured().sizes).entries()) {
      const cents = centsAWorkload(billOf(all[i] as Measured));
      expect(said).toMatch(cents <= 1 ? /, met$/ : /, MISSED$/);
      expect(cents).toBeLessThan(most[i] ?? 0);
    }
  });

  test('of looks is a tenth of a cent a workload and month at most, of which nothing is left out', () => {
    for (const one of withLargest(keptMeasured().sizes).filter(({ workloads }) => TARGET_SIZES.includes(workloads))) {
      expect((100 * lookDollars(one)) / one.workloads).toBeLessThan(0.1);
      const without = { ...one, looks: NO_LOOKS };
      const all = (of: Measured) => dollarsOf(billOf(of).cluster);
      expect(all(one) - all(without)).toBeCloseTo(lookDollars(one), 9);
      expect(lookDollars(without)).toBe(0);
    }
  });

  test('of a quota that is used up may be little more than that of no key', () => {
    const of = (mode: LlmCost['mode'], writeUnits: number) =>
      ({ mode, workloads: 200, writeUnits, readUnits: 20, logBytes: 1000, calls: 0 }) as const;
    const none = of('no key', 24);
    expect(llmTargetsMet([none, of('a quota used up', 33)])).toEqual([expect.stringMatching(/: 0\.045, met$/)]);
    expect(llmTargetsMet([none, of('a quota used up', 36)])).toEqual([expect.stringMatching(/: 0\.060, MISSED$/)]);
    expect(llmTargetsMet([none])).toEqual([]);
  });

  test('is a write unit a tick at its list price, by hand', () => {
    const line = billOf(measured(50)).cluster.find(({ item }) => item.startsWith('decision records'));
    expect(line?.dollars).toBeCloseTo((10 * 43_800 * 0.625) / 1e6, 9);
  });

  test('law: more of anything never costs less, and nothing is left out of the sum', () => {
    const more = fc.record({
      cpuSeconds: fc.double({ min: 0, max: 50, noNaN: true }),
      events: fc.nat(100),
      logBytes: fc.nat(100_000),
      kind: fc.constantFrom('DEC', 'LATEST', 'T', 'SOMETHING'),
      units: fc.nat(500),
    });
    fc.assert(
      fc.property(more, fc.constantFrom(50, 1000), ({ cpuSeconds, events, logBytes, kind, units }, workloads) => {
        const before = usage();
        const steady = usage({
          cpuSeconds: before.cpuSeconds + cpuSeconds,
          events: before.events + events,
          logBytes: before.logBytes + logBytes,
          writeUnits: {
            ...before.writeUnits,
            [kind]: ((before.writeUnits as Record<string, number>)[kind] ?? 0) + units,
          },
        });
        const cents = (one: Measured) => centsAWorkload(billOf(one));
        const least = (100 * units * 43_800 * 0.625e-6) / workloads;
        expect(cents(measured(workloads, steady)) - cents(measured(workloads))).toBeGreaterThanOrEqual(least - 1e-9);
      }),
    );
  });

  test('of a larger cluster grows with its shards, but for what a cluster has once', () => {
    const { steady } = scaledTo(10_000, measured(1000));
    expect(steady.writeUnits).toEqual({ T: 160, LATEST: 500, DEC: 100, LEASE: 3 });
    expect(withLargest([measured(1000)]).map(({ workloads }) => workloads)).toEqual([1000, 10_000]);
    expect(withLargest([measured(10_000)])).toHaveLength(1);
  });

  test('of many clusters has what a stack has once per stack', () => {
    const bill = billOf(measured(50));
    const [hub, each] = [fleetDollars(bill, 40, 1), fleetDollars(bill, 40, 40)];
    expect(each - hub).toBeCloseTo(39 * dollarsOf(bill.stack), 9);
    expect(each).toBeCloseTo(40 * dollarsOf([...bill.cluster, ...bill.stack]), 9);
  });

  test('law: has lessons by their schedule, more of them never cost less, and a queue is paid for', () => {
    const learned = fc.record({
      storedBytes: fc.nat(20_000),
      lessonSeconds: fc.double({ min: 0, max: 2, noNaN: true }),
    });
    fc.assert(
      fc.property(learned, fc.constantFrom(50, 1000, 5000), ({ storedBytes, lessonSeconds }, workloads) => {
        const bill = (one: Measured['learned']) => billOf({ ...measured(workloads), learned: one });
        const all = (one: Measured['learned']) => dollarsOf(bill(one).cluster);
        const [none, some] = [all({ storedBytes: 0, lessonSeconds: 0 }), all({ storedBytes, lessonSeconds })];
        // Two a day, at a whole core of 1,769 MB and 1.3 times its time.
        const cpu = workloads * (730 / 12) * lessonSeconds * 1.3 * (1769 / 1024) * 0.0000133334;
        expect(some - none).toBeGreaterThanOrEqual(cpu - 1e-9);
        const sent = bill({ storedBytes, lessonSeconds }).cluster.some(({ item }) => item === 'shards sent to learn');
        expect(sent).toBe(workloads > 1024);
      }),
    );
  });

  test('says when a target is missed', () => {
    const dear = targetsMet([measured(1000, usage({ writeUnits: { DEC: 5000 } }))]);
    expect(dear.every((verdict) => verdict.endsWith('MISSED'))).toBe(true);
  });

  test('has no place in a page without one', () => {
    expect(() => withBill('# Deploy', { sizes: [measured(50)], llm: [] })).toThrow(/docs\/deploy\.md/);
  });

  test('is made of the mean of ticks, by every kind that any of them had', () => {
    const mean = meanUsage([usage({ writeUnits: { DEC: 2 } }), usage({ writeUnits: { BEAT: 9 } })]);
    expect(mean.writeUnits).toEqual({ BEAT: 4.5, DEC: 1 });
  });

  test('has CPU as if nothing had run beside it: never more than was measured, and half where all took twice as long', () => {
    const seconds = fc.double({ min: 0.001, max: 10, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, seconds, (cpuSeconds, yardstick, least) => {
        const best = atItsBest({ cpuSeconds, yardstick }, least).cpuSeconds;
        expect(best).toBeLessThanOrEqual(cpuSeconds);
        if (yardstick > least) expect(best / cpuSeconds).toBeCloseTo(least / yardstick, 9);
        else expect(best).toBe(cpuSeconds);
      }),
    );
    expect(atItsBest({ cpuSeconds: 3, yardstick: 0.02 }, 0.01).cpuSeconds).toBeCloseTo(1.5, 12);
    // Of looks that were none, nothing was timed.
    expect(atItsBest({ cpuSeconds: 0, yardstick: 0 }, 0.01).cpuSeconds).toBe(0);
  });
});
