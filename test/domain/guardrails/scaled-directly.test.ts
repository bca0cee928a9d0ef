// Whom nobody scales but us, and who of them is left alone while we are away.
import { describe, expect, it } from 'vitest';
import { isScaledDirectly, whyNotRaised } from '../../../lib/domain/guardrails/scaled-directly.ts';
import type { Observation, Owner } from '../../../lib/domain/workload/observation.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/domain/workload/policy.ts';
import { observation } from '../../make/workloads.ts';

const ENABLED: Policy = { ...DEFAULT_POLICY, enabled: true };
const hpa = { name: 'web', minReplicas: 2, maxReplicas: 8, currentReplicas: 4, desiredReplicas: 4 } as never;

describe('a workload is scaled directly', () => {
  it.each(['auto', 'scale'] as const)('in mode %s, where no HPA is on it', (mode) => {
    expect(isScaledDirectly({ ...ENABLED, mode }, observation())).toBe(true);
    expect(whyNotRaised({ ...ENABLED, mode }, observation())).toBeNull();
  });

  const owners: readonly Owner[] = [
    { kind: 'hpa', name: 'web' },
    { kind: 'keda', name: 'web' },
    { kind: 'several_hpas', names: ['a', 'b'] },
    { kind: 'unknown' },
  ];
  it.each(owners)('not where its owner is $kind', (owner) => {
    expect(isScaledDirectly({ ...ENABLED, mode: 'scale' }, observation({ owner }))).toBe(false);
    expect(whyNotRaised({ ...ENABLED, mode: 'scale' }, observation({ owner }))).not.toBeNull();
  });

  it.each([
    ['it is not enabled', { enabled: false }, {}],
    ['it is only recommended for', { mode: 'recommend' }, {}],
    ['it works through an HPA that is missing', { mode: 'hpa-floor' }, {}],
    ['its policy cannot be read', { problems: ['max-replicas is "many"'] }, {}],
    ['an HPA is on it', {}, { hpa }],
  ] as const)('not where %s', (_, policy, seen) => {
    expect(isScaledDirectly({ ...ENABLED, ...policy }, observation(seen))).toBe(false);
  });
});

describe('a workload is not raised', () => {
  const troubles = { unschedulable: 0, imagePull: 0, crashLoop: 0 };
  const manager = { name: 'argocd-controller', how: 'reconciles' } as const;
  const otherWriters = { manager, writer: null, vpa: null, overlaps: [] };
  const seen: readonly [string, Partial<Policy>, Partial<Observation>, RegExp][] = [
    ['paused', { paused: true }, {}, /paused/],
    ['at 0', {}, { replicas: { spec: 0, ready: 0, running: 0, total: 0 } }, /scaled to 0/],
    ['kept by a reconciler', {}, { otherWriters }, /Argo CD/],
    ['without room for its pods', {}, { troubles: { ...troubles, unschedulable: 1 } }, /lack of a node/],
    ['without its image', {}, { troubles: { ...troubles, imagePull: 1 } }, /image/],
    ['crashing', {}, { troubles: { ...troubles, crashLoop: 10 } }, /crash/],
  ];
  it.each(seen)('%s', (_, policy, change, why) => {
    expect(whyNotRaised({ ...ENABLED, ...policy }, observation(change))).toMatch(why);
  });

  it('for a count in a manifest: that is told, not an obstacle', () => {
    const stated = { ...otherWriters, manager: { ...manager, how: 'states' } as const };
    expect(whyNotRaised(ENABLED, observation({ otherWriters: stated }))).toBeNull();
  });
});
