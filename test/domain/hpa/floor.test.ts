// Which floor a decision means under an HPA, above all where a guardrail holds what the HPA has.
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../lib/domain/decision/decision.ts';
import { floorFor, isTrusted } from '../../../lib/domain/hpa/floor.ts';
import type { HpaStatus } from '../../../lib/domain/workload/hpa-status.ts';

const HPA: HpaStatus = {
  name: 'web',
  minReplicas: 4,
  ownMinReplicas: 2,
  maxReplicas: 20,
  currentReplicas: 16,
  desiredReplicas: 16,
  targetCpuPercent: 60,
  targetMemoryPercent: null,
  scalingStatus: 'stable',
};

const decisionTo = (target: number, wanted = target): Decision => ({
  id: 'd',
  workload: { cluster: 'c', namespace: 'shop', name: 'web' },
  at: 0,
  current: 16,
  target,
  wanted,
  action: 'maintain',
  source: 'predictive',
  reason: '',
  blockedBy: null,
  verdicts: [],
});

it.each([
  ['what is wanted', decisionTo(18), 18],
  ['no more than the maximum of the HPA', decisionTo(30), 20],
  ["no less than its user's own minimum", decisionTo(1), 2],
  ['the present count where that is wanted', decisionTo(16), 16],
  ['what was wanted, not what the HPA has, where that is held', decisionTo(16, 10), 10],
  ['what is wanted, at most half of what it was at a time, where that is on its way', decisionTo(12, 3), 3],
  ['what it was, where less was wanted and that is held', decisionTo(16, 3), 4],
])('is %s', (_what, decision, floor) => {
  expect(floorFor(decision, HPA, 100)).toBe(floor);
});

it('comes down by half of itself, not of what the HPA holds', () => {
  expect(floorFor({ ...decisionTo(8, 2) }, { ...HPA, minReplicas: 12 }, 100)).toBe(6);
  expect(floorFor({ ...decisionTo(8, 2) }, { ...HPA, minReplicas: 6 }, 100)).toBe(3);
});

it('is never over the maximum of the policy, whatever the HPA has', () => {
  expect(floorFor(decisionTo(18), HPA, 10)).toBe(10);
  expect(floorFor(decisionTo(14, 10), { ...HPA, minReplicas: 14 }, 10)).toBe(10);
});

describe('a floor that the table remembers, on an HPA without our annotations', () => {
  const hpa = (minReplicas: number, floorWriter: string | null = null) => ({ name: 'web', minReplicas, floorWriter });
  const record = (confirmed: boolean, own = 2, floor = 5) => ({ hpa: 'web', own, floor, confirmed });

  it.each([
    ['it was confirmed', hpa(5), record(true), true],
    ['it was confirmed, whatever is there now', hpa(9, 'kubectl'), record(true), true],
    ['it was about to be set, and is there', hpa(5), record(false), true],
    ['it was about to be set, and another number is there', hpa(4), record(false), false],
    [
      'it was about to be set, and somebody is recorded to have set that very number',
      hpa(5, 'kubectl'),
      record(false),
      false,
    ],
    ['it was not over the own one: what giving way leaves behind', hpa(2), record(false, 2, 2), false],
    ['it is of another HPA', hpa(5), { ...record(true), hpa: 'other' }, false],
  ])('counts where %s', (_when, present, remembered, counts) => {
    expect(isTrusted(present, remembered)).toBe(counts);
  });
});
