// What a Deployment, its pods and its HPAs come to as one WorkloadSnapshot, example by example.
import { quantityToScalar } from '@kubernetes/client-node/dist/util.js';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Deployment, Hpa, Pod } from '../../lib/adapters/kubernetes/api-types.ts';
import { toDeploymentFacts, toWorkloadSnapshot } from '../../lib/adapters/kubernetes/deployment.ts';
import { type TargetingHpa, toTargetingHpa } from '../../lib/adapters/kubernetes/hpa.ts';
import { isWatched, listScopes } from '../../lib/adapters/kubernetes/namespaces.ts';
import { overlapsOf } from '../../lib/adapters/kubernetes/overlap.ts';
import { type OwnedPod, toOwnedPod } from '../../lib/adapters/kubernetes/pod.ts';
import { parseQuantity } from '../../lib/adapters/kubernetes/quantity.ts';
import { selectorText } from '../../lib/adapters/kubernetes/selector.ts';
import type { WorkloadSnapshot } from '../../lib/app/ports/cluster.ts';

const GI = 2 ** 30;

describe('a Deployment becomes a workload', () => {
  it('counts pods by what they do; those that ended are no replicas', () => {
    const pods = [
      pod('a'),
      pod('b', { ready: false }),
      pod('c', { phase: 'Pending', ready: false }),
      pod('d', { phase: 'Succeeded', ready: false }),
      pod('e', { phase: 'Failed', ready: false }),
      pod('f', { deleting: true }),
    ];
    expect(snapshot({ pods }).replicas).toEqual({ spec: 3, ready: 1, running: 2, total: 4 });
  });

  it('keeps our annotations and no others', () => {
    const annotations = { 'ai4k8s.io/mode': 'auto', 'kubectl.kubernetes.io/x': 'y', 'notai4k8s.io/mode': 'scale' };
    expect(snapshot({ deployment: deployment({ annotations }) }).annotations).toEqual({ 'ai4k8s.io/mode': 'auto' });
  });

  it('takes the version to write against from the Deployment', () => {
    expect(snapshot({}).resourceVersion).toBe('77');
  });

  test.each<[string, Partial<NonNullable<Pod['metadata']>>]>([
    ['a pod of a DaemonSet', { ownerReferences: [{ ...owner('web'), kind: 'DaemonSet' }] }],
    ['a bare pod', { ownerReferences: [] }],
    ['a pod that somebody owns and nobody controls', { ownerReferences: [{ ...owner('web-0'), controller: false }] }],
  ])('leaves out %s', (_what, metadata) => {
    expect(toOwnedPod({ ...pod('a'), metadata: { ...pod('a').metadata, ...metadata } })).toBeNull();
  });
});

