// Laws of deciding with loads and levels: up is the most that any asks, down only as far as all agree, and missing is never zero.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../lib/domain/decision/decide.ts';
import type { LevelView } from '../../../lib/domain/level/level-view.ts';
import { unusableSignals } from '../../../lib/domain/workload/signal-health.ts';
import { assessedAs, type Situation, type SituationParts, situationsWithSignals } from '../../make/situations.ts';
import { advised } from '../../make/workloads.ts';

const anyAdvice = () =>
  fc.option(
    fc.integer({ min: 1, max: 100 }).map((to) => advised(to)),
    { nil: null },
  );

const again = (s: Situation, change: Partial<SituationParts>): Situation => {
  const parts = { ...s.of, ...change };
  return { about: assessedAs(parts), history: s.history, of: parts };
};

/** No person says how many there must be at most: nothing but evidence takes anything away. */
const withoutOrders = () =>
  situationsWithSignals().map((s) => again(s, { windows: [], policy: { ...s.of.policy, min: 1, max: 10_000 } }));

const leastOf = ({ about }: Situation) =>
  Math.max(1, ...Object.values(about.levels ?? {}).map(({ least }: LevelView) => least));

describe('down', () => {
  it('goes no further than every level agrees, whoever leads', () => {
    fc.assert(
      fc.property(withoutOrders(), anyAdvice(), (s, advice) => {
        const { target, current } = decide(s.about, advice, s.history);
        if (target < current) expect(target).toBeGreaterThanOrEqual(leastOf(s));
      }),
      { numRuns: 300 },
    );
  });

  it('goes nowhere while a load or a level that is waited for is not known', () => {
    fc.assert(
      fc.property(withoutOrders(), anyAdvice(), (s, advice) => {
        const { target, current } = decide(s.about, advice, s.history);
        const unknown = Object.keys(unusableSignals(s.of.observation, s.of.policy));
        if (unknown.length > 0) expect(target).toBeGreaterThanOrEqual(current);
      }),
      { numRuns: 300 },
    );
  });

  it('goes no further than the present needs of a load, which is never taken for zero', () => {
    fc.assert(
      fc.property(withoutOrders(), anyAdvice(), (s, advice) => {
        const { target, current } = decide(s.about, advice, s.history);
        const { signals, policy } = { signals: s.of.observation.signals, policy: s.of.policy.signals?.requests };
        if (signals.requests === undefined || policy === undefined || target >= current) return;
        const needed = Math.ceil(signals.requests.demand / (policy.target ?? 1) - 1e-9);
        if (policy.direction === 'both') expect(target).toBeGreaterThanOrEqual(Math.min(current, needed));
      }),
      { numRuns: 300 },
    );
  });

  it('is never led by advice while a level is over', () => {
    fc.assert(
      fc.property(withoutOrders(), fc.integer({ min: 1, max: 100 }), (s, to) => {
        const { target, current, source } = decide(s.about, advised(to), s.history);
        const isOver = Object.values(s.about.levels ?? {}).some(({ band }) => band === 'over');
        if (isOver && source === 'llm') expect(target).toBeGreaterThanOrEqual(current);
      }),
      { numRuns: 300 },
    );
  });
});

describe('up', () => {
  it('is the most that any source asks, where nothing slows it down', () => {
    fc.assert(
      fc.property(withoutOrders(), (s) => {
        const { wanted = 0 } = decide(s.about, null, { ...s.history, wanted: [], lastScaledAt: null });
        expect(wanted).toBeGreaterThanOrEqual(Math.min(10_000, leastOf(s)));
      }),
      { numRuns: 300 },
    );
  });

  it('by a level that is over is not vetoed for CPU that is idle', () => {
    fc.assert(
      fc.property(withoutOrders(), (s) => {
        const asks = leastOf(s);
        const { current } = decide(s.about, null, s.history);
        const isOver = Object.values(s.about.levels ?? {}).some(
          ({ band, least }) => band === 'over' && least > current,
        );
        if (!isOver) return;
        const { verdicts } = decide(s.about, advised(asks, { action: 'scale_up' }), s.history);
        expect(verdicts.some(({ code }) => code === 'up_while_under_target')).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('is never asked for by what has direction down, and not kept by what has direction up and is well', () => {
    fc.assert(
      fc.property(withoutOrders(), (s) => {
        const { spec } = s.of.observation.replicas;
        for (const [name, { least, band }] of Object.entries(s.about.levels ?? {})) {
          const direction = s.of.policy.signals?.[name]?.direction;
          if (direction === 'down') expect(least).toBeLessThanOrEqual(spec);
          if (direction === 'up') expect(least === 1 || band === 'over').toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('whose number stands', () => {
  it('is a level only where it asks for more than the loads', () => {
    fc.assert(
      fc.property(withoutOrders(), (s) => {
        const { source } = decide(s.about, null, s.history);
        const level = s.about.levels?.[source];
        if (level === undefined) return;
        const loads = s.about.proposals.find((one) => one.source === 'reactive');
        expect(level.least).toBeGreaterThan(loads?.wanted ?? loads?.replicas ?? 0);
      }),
      { numRuns: 300 },
    );
  });

  it('does not hang on the order in which signals are named', () => {
    fc.assert(
      fc.property(situationsWithSignals(), anyAdvice(), (s, advice) => {
        const turned = Object.fromEntries(Object.entries(s.of.policy.signals ?? {}).toReversed());
        const other = again(s, { policy: { ...s.of.policy, signals: turned } });
        expect(decide(other.about, advice, s.history).target).toBe(decide(s.about, advice, s.history).target);
      }),
      { numRuns: 300 },
    );
  });
});
