// StatefulSets and Argo Rollouts through the adapter: workloads where an HPA drives them, told apart from Deployments by kind.
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type Kubernetes, makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { toRolloutFacts } from '../../lib/adapters/kubernetes/rollout.ts';
import { toStatefulSetFacts } from '../../lib/adapters/kubernetes/stateful-set.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import { hpa, into, put, workload } from '../make/other-kinds.ts';
import { type ObjectServer, startObjectServer } from '../stand-ins/object-server.ts';

const NOW = Date.now();
const ref = (name: string, kind?: WorkloadRef['kind']): WorkloadRef => ({
  cluster: 'test',
  namespace: 'shop',
  name,
  ...(kind && { kind }),
});

let server: ObjectServer;
let kubernetes: Kubernetes;
beforeEach(async () => {
  server = await startObjectServer();
  const resolve = async () => ({ server: server.url, caData: '', token: async () => 'secret' });
  kubernetes = makeKubernetes({
    clusters: new Map([['test', { kind: 'endpoint', resolve }]]),
    namespaces: { include: [], exclude: ['private'] },
    version: 'test',
  });
});
afterEach(() => server.close());

const snapshot = () => kubernetes.reader.snapshot('test');
const listed = (plural: string) => server.calls.filter((call) => call.includes(`/${plural}?`)).length;