describe('capacity is what one replica requests', () => {
  const requesting = (cpu?: string, memory?: string) => ({
    name: 'c',
    resources: { requests: { ...(cpu && { cpu }), ...(memory && { memory }) } },
  });
  const once = { ...requesting('4', '8Gi'), name: 'migrate' };

  test.each<[string, NonNullable<Pod['spec']>, WorkloadSnapshot['capacity']]>([
    ['one container', { containers: [requesting('250m', '1Gi')] }, { cpu: 0.25, memory: GI }],
    [
      'two containers',
      { containers: [requesting('1', '1Gi'), requesting('500m', '1Gi')] },
      { cpu: 1.5, memory: 2 * GI },
    ],
    ['a container without a request', { containers: [requesting('1', '1Gi'), requesting('1')] }, { cpu: 2 }],
    [
      'a container that requests "0"',
      { containers: [requesting('1', '1Gi'), requesting('0', '0')] },
      { cpu: 1, memory: GI },
    ],
    [
      'a sidecar that requests "0m"',
      { containers: [requesting('1', '1Gi')], initContainers: [{ ...requesting('0m', '0'), restartPolicy: 'Always' }] },
      { cpu: 1, memory: GI },
    ],
    ['nothing but requests of "0"', { containers: [requesting('0', '0Mi')] }, {}],
    ['a request of less than nothing', { containers: [requesting('-1', '1Gi')] }, { memory: GI }],
    ['a limit of "0", which is none', { containers: [{ name: 'c', resources: { limits: { cpu: '0' } } }] }, {}],
    ['no requests at all', { containers: [{ name: 'c' }] }, {}],
    ['an init container', { containers: [requesting('1', '1Gi')], initContainers: [once] }, { cpu: 1, memory: GI }],
    [
      'a sidecar',
      { containers: [requesting('1', '1Gi')], initContainers: [{ ...once, restartPolicy: 'Always' }] },
      { cpu: 5, memory: 9 * GI },
    ],
    ['only limits', { containers: [{ name: 'c', resources: { limits: { cpu: '2' } } }] }, { cpu: 2 }],
    ['the pod as a whole', { containers: [{ name: 'c' }], resources: { requests: { cpu: '3' } } }, { cpu: 3 }],
  ])('with %s', (_what, spec, capacity) => {
    expect(snapshot({ deployment: deployment({ spec }) }).capacity).toEqual(capacity);
  });

  it('follows what admission added to the newest running pod', () => {
    const injected = { containers: [requesting('1', '1Gi'), requesting('100m', '1Gi')] };
    const pods = [
      pod('old', { age: 9 }),
      pod('new', { age: 1, spec: injected }),
      pod('dying', { age: 0, deleting: true }),
    ];
    expect(snapshot({ pods }).capacity).toEqual({ cpu: 1.1, memory: 2 * GI });
  });
});

describe('what keeps a request from being known is named', () => {
  const container = (name: string, cpu?: string) => ({ name, resources: { requests: { ...(cpu && { cpu }) } } });

  test.each<[string, NonNullable<Pod['spec']>, string]>([
    [
      'one of two containers',
      { containers: [container('app', '1'), container('proxy')] },
      'container "proxy" of the pod template states none',
    ],
    [
      'two of three',
      { containers: [container('a'), container('b', '0'), container('c')] },
      'container "a" (and 1 more) of the pod template states none',
    ],
    [
      'a sidecar',
      { containers: [container('app', '1')], initContainers: [{ ...container('mesh'), restartPolicy: 'Always' }] },
      'container "mesh" of the pod template states none',
    ],
    ['all at zero', { containers: [container('app', '0')] }, 'all containers request 0'],
  ])('%s', (_what, spec, words) => {
    const seen = snapshot({ deployment: deployment({ spec }), pods: [pod('a', { spec })] });
    expect(seen.capacity.cpu).toBeUndefined();
    expect(seen.unrequested?.cpu).toBe(words);
  });

  it('is not an init container that ends', () => {
    const spec = { containers: [container('app', '1')], initContainers: [container('migrate')] };
    expect(snapshot({ deployment: deployment({ spec }) }).unrequested?.cpu).toBeUndefined();
  });
});

describe('start-up is from creation to Ready', () => {
  const took = (readyAfter: number, change: Partial<Parameters<typeof pod>[1]> = {}) => ({ readyAfter, ...change });

  test.each<[string, Parameters<typeof pod>[1][], number | null]>([
    ['the median of the pods', [took(20), took(300), took(40)], 40],
    ['of those that are ready', [took(20), took(70, { ready: false })], 20],
    ['of those that stay', [took(20), took(70, { deleting: true })], 20],
    ['of those never restarted', [took(20), took(70, { restarts: 1 })], 20],
    ['of those whose init containers went through', [took(20), took(70, { initRestarts: 1 })], 20],
    ['within a quarter of an hour', [took(20), took(5000), took(6000)], 20],
    ['not before creation', [took(20), took(-3), took(-4)], 20],
    ['unknown where Ready has no time', [{}], null],
    ['unknown where all have been restarted', [took(20, { restarts: 2 })], null],
    ['unknown without pods', [], null],
  ])('%s', (_what, shapes, seconds) => {
    const pods = shapes.map((shape, i) => pod(`p${i}`, shape));
    expect(snapshot({ pods }).startupSeconds).toBe(seconds);
  });
});

