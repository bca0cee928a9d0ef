// An HPA over a workload's own past: how it moves, and how given replicas are scored.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Course } from '../../../lib/domain/sizing/experts/walk.ts';
import { neededBy, replayHpa, scored } from '../../../lib/domain/sizing/replay.ts';

const courseOf = (minutes: Float64Array, delaySeconds = 0): Course => ({
  needed: neededBy(minutes, 1),
  delaySeconds,
  everyMinutes: 1,
  cooldownDownMinutes: 0,
});
/** Replica-minutes of an HPA at `percent` of a replica that takes one; fewer than a thousand, since costs have three digits. */
const spent = (minutes: Float64Array, percent = 70) => {
  const ideal = neededBy(minutes, 1).reduce((sum, need) => sum + need, 0);
  return Math.round(replayHpa(courseOf(minutes), minutes, 1, percent).cost * ideal);
};
const minutesAt = (...steps: readonly (readonly [minutes: number, replicas: number])[]) =>
  steps.reduce((sum, [minutes, replicas]) => sum + minutes * replicas, 0);

describe('an HPA, replayed', () => {
  it.each([
    { demand: 7.6, replicas: 10 },
    { demand: 7.8, replicas: 12 },
    { demand: 6.4, replicas: 10 },
    { demand: 6.2, replicas: 9 },
  ])('of a demand of $demand keeps $replicas: a tenth off its target is left alone', ({ demand, replicas }) => {
    const minutes = Float64Array.from({ length: 90 }, (_, i) => (i < 30 ? 7 : demand));
    const late = replicas < 10 ? 5 : 0;
    expect(spent(minutes)).toBe(minutesAt([30 + late, 10], [60 - late, replicas]));
  });

  it('keeps the highest of the last five minutes, and one replica where there is no demand', () => {
    const minutes = Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? 2.8 : 0));
    expect(spent(minutes)).toBe(minutesAt([35, 4], [25, 1]));
  });

  it('has been there before the first minute, and goes up by no more than double or four', () => {
    const flat = new Float64Array(60).fill(7);
    expect(replayHpa(courseOf(flat, 300), flat, 1, 70)).toEqual({
      violationPercent: 0,
      cost: Number((10 / 7).toFixed(3)),
      changesPerHour: 0,
    });
    const risen = Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? 0.7 : 21));
    expect(spent(risen)).toBe(minutesAt([30, 1], [1, 5], [1, 10], [1, 20], [27, 30]));
  });

  it('is told its target: all of what a replica takes is what is needed, and no more', () => {
    const minutes = Float64Array.from({ length: 200 }, (_, i) => 3 + Math.floor(i / 100));
    expect(spent(minutes, 100)).toBe(minutesAt([100, 3], [100, 4]));
  });
});

describe('a score', () => {
  it('law: of replicas that are given is what they cost, and the quarters in which they were too few', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 20 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(pairs, (all) => {
        const minutes = Float64Array.from(all, ([demand]) => demand);
        const replicas = Int32Array.from(all, ([, count]) => count);
        const short = all.filter(([demand, count]) => count < demand).length;
        const sum = (k: 0 | 1) => all.reduce((total, pair) => total + pair[k], 0);
        const { violationPercent, cost } = scored(courseOf(minutes), replicas);
        expect(violationPercent).toBe(Number(((100 * short) / all.length).toFixed(3)));
        expect(cost).toBe(Number((sum(1) / Math.max(1, sum(0))).toFixed(3)));
      }),
    );
  });

  it('a demand that fills a replica to the last needs no second one', () => {
    expect([...neededBy(Float64Array.of(0, 0.3, 0.9, 0.9 + 1e-12, 0.91), 0.3)]).toEqual([0, 1, 3, 3, 4]);
  });
});
