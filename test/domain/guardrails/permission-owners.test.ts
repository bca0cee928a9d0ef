// Who may be written to: each owner, manager and neighbour, and under which code it is told.
import { describe, expect, it } from 'vitest';
import { NO_PERMISSION, PERMISSIONS, whyForbidden } from '../../../lib/domain/guardrails/permissions.ts';
import type { HpaStatus } from '../../../lib/domain/workload/hpa-status.ts';
import type { WorkloadRef } from '../../../lib/domain/workload/identity.ts';
import type { Observation, OtherWriters, Owner } from '../../../lib/domain/workload/observation.ts';
import type { Policy } from '../../../lib/domain/workload/policy.ts';
import { pods, underHpa } from '../../make/records.ts';
import { observation, policy } from '../../make/workloads.ts';

const ROLLOUT: Owner = { kind: 'rollout', name: 'web' };
const hands = (change: Partial<OtherWriters>): OtherWriters => ({
  manager: null,
  writer: null,
  vpa: null,
  overlaps: [],
  ...change,
});
const manager = (how: 'reconciles' | 'states') => hands({ manager: { name: 'argocd-controller', how } });
const asKind = (kind: NonNullable<WorkloadRef['kind']>) => ({ workload: { ...observation().workload, kind } });
const hpa = (change: Partial<HpaStatus>) => underHpa(change);

interface Row {
  readonly name: string;
  readonly of?: Partial<Observation>;
  readonly policy?: Partial<Policy>;
  readonly says: readonly (readonly [check: string, effect: string, code: string])[];
}

const ROWS: readonly Row[] = [
  { name: 'nobody else', says: [] },
  { name: 'switched off by somebody', of: { replicas: pods(0) }, says: [['zero', 'blocked', 'workload_at_zero']] },
  {
    name: 'at none because its Rollout runs it',
    of: { replicas: pods(0), owner: ROLLOUT },
    says: [['ownership', 'blocked', 'owned_by_rollout']],
  },
  { name: 'a Rollout', of: { owner: ROLLOUT }, says: [['ownership', 'blocked', 'owned_by_rollout']] },
  {
    name: 'asleep under its HPA',
    of: { replicas: pods(0), ...hpa({ minReplicas: 0 }) },
    says: [['zero', 'blocked', 'hpa_at_zero']],
  },
  {
    name: 'at none under an HPA that never goes there',
    of: { replicas: pods(0), ...hpa({ minReplicas: 2 }) },
    says: [['zero', 'blocked', 'workload_at_zero']],
  },
  { name: 'an HPA that is worked through', of: hpa({}), says: [] },
  {
    name: 'an HPA in mode scale',
    of: hpa({}),
    policy: { mode: 'scale' },
    says: [['ownership', 'blocked', 'owned_by_hpa']],
  },
  { name: 'a StatefulSet without an HPA', of: asKind('StatefulSet'), says: [['ownership', 'blocked', 'floors_only']] },
  {
    name: 'a StatefulSet under an HPA',
    of: { ...asKind('StatefulSet'), ...hpa({}) },
    policy: { mode: 'hpa-floor' },
    says: [],
  },
  {
    name: 'whoever keeps the count',
    of: { otherWriters: manager('reconciles') },
    says: [['manager', 'blocked', 'owned_by_manager']],
  },
  {
    name: 'whoever keeps the count under an HPA fights with that',
    of: { otherWriters: manager('reconciles'), ...hpa({}) },
    says: [['manager', 'noted', 'owned_by_manager']],
  },
  {
    name: 'whoever only stated a count',
    of: { otherWriters: manager('states') },
    says: [['manager', 'noted', 'replicas_in_manifest']],
  },
  {
    name: 'whoever keeps minReplicas',
    of: hpa({ floorManager: 'argocd-controller' }),
    says: [['manager', 'blocked', 'owned_by_manager']],
  },
  {
    name: 'overlapping selectors',
    of: { otherWriters: hands({ overlaps: ['api'] }) },
    says: [['neighbours', 'noted', 'selector_overlap']],
  },
  {
    name: 'a VPA that acts',
    of: { otherWriters: hands({ vpa: { name: 'v', mode: 'Auto' } }) },
    says: [['neighbours', 'noted', 'vpa_present']],
  },
  { name: 'a VPA that only looks', of: { otherWriters: hands({ vpa: { name: 'v', mode: 'Off' } }) }, says: [] },
  { name: 'paused', policy: { paused: true }, says: [['paused', 'blocked', 'paused']] },
];

describe('what is said to writing', () => {
  it.each(ROWS)('$name', ({ of = {}, policy: with_ = {}, says }) => {
    const input = { observation: observation(of), policy: policy(with_), killSwitch: null };
    const found = PERMISSIONS.flatMap(({ name, check }) => {
      const permission = check(input);
      return permission === null ? [] : [[name, permission.effect, permission.code]];
    });
    expect(found).toEqual(says);
    const blocked = says.filter(([, effect]) => effect === 'blocked');
    expect(whyForbidden(input) !== null).toBe(blocked.length > 0);
    for (const [, , code] of blocked) expect(NO_PERMISSION).toContain(code);
  });

  it('the kill switch forbids everything, in its own words', () => {
    expect(whyForbidden({ observation: observation(), policy: policy(), killSwitch: 'stop' })).toBe('stop');
  });
});