describe('a wait for a node', () => {
  it('is told apart from start-up with room, step by step', () => {
    const found = { age: 900, readyAfter: 20 };
    const waited = { age: 300, readyAfter: 120, nodeAfter: 95 };
    const seen = snapshot({
      pods: [pod('a', found), pod('b', found), pod('c', waited), pod('d', { ...waited, nodeAfter: 0, readyAfter: 25 })],
    });
    expect(seen.startupSeconds).toBe(20);
    expect(seen.nodeWaits).toEqual({
      newNodeSeconds: 120,
      steps: [
        { at: 1_700_000_000_000 - 900_000, pods: 2, waited: false },
        { at: 1_700_000_000_000 - 300_000, pods: 2, waited: true },
      ],
    });
  });

  it('is seen while it lasts, where the scheduler says that no node has room', () => {
    const waits = (unscheduled: string) =>
      snapshot({ pods: [pod('a', { phase: 'Pending', ready: false, unscheduled })] }).nodeWaits?.steps[0]?.waited;
    expect([waits('Unschedulable'), waits('SchedulingGated')]).toEqual([true, false]);
  });
});

describe('a rollout', () => {
  const done = { observedGeneration: 2, replicas: 3, updatedReplicas: 3 };
  const progressing = (reason: string) => ({ conditions: [{ type: 'Progressing', status: 'True', reason }] });
  const finished = progressing('NewReplicaSetAvailable');

  test.each<[string, Deployment['status'], boolean, WorkloadSnapshot['rollout']]>([
    ['all pods new', { ...done, ...finished }, false, 'settled'],
    [
      'scaling up: fewer pods than asked for',
      { ...done, ...finished, replicas: 1, updatedReplicas: 1 },
      false,
      'settled',
    ],
    [
      'scaling down: more pods than asked for',
      { ...done, ...finished, replicas: 9, updatedReplicas: 9 },
      false,
      'settled',
    ],
    ['no progress deadline', done, false, 'settled'],
    ['old pods left', { ...done, ...finished, replicas: 4 }, false, 'in_progress'],
    ['new pods not available yet', { ...done, ...progressing('ReplicaSetUpdated') }, false, 'in_progress'],
    ['stuck', { ...done, ...progressing('ProgressDeadlineExceeded') }, false, 'in_progress'],
    ['not seen by the controller', { ...done, ...finished, observedGeneration: 1 }, false, 'in_progress'],
    ['between old and new', { ...finished, observedGeneration: 2 }, false, 'in_progress'],
    ['paused half way', { ...done, replicas: 4 }, true, 'paused'],
  ])('%s', (_what, status, paused, rollout) => {
    expect(snapshot({ deployment: deployment({ status, paused }) }).rollout).toBe(rollout);
  });
});

