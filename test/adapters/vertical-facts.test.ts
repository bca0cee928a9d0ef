// What is read of a Deployment's pods for vertical proposals: odd resources, and a server that sends what no API server accepts.
import { describe, expect, it } from 'vitest';
import type { Deployment, Pod } from '../../lib/adapters/kubernetes/api-types.ts';
import { toDeploymentFacts } from '../../lib/adapters/kubernetes/deployment.ts';
import { toOwnedPod } from '../../lib/adapters/kubernetes/pod.ts';
import { verticalFacts } from '../../lib/adapters/kubernetes/vertical-facts.ts';
import { propose } from '../make/vertical.ts';

const ANNOTATIONS = { 'ai4k8s.io/vertical': 'cpu=1m..64,memory=1Mi..64Gi,apply=resize' };

type Spec = NonNullable<Pod['spec']>;

function factsOf(spec: object, change: { pod?: object; metadata?: object; status?: object } = {}) {
  const template = { containers: [], ...spec } as unknown as Spec;
  const facts = toDeploymentFacts({
    metadata: { name: 'web', namespace: 'shop', annotations: ANNOTATIONS },
    spec: { selector: {}, template: { spec: template } },
  } as unknown as Deployment);
  const pod = toOwnedPod({
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      resourceVersion: '5',
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-abc', uid: 'u', controller: true, apiVersion: 'apps/v1' }],
      ...change.metadata,
    },
    spec: { ...template, ...change.pod },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], ...change.status },
  } as unknown as Pod);
  if (facts === null || pod === null) throw new Error('nothing was read');
  const found = verticalFacts(facts, [pod], [], false);
  if (found === null) throw new Error('no facts');
  return found;
}

const app = (resources: object, more: object = {}) => ({ containers: [{ name: 'app', resources, ...more }] });
const wanted = (resources: object) => {
  const { view } = propose({ annotation: ANNOTATIONS['ai4k8s.io/vertical'], facts: factsOf(app(resources)) });
  return { to: view.containers[0]?.to, left: view.left.map(({ resource, code }) => `${resource} ${code}`) };
};

describe('odd resources of a template', () => {
  it.each([
    [{ requests: { cpu: '0' } }, undefined, ['cpu best_effort', 'memory best_effort']],
    [{ requests: { cpu: '0', memory: '1Gi' } }, { memory: { request: '2Gi' } }, ['cpu no_request']],
    [{ limits: { cpu: '1' } }, { cpu: { request: '2', limit: '2' } }, ['memory no_request']],
    [{ requests: { cpu: '2' }, limits: { cpu: '1' } }, undefined, ['cpu unreadable', 'memory no_request']],
    [{ requests: { cpu: '250000000n' } }, { cpu: { request: '500m', limit: null } }, ['memory no_request']],
    [{ requests: { memory: '128974848000m' } }, { memory: { request: '257949696', limit: null } }, ['cpu no_request']],
    [{ requests: { cpu: '1', memory: '1e3M' } }, { cpu: { request: '2' } }, ['memory unreadable']],
    [{ requests: { memory: '129e6' } }, { memory: { request: '258M', limit: null } }, ['cpu no_request']],
    [
      { requests: { memory: '123456789012345' } },
      { memory: { request: '64Gi', limit: null } },
      ['cpu no_request', 'memory memory_unknown'],
    ],
    [{ requests: { cpu: 1, memory: 2 ** 30 } }, { cpu: { request: '2' }, memory: { request: '2Gi' } }, []],
    [{ requests: { cpu: `1${'0'.repeat(200)}` } }, undefined, ['cpu unreadable', 'memory no_request']],
    [{ requests: { cpu: '1\u202e<script>', memory: '1Gi' } }, { memory: { request: '2Gi' } }, ['cpu unreadable']],
  ])('%j', (resources, to, left) => {
    const found = wanted(resources);
    if (to === undefined) expect(found.to).toBeUndefined();
    else expect(found.to).toMatchObject(to);
    expect(found.left).toEqual(left);
  });

  it('ephemeral storage, GPUs and hugepages are in no patch', () => {
    const others = { 'ephemeral-storage': '1Gi', 'nvidia.com/gpu': '1', 'hugepages-2Mi': '2Mi' };
    const facts = factsOf(app({ requests: { cpu: '1', ...others }, limits: { ...others } }));
    expect(propose({ facts }).view.next[0]?.containers).toEqual([
      {
        name: 'app',
        kind: 'container',
        from: { cpu: { request: '1', limit: null } },
        to: { cpu: { request: '2', limit: null } },
      },
    ]);
  });
});

describe('what no API server sends', () => {
  it('is bounded and cleaned before it is kept', () => {
    const [container] = factsOf(app({ requests: { cpu: `\u001b[2J\u202e${'x'.repeat(100_000)}` } })).template;
    expect(container?.requests.cpu).toMatch(/^\[2Jx{1,40}$/);
  });

  it('containers with names of no kind are none', () => {
    const resources = { requests: { cpu: '1' } };
    const names = ['a;id', "a'b", 'A', '', 'x'.repeat(64), '../etc'];
    expect(factsOf({ containers: names.map((name) => ({ name, resources })) }).template).toEqual([]);
  });
});

describe('a pod', () => {
  const resources = { requests: { cpu: '1' } };

  it('is resized by somebody where managedFields say so, and is not known to be where there are none', () => {
    const managedFields = [{ manager: 'kubectl-edit', operation: 'Update', subresource: 'resize' }];
    expect(factsOf(app(resources), { metadata: { managedFields } }).pods[0]?.isResized).toBe(true);
    expect(factsOf(app(resources)).pods[0]?.isResized).toBe(false);
  });

  it('that is being deleted is none', () => {
    expect(factsOf(app(resources), { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }).pods).toEqual([]);
  });

  it('is at what its kubelet says: what waits before what is under way, and nothing once that is over', () => {
    const of = (...conditions: object[]) => factsOf(app(resources), { status: { conditions } }).pods[0]?.condition;
    const under = { type: 'PodResizeInProgress', status: 'True' };
    expect(
      of(under, { type: 'PodResizePending', status: 'True', reason: 'Deferred', message: 'no\u202e room' }),
    ).toEqual({
      kind: 'deferred',
      message: 'Deferred: no room',
    });
    expect(of({ type: 'PodResizePending', status: 'True', reason: 'Infeasible' })?.kind).toBe('infeasible');
    expect(of(under)?.kind).toBe('in_progress');
    expect(of({ ...under, status: 'False' })).toBeNull();
  });

  it('a resizePolicy of NotRequired restarts nothing, and any other word does', () => {
    const policy = (restartPolicy: string) =>
      factsOf(app(resources, { resizePolicy: [{ resourceName: 'cpu', restartPolicy }] })).template[0]?.restartsOn;
    expect(policy('NotRequired')).toEqual([]);
    expect(policy('RestartContainer')).toEqual(['cpu']);
    expect(policy('SomethingNew')).toEqual(['cpu']);
  });
});
