// Demand finer than a step of the simulation, or between steps: averaged by how long each value holds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runBacktest } from '../../../lib/app/backtest/backtest.ts';
import { makePolicy } from '../../../lib/app/backtest/policies.ts';
import { stepDemand } from '../../../lib/app/backtest/step-demand.ts';

describe('demand in steps of 15 s', () => {
  it('is the same array where the interval is a multiple of the step', () => {
    const demand = Float64Array.of(1, 2, 3);
    for (const intervalSeconds of [15, 30, 60, 300])
      expect(stepDemand({ demand, intervalSeconds }).demand).toBe(demand);
  });

  it('weighs each value by the seconds it holds within the step', () => {
    const { demand, intervalSeconds } = stepDemand({ demand: Float64Array.of(3, 6, 9, 12), intervalSeconds: 10 });
    expect(intervalSeconds).toBe(15);
    expect([...demand]).toEqual([4, 8, 12].map((value) => expect.closeTo(value, 9)));
    const { demand: coarse } = stepDemand({ demand: Float64Array.of(3, 6, 9), intervalSeconds: 20 });
    expect([...coarse]).toEqual([3, 5, 7, 9].map((value) => expect.closeTo(value, 9)));
  });

  it('loses and makes no demand, whatever the interval', () => {
    const numbers = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 700 }), (values, tenths) => {
        const intervalSeconds = tenths / 10;
        const given = values.reduce((sum, value) => sum + value * intervalSeconds, 0);
        const made = stepDemand({ demand: Float64Array.from(values), intervalSeconds });
        const end = values.length * intervalSeconds;
        const got = made.demand.reduce((sum, value, i) => {
          const held = Math.min(made.intervalSeconds, end - i * made.intervalSeconds);
          return sum + value * held;
        }, 0);
        expect(Math.abs(got - given)).toBeLessThan(1e-6 * (1 + given));
      }),
    );
  });
});

describe('a backtest by the second', () => {
  it('scores what was needed, not what every fifteenth second needed', () => {
    // The first second of fifteen is quiet; the mean of all needs eleven replicas.
    const demand = Float64Array.from({ length: 3600 }, (_, i) => (i % 15 < 1 ? 1.8 : 9.9));
    const settings = { capacity: 1, min: 1, max: 50, sloPercent: 99.5, tickSeconds: 60 };
    const policy = makePolicy('limit', settings, { demand, intervalSeconds: 1, startupSeconds: 0 });
    const ticks: number[] = [];
    if (policy === null) throw new Error('there is a limit policy');
    const result = runBacktest(
      {
        ...settings,
        demand,
        intervalSeconds: 1,
        startsAt: 0,
        startupSeconds: 0,
        onTick: ({ replicas }) => ticks.push(replicas),
      },
      policy,
    );
    expect(new Set(ticks)).toEqual(new Set([11]));
    expect(result).toMatchObject({ violationPct: 0, cost: 1 });
  });
});