describe('the owner of the replica count', () => {
  const keda = { ownerReferences: [{ ...owner('orders'), kind: 'ScaledObject' }] };
  const labelled = { labels: { 'scaledobject.keda.sh/name': 'orders' } };

  test.each<[string, Hpa[] | null, WorkloadSnapshot['owner']]>([
    ['nobody', [], { kind: 'none' }],
    ['an HPA', [hpa('web')], { kind: 'hpa', name: 'web' }],
    ['KEDA, by owner', [hpa('keda-hpa-web', { metadata: keda })], { kind: 'keda', name: 'orders' }],
    ['KEDA, by label', [hpa('keda-hpa-web', { metadata: labelled })], { kind: 'keda', name: 'orders' }],
    ['two HPAs', [hpa('b'), hpa('a')], { kind: 'several_hpas', names: ['a', 'b'] }],
    ['an HPA of a DaemonSet of that name', [hpa('web', { kind: 'DaemonSet' })], { kind: 'none' }],
    ["an HPA of another group's Deployment", [hpa('web', { apiVersion: 'example.com/v1' })], { kind: 'none' }],
    ['HPAs that could not be read', null, { kind: 'unknown' }],
  ])('is %s', (_what, hpas, expected) => {
    const result = snapshot({ hpas });
    expect(result.owner).toEqual(expected);
    expect(result.hpa?.name ?? null).toBe(
      hpas?.length === 1 && expected.kind !== 'none' ? hpas[0]?.metadata?.name : null,
    );
  });

  it('is KEDA where a ScaledObject targets the Deployment, also before its HPA is there', () => {
    expect(snapshot({ scaledObject: 'orders' }).owner).toEqual({ kind: 'keda', name: 'orders' });
  });

  test.each<[string, Hpa['status'], string]>([
    ['stable', { currentReplicas: 3, desiredReplicas: 3 }, 'stable'],
    ['on its way up', { currentReplicas: 3, desiredReplicas: 5 }, 'scaling_up'],
    ['on its way down', { currentReplicas: 3, desiredReplicas: 2 }, 'scaling_down'],
    ['wants more than its maximum', limited('TooManyReplicas'), 'limited'],
    ['idle at its minimum', limited('TooFewReplicas'), 'stable'],
    ['unusable', { desiredReplicas: 5, conditions: [{ type: 'ScalingActive', status: 'False' }] }, 'inactive'],
  ])('HPA %s', (_what, status, expected) => {
    const result = snapshot({ hpas: [{ ...hpa('web'), ...(status && { status }) }] }).hpa;
    expect(result).toMatchObject({ minReplicas: 1, maxReplicas: 8, targetCpuPercent: 60, targetMemoryPercent: null });
    expect(result?.scalingStatus).toBe(expected);
  });
});

describe('pods that do not serve', () => {
  const waiting = (reason: string) => ({ state: { waiting: { reason } } });
  const none = { unschedulable: 0, imagePull: 0, crashLoop: 0 };

  test.each<[string, Parameters<typeof pod>[1], WorkloadSnapshot['troubles']]>([
    ['one that serves', {}, none],
    ['no node with room', { phase: 'Pending', unscheduled: 'Unschedulable' }, { ...none, unschedulable: 1 }],
    ['a scheduler not yet asked', { phase: 'Pending', unscheduled: 'SchedulerError' }, none],
    ['no such image', { phase: 'Pending', container: waiting('ImagePullBackOff') }, { ...none, imagePull: 1 }],
    ['a container being made', { phase: 'Pending', container: waiting('ContainerCreating') }, none],
    ['a crash loop', { ready: false, container: waiting('CrashLoopBackOff') }, { ...none, crashLoop: 1 }],
    ['a missing ConfigMap', { container: waiting('CreateContainerConfigError') }, { ...none, crashLoop: 1 }],
    [
      'running between crashes',
      { ready: false, container: { ready: false, restartCount: 3 } },
      { ...none, crashLoop: 1 },
    ],
    ['restarted once', { ready: false, container: { ready: false, restartCount: 1 } }, none],
    ['long ago restarted, and well', { container: { ready: true, restartCount: 9 } }, none],
    ['being deleted', { deleting: true, container: waiting('CrashLoopBackOff') }, none],
    ['evicted', { phase: 'Failed', container: waiting('CrashLoopBackOff') }, none],
  ])('%s', (_what, shape, troubles) => {
    expect(snapshot({ pods: [pod('a', shape)] }).troubles).toEqual(troubles);
  });
});

