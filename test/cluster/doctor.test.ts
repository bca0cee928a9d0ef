// `ai4k8s doctor` on a real API server: what RBAC says there, not what a stand-in was told; and how few calls a tick makes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterQuestions, clusterChecks } from '../../cli/doctor/cluster-checks.ts';
import { neededRights } from '../../cli/doctor/rights.ts';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { type ClusterAccess, makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';
import { observeCluster } from '../../lib/app/observe/observe.ts';
import { deployment } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';
import { accessAs, boundAccount, clusterRoleOf, renamedManifest } from './rbac-subjects.ts';

const NAMESPACE = `dr-doctor-${process.pid}`;
const GROUP = `group-${NAMESPACE}`;

let scoped: ClusterAccess;
beforeAll(async () => {
  kubectl(['create', 'namespace', NAMESPACE]);
  const manifest = renamedManifest('rbac.yaml', { 'ai4k8s-autoscaler': GROUP });
  const account = boundAccount(NAMESPACE, 'autoscaler', clusterRoleOf(manifest).rules ?? []);
  apply([...manifest, ...account, deployment(NAMESPACE, 'web')]);
  kubectl(['-n', NAMESPACE, 'rollout', 'status', 'deployment/web', '--timeout=60s']);
  scoped = await accessAs(NAMESPACE, 'autoscaler');
}, 90_000);

afterAll(() => {
  const names = [GROUP, `${NAMESPACE}-autoscaler`];
  kubectl(['delete', 'clusterrole,clusterrolebinding', ...names, '--ignore-not-found', '--wait=false']);
  kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
});

describe('a ServiceAccount with nothing but the manifest', () => {
  it('has every right it needs, no other, and sees fresh metrics', async () => {
    const checks = await examine(scoped);
    expect(checks.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual([
      'may make HPAs',
      'sees neighbours',
      'may see the size of nodes',
      'may resize pods in place',
    ]);
    expect(checks.filter(({ name }) => name.startsWith('may '))).toHaveLength(neededRights().length + 3);
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Kubernetes', 'clock', 'no needless rights']),
    );
  });

  it('misses them all once it is not bound any more', async () => {
    kubectl(['-n', NAMESPACE, 'create', 'serviceaccount', 'stranger']);
    const checks = await examine(await accessAs(NAMESPACE, 'stranger'));
    expect(checks.filter(({ name, status }) => name.startsWith('may ') && status === 'ok')).toEqual([]);
    expect(checks.find(({ name }) => name === 'may list pods')?.status).toBe('broken');
    expect(checks.find(({ name }) => name === 'metrics')?.status).toBe('skipped');
  });
});

describe('an administrator', () => {
  it('is told of rights that AI4K8s has no use for', async () => {
    const excess = (await examine({ kind: 'kubeconfig' })).find(({ name }) => name === 'no needless rights');
    expect(excess?.status).toBe('warning');
    for (const word of ['get secrets', 'delete pods', 'patch deployments.apps'])
      expect(excess?.message).toContain(word);
  });

  it('may ask about the group of the functions, whose rights are exactly those of the manifest', async () => {
    const checks = await examine({ kind: 'kubeconfig' }, { subject: { kind: 'group', group: GROUP } });
    expect(checks.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual([
      'may make HPAs',
      'sees neighbours',
      'may see the size of nodes',
      'may resize pods in place',
    ]);
    const nobody = await examine({ kind: 'kubeconfig' }, { subject: { kind: 'group', group: 'nobody-at-all' } });
    expect(nobody.filter(({ name, status }) => name.startsWith('may ') && status === 'ok')).toEqual([]);
  });
});

describe('a tick', () => {
  /** LISTs of what there is, before any page beyond the first. */
  const HANDFUL = 8;

  it('observes a whole cluster in a handful of calls beyond pages, none of them per workload', async () => {
    const kubernetes = makeKubernetes({
      clusters: new Map([['real', scoped]]),
      namespaces: { include: [], exclude: [] },
      version: 'test',
    });
    const seen = async () => {
      const before = kubernetes.calls();
      const ports = { reader: kubernetes.reader, signals: [kubernetes.metrics] };
      const { observations } = await observeCluster(ports, 'real', Date.now());
      const own = [...observations.keys()].filter((key) => key.startsWith(`${NAMESPACE}/`));
      return { calls: kubernetes.calls() - before, workloads: observations.size, own: own.length };
    };
    const first = await seen();
    apply(Array.from({ length: 12 }, (_, index) => deployment(NAMESPACE, `more-${index}`, { replicas: 0 })));
    // Counted before: pods of namespaces that are being deleted can be gone at any moment.
    const pods = JSON.parse(kubectl(['get', '--raw', '/api/v1/pods'])).items.length;
    const second = await seen();
    const pages = 2 * Math.floor(pods / 500) + Math.floor(second.workloads / 500);
    expect([first.own, second.own]).toEqual([1, 13]);
    expect(second.calls).toBeLessThanOrEqual(HANDFUL + pages + 2); // others may fill a page of theirs meanwhile
    expect(second.calls - first.calls).toBeLessThan(12);
  });
});

async function examine(access: ClusterAccess, questions: Partial<ClusterQuestions> = {}) {
  const connect = makeConnections(new Map([['real', access]]), makeTransport('test', 10_000).http);
  const base = {
    cluster: 'real',
    subject: { kind: 'self' },
    scopes: [null],
    annotates: false,
    reachCommand: 'x',
  } as const;
  return clusterChecks(connect, { ...base, ...questions }, Date.now);
}
