// The limits that a replay lives under are those of the guardrails: steps, the cooldown after a change, and how an HPA moves.
import { describe, expect, it } from 'vitest';
import { neededBy, type ReplayInput, replay, replayHpa, scored } from '../../../lib/domain/sizing/replay.ts';
import { DEFAULT_POLICY } from '../../../lib/domain/workload/policy.ts';

const inputOf = (minutes: Float64Array, changes: Partial<ReplayInput> = {}): ReplayInput => ({
  minutes,
  needed: neededBy(minutes, 1),
  unit: 1,
  startupSeconds: 0,
  tickMinutes: 1,
  ...changes,
});
/** Demand of `high` for the first ten minutes, of one from then on, for two hours in all. */
const fallFrom = (high: number) => Float64Array.from({ length: 121 }, (_, i) => (i < 10 ? high : 1));
/** Replica-minutes of the replay. */
const spent = (minutes: Float64Array, windowMinutes: number, changes: Partial<ReplayInput> = {}) => {
  const input = inputOf(minutes, changes);
  const ideal = input.needed.subarray(1).reduce((sum, need) => sum + need, 0);
  return Math.round(replay(input, minutes, windowMinutes).cost * ideal);
};
/** Minutes at each count, one after the other. */
const minutesAt = (...steps: readonly (readonly [minutes: number, replicas: number])[]) =>
  steps.reduce((sum, [minutes, replicas]) => sum + minutes * replicas, 0);

describe('scaling in, replayed', () => {
  it('halves once per cooldown, which is that of the default policy', () => {
    expect(DEFAULT_POLICY.cooldownDownSeconds).toBe(5 * 60);
    // The peak is wanted until minute 9 and stabilised for four more: from minute 14 on the count halves every five minutes.
    expect(spent(fallFrom(32), 1)).toBe(minutesAt([14, 32], [5, 16], [5, 8], [5, 4], [5, 2], [86, 1]));
  });

  it('waits for as long as the window of the policy and the stabilisation window, and its first step for no cooldown: the last change is long ago', () => {
    expect(spent(fallFrom(8), 5)).toBe(minutesAt([18, 8], [5, 4], [5, 2], [92, 1]));
    expect(spent(fallFrom(8), 10)).toBe(minutesAt([23, 8], [5, 4], [5, 2], [87, 1]));
  });

  it('waits for the cooldown after scaling out as well', () => {
    const spike = Float64Array.from({ length: 61 }, (_, i) => (i === 20 ? 5 : 1));
    // 1 → 5 at minute 20, no earlier down than minute 25, and then by half: 3, 2, 1.
    expect(spent(spike, 1)).toBe(minutesAt([20, 1], [5, 5], [5, 3], [5, 2], [25, 1]));
  });

  it('an odd count keeps the larger half', () => {
    expect(spent(fallFrom(9), 1)).toBe(minutesAt([14, 9], [5, 5], [5, 3], [5, 2], [91, 1]));
  });

  it('moves at ticks only', () => {
    expect(spent(fallFrom(8), 1, { tickMinutes: 4 })).toBe(minutesAt([16, 8], [8, 4], [8, 2], [88, 1]));
  });
});

describe('scaling out, replayed', () => {
  const riseTo = (high: number, from = 1) => Float64Array.from({ length: 31 }, (_, i) => (i < 10 ? from : high));
  it.each([
    { from: 1, to: 5, steps: [] },
    { from: 1, to: 6, steps: [5] },
    { from: 4, to: 8, steps: [] },
    { from: 5, to: 10, steps: [] },
    { from: 5, to: 11, steps: [10] },
    { from: 3, to: 40, steps: [7, 14, 28] },
  ])('$from → $to goes through $steps: at most double or four more, every minute', ({ from, to, steps }) => {
    const between = steps.map((replicas) => [1, replicas] as const);
    expect(spent(riseTo(to, from), 1)).toBe(minutesAt([10, from], ...between, [20 - steps.length, to]));
  });
});

describe('what is scored', () => {
  it('changes are counted per hour, whichever way they went', () => {
    expect(replay(inputOf(fallFrom(8)), fallFrom(8), 1).changesPerHour).toBeCloseTo(3 / 2, 9);
  });

  it('a shortage is one episode while its minutes are no more than a quarter of an hour apart', () => {
    const bursts = (...at: number[]) => Float64Array.from({ length: 240 }, (_, i) => (at.includes(i) ? 9 : 2));
    const episodes = (gap: number) => {
      const minutes = bursts(100, 100 + gap);
      const flat = Int32Array.from(minutes, () => 2);
      return scored(inputOf(minutes), flat).episodes;
    };
    expect([1, 14, 15, 16, 17].map(episodes)).toEqual([1, 1, 1, 2, 2]);
  });

  it('replicas that are given are taken as they are: no step, no cooldown', () => {
    const minutes = new Float64Array(61).fill(1);
    const given = Int32Array.from(minutes, (_, i) => (i % 2 === 0 ? 1 : 41));
    expect(scored(inputOf(minutes), given)).toMatchObject({ cost: 21, changesPerHour: 59 });
  });

  it('no demand at all costs what is there, and is never short', () => {
    const nothing = new Float64Array(61);
    expect(replay(inputOf(nothing), nothing, 5)).toEqual({
      violationPercent: 0,
      cost: 60,
      changesPerHour: 0,
      shortMinutes: 0,
      episodes: 0,
    });
  });

  it('a demand that fills a replica to the last needs no second one', () => {
    expect([...neededBy(Float64Array.of(0, 0.3, 0.9, 0.9 + 1e-12, 0.91), 0.3)]).toEqual([0, 1, 3, 3, 4]);
  });
});

describe('an HPA at 70 %, replayed', () => {
  const costOf = (minutes: Float64Array) => replayHpa(inputOf(minutes), 1).cost;
  const settled = (demand: number) => Float64Array.from({ length: 601 }, (_, i) => (i < 300 ? 7 : demand));

  it.each([
    { demand: 7.6, replicas: 10 },
    { demand: 7.8, replicas: 12 },
    { demand: 6.4, replicas: 10 },
    { demand: 6.2, replicas: 9 },
  ])('of a demand of $demand keeps $replicas: a tenth off its target is left alone', ({ demand, replicas }) => {
    const minutes = settled(demand);
    const ideal = neededBy(minutes, 1)
      .subarray(1)
      .reduce((sum, need) => sum + need, 0);
    const late = replicas < 10 ? 4 : 0;
    expect(Math.round(costOf(minutes) * ideal)).toBe(minutesAt([300 + late, 10], [300 - late, replicas]));
  });

  it('keeps the highest of the last five minutes, and one replica where there is no demand', () => {
    const minutes = Float64Array.from({ length: 61 }, (_, i) => (i < 30 ? 2.8 : 0));
    const ideal = 29 * 3;
    expect(Math.round(costOf(minutes) * ideal)).toBe(minutesAt([34, 4], [5, 2], [21, 1]));
  });
});