describe('other hands on spec.replicas, by managedFields', () => {
  const T = '2026-01-01T00:00:00Z';
  const at = Date.parse(T);
  const replicas = { 'f:spec': { 'f:replicas': {}, 'f:template': {} } };
  const wrote = (manager: string, operation: string, change: object = {}) => ({
    manager,
    operation,
    time: T,
    fieldsV1: replicas,
    ...change,
  });
  const manifest = (spec: object) => ({ 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec }) });
  const operator = [{ ...owner('cache'), kind: 'Cache' }];
  type Hands = Pick<NonNullable<WorkloadSnapshot['otherWriters']>, 'manager' | 'writer'>;
  const by = (name: string, how: 'reconciles' | 'states' | null, through: 'scale' | 'object' = 'object'): Hands => ({
    manager: how && { name, how },
    writer: { name, at, through },
  });
  const nobody: Hands = { manager: null, writer: null };

  test.each<[string, NonNullable<Deployment['metadata']>, Hands]>([
    ['no managedFields', {}, nobody],
    ['Flux', { managedFields: [wrote('kustomize-controller', 'Apply')] }, by('kustomize-controller', 'reconciles')],
    [
      'Argo CD, server-side',
      { managedFields: [wrote('argocd-controller', 'Apply')] },
      by('argocd-controller', 'reconciles'),
    ],
    [
      'Argo CD, client-side, stating a count',
      { managedFields: [wrote('argocd-controller', 'Update')], annotations: manifest({ replicas: 3 }) },
      by('argocd-controller', 'reconciles'),
    ],
    [
      'Argo CD, client-side, stating none: the default is not its wish',
      { managedFields: [wrote('argocd-controller', 'Update')], annotations: manifest({ paused: false }) },
      by('argocd-controller', null),
    ],
    [
      'Argo CD without a say in replicas',
      { managedFields: [wrote('argocd-controller', 'Apply', { fieldsV1: { 'f:spec': { 'f:template': {} } } })] },
      nobody,
    ],
    [
      'any controller that applies',
      { managedFields: [wrote('my-platform', 'Apply')] },
      by('my-platform', 'reconciles'),
    ],
    [
      'the operator that owns the Deployment',
      { managedFields: [wrote('cache-operator', 'Update')], ownerReferences: operator },
      by('cache-operator', 'reconciles'),
    ],
    ['an unknown client', { managedFields: [wrote('python-requests', 'Update')] }, by('python-requests', null)],
    ['kubectl create', { managedFields: [wrote('kubectl-create', 'Update')] }, by('kubectl-create', null)],
    [
      'kubectl apply, stating a count',
      { managedFields: [wrote('kubectl-client-side-apply', 'Update')], annotations: manifest({ replicas: 2 }) },
      by('kubectl-client-side-apply', 'states'),
    ],
    ['kubectl apply --server-side', { managedFields: [wrote('kubectl', 'Apply')] }, by('kubectl', 'states')],
    [
      'kubectl scale',
      { managedFields: [wrote('kubectl', 'Update', { subresource: 'scale' })] },
      by('kubectl', null, 'scale'),
    ],
    ['us', { managedFields: [wrote('ai4k8s', 'Update', { subresource: 'scale' })] }, nobody],
    ['the HPA', { managedFields: [wrote('kube-controller-manager', 'Update', { subresource: 'scale' })] }, nobody],
  ])('%s', (_what, metadata, expected) => {
    const { otherWriters } = snapshot({
      deployment: { ...deployment({}), metadata: { ...deployment({}).metadata, ...metadata } },
    });
    expect({ manager: otherWriters?.manager, writer: otherWriters?.writer }).toEqual(expected);
  });

  it('on the minReplicas of an HPA are found by the same rules', () => {
    const floor = wrote('argocd-controller', 'Apply', { fieldsV1: { 'f:spec': { 'f:minReplicas': {} } } });
    const byHand = { ...floor, manager: 'kubectl', operation: 'Update' };
    const managed = (entry: object) => snapshot({ hpas: [hpa('web', { metadata: { managedFields: [entry] } })] }).hpa;
    expect(managed(floor)?.floorManager).toBe('argocd-controller');
    expect(managed(byHand)?.floorManager).toBeUndefined();
  });
});