describe('what an HPA drives is a workload', () => {
  it('with its own pods, requests, annotations and HPA, and its kind in its key', async () => {
    put(server, 'StatefulSet', 'db', NOW, { replicas: 3, annotations: { 'ai4k8s.io/mode': 'hpa-floor' } });
    into(server, 'horizontalpodautoscalers', hpa('StatefulSet', 'db'));
    const found = await snapshot();
    const db = found.workloads.get('shop/statefulset:db');
    expect(db).toMatchObject({
      workload: ref('db', 'StatefulSet'),
      replicas: { spec: 3, ready: 3, running: 3, total: 3 },
      capacity: { cpu: 0.5, memory: 2 ** 30 },
      startupSeconds: expect.anything(),
      rollout: 'settled',
      owner: { kind: 'hpa', name: 'db-hpa' },
      annotations: { 'ai4k8s.io/mode': 'hpa-floor' },
      uid: 'StatefulSet-db',
      resourceVersion: '1',
    });
    const { readings } = await kubernetes.metrics.read(found);
    expect(readings.get('shop/statefulset:db')?.cpu).toMatchObject({ demand: expect.closeTo(0.3), coverage: 1 });
    expect(await kubernetes.reader.workload(ref('db', 'StatefulSet'))).toEqual(db);
  });

  it('a Rollout with a template of its own or with that of a Deployment', async () => {
    put(server, 'Rollout', 'api', NOW, { replicas: 4 });
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'old' };
    const borrowed = { workloadRef, selector: undefined, template: undefined };
    put(server, 'Rollout', 'moved', NOW, { spec: borrowed });
    for (const name of ['api', 'moved']) into(server, 'horizontalpodautoscalers', hpa('Rollout', name));
    const { workloads, problems } = await snapshot();
    expect(problems).toEqual([]);
    expect([...workloads.keys()]).toEqual(['shop/rollout:api', 'shop/rollout:moved']);
    expect(workloads.get('shop/rollout:moved')).toMatchObject({
      replicas: { spec: 2, ready: 2 },
      capacity: { cpu: 0.5 },
      owner: { kind: 'hpa', name: 'moved-hpa' },
    });
    expect(await kubernetes.reader.workload(ref('moved', 'Rollout'))).toEqual(workloads.get('shop/rollout:moved'));
  });

  it('three of one name are three workloads, each with its own pods and HPA', async () => {
    put(server, 'Deployment', 'web', NOW, { replicas: 1, cores: 0.1 });
    put(server, 'StatefulSet', 'web', NOW, { replicas: 2, cores: 0.2 });
    put(server, 'Rollout', 'web', NOW, { replicas: 3, cores: 0.3 });
    for (const kind of ['Deployment', 'StatefulSet', 'Rollout'] as const)
      into(server, 'horizontalpodautoscalers', hpa(kind, 'web', { name: kind.toLowerCase() }));
    const found = await snapshot();
    const keys = ['shop/web', 'shop/statefulset:web', 'shop/rollout:web'];
    const told = keys.map((key) => found.workloads.get(key));
    expect(told.map((one) => one?.replicas.ready)).toEqual([1, 2, 3]);
    expect(told.map((one) => one?.hpa?.name)).toEqual(['deployment', 'statefulset', 'rollout']);
    const { readings } = await kubernetes.metrics.read(found);
    const demands = keys.map((key) => readings.get(key)?.cpu?.demand ?? 0);
    [0.1, 0.4, 0.9].forEach((demand, i) => {
      expect(demands[i]).toBeCloseTo(demand);
    });
    const hpas = await kubernetes.hpas.list('test', 'shop');
    expect(hpas.map(({ targetKind }) => targetKind)).toEqual([undefined, 'StatefulSet', 'Rollout']);
  });

  it('and none without: nothing is listed where no HPA drives one', async () => {
    put(server, 'StatefulSet', 'db', NOW);
    put(server, 'Deployment', 'web', NOW);
    into(server, 'horizontalpodautoscalers', hpa('Deployment', 'web'));
    expect([...(await snapshot()).workloads.keys()]).toEqual(['shop/web']);
    expect([listed('statefulsets'), listed('rollouts')]).toEqual([0, 0]);
    // A person may ask about it all the same, and is told that nobody drives it.
    expect((await kubernetes.reader.workload(ref('db', 'StatefulSet')))?.owner).toEqual({ kind: 'none' });
    expect(await kubernetes.reader.workload(ref('nobody', 'StatefulSet'))).toBeNull();
    expect(await kubernetes.reader.workload(ref('nobody', 'Rollout'))).toBeNull();
  });

  test.each([
    ["OpenKruise's StatefulSet", { apiVersion: 'apps.kruise.io/v1beta1', kind: 'StatefulSet' }],
    ['a Rollout of another group', { apiVersion: 'example.com/v1', kind: 'Rollout' }],
    ['a ReplicaSet', { apiVersion: 'apps/v1', kind: 'ReplicaSet' }],
  ])('and none is %s', async (_what, target) => {
    put(server, 'StatefulSet', 'db', NOW);
    const driving = into(server, 'horizontalpodautoscalers', hpa('StatefulSet', 'db'));
    Object.assign(driving.spec.scaleTargetRef, target);
    expect((await snapshot()).workloads.size).toBe(0);
  });

  it('of namespaces that are not watched, nothing is read', async () => {
    const away = into(server, 'horizontalpodautoscalers', hpa('StatefulSet', 'db'));
    away.metadata.namespace = 'private';
    await snapshot();
    expect(listed('statefulsets')).toBe(0);
  });

  it('stays one while HPAs cannot be read; who owns it is unknown then', async () => {
    put(server, 'StatefulSet', 'db', NOW);
    into(server, 'horizontalpodautoscalers', hpa('StatefulSet', 'db'));
    await snapshot();
    server.refuse.horizontalpodautoscalers = 500;
    const { workloads } = await snapshot();
    expect(workloads.get('shop/statefulset:db')?.owner).toEqual({ kind: 'unknown' });
  });

  it('deleted it is gone, and one made anew under its name is another object with the same key', async () => {
    const set = put(server, 'StatefulSet', 'db', NOW);
    into(server, 'horizontalpodautoscalers', hpa('StatefulSet', 'db'));
    await snapshot();
    server.objects.statefulsets = [];
    expect((await snapshot()).workloads.size).toBe(0);
    server.objects.statefulsets = [{ ...set, metadata: { ...set.metadata, uid: 'second' } }];
    expect((await snapshot()).workloads.get('shop/statefulset:db')?.uid).toBe('second');
  });
});

