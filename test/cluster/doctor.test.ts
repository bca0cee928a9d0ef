// `ai4k8s doctor` on a real API server: what RBAC says there, not what a stand-in was told; and how few calls a tick makes.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig, loadAllYaml } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { type ClusterAccess, makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';
import { observeCluster } from '../../lib/app/observe.ts';
import { type ClusterQuestions, clusterChecks } from '../../local/doctor/cluster-checks.ts';
import { MANIFEST, neededRights } from '../../local/doctor/rights.ts';

const KUBECTL = process.env.KUBECTL ?? 'kubectl';
const NAME = `dr-doctor-${process.pid}`;
const GROUP = `group-${NAME}`;

let scoped: ClusterAccess;
beforeAll(() => {
  const [role] = loadAllYaml(readFileSync(join(import.meta.dirname, '../..', MANIFEST), 'utf8')) as {
    rules: object[];
  }[];
  kubectl('create', 'namespace', NAME);
  kubectl('-n', NAME, 'create', 'serviceaccount', 'autoscaler');
  apply({ apiVersion: RBAC, kind: 'ClusterRole', metadata: { name: NAME }, rules: role?.rules });
  kubectl(
    'create',
    'clusterrolebinding',
    NAME,
    `--clusterrole=${NAME}`,
    `--serviceaccount=${NAME}:autoscaler`,
    `--group=${GROUP}`,
  );
  apply(deployment());
  kubectl('-n', NAME, 'rollout', 'status', 'deployment/web', '--timeout=60s');
  scoped = asServiceAccount(tokenOf('autoscaler'));
}, 90_000);

afterAll(() => {
  kubectl('delete', 'clusterrole,clusterrolebinding', NAME, '--wait=false');
  kubectl('delete', 'namespace', NAME, '--wait=false');
});

const RBAC = 'rbac.authorization.k8s.io/v1';

describe('a ServiceAccount with nothing but the manifest', () => {
  it('has every right it needs, no other, and sees fresh metrics', async () => {
    const checks = await examine(scoped);
    expect(checks.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual(['may make HPAs']);
    expect(checks.filter(({ name }) => name.startsWith('may '))).toHaveLength(neededRights().length + 1);
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Kubernetes', 'clock', 'no needless rights']),
    );
  });

  it('misses them all once it is not bound any more', async () => {
    kubectl('create', 'serviceaccount', 'stranger', '-n', NAME);
    const stranger = asServiceAccount(tokenOf('stranger'));
    const checks = await examine(stranger);
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
    expect(checks.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual(['may make HPAs']);
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
      return { calls: kubernetes.calls() - before, workloads: observations.size };
    };
    const first = await seen();
    const items = Array.from({ length: 12 }, (_, index) => deployment(`more-${index}`, 0));
    apply({ apiVersion: 'v1', kind: 'List', items });
    const second = await seen();
    const pods = JSON.parse(kubectl('get', '--raw', '/api/v1/pods')).items.length;
    const pages = 2 * Math.floor(pods / 500) + Math.floor(second.workloads / 500);
    expect(second.workloads).toBeGreaterThanOrEqual(first.workloads + 12);
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

/** The same server and authority as the kubeconfig in use, with this token. */
function asServiceAccount(token: string): ClusterAccess {
  const config = new KubeConfig();
  config.loadFromDefault();
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error('KUBECONFIG names no cluster');
  const caFile = cluster.caFile === undefined ? '' : readFileSync(cluster.caFile).toString('base64');
  const caData = cluster.caData ?? caFile;
  return { kind: 'endpoint', resolve: async () => ({ server: cluster.server, caData, token: async () => token }) };
}

function kubectl(...args: string[]): string {
  return execFileSync(KUBECTL, args, { encoding: 'utf8' });
}

/** By hand, since Debian's kubectl knows no `create token`. */
function tokenOf(account: string): string {
  const path = `/api/v1/namespaces/${NAME}/serviceaccounts/${account}/token`;
  const input = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
  const made = execFileSync(KUBECTL, ['create', '--raw', path, '-f', '-'], { encoding: 'utf8', input });
  return JSON.parse(made).status.token;
}

function apply(object: object): void {
  execFileSync(KUBECTL, ['apply', '-f', '-'], { input: JSON.stringify(object) });
}

function deployment(name = 'web', replicas = 2): object {
  const resources = { requests: { cpu: '100m', memory: '64Mi' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAME },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'c', image: 'example/app:1', resources }] },
      },
    },
  };
}
