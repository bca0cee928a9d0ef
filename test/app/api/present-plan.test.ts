// The changes that a plan expects are told beside those of the HPAs that it is held against.
import { expect, it } from 'vitest';
import { presentRecommendations } from '../../../lib/app/api/present.ts';
import { presentPlan } from '../../../lib/app/api/present-plan.ts';
import type { SizingPolicy } from '../../../lib/domain/sizing/sizing-policy.ts';
import { DEFAULT_POLICY } from '../../../lib/domain/workload/policy.ts';
import { recordOf } from '../../make/records.ts';

const score = { violationPercent: 0.3, cost: 1.1 };
const plan: SizingPolicy = {
  expert: { kind: 'headroom', factor: 1.25, windowMinutes: 5 },
  expected: score,
  changesPerHour: 2.5,
  hpa70: { ...score, changesPerHour: 4 },
  ownHpa: { targets: { cpu: 60 }, score: { ...score, changesPerHour: 6 }, leftOut: [] },
  days: 7,
};

it('of the choice, of an HPA at 70 % and of its own', () => {
  expect(presentPlan(plan)).toMatchObject({
    changes_per_hour: 2.5,
    expected: { violation_percent: 0.3, cost: 1.1 },
    hpa70: { violation_percent: 0.3, cost: 1.1, changes_per_hour: 4 },
    own_hpa: { score: { violation_percent: 0.3, cost: 1.1, changes_per_hour: 6 } },
  });
});

it('not of an HPA of which an older release has counted none', () => {
  expect(presentPlan({ ...plan, hpa70: score })?.hpa70).toEqual({ violation_percent: 0.3, cost: 1.1 });
});

it('none of an earlier release, which had weights', () => {
  const { expert: _none, ...earlier } = plan;
  expect(presentPlan({ ...earlier })).toBeNull();
  expect(presentPlan(null)).toBeNull();
});

it('the start-up where new pods waited for nodes, and none where they did not', () => {
  const lead = { roomSeconds: 45, newNodeSeconds: 150, size: 4, steps: 5, waited: 3 };
  const start_up = { room_seconds: 45, new_node_seconds: 150, pods_at_least: 4, steps: 5, steps_waited: 3 };
  expect(presentPlan({ ...plan, lead })).toMatchObject({ start_up });
  expect(presentPlan(plan)).not.toHaveProperty('start_up');
});

it('a policy that an older release stored has the default cost of a change', () => {
  const stored = recordOf();
  const { restartSeconds: _, ...policy } = { restartSeconds: 0, ...stored.assessment.policy };
  const shown = presentRecommendations({ ...stored, assessment: { ...stored.assessment, policy } });
  expect(shown.policy.restart_cost_seconds).toBe(DEFAULT_POLICY.restartSeconds);
});
