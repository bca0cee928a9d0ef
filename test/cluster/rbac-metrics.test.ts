// infra/manifests/rbac-metrics.yaml on the real API server: the calls of both metric APIs are allowed by it, and by nothing less.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubernetes, makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { type ClusterClient, makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';
import { METRIC_CALLS } from './allowed-calls.ts';
import { deployment } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';
import { mayI, toQuestion } from './rbac-questions.ts';
import { accessAs, boundAccount, clusterRoleOf, renamedManifest, rightsOf, rulesWithout } from './rbac-subjects.ts';

const NAMESPACE = `rm-${process.pid}`;
const base = clusterRoleOf(renamedManifest('rbac.yaml', {})).rules ?? [];
const rules = clusterRoleOf(renamedManifest('rbac-metrics.yaml', {})).rules ?? [];
const RIGHTS = rightsOf(rules);
/** As the manifest's own comment says how to narrow it. */
const narrow = [
  { apiGroups: ['external.metrics.k8s.io'], resources: ['queue_lag'], verbs: ['list'] },
  { apiGroups: ['custom.metrics.k8s.io'], resources: ['pods/sessions', 'deployments.apps/sessions'], verbs: ['get'] },
];

let kubernetes: Kubernetes;
const clients = new Map<string, ClusterClient>();

beforeAll(async () => {
  kubectl(['create', 'namespace', NAMESPACE]);
  const users = {
    full: [...base, ...rules],
    narrow: [...base, ...narrow],
    ...Object.fromEntries(RIGHTS.map((right, i) => [`without-${i}`, [...base, ...rulesWithout(rules, right)]])),
  };
  const signals = { 'ai4k8s.io/signal.queue': 'target=5', 'ai4k8s.io/signal.sessions': 'target=5' };
  const accounts = Object.entries(users).flatMap(([name, granted]) => boundAccount(NAMESPACE, name, granted));
  apply([deployment(NAMESPACE, 'web', { replicas: 1, annotations: signals }), ...accounts]);
  const names = Object.keys(users);
  const access = new Map(
    await Promise.all(names.map(async (name) => [name, await accessAs(NAMESPACE, name)] as const)),
  );
  kubernetes = makeKubernetes({ clusters: access, namespaces: { include: [NAMESPACE], exclude: [] }, version: 'test' });
  const connect = makeConnections(access, makeTransport('test', 10_000).http);
  for (const name of names) clients.set(name, await connect(name));
  kubectl(['-n', NAMESPACE, 'rollout', 'status', 'deployment/web', '--timeout=120s']);
  // A role takes the API server a moment to know.
  for (const [, client] of clients)
    while (!(await mayI(client, toQuestion('list', 'resourcequotas', '')))) await sleep(100);
}, 120_000);

afterAll(() => {
  kubectl(['delete', 'clusterrole,clusterrolebinding', '-l', `ai4k8s-test=${NAMESPACE}`]);
  kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
});

describe('rbac-metrics.yaml', () => {
  it('grants what this table of calls needs', () => {
    expect(RIGHTS).toEqual(Object.keys(METRIC_CALLS).sort());
  });

  // Where no adapter serves it, the API server still says first who may ask.
  it.each(RIGHTS)('allows the calls that need: %s', async (right) => {
    for (const said of await answers(right, 'full')) expect(said).not.toMatch(REFUSED);
  });

  it.each(RIGHTS)('may be narrowed to the metrics that are asked for, as it says: %s', async (right) => {
    for (const said of await answers(right, 'narrow')) expect(said).not.toMatch(REFUSED);
  });

  it.each(RIGHTS.map((right, i) => [right, i] as const))(
    'is no wider than it must be: every call is refused without: %s',
    async (right, i) => {
      const said = await answers(right, `without-${i}`);
      expect(said).not.toHaveLength(0);
      for (const one of said) expect(one).toMatch(REFUSED);
    },
  );

  it('lets nobody change a metric, and nobody read pods or Deployments by it', async () => {
    const full = clients.get('full');
    const asked = (verb: string, path: string, group: string) => full && mayI(full, toQuestion(verb, path, group));
    for (const group of ['external.metrics.k8s.io', 'custom.metrics.k8s.io'])
      for (const verb of ['create', 'update', 'patch', 'delete', 'watch'])
        expect(await asked(verb, 'pods/sessions', group)).toBe(false);
    expect(await asked('get', 'secrets', '')).toBe(false);
    expect(await asked('get', 'pods', '')).toBe(false);
  });
});

/** In what is said of a workload whose signal was not read. */
const REFUSED = /HTTP 403/;

async function answers(right: string, user: string): Promise<readonly string[]> {
  const calls = METRIC_CALLS[right] ?? [];
  return Promise.all(calls.map((call) => call(kubernetes, { cluster: user, namespace: NAMESPACE, name: 'web' })));
}
