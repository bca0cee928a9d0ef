// Whose pods are whose on a real control plane: a ReplicaSet that another Deployment adopts, while its old name comes back.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { deployment } from './cluster-objects.ts';
import { apply, kubectl, OTHER_IMAGE } from './cluster-under-test.ts';

const NAMESPACE = `owners-${process.pid}`;
const { reader, calls } = makeKubernetes({
  clusters: new Map([['real', { kind: 'kubeconfig' }]]),
  namespaces: { include: [NAMESPACE], exclude: [] },
  version: 'test',
});
const LABELS = { app: 'shared' };

beforeAll(async () => {
  kubectl(['create', 'namespace', NAMESPACE]);
  apply([deployment(NAMESPACE, 'old', { labels: LABELS })]);
  await until('old', 2);
  kubectl(['-n', NAMESPACE, 'delete', 'deployment', 'old', '--cascade=orphan']);
  apply([deployment(NAMESPACE, 'new', { labels: LABELS })]);
  await until('new', 2);
}, 120_000);

afterAll(() => kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']));

it('an adopted ReplicaSet keeps its name, and its pods are the adopter’s', async () => {
  const names = kubectl(['-n', NAMESPACE, 'get', 'replicasets', '-o', 'name']);
  expect(names).toMatch(/^replicaset\.apps\/old-/);
  const before = calls();
  const { workloads, problems } = await reader.snapshot('real');
  expect(problems).toEqual([]);
  expect(workloads.get(`${NAMESPACE}/new`)?.replicas).toMatchObject({ ready: 2, total: 2 });
  expect(calls() - before).toBeLessThanOrEqual(4); // Deployments, pods, HPAs, and ReplicaSets at most once
});

it('also when a Deployment of the old name and as wide a selector is there again', async () => {
  const containers = [{ name: 'c', image: OTHER_IMAGE }];
  apply([deployment(NAMESPACE, 'old', { labels: LABELS, replicas: 1, podSpec: { containers } })]);
  await until('old', 1);
  const { workloads } = await reader.snapshot('real');
  expect(workloads.get(`${NAMESPACE}/new`)?.replicas.total).toBe(2);
  expect(workloads.get(`${NAMESPACE}/old`)?.replicas.total).toBe(1);
  const alone = await reader.workload({ cluster: 'real', namespace: NAMESPACE, name: 'old' });
  expect(alone?.replicas.total).toBe(1);
}, 90_000);

async function until(name: string, ready: number): Promise<void> {
  const seen = async () => (await reader.snapshot('real')).workloads.get(`${NAMESPACE}/${name}`)?.replicas.ready;
  await vi.waitUntil(async () => (await seen()) === ready, { timeout: 60_000, interval: 500 });
}
