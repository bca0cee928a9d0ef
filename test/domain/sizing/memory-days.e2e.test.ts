// Days of memory that rises when work begins: what was learned of it against the present rule alone, and what must not come of it.
import { describe, expect, it } from 'vitest';
import { type MemoryDays, memoryDays, officeDay } from '../../make/memory-days.ts';

const DAY = 1440;
const SIX_DAYS = { days: 6, countedFrom: 3, load: officeDay };

const learned = (world: Partial<MemoryDays> = {}) => memoryDays({ ...SIX_DAYS, ...world, isLearned: true });
const present = (world: Partial<MemoryDays> = {}) => memoryDays({ ...SIX_DAYS, ...world, isLearned: false });

const byLearning = learned();

describe('memory that rises every day at the same time', () => {
  it('finds its replicas there, where the present rule comes after it', () => {
    const [by, before] = [byLearning, present()];
    // Of three days: 0.5 % are 22 minutes.
    expect(before.over).toBeGreaterThan(200);
    expect(by.over).toBeLessThanOrEqual(22);
    expect(by.replicas).toBeLessThan(1.06 * before.replicas);
    // It takes twenty minutes to rise.
    const [first, half] = [540, 550];
    expect(by.ready[half]).toBeGreaterThanOrEqual(1.4 * (before.ready[half] ?? 0));
    expect(by.reasons.slice(first - 5, half).join('\n')).toMatch(
      /memory needs \d+ replicas: .*; HPA at the same target would have had enough/,
    );
  });

  it('costs less than a lower target that is over as long', () => {
    const lower = present({ targetPercent: 65, judgedAtPercent: 80 });
    expect(byLearning.over).toBeLessThan(lower.over);
    expect(byLearning.replicas).toBeLessThan(0.85 * lower.replicas);
  });

  it('is kept from a limit at its request', () => {
    const world = { targetPercent: 95, limit: 1 };
    expect(present(world).overLimit).toBeGreaterThan(100);
    expect(learned(world).overLimit).toBe(0);
  });
});

describe('what was learned of memory does no harm', () => {
  it.each<[string, Partial<MemoryDays>]>([
    ['comes minutes after CPU', { shared: (minute) => 1.6 * officeDay(minute - 10) }],
    ['only grows for as long as a pod lives', { leak: 0.0001 }],
    [
      'is more in every pod from a rollout on',
      { base: (minute) => (minute < 4.4 * DAY ? 0.2 : 0.45), rollouts: [Math.round(4.4 * DAY)] },
    ],
    [
      'has half the request from a rollout on',
      { request: (minute) => (minute < 4.5 * DAY ? 2 : 1), rollouts: [Math.round(4.5 * DAY)] },
    ],
    [
      'begins anew every day at noon, and takes half an hour to fill',
      { base: () => 0.4, fills: 30, rollouts: [1, 2, 3, 4, 5].map((day) => (day + 0.5) * DAY) },
    ],
  ])('where memory %s', (_what, world) => {
    const [by, before] = [learned(world), present(world)];
    expect(by.over).toBeLessThanOrEqual(before.over);
    expect(by.most).toBeLessThanOrEqual(before.most + 1);
    expect(by.replicas).toBeLessThan(1.2 * before.replicas);
  });

  it.each<[string, Partial<MemoryDays>]>([
    ['is at rest', { base: () => 0.7, shared: () => 0 }],
    ['moves by itself, without CPU', { load: () => 1, shared: (minute) => 1.6 * officeDay(minute) }],
  ])('where memory %s nothing is learned, and all is as without', (_what, world) => {
    const [by, before] = [learned(world), present(world)];
    expect(by.fitted?.loads).toBeUndefined();
    expect(by).toEqual(before);
  });
});
