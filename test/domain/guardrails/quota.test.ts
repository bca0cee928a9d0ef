// What a namespace has room for before replicas are promised.
import { describe, expect, it } from 'vitest';
import {
  type NamespaceLimits,
  promise,
  type ReplicaSize,
  roomFor,
} from '../../../lib/domain/guardrails/cluster/quota.ts';

const SIZE: ReplicaSize = { requests: { cpu: 0.1, memory: 2 ** 26 }, limits: { cpu: 0.2 } };
const limits = (left: Record<string, number>, change: Partial<NamespaceLimits> = {}): NamespaceLimits => ({
  quotas: [{ name: 'team', left }],
  podMax: {},
  defaultRequests: {},
  defaultLimits: {},
  ...change,
});

describe('the room of a namespace', () => {
  it.each([
    ['nothing limits it', undefined, Number.POSITIVE_INFINITY, 'ok'],
    ['a count of pods', limits({ pods: 3 }), 3, 'quota_exceeded'],
    ['requested CPU, to the last fraction', limits({ 'requests.cpu': 0.3 }), 3, 'quota_exceeded'],
    ['the scarcest of several', limits({ pods: 9, 'limits.cpu': 0.5 }), 2, 'quota_exceeded'],
    ['a quota already passed', limits({ pods: -2 }), 0, 'quota_exceeded'],
    ['limits that nobody states', limits({ 'limits.memory': 2 ** 33 }), 0, 'quota_exceeded'],
    [
      'limits that a LimitRange fills in',
      limits({ 'limits.memory': 2 ** 33 }, { defaultLimits: { memory: 2 ** 32 } }),
      2,
      'quota_exceeded',
    ],
    ['a maximum where pods state no limit', limits({ pods: 9 }, { podMax: { memory: 2 ** 40 } }), 0, 'limit_range'],
    ['pods within a maximum', limits({ pods: 9 }, { podMax: { cpu: 0.2 } }), 9, 'quota_exceeded'],
    ['pods larger than a LimitRange allows', limits({ pods: 9 }, { podMax: { cpu: 0.05 } }), 0, 'limit_range'],
  ])('%s', (_what, of, replicas, code) => {
    expect(roomFor(of, SIZE)).toMatchObject({ replicas, code });
  });

  it('does not guess limits where no pod is there to tell', () => {
    const of = limits({ pods: 9, 'limits.memory': 1 }, { podMax: { memory: 1 } });
    expect(roomFor(of, { requests: { cpu: 0.1 }, limits: null }).replicas).toBe(9);
  });

  it('shrinks by what was promised', () => {
    expect(roomFor(promise(limits({ pods: 5, 'requests.cpu': 1 }), SIZE, 4), SIZE).replicas).toBe(1);
  });
});
