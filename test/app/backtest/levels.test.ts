import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BacktestInput, type BacktestTick, runBacktest } from '../../../lib/app/backtest/backtest.ts';
import { QUEUE_LEVEL, QUEUE_LEVEL_DEFINITION, recordedAt } from '../../../lib/app/backtest/levels.ts';
import { oursPolicy } from '../../../lib/app/backtest/ours-policy.ts';
import type { PolicySettings } from '../../../lib/app/backtest/policy.ts';

const START = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
const LATENCY = { kind: 'level', unit: 'ms' } as const;
const SETTINGS: PolicySettings = { capacity: 10, min: 1, max: 20, sloPercent: 99.5, tickSeconds: 60 };
const LEVELLED: PolicySettings = { ...SETTINGS, levels: { latency: LATENCY } };

function recorded(values: readonly number[], intervalSeconds = 60) {
  return { name: 'latency', definition: LATENCY, startsAt: START, intervalSeconds, values: Float64Array.from(values) };
}

function run(
  demand: readonly number[],
  settings: PolicySettings,
  change: Partial<BacktestInput> = {},
): readonly BacktestTick[] {
  const ticks: BacktestTick[] = [];
  const { levels: _levels, isDemandUnknown: _unknown, ...bounds } = settings;
  const input: BacktestInput = {
    ...bounds,
    demand: Float64Array.from(demand),
    intervalSeconds: 60,
    startsAt: START,
    startupSeconds: 30,
    ...change,
    onTick: (tick) => ticks.push(tick),
  };
  runBacktest(input, oursPolicy('ours', settings));
  return ticks;
}

const STEADY = Array<number>(60).fill(40);
const CALM = Array.from({ length: 60 }, (_, i) => 100 + (i % 3));
const TROUBLE = CALM.with(40, 900).with(41, 900);

describe('a recorded level', () => {
  it('is seen when its window is over, and not a moment sooner', () => {
    const level = [recorded([7, 8, Number.NaN])];
    expect(recordedAt(level, START + MINUTE - 1)).toEqual({});
    expect(recordedAt(level, START + MINUTE)).toEqual({ latency: { value: 7, at: START + MINUTE } });
    expect(recordedAt(level, START + 2 * MINUTE + 30_000)).toEqual({ latency: { value: 8, at: START + 2 * MINUTE } });
    expect(recordedAt(level, START + 3 * MINUTE)).toEqual({});
    expect(recordedAt(level, START + 9 * MINUTE)).toEqual({});
  });

  it('out of its band while there is more to do makes ours grow within two windows, and names the level', () => {
    const busier = STEADY.map((demand, i) => (i < 38 ? demand : 1.2 * demand));
    const ticks = run(busier, { ...LEVELLED, min: 8 }, { recordedLevels: [recorded(TROUBLE)] });
    const grown = ticks.findIndex(({ replicas }, i) => replicas > (ticks[i - 1]?.replicas ?? 99));
    expect([41, 42]).toContain(grown);
    expect(ticks[grown]).toMatchObject({ source: 'latency', reason: expect.stringContaining('latency is at 900 ms') });
  });

  it('out of its band with no more to do than usual changes nothing: replicas are not what is missing', () => {
    const ticks = run(STEADY, { ...LEVELLED, min: 8 }, { recordedLevels: [recorded(TROUBLE)] });
    expect(new Set(ticks.map(({ replicas }) => replicas))).toEqual(new Set([8]));
    expect(ticks[41]?.reason).toMatch(/more replicas will not help/);
  });

  it('as usual changes nothing of what is decided without it, up or down', () => {
    const asked = (ticks: readonly BacktestTick[]) => Math.max(...ticks.map(({ replicas }) => replicas));
    const with_ = run(STEADY, LEVELLED, { recordedLevels: [recorded(CALM)] });
    expect(asked(with_)).toBe(asked(run(STEADY, SETTINGS)));
  });

  it('never changes an earlier decision by what comes later', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 60, maxLength: 60 }),
        fc.integer({ min: 20, max: 59 }),
        (values, cut) => {
          const whole = run(STEADY, LEVELLED, { recordedLevels: [recorded(values)] });
          const short = run(STEADY.slice(0, cut), LEVELLED, { recordedLevels: [recorded(values.slice(0, cut))] });
          expect(short).toEqual(whole.slice(0, short.length));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('alone moves replicas where nothing is known of the demand', () => {
    const unknown = { ...LEVELLED, isDemandUnknown: true };
    const nothing = Array<number>(60).fill(0);
    const ticks = run(nothing, unknown, { recordedLevels: [recorded(TROUBLE)] });
    expect(ticks.slice(0, 40).every(({ replicas }) => replicas === 1)).toBe(true);
    expect(Math.max(...ticks.map(({ replicas }) => replicas))).toBeGreaterThan(1);
    expect(run(nothing, unknown, { recordedLevels: [recorded(CALM)] }).every(({ replicas }) => replicas === 1)).toBe(
      true,
    );
  });
});

describe('a queue in the backtest', () => {
  const queue = { serviceSeconds: 0.1, slotsPerReplica: 1, maxWaitSeconds: 30 };
  const settings = { ...SETTINGS, levels: { [QUEUE_LEVEL]: QUEUE_LEVEL_DEFINITION } };

  it('says a latency that rises with demand and falls as replicas come', () => {
    const demand = [...Array<number>(30).fill(20), ...Array<number>(30).fill(80)];
    const latency = run(demand, settings, { queue }).map(({ levels }) => levels?.[QUEUE_LEVEL]?.value ?? 0);
    const before = Math.max(...latency.slice(10, 30));
    const surge = Math.max(...latency.slice(30, 35));
    expect(surge).toBeGreaterThan(3 * before);
    expect(latency.at(-1)).toBeLessThan(surge / 3);
    expect(Math.min(...latency.slice(1))).toBeGreaterThanOrEqual(100);
  });

  it('without one nothing is said of levels', () => {
    for (const tick of run(STEADY, SETTINGS)) expect(tick).not.toHaveProperty('levels');
  });
});