describe('another owner is found for every kind', () => {
  test.each([
    ['StatefulSet', 'apps/v1'],
    ['Rollout', 'argoproj.io/v1alpha1'],
  ] as const)("KEDA's ScaledObject on a %s, and a VPA", async (kind, apiVersion) => {
    put(server, kind, 'db', NOW);
    put(server, 'Deployment', 'db', NOW);
    into(server, 'horizontalpodautoscalers', hpa(kind, 'db'));
    Object.assign(server.groups, { 'keda.sh': ['scaledobjects'], 'autoscaling.k8s.io': ['verticalpodautoscalers'] });
    const metadata = { name: 'orders', namespace: 'shop' };
    const target = { apiVersion, kind, name: 'db' };
    into(server, 'scaledobjects', { metadata, spec: { scaleTargetRef: target } });
    into(server, 'verticalpodautoscalers', { metadata, spec: { targetRef: target } });
    const { workloads } = await snapshot();
    const db = workloads.get(`shop/${kind.toLowerCase()}:db`);
    expect(db?.owner).toEqual({ kind: 'keda', name: 'orders' });
    expect(db?.otherWriters?.vpa).toEqual({ name: 'orders', mode: 'Auto' });
    expect(workloads.get('shop/db')).toMatchObject({ owner: { kind: 'none' }, otherWriters: { vpa: null } });
  });

  it('two HPAs on one StatefulSet', async () => {
    put(server, 'StatefulSet', 'db', NOW);
    for (const name of ['b', 'a']) into(server, 'horizontalpodautoscalers', hpa('StatefulSet', 'db', { name }));
    into(server, 'horizontalpodautoscalers', hpa('Deployment', 'db', { name: 'c' }));
    const { workloads } = await snapshot();
    expect(workloads.get('shop/statefulset:db')?.owner).toEqual({ kind: 'several_hpas', names: ['a', 'b'] });
  });
});

