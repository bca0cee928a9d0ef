// Which floor a decision means under an HPA, above all where a guardrail holds what the HPA has.
import { expect, it } from 'vitest';
import { floorFor } from '../../lib/domain/floor.ts';
import type { Decision, HpaStatus, Verdict } from '../../lib/domain/model.ts';

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

const decisionTo = (target: number, verdicts: readonly Verdict[] = []): Decision => ({
  id: 'd',
  workload: { cluster: 'c', namespace: 'shop', name: 'web' },
  at: 0,
  current: 16,
  target,
  action: 'maintain',
  source: 'predictive',
  reason: '',
  blockedBy: null,
  verdicts,
});
const heldFrom = (from: number): Verdict => ({
  guardrail: 'stabilisation',
  source: 'predictive',
  effect: 'held',
  code: 'stabilising',
  from,
  to: 16,
  message: '',
});

it.each([
  ['what is wanted', decisionTo(18), 18],
  ['no more than the maximum of the HPA', decisionTo(30), 20],
  ["no less than its user's own minimum", decisionTo(1), 2],
  ['the present count where that is wanted', decisionTo(16), 16],
  ['what was wanted, not what the HPA has, where that is held', decisionTo(16, [heldFrom(10)]), 10],
  ['what it was, where less was wanted and that is held', decisionTo(16, [heldFrom(3)]), 4],
])('is %s', (_what, decision, floor) => {
  expect(floorFor(decision, HPA)).toBe(floor);
});