describe('selectors', () => {
  const one = (name: string, matchLabels: Record<string, string>, podLabels = matchLabels, namespace = 'demo') => ({
    namespace,
    name,
    selector: { matchLabels },
    podLabels,
  });

  test.each<[string, Parameters<typeof overlapsOf>[0], Record<string, readonly string[]>]>([
    ['of two apps are apart', [one('a', { app: 'a' }), one('b', { app: 'b' })], {}],
    [
      'that are the same overlap',
      [one('a', { app: 'x' }), one('b', { app: 'x' })],
      { 'demo/a': ['b'], 'demo/b': ['a'] },
    ],
    [
      'of which one is wider overlap both ways',
      [one('a', { app: 'x' }), one('b', { app: 'x', track: 'canary' })],
      { 'demo/a': ['b'], 'demo/b': ['a'] },
    ],
    ['that share a label but not all are apart', [one('a', { app: 'x', t: '1' }), one('b', { app: 'x', t: '2' })], {}],
    ['in two namespaces are apart', [one('a', { app: 'x' }), one('b', { app: 'x' }, { app: 'x' }, 'other')], {}],
    [
      'with expressions count them',
      [
        {
          ...one('a', { app: 'x' }),
          selector: { matchLabels: { app: 'x' }, matchExpressions: [{ key: 't', operator: 'NotIn', values: ['2'] }] },
        },
        one('b', { app: 'x', t: '2' }),
      ],
      {},
    ],
  ])('%s', (_what, all, expected) => {
    expect(Object.fromEntries(overlapsOf(all))).toEqual(expected);
  });
});

describe('namespaces', () => {
  test.each<[string, string[], string[], boolean]>([
    ['demo', [], [], true],
    ['kube-system', [], [], false],
    ['demo', [], ['demo'], false],
    ['demo', ['shop'], [], false],
    ['shop', ['shop'], ['shop'], false],
    ['kube-system', ['kube-system'], [], true],
  ])('%s with include %j and exclude %j is watched: %s', (namespace, include, exclude, watched) => {
    expect(isWatched({ include, exclude }, namespace)).toBe(watched);
  });

  it('are listed all at once, or one by one where an allow list says so', () => {
    expect(listScopes({ include: [], exclude: ['x'] })).toEqual([null]);
    expect(listScopes({ include: ['a', 'b'], exclude: ['b'] })).toEqual(['a']);
  });
});

test('a selector keeps its meaning as text', () => {
  const matchExpressions = [
    { key: 'tier', operator: 'In', values: ['a', 'b'] },
    { key: 'track', operator: 'NotIn', values: ['canary'] },
    { key: 'live', operator: 'Exists' },
    { key: 'old', operator: 'DoesNotExist' },
  ];
  expect(selectorText({ matchLabels: { app: 'web' }, matchExpressions })).toBe(
    'app=web,tier in (a,b),track notin (canary),live,!old',
  );
});

describe('quantities', () => {
  test.each([
    ['250m', 0.25],
    ['1500000n', 0.0015],
    ['7u', 7e-6],
    ['1.5Gi', 1.5 * GI],
    ['12e6', 12e6],
    ['1E', 1e18],
    ['.5', 0.5],
    ['-1', -1],
    ['', Number.NaN],
    ['1.5 Gi', Number.NaN],
    ['lots', Number.NaN],
  ])('%s', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  it('agree with client-node wherever that can read them', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti');
    fc.assert(
      fc.property(fc.nat(1_000_000), suffix, (number, unit) => {
        const text = `${number}${unit}`;
        expect(parseQuantity(text) / Number(quantityToScalar(text)) || 1).toBeCloseTo(1, 12);
      }),
    );
  });
});

test('whatever the pods do, ready ≤ running ≤ total, and every pod that did not end is listed', () => {
  const phase = fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown');
  const anyPod = fc.record({ phase, ready: fc.boolean(), deleting: fc.boolean() });
  fc.assert(
    fc.property(fc.array(anyPod, { maxLength: 20 }), (shapes) => {
      const { replicas, pods } = snapshot({ pods: shapes.map((shape, index) => pod(`p${index}`, shape)) });
      expect(replicas.ready).toBeLessThanOrEqual(replicas.running);
      expect(replicas.running).toBeLessThanOrEqual(replicas.total);
      expect(pods).toHaveLength(shapes.filter((one) => one.phase !== 'Succeeded' && one.phase !== 'Failed').length);
    }),
  );
});