describe('a Deployment that an Argo Rollout runs', () => {
  const runs = (name: string) => ({ workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } });
  const byArgo = (manager = 'rollouts-controller') => [
    { manager, operation: 'Update', time: '2026-03-04T11:00:00Z', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
  ];

  it('is owned by the Rollout, at 0 replicas and beside it, also where an HPA drives it', async () => {
    put(server, 'Deployment', 'off', NOW, { replicas: 0 });
    put(server, 'Deployment', 'beside', NOW);
    put(server, 'Deployment', 'free', NOW, { managedFields: byArgo() });
    into(server, 'horizontalpodautoscalers', hpa('Deployment', 'beside'));
    put(server, 'Rollout', 'canary', NOW, { spec: runs('off') });
    put(server, 'Rollout', 'green', NOW, { spec: runs('beside') });
    const { workloads, problems } = await snapshot();
    expect(problems).toEqual([]);
    expect(workloads.get('shop/off')?.owner).toEqual({ kind: 'rollout', name: 'canary' });
    expect(workloads.get('shop/beside')?.owner).toEqual({ kind: 'rollout', name: 'green' });
    // Argo scaled it once, and no Rollout refers to it any more.
    expect(workloads.get('shop/free')?.owner).toEqual({ kind: 'none' });
    expect((await kubernetes.reader.workload(ref('off')))?.owner).toEqual({ kind: 'rollout', name: 'canary' });
    // Its pods are the Rollout's, not its own.
    expect(workloads.get('shop/off')?.replicas).toEqual({ spec: 0, ready: 0, running: 0, total: 0 });
  });

  test.each([
    ['a ReplicaSet', { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' }],
    ['a StatefulSet', { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' }],
    ["another group's Deployment", { apiVersion: 'example.com/v1', kind: 'Deployment', name: 'web' }],
  ])('is not one whose name %s has', async (_what, workloadRef) => {
    put(server, 'Deployment', 'web', NOW);
    put(server, 'Rollout', 'web', NOW, { spec: { workloadRef } });
    expect((await snapshot()).workloads.get('shop/web')?.owner).toEqual({ kind: 'none' });
  });

  it('is known by what Argo has written where Rollouts may not be listed, and the right is named', async () => {
    put(server, 'Deployment', 'run', NOW, { replicas: 0, managedFields: byArgo() });
    put(server, 'Deployment', 'plain', NOW, { managedFields: byArgo('kubectl') });
    put(server, 'Rollout', 'canary', NOW, { spec: runs('run') });
    server.refuse.rollouts = 403;
    const { workloads, problems } = await snapshot();
    expect(workloads.get('shop/run')?.owner).toEqual({ kind: 'rollout', name: null });
    expect(workloads.get('shop/plain')?.owner).toEqual({ kind: 'none' });
    expect(problems).toEqual([expect.stringContaining('Grant the verb "list" on rollouts.argoproj.io')]);
  });

  it('costs nothing where only Argo CD shares the API group', async () => {
    server.groups['argoproj.io'] = ['applications', 'appprojects'];
    server.refuse.rollouts = 403;
    expect((await snapshot()).problems).toEqual([]);
    expect(listed('rollouts')).toBe(0);
  });
});

describe('which kinds may be missing', () => {
  it.each([
    ['none', {}, []],
    ['StatefulSets that may not be listed', { statefulsets: 403 }, ['StatefulSet']],
    ['Rollouts that may not be listed', { rollouts: 403 }, ['Rollout']],
    ['both, where nobody knows what HPAs drive', { horizontalpodautoscalers: 500 }, ['StatefulSet', 'Rollout']],
  ])('is said: %s', async (_what, refuse, unlisted) => {
    put(server, 'Deployment', 'web', NOW);
    put(server, 'Rollout', 'api', NOW);
    into(server, 'horizontalpodautoscalers', hpa('StatefulSet', 'db'));
    Object.assign(server.refuse, refuse);
    expect((await snapshot()).unlisted).toEqual(unlisted);
  });
});

describe('without the right to list them', () => {
  it('StatefulSets that HPAs drive are named with the right, and everything else goes on', async () => {
    put(server, 'Deployment', 'web', NOW);
    for (const name of ['a', 'b', 'c', 'd']) into(server, 'horizontalpodautoscalers', hpa('StatefulSet', name));
    server.refuse.statefulsets = 403;
    const { workloads, problems } = await snapshot();
    expect([...workloads.keys()]).toEqual(['shop/web']);
    expect(problems).toEqual([
      'StatefulSets that HPAs drive cannot be read and are left out: shop/a (HPA a-hpa), shop/b (HPA b-hpa), shop/c (HPA c-hpa) and 1 more; ' +
        'grant the verb "list" on statefulsets.apps by infra/manifests/rbac-neighbours.yaml.',
    ]);
    await expect(kubernetes.reader.workload(ref('a', 'StatefulSet'))).rejects.toThrow(/statefulsets\.apps/);
  });

  it('Rollouts that HPAs drive are, too', async () => {
    put(server, 'Rollout', 'api', NOW);
    into(server, 'horizontalpodautoscalers', hpa('Rollout', 'api'));
    server.refuse.rollouts = 403;
    expect((await snapshot()).problems.join()).toContain('Rollouts that HPAs drive cannot be read and are left out');
    await expect(kubernetes.reader.workload(ref('api', 'Rollout'))).rejects.toThrow(/rollouts\.argoproj\.io/);
  });

  it('a server that fails is another matter: the tick fails as it does without Deployments', async () => {
    into(server, 'horizontalpodautoscalers', hpa('StatefulSet', 'db'));
    server.refuse.statefulsets = 500;
    await expect(snapshot()).rejects.toMatchObject({ source: 'kubernetes', retryable: true });
  });
});

describe('what is no Deployment is never written', () => {
  test.each(['StatefulSet', 'Rollout'] as const)('%s: neither its scale nor its annotations', async (kind) => {
    put(server, kind, 'web', NOW);
    put(server, 'Deployment', 'web', NOW);
    await expect(kubernetes.writer.scale(ref('web', kind), 5, '1')).rejects.toThrow(/only Deployments are written/);
    await expect(kubernetes.writer.annotate(ref('web', kind), { 'ai4k8s.io/mode': 'auto' })).rejects.toThrow(/only/);
    expect(server.writes).toEqual([]);
  });

  test.each([
    ['StatefulSet', 'apps/v1'],
    ['Rollout', 'argoproj.io/v1alpha1'],
  ] as const)('an Event about a %s is found by kubectl describe', async (kind, apiVersion) => {
    const notice = { uid: 'u', at: NOW, kind: 'change', reason: 'FloorChanged', note: 'raised' } as const;
    await kubernetes.noticeBoard.post([{ ...notice, workload: ref('web', kind) }]);
    expect(server.events[0].regarding).toEqual({ apiVersion, kind, namespace: 'shop', name: 'web', uid: 'u' });
  });
});

describe('a StatefulSet replaces its pods', () => {
  const differ = { currentRevision: 'r1', updateRevision: 'r2' };
  const partition = (n: number) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: n } } });
  const onDelete = { updateStrategy: { type: 'OnDelete' } };

  test.each<[string, object, object, string]>([
    ['never: one revision', {}, {}, 'settled'],
    ['one by one', {}, { ...differ, updatedReplicas: 1 }, 'in_progress'],
    ['down to the last one that is not ready yet', {}, { ...differ, updatedReplicas: 5 }, 'in_progress'],
    ['when people delete them: that is no rollout', onDelete, { ...differ, updatedReplicas: 0 }, 'settled'],
    ['down to a partition', partition(2), { ...differ, updatedReplicas: 1 }, 'in_progress'],
    ['down to a partition, and has: that lasts', partition(2), { ...differ, updatedReplicas: 3 }, 'settled'],
    ['above a partition that is over all', partition(9), { ...differ, updatedReplicas: 0 }, 'settled'],
    ['seen by its controller later', onDelete, { observedGeneration: 0 }, 'in_progress'],
    ['and has just been made', {}, { observedGeneration: 0, replicas: 0, updatedReplicas: 0 }, 'in_progress'],
    ['and was scaled: its pods come, and are of one revision', {}, { replicas: 2, updatedReplicas: 2 }, 'settled'],
  ])('%s', (_what, spec, status, expected) => {
    const set = workload('StatefulSet', 'db', { replicas: 5, spec, status }) as object;
    expect(toStatefulSetFacts(set)?.rollout).toBe(expected);
  });
});

