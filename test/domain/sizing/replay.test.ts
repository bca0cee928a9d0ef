// Replaying history: what is replayed is what would have happened, to the quarter of a minute.
import { describe, expect, it } from 'vitest';
import { neededBy, type ReplayInput, replay, replayHpa } from '../../../lib/domain/sizing/replay.ts';

const inputOf = (minutes: Float64Array, changes: Partial<ReplayInput> = {}): ReplayInput => {
  const needed = neededBy(minutes, 1);
  return { minutes, needed, unit: 1, startupSeconds: 90, tickMinutes: 1, ...changes };
};
/** Demand of 3 for an hour, then of `then` to the end of the second. */
const stepTo = (then: number) => Float64Array.from({ length: 120 }, (_, i) => (i < 60 ? 3 : then));
const planOf = (minutes: Float64Array, factor: number) => minutes.map((demand) => factor * demand);

describe('replaying a plan', () => {
  it('costs exactly the ideal where demand is flat', () => {
    const flat = new Float64Array(120).fill(3);
    const replayed = replay(inputOf(flat), flat, 5);
    expect(replayed).toMatchObject({ violationPercent: 0, cost: 1, changesPerHour: 0, episodes: 0 });
  });

  it('is short for the minute that nobody saw, and until the new pods serve', () => {
    // Seen at minute 60, there since 59; asked for at 60:00, serving from 61:30: two and a half minutes.
    const minutes = stepTo(6);
    const replayed = replay(inputOf(minutes), minutes, 5);
    expect(replayed).toMatchObject({ shortMinutes: 2.5, episodes: 1 });
  });

  it('waits for as long as pods take to start, and for the next tick', () => {
    const minutes = stepTo(6);
    const shortAt = (changes: Partial<ReplayInput>) => replay(inputOf(minutes, changes), minutes, 5).shortMinutes;
    expect([0, 30, 90, 240].map((startupSeconds) => shortAt({ startupSeconds }))).toEqual([1, 1.5, 2.5, 5]);
    expect(shortAt({ tickMinutes: 7 })).toBe(2.5 + 3);
  });

  it('goes up by no more than double or four at once', () => {
    const minutes = stepTo(40);
    // 3 → 7 → 14 → 28 → 40: three steps late.
    expect(replay(inputOf(minutes), minutes, 5).shortMinutes).toBe(2.5 + 3);
  });

  it('is not short where the plan had kept enough', () => {
    const minutes = stepTo(6);
    expect(replay(inputOf(minutes), planOf(minutes, 2), 5).violationPercent).toBe(0);
  });

  it('holds the highest number for as long as told, then gives back at most half per cooldown', () => {
    const spike = Float64Array.from({ length: 60 }, (_, i) => (i === 20 ? 8 : 2));
    const spent = (hold: number) => replay(inputOf(spike), spike, hold).cost;
    const ideal = 57 * 2 + 8;
    // 2 → 6 at 20, 8 at 21 … 8 until the hold is over, 4 for the cooldown of five minutes, then 2.
    expect(spent(10) - spent(5)).toBeGreaterThan((4 * 6) / (ideal + 2));
  });

  it('counts short minutes close together as one episode', () => {
    const bursts = Float64Array.from({ length: 240 }, (_, i) => ([100, 110, 200].includes(i) ? 9 : 2));
    expect(replay(inputOf(bursts), bursts, 5).episodes).toBe(2);
  });

  it('begins where it is told to', () => {
    const minutes = stepTo(6);
    expect(replay(inputOf(minutes), minutes, 5, 70).violationPercent).toBe(0);
  });
});

describe('replaying an HPA at 70 %', () => {
  it('runs flat demand at its target', () => {
    const flat = new Float64Array(600).fill(9);
    // A replica at 90 % counts as full: 9 needs 9 of them, and 9 × 0.9 / 0.7 = 11.6 at the target.
    expect(replayHpa(inputOf(flat), 1 / 0.9).cost).toBeCloseTo(12 / 9, 2);
  });
});