function snapshot(given: {
  deployment?: Deployment;
  pods?: Pod[];
  hpas?: Hpa[] | null;
  scaledObject?: string;
}): WorkloadSnapshot {
  const facts = toDeploymentFacts(given.deployment ?? deployment({}));
  if (!facts) throw new Error('the fixture is not a Deployment');
  const pods = (given.pods ?? []).map(toOwnedPod).filter((one): one is OwnedPod => one !== null);
  const hpas = given.hpas === undefined ? [] : given.hpas;
  const targeting = hpas?.map(toTargetingHpa).filter((one): one is TargetingHpa => one !== null) ?? null;
  return toWorkloadSnapshot('test', facts, pods, {
    hpas: targeting,
    scaledObject: given.scaledObject ?? null,
    vpa: null,
    overlaps: [],
  });
}

function deployment(given: {
  spec?: NonNullable<Pod['spec']>;
  status?: Deployment['status'];
  paused?: boolean;
  annotations?: Record<string, string>;
}): Deployment {
  return {
    metadata: {
      name: 'web',
      namespace: 'demo',
      resourceVersion: '77',
      generation: 2,
      annotations: given.annotations ?? {},
    },
    spec: {
      replicas: 3,
      paused: given.paused ?? false,
      selector: {},
      template: { spec: given.spec ?? { containers: [{ name: 'c' }] } },
    },
    status: given.status ?? {},
  };
}

function pod(
  name: string,
  given: {
    phase?: string;
    ready?: boolean;
    deleting?: boolean;
    age?: number;
    spec?: NonNullable<Pod['spec']>;
    readyAfter?: number;
    restarts?: number;
    initRestarts?: number;
    unscheduled?: string;
    nodeAfter?: number;
    container?: object;
  } = {},
): Pod {
  const at = (age: number) => new Date(1_700_000_000_000 - age * 1000).toISOString();
  const { age = 5, readyAfter } = given;
  const ran = (restartCount = 0) => [{ name: 'c', image: 'i', imageID: '', ready: true, restartCount }];
  return {
    metadata: {
      name,
      namespace: 'demo',
      labels: { 'pod-template-hash': 'b764f4c6f' },
      ownerReferences: [owner('web-b764f4c6f')],
      creationTimestamp: at(age),
      ...(given.deleting && { deletionTimestamp: at(0) }),
    },
    spec: given.spec ?? { containers: [{ name: 'c' }] },
    status: {
      phase: given.phase ?? 'Running',
      conditions: [
        {
          type: 'PodScheduled',
          status: given.unscheduled ? 'False' : 'True',
          lastTransitionTime: at(age - (given.nodeAfter ?? 0)),
          ...(given.unscheduled && { reason: given.unscheduled }),
        },
        {
          type: 'Ready',
          status: (given.ready ?? true) ? 'True' : 'False',
          ...(readyAfter !== undefined && { lastTransitionTime: at(age - readyAfter) }),
        },
      ],
      initContainerStatuses: ran(given.initRestarts),
      containerStatuses: ran(given.restarts).map((status) => ({ ...status, ...given.container })),
    },
  };
}

function owner(name: string) {
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: 'u', controller: true };
}

function hpa(name: string, given: { metadata?: object; kind?: string; apiVersion?: string } = {}): Hpa {
  const { kind = 'Deployment', apiVersion = 'apps/v1' } = given;
  return {
    metadata: { name, namespace: 'demo', ...given.metadata },
    spec: {
      maxReplicas: 8,
      scaleTargetRef: { apiVersion, kind, name: 'web' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
      ],
    },
  };
}

function limited(reason: string): Hpa['status'] {
  return { currentReplicas: 3, desiredReplicas: 3, conditions: [{ type: 'ScalingLimited', status: 'True', reason }] };
}