describe('a Rollout replaces its pods', () => {
  const differ = { currentPodHash: 'new', stableRS: 'old' };

  test.each<[string, object, object, string]>([
    ['never: the stable pods are those of the template', {}, {}, 'settled'],
    ['step by step', {}, { ...differ, updatedReplicas: 1 }, 'in_progress'],
    ['with a pause between steps', {}, { ...differ, pauseConditions: [{ reason: 'CanaryPauseStep' }] }, 'paused'],
    ['when it is no longer paused', { paused: true }, {}, 'paused'],
    ['back again, with some new pods left', {}, { ...differ, abort: true, updatedReplicas: 1 }, 'in_progress'],
    ['no more: aborted, and the old ones serve alone', {}, { ...differ, abort: true, updatedReplicas: 0 }, 'settled'],
    ['seen by its controller later', {}, { observedGeneration: '0' }, 'in_progress'],
    ['by a controller that counts generations as hashes', {}, { observedGeneration: '6f8b' }, 'settled'],
    ['for the first time', {}, { stableRS: undefined }, 'in_progress'],
  ])('%s', (_what, spec, status, expected) => {
    const rollout = workload('Rollout', 'api', { replicas: 5, spec, status }) as object;
    expect(toRolloutFacts(rollout)?.rollout).toBe(expected);
  });
});
