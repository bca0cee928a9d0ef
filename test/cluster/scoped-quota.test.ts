// Scoped ResourceQuotas on a real API server: those that count a Deployment's pods there are those that count them here.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { countsPod } from '../../lib/domain/guardrails/cluster/quota-scope.ts';
import { deployment } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';

const NAMESPACE = `sq-${process.pid}`;
const GOLD = `gold-${process.pid}`;
const { reader, limits } = makeKubernetes({
  clusters: new Map([['real', { kind: 'kubeconfig' }]]),
  namespaces: { include: [], exclude: [] },
  version: 'test',
});

const FIXED = { requests: { cpu: '100m', memory: '32Mi' }, limits: { cpu: '100m', memory: '32Mi' } };
/** One pod each, so that a quota that says `used: N` names those it counts by their number. */
const WORKLOADS = {
  bare: { resources: {} },
  burst: {},
  fixed: { resources: FIXED, podSpec: { priorityClassName: GOLD } },
  reaching: {
    podSpec: {
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', namespaces: ['default'] } },
          ],
        },
      },
    },
  },
} as const;
const selecting = (operator: string, values?: readonly string[]) => ({
  scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, ...(values && { values }) }] },
});
const QUOTAS: Readonly<Record<string, object>> = {
  every: {},
  'best-effort': { scopes: ['BestEffort'] },
  'not-best-effort': { scopes: ['NotBestEffort'] },
  terminating: { scopes: ['Terminating'] },
  'not-terminating': { scopes: ['NotTerminating'] },
  'any-class': selecting('Exists'),
  'no-class': selecting('DoesNotExist'),
  gold: selecting('In', [GOLD, 'other']),
  'not-gold': selecting('NotIn', [GOLD]),
  both: { scopes: ['NotTerminating'], ...selecting('In', [GOLD]) },
};

beforeAll(() => {
  kubectl(['create', 'namespace', NAMESPACE]);
  apply([
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: GOLD }, value: 10 },
    ...Object.entries(QUOTAS).map(([name, spec]) => ({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name, namespace: NAMESPACE },
      spec: { hard: { pods: '50' }, ...spec },
    })),
  ]);
  apply(
    Object.entries(WORKLOADS).map(([name, shape]) =>
      deployment(NAMESPACE, name, { ...shape, replicas: 1 } as Parameters<typeof deployment>[2]),
    ),
  );
}, 60_000);

afterAll(() => {
  kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
  kubectl(['delete', 'priorityclass', GOLD]);
});

it('counts as many pods as the real server does, for every kind of scope', async () => {
  const used = (name: string) =>
    Number(kubectl(['-n', NAMESPACE, 'get', 'quota', name, '-o', 'jsonpath={.status.used.pods}']));
  await expect.poll(() => used('every'), { timeout: 60_000 }).toBe(Object.keys(WORKLOADS).length);
  const { workloads } = await reader.snapshot('real');
  const ours = [...workloads.values()].filter(({ workload }) => workload.namespace === NAMESPACE);
  expect(ours).toHaveLength(Object.keys(WORKLOADS).length);
  const { quotas = [] } = (await limits.limits('real', [NAMESPACE])).get(NAMESPACE) ?? {};
  const counted = quotas.map(({ name, scopes = [] }) => {
    const pods = ours.filter(({ podTraits }) => countsPod(scopes, podTraits) === 'counted').length;
    return [name, pods] as const;
  });
  expect(Object.fromEntries(counted)).toEqual(
    Object.fromEntries(Object.keys(QUOTAS).map((name) => [name, used(name)] as const)),
  );
}, 90_000);
