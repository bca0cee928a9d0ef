// The class of a workload's demand: one of four, told from what its lesson left, and what follows from it in a sentence.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMAND_CLASSES, demandClassOf, describeClass } from '../../../lib/domain/learning/demand-class.ts';
import { fitWorkload } from '../../../lib/domain/learning/fit-workload.ts';
import { FITTED_VERSION, type Fitted } from '../../../lib/domain/learning/fitted.ts';
import type { DemandPattern } from '../../../lib/domain/sizing/demand-pattern.ts';
import type { FittedSizing } from '../../../lib/domain/sizing/sizing-policy.ts';
import { DAY, daily, END, history, STEP } from '../../make/histories.ts';
import { headroomSizing, sizingPolicy } from '../../make/sizings.ts';

const NOW = END;
const sizing = (pattern: DemandPattern | undefined, days: number, cost: number): FittedSizing => ({
  ...headroomSizing(0.1),
  policy: sizingPolicy({ days, expected: { violationPercent: 0.1, cost } }),
  ...(pattern && { pattern }),
});
const fitted = (cpu: FittedSizing | null, change: Partial<Fitted> = {}): Fitted => ({
  version: FITTED_VERSION,
  at: NOW,
  since: NOW - 14 * DAY,
  signals: {},
  memoryBaseBytes: null,
  sizing: cpu,
  startupSeconds: null,
  ...change,
});
const pattern = fc.record({
  steadyReplicas: fc.integer({ min: 1, max: 500 }),
  steadyCost: fc.double({ min: 1, max: 20, noNaN: true }),
  surprisePercent: fc.double({ min: 0, max: 30, noNaN: true }),
});

describe('the class', () => {
  it('is static where one count costs hardly more than following, else bursty where surprises take the whole budget', () =>
    fc.assert(
      fc.property(
        pattern,
        fc.double({ min: 1, max: 5, noNaN: true }),
        fc.double({ min: 90, max: 99.9, noNaN: true }),
        (seen, cost, slo) => {
          const name = demandClassOf(fitted(sizing(seen, 14, cost)), slo)?.name;
          if (seen.steadyCost <= 1.1 * cost) expect(name).toBe('static');
          else expect(name).toBe(seen.surprisePercent > 100 - slo ? 'bursty' : 'predictable');
        },
      ),
    ));

  it('is too short to say under two days, whatever was seen, and unknown without a request', () =>
    fc.assert(
      fc.property(pattern, (seen) => {
        expect(demandClassOf(undefined, 99.5)?.name).toBe('too_short');
        expect(demandClassOf(fitted(sizing(seen, 1, 1.2)), 99.5)?.name).toBe('too_short');
        expect(demandClassOf(fitted(null, { since: NOW - DAY }), 99.5)?.name).toBe('too_short');
        expect(demandClassOf(fitted(null), 99.5)).toBeUndefined();
        expect(demandClassOf(fitted(sizing(undefined, 14, 1.2)), 99.5)).toBeUndefined();
      }),
    ));

  it('is that of the load that is hardest to follow, and names it', () => {
    const calm = sizing({ steadyReplicas: 4, steadyCost: 1.1, surprisePercent: 0 }, 14, 1.1);
    const wild = sizing({ steadyReplicas: 40, steadyCost: 5, surprisePercent: 2 }, 14, 1.4);
    const found = demandClassOf(fitted(calm, { loads: { queue: wild } }), 99.5);
    expect(found).toMatchObject({ name: 'bursty', signal: 'queue' });
    expect(found && describeClass(found)).toMatch(/^bursty \(by queue\): for 2\.00 % of the time/);
  });

  it('says what follows from it', () =>
    fc.assert(
      fc.property(pattern, fc.constantFrom(0, 1, 14), (seen, days) => {
        const found = demandClassOf(fitted(sizing(seen, days, 1.3)), 99.5);
        expect(DEMAND_CLASSES).toContain(found?.name);
        expect(found && describeClass(found)).toMatch(
          /an HPA would do as well$|consider a higher minimum$|ahead$|follows it as well$|its class is told$/,
        );
      }),
    ));
});

describe('learned from three days', () => {
  const learn = (demand: (at: number) => number) => {
    const past = history(3, demand);
    const input = { history: past, previous: undefined, now: END, coresPerReplica: 1, startupSeconds: 90 };
    return demandClassOf(fitWorkload({ ...input, sloPercent: 99.5, tickSeconds: 60 }), 99.5)?.name;
  };

  it('tells a flat load from one that follows the clock and from one that jumps at any time', () => {
    expect(learn(() => 3)).toBe('static');
    expect(learn(daily)).toBe('predictable');
    const wild = (at: number) => ((Math.floor(at / (8 * STEP)) * 7921) % 7 === 0 ? 14 : 2);
    expect(learn(wild)).toBe('bursty');
  });
});
