// Which quotas count a workload's pods: every scope Kubernetes has, and those it may get.
import { describe, expect, it } from 'vitest';
import { type NamespaceLimits, promise, roomFor, uncounted } from '../../../lib/domain/guardrails/cluster/quota.ts';
import { countsPod } from '../../../lib/domain/guardrails/cluster/quota-scope.ts';
import type { PodTraits } from '../../../lib/domain/workload/observation.ts';

const POD: PodTraits = { qos: 'Burstable', priorityClass: 'gold', terminating: false, crossNamespaceAffinity: false };
const is = (name: string, operator = 'Exists', ...values: string[]) => ({ name, operator, values });

describe('a quota for some pods only', () => {
  it.each([
    ['pods without requests', is('BestEffort'), POD, 'not_counted'],
    ['pods without requests', is('BestEffort'), { ...POD, qos: 'BestEffort' }, 'counted'],
    ['pods with requests', is('NotBestEffort'), { ...POD, qos: 'Guaranteed' }, 'counted'],
    ['pods with requests', is('NotBestEffort'), { ...POD, qos: 'BestEffort' }, 'not_counted'],
    ['pods with a deadline', is('Terminating'), POD, 'not_counted'],
    ['pods with a deadline', is('Terminating'), { ...POD, terminating: true }, 'counted'],
    ['lasting pods', is('NotTerminating'), undefined, 'counted'],
    ['any priority class', is('PriorityClass'), POD, 'counted'],
    ['any priority class', is('PriorityClass'), { ...POD, priorityClass: null }, 'not_counted'],
    ['no priority class', is('PriorityClass', 'DoesNotExist'), POD, 'not_counted'],
    ['no priority class', is('PriorityClass', 'DoesNotExist'), { ...POD, priorityClass: null }, 'counted'],
    ['some classes', is('PriorityClass', 'In', 'silver', 'gold'), POD, 'counted'],
    ['other classes', is('PriorityClass', 'In', 'silver'), POD, 'not_counted'],
    ['some classes', is('PriorityClass', 'In', 'silver'), { ...POD, priorityClass: null }, 'not_counted'],
    ['all but some classes', is('PriorityClass', 'NotIn', 'gold'), POD, 'not_counted'],
    ['all but some classes', is('PriorityClass', 'NotIn', 'gold'), { ...POD, priorityClass: null }, 'counted'],
    ['affinity across namespaces', is('CrossNamespacePodAffinity'), POD, 'not_counted'],
    [
      'affinity across namespaces',
      is('CrossNamespacePodAffinity'),
      { ...POD, crossNamespaceAffinity: true },
      'counted',
    ],
    ['volume claims', is('VolumeAttributesClass', 'In', 'fast'), POD, 'not_counted'],
    ['what Kubernetes has not yet', is('Spot'), POD, 'unknown'],
    ['an operator it has not yet', is('PriorityClass', 'Above', 'gold'), POD, 'unknown'],
    ['pods of which nothing is known', is('NotBestEffort'), undefined, 'unknown'],
  ] as const)('(%s) counts exactly those', (_what, scope, pod, expected) => {
    expect(countsPod([scope], pod)).toBe(expected);
  });

  it('counts pods that meet all of its scopes', () => {
    expect(countsPod([is('NotTerminating'), is('PriorityClass', 'In', 'gold')], POD)).toBe('counted');
    expect(countsPod([is('NotTerminating'), is('BestEffort')], POD)).toBe('not_counted');
    expect(countsPod([is('Spot'), is('BestEffort')], POD)).toBe('not_counted');
    expect(countsPod([], undefined)).toBe('counted');
  });
});

describe('the room of a namespace with scoped quotas', () => {
  const limits = (change: Partial<NamespaceLimits> = {}): NamespaceLimits => ({
    quotas: [
      { name: 'silver', scopes: [is('PriorityClass', 'In', 'silver')], left: { pods: 0 } },
      { name: 'gold', scopes: [is('PriorityClass', 'In', 'gold')], left: { pods: 3 } },
      { name: 'spot', scopes: [is('Spot')], left: { pods: 0 } },
    ],
    podMax: {},
    defaultRequests: {},
    defaultLimits: {},
    ...change,
  });
  const size = { requests: { cpu: 0.1 }, limits: {}, traits: POD };

  it('is that of the quotas that count the pod; the others keep what they have', () => {
    expect(roomFor(limits(), size)).toMatchObject({ replicas: 3, message: expect.stringContaining('gold') });
    const after = promise(limits(), size, 2);
    expect(after.quotas.map(({ left }) => left.pods)).toEqual([0, 1, 0]);
  });

  it('names what it cannot tell, and does not guess', () => {
    expect(uncounted(limits(), size)).toEqual(['spot (Spot)']);
    expect(uncounted(limits(), { requests: {}, limits: null })).toHaveLength(3);
  });

  it('knows that a LimitRange makes pods more than BestEffort', () => {
    const quotas = [{ name: 'idle', scopes: [is('BestEffort')], left: { pods: 1 } }];
    const bare = { requests: {}, limits: null, traits: { ...POD, qos: 'BestEffort' } } as const;
    expect(roomFor(limits({ quotas }), bare).replicas).toBe(1);
    const given = limits({ quotas, defaultRequests: { cpu: 0.1 } });
    expect(roomFor(given, bare).replicas).toBe(Number.POSITIVE_INFINITY);
  });
});
