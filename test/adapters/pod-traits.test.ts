// What a pod's specification says that quotas ask for.
import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../lib/adapters/kubernetes/api-types.ts';
import { traitsOf } from '../../lib/adapters/kubernetes/pod-traits.ts';

const FULL = { requests: { cpu: '100m', memory: '1Gi' }, limits: { cpu: '100m', memory: '1Gi' } };
const spec = (of: readonly object[], more: object = {}) =>
  ({ containers: of.map((resources, i) => ({ name: `c${i}`, resources })), ...more }) as PodSpec;

describe('the class of service of a pod', () => {
  it.each([
    ['nothing is stated', spec([{}]), 'BestEffort'],
    ['only zeros are stated', spec([{ requests: { cpu: '0' } }]), 'BestEffort'],
    ['only storage is stated', spec([{ requests: { 'ephemeral-storage': '1Gi' } }]), 'BestEffort'],
    ['one of two containers states something', spec([{}, { requests: { memory: '1Gi' } }]), 'Burstable'],
    ['only an init container states something', spec([{}], { initContainers: [{ resources: FULL }] }), 'Burstable'],
    ['limits are the requests', spec([FULL, FULL]), 'Guaranteed'],
    ['only limits are stated', spec([{ limits: FULL.limits }]), 'Guaranteed'],
    ['a limit is higher than its request', spec([{ ...FULL, limits: { cpu: '1', memory: '1Gi' } }]), 'Burstable'],
    ['memory has no limit', spec([{ ...FULL, limits: { cpu: '100m' } }]), 'Burstable'],
    [
      'the same amount is written in two ways',
      spec([{ ...FULL, limits: { cpu: '0.1', memory: '1024Mi' } }]),
      'Guaranteed',
    ],
    ['the pod as a whole states it', spec([{}], { resources: FULL }), 'Guaranteed'],
  ])('is told where %s', (_what, of, qos) => {
    expect(traitsOf(of).qos).toBe(qos);
  });
});

describe('the other traits of a pod', () => {
  it('are absent where nothing states them', () => {
    expect(traitsOf(spec([{}], { priorityClassName: '' }))).toMatchObject({
      priorityClass: null,
      terminating: false,
      crossNamespaceAffinity: false,
    });
  });

  it('are read', () => {
    const of = spec([{}], { priorityClassName: 'gold', activeDeadlineSeconds: 60 });
    expect(traitsOf(of)).toMatchObject({ priorityClass: 'gold', terminating: true });
  });

  it.each([
    ['required', { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ namespaces: ['x'] }] } }, true],
    [
      'preferred, by a selector',
      {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: { namespaceSelector: {} } }],
        },
      },
      true,
    ],
    ['of its own', { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'x' }] } }, false],
  ])('tell affinity to other namespaces (%s)', (_what, affinity, expected) => {
    expect(traitsOf(spec([{}], { affinity })).crossNamespaceAffinity).toBe(expected);
  });
});
