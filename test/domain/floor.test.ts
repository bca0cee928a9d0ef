// Which floor a decision means under an HPA, above all where a guardrail holds what the HPA has.
import { expect, it } from 'vitest';
import { floorFor } from '../../lib/domain/floor.ts';
import type { Decision, HpaStatus } from '../../lib/domain/model.ts';

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
  ['what it was, where less is wanted and only a part of that is held', decisionTo(12, 3), 4],
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
