// Whether a change was made, told from what was seen afterwards: each clue alone, and what stands against it.
import { describe, expect, it } from 'vitest';
import {
  ACTING_MS,
  changeOf,
  isAtWork,
  isFound,
  isVisible,
  type Seen,
  seenBy,
  seenIn,
} from '../../../lib/domain/decision/recovery-evidence.ts';
import { pods, recordOf, underHpa } from '../../make/records.ts';
import { NOW, observation } from '../../make/workloads.ts';

const MINUTE_MS = 60_000;
/** 10 → 6 replicas, meant at NOW. */
const MEANT = recordOf();
/** minReplicas 2 → 12 of an HPA, by a decision 10 → 12. */
const FLOOR = recordOf({ decision: { target: 12, action: 'scale_up' }, of: underHpa() });
const found = (spec: number, change = {}) => observation({ replicas: pods(spec), ...change });
const writer = (at: number) => ({
  otherWriters: { manager: null, writer: { name: 'kubectl', at, through: 'scale' }, vpa: null, overlaps: [] } as const,
});
const seen = (change: Partial<Seen>): Seen => ({
  at: NOW + MINUTE_MS,
  replicas: 10,
  minReplicas: undefined,
  change: null,
  ...change,
});

describe('a change is found done', () => {
  it('where its number is there now', () => {
    expect([6, 10, 7].map((spec) => isFound(MEANT, [], found(spec)))).toEqual([true, false, false]);
  });

  it('not where the workload is gone, or somebody else is recorded to have written the number since', () => {
    expect(isFound(MEANT, [], undefined)).toBe(false);
    expect(isFound(MEANT, [], found(6, writer(NOW + 1000)))).toBe(false);
    expect(isFound(MEANT, [], found(6, writer(NOW - 2000)))).toBe(true);
  });

  it('where a later decision of ours was made on its number, whatever is there now', () => {
    expect(isFound(MEANT, [seen({ replicas: 6 })], found(10))).toBe(true);
    expect(isFound(MEANT, [seen({ replicas: 6, at: NOW })], found(10))).toBe(true);
    expect(isFound(MEANT, [seen({ replicas: 6, at: NOW - 1 })], found(10))).toBe(false);
    expect(isFound(MEANT, [seen({ replicas: 6 })], undefined)).toBe(true);
  });

  it('not by what is seen after another change of ours: that is the doing of the later one', () => {
    const later = seen({ change: { from: 10, to: 6, hpa: null }, at: NOW + 5 * MINUTE_MS });
    expect(isFound(MEANT, [later], found(6))).toBe(false);
    expect(isFound(MEANT, [seen({}), later], found(6))).toBe(false);
  });

  it.each([
    { name: 'the same change within a minute is the one that was made', apart: ACTING_MS, isTheirs: true },
    { name: 'the same change longer ago is another one', apart: ACTING_MS + 1, isTheirs: false },
  ])('$name', ({ apart, isTheirs }) => {
    const twin = (at: number, from = 10, to = 6) => seen({ at, change: { from, to, hpa: null } });
    expect(isFound(MEANT, [twin(NOW - apart)], found(6))).toBe(!isTheirs);
    expect(isFound(MEANT, [twin(NOW - apart, 11)], found(6))).toBe(true);
    expect(isFound(MEANT, [twin(NOW - apart, 10, 7)], found(6))).toBe(true);
  });

  it('by the minReplicas of the HPA it works through, and not by the replicas there', () => {
    expect(isFound(FLOOR, [], found(10, underHpa({ minReplicas: 12 })))).toBe(true);
    expect(isFound(FLOOR, [], found(12, underHpa({ minReplicas: 2 })))).toBe(false);
    expect(isFound(FLOOR, [], found(12))).toBe(false);
    expect(isFound(FLOOR, [seen({ minReplicas: 12 })], undefined)).toBe(true);
    expect(isFound(FLOOR, [seen({ replicas: 12 })], undefined)).toBe(false);
  });
});

describe('a change that is known to be ours', () => {
  it('shows where what is observed is what it left', () => {
    expect([6, 10].map((spec) => isVisible(MEANT, [], found(spec)))).toEqual([true, false]);
    expect(isVisible(MEANT, [], undefined)).toBe(false);
    expect(isVisible(FLOOR, [], found(10, underHpa({ minReplicas: 12 })))).toBe(true);
    expect(isVisible(FLOOR, [], found(12, underHpa()))).toBe(false);
    expect(isVisible(FLOOR, [], undefined)).toBe(false);
  });

  it('has been seen by any change of ours that came on top of it', () => {
    const change = { from: 6, to: 8, hpa: null };
    expect(isVisible(MEANT, [seen({ change })], found(10))).toBe(true);
    expect(isVisible(MEANT, [seen({ change, at: NOW })], found(10))).toBe(true);
    expect(isVisible(MEANT, [seen({ change, at: NOW - 1 })], found(10))).toBe(false);
    expect(isVisible(MEANT, [seen({})], found(10))).toBe(false);
  });
});

describe('what was seen when something was decided', () => {
  it('is the count, the minReplicas, and what was changed where it was applied', () => {
    expect(seenBy(FLOOR, true)).toEqual({
      at: NOW,
      replicas: 10,
      minReplicas: 2,
      change: { from: 2, to: 12, hpa: 'web-hpa' },
    });
    expect(seenBy(MEANT, true)).toMatchObject({ minReplicas: undefined, change: { from: 10, to: 6, hpa: null } });
    expect(seenBy(MEANT, false)).toMatchObject({ replicas: 10, change: null });
  });

  it('of a past decision, the count it started from', () => {
    const past = {
      at: 5,
      action: 'scale_up',
      source: 'rules',
      from: 3,
      to: 4,
      cpuPercentBefore: 1,
      cpuPercentAfter: 2,
    } as const;
    expect(seenIn(past)).toEqual({ at: 5, replicas: 3, minReplicas: undefined, change: { from: 3, to: 4, hpa: null } });
  });

  it('is said in the words of what was changed', () => {
    expect(changeOf(MEANT)).toBe('scaled 10 → 6 replicas');
    expect(changeOf(FLOOR)).toBe('minReplicas of HPA web-hpa 2 → 12');
  });
});

describe('a request may be at work still', () => {
  it.each([
    { ago: 60_000, may: false },
    { ago: 59_999, may: true },
    { ago: 0, may: true },
    { ago: -15 * MINUTE_MS, may: true },
    { ago: -15 * MINUTE_MS - 1, may: false },
  ])('asked $ago ms before the cluster was read: $may', ({ ago, may }) => {
    expect(isAtWork(NOW - ago, NOW)).toBe(may);
  });
});
