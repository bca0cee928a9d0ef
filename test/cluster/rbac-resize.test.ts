// infra/manifests/rbac-resize.yaml on the real API server: it grants one right, without it a resize is refused and harms nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubernetes, makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { type ClusterClient, makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';
import type { PodPatch } from '../../lib/domain/vertical/vertical-view.ts';
import { deployment } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';
import { deniedAttempts, everyRight, mayI, toQuestion } from './rbac-questions.ts';
import { accessAs, boundAccount, clusterRoleOf, manifestText, renamedManifest, rightsOf } from './rbac-subjects.ts';

const NAMESPACE = `rz-${process.pid}`;
const base = clusterRoleOf(renamedManifest('rbac.yaml', {})).rules ?? [];
const rules = clusterRoleOf(renamedManifest('rbac-resize.yaml', {})).rules ?? [];
const RESIZE = 'patch pods/resize';

let kubernetes: Kubernetes;
const clients = new Map<string, ClusterClient>();

beforeAll(async () => {
  kubectl(['create', 'namespace', NAMESPACE]);
  const annotations = { 'ai4k8s.io/vertical': 'cpu=50m..1' };
  const users = { plain: base, resizer: [...base, ...rules], alone: rules };
  const accounts = Object.entries(users).flatMap(([name, granted]) => boundAccount(NAMESPACE, name, granted));
  apply([deployment(NAMESPACE, 'web', { replicas: 1, annotations }), ...accounts]);
  const access = new Map(
    await Promise.all(Object.keys(users).map(async (name) => [name, await accessAs(NAMESPACE, name)] as const)),
  );
  kubernetes = makeKubernetes({ clusters: access, namespaces: { include: [NAMESPACE], exclude: [] }, version: 'test' });
  const connect = makeConnections(access, makeTransport('test', 10_000).http);
  for (const name of access.keys()) clients.set(name, await connect(name));
  kubectl(['-n', NAMESPACE, 'rollout', 'status', 'deployment/web', '--timeout=120s']);
  // A role takes the API server a moment to know.
  while (!(await mayI(clientOf('plain'), toQuestion('list', 'resourcequotas', '')))) await sleep(100);
  for (const name of ['resizer', 'alone'])
    while (!(await mayI(clientOf(name), toQuestion('patch', 'pods/resize', '')))) await sleep(100);
}, 120_000);

afterAll(() => {
  kubectl(['delete', 'clusterrole,clusterrolebinding', '-l', `ai4k8s-test=${NAMESPACE}`]);
  kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
});

describe('rbac-resize.yaml', () => {
  it('grants one right, and says of itself how wide that is', () => {
    expect(rightsOf(rules)).toEqual([RESIZE]);
    expect(manifestText('rbac-resize.yaml')).toMatch(/any pod so little memory/);
  });

  it('is what a resize needs: refused without it by name, and with it only where the server has no such thing', async () => {
    const before = await theirs('plain');
    expect(await resize('plain')).toMatchObject({ kind: 'forbidden', message: expect.stringContaining('pods/resize') });
    // Nothing else is harmed: everything that was read before is read again, as it was.
    expect(await theirs('plain')).toEqual(before);
    const isServed = await kubernetes.resizer.isServed('resizer');
    expect((await resize('resizer')).kind).toBe(isServed ? 'applied' : 'not_found');
  });

  it('brings no other right along, of all verbs on all resources that the API server has', async () => {
    const few = pLimit(8);
    const all = everyRight().filter(({ name }) => name !== RESIZE);
    const answers = await Promise.all(all.map((right) => few(() => mayI(clientOf('alone'), right))));
    const granted = all.filter((_, index) => answers[index]).map(({ name }) => name);
    expect(all.length).toBeGreaterThan(400);
    expect(granted.filter((right) => !/^create selfsubject(access|rules)?reviews/.test(right))).toEqual([]);
  }, 180_000);

  it.each(deniedAttempts(NAMESPACE))('still refuses, tried in earnest, to $what', async ({ path, options }) => {
    await expect(clientOf('resizer').exchange(path, options)).rejects.toMatchObject({ code: 403 });
  });

  it('lets nobody change a pod itself, its status or its labels', async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${(await pod('resizer')).name}`;
    const body = { metadata: { labels: { app: 'stolen' } } };
    for (const of of [path, `${path}/status`])
      await expect(clientOf('resizer').exchange(of, { method: 'PATCH', body })).rejects.toMatchObject({ code: 403 });
  });
});

describe('whether pods can be resized at all', () => {
  it('is told by discovery, and by no version', async () => {
    const { resources }: { resources: readonly { name: string }[] } = JSON.parse(kubectl(['get', '--raw', '/api/v1']));
    const isThere = resources.some(({ name }) => name === 'pods/resize');
    const before = kubernetes.calls();
    expect(await kubernetes.resizer.isServed('plain')).toBe(isThere);
    expect(await kubernetes.resizer.isServed('plain')).toBe(isThere);
    expect(kubernetes.calls() - before).toBe(1);
  });
});

function clientOf(user: string): ClusterClient {
  const client = clients.get(user);
  if (client === undefined) throw new Error(`there is no user ${user}`);
  return client;
}

async function theirs(user: string) {
  const { workloads, problems } = await kubernetes.reader.snapshot(user);
  return { problems, pods: workloads.get(`${NAMESPACE}/web`)?.vertical?.pods };
}

async function pod(user: string) {
  const [first] = (await theirs(user)).pods ?? [];
  if (first === undefined) throw new Error('the workload has no pod');
  return first;
}

async function resize(user: string) {
  const { name, resourceVersion, containers } = await pod(user);
  const [container] = containers;
  const was = { request: container?.requests.cpu ?? '', limit: null };
  const change = {
    name: container?.name ?? '',
    kind: 'container',
    from: { cpu: was },
    to: { cpu: { ...was, request: '120m' } },
  };
  const patch = { pod: name, containers: [change] } as PodPatch;
  return kubernetes.resizer.resize({ cluster: user, namespace: NAMESPACE, name, resourceVersion }, patch);
}
