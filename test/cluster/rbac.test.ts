// infra/manifests on the real API server: every call AI4K8s makes is allowed by them, and nothing else is.
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject, V1PolicyRule } from '@kubernetes/client-node';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubernetes, makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { type ClusterClient, type Connections, makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';
import { ALLOWED_CALLS } from './allowed-calls.ts';
import { deployment, hpa } from './cluster-objects.ts';
import { apply, hasMetrics, kubectl, OTHER_IMAGE } from './cluster-under-test.ts';
import { deniedAttempts, everyRight, mayI, toQuestion } from './rbac-questions.ts';
import {
  accessAs,
  boundAccount,
  clusterRoleOf,
  manifestText,
  renamedManifest,
  rightsOf,
  rulesWithout,
} from './rbac-subjects.ts';

const NAMESPACE = `hb-rbac-${process.pid}`;
const GROUP = `${NAMESPACE}-group`;
const rbac = renamedManifest('rbac.yaml', { 'ai4k8s-autoscaler': GROUP });
const annotate = renamedManifest('rbac-annotate.yaml', {
  'ai4k8s-autoscaler': GROUP,
  'ai4k8s-annotator': `${GROUP}-a`,
});
const { rules = [] } = clusterRoleOf(rbac);
const annotateRules = clusterRoleOf(annotate).rules ?? [];
const RIGHTS = rightsOf(rules);
const METRICS = hasMetrics();

const without = (right: string) => `without-${RIGHTS.indexOf(right)}`;
const ref = (user: string) => ({ cluster: user, namespace: NAMESPACE, name: 'web' });

let kubernetes: Kubernetes;
let connect: Connections;
let full: ClusterClient;

beforeAll(async () => {
  kubectl(['create', 'namespace', NAMESPACE]);
  const users = {
    full: rules,
    annotator: [...rules, ...annotateRules],
    nobody: [],
    ...Object.fromEntries(RIGHTS.map((right) => [without(right), rulesWithout(rules, right)])),
  };
  const accounts = Object.entries(users).flatMap(([name, granted]) => boundAccount(NAMESPACE, name, granted));
  const web = deployment(NAMESPACE, 'web', { replicas: 1, resources: { requests: { cpu: '10m', memory: '16Mi' } } });
  // Its Deployment is not there: nobody acts on it meanwhile.
  const absent = hpa(NAMESPACE, 'absent', { min: 1 });
  // It selects the pods of the other as well: whose they are is then told by ReplicaSets alone.
  const twin = deployment(NAMESPACE, 'twin', { replicas: 0, labels: { app: 'web' } });
  apply([web, twin, absent, ...[...rbac, ...annotate].map(labelled), ...accounts]);
  const access = await Promise.all(
    Object.keys(users).map(async (name) => [name, await accessAs(NAMESPACE, name)] as const),
  );
  const namespaces = { include: [], exclude: [] };
  kubernetes = makeKubernetes({ clusters: new Map(access), namespaces, version: 'test' });
  connect = makeConnections(new Map(access), makeTransport('test', 10_000).http);
  full = await connect('full');
  kubectl(['-n', NAMESPACE, 'rollout', 'status', 'deployment/web', '--timeout=120s']);
  await untilKnown(users);
}, 180_000);

afterAll(() => {
  kubectl(['delete', 'clusterrole,clusterrolebinding', '-l', `ai4k8s-test=${NAMESPACE}`]);
  kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
});

describe('rbac.yaml', () => {
  it('grants what this table of calls needs: a new rule wants its call in allowed-calls.ts, a call no longer made its rule removed', () => {
    expect(RIGHTS).toEqual(Object.keys(ALLOWED_CALLS).sort());
  });

  it.each(RIGHTS.filter(isServed))('allows the call that needs: %s', async (right) => {
    expect(await outcome(right, 'full')).not.toMatch(REFUSED);
  });

  it.each(RIGHTS.filter(isServed))('is no wider than it must be: the call is refused without: %s', async (right) => {
    expect(await outcome(right, without(right))).toMatch(REFUSED);
  });

  it('allows nothing else, of all verbs on all resources that the API server has', async () => {
    const all = everyRight();
    const few = pLimit(8);
    const answers = await Promise.all(all.map((right) => few(() => mayI(full, right))));
    const granted = all.filter((_, index) => answers[index]).map(({ name }) => name);
    expect(all.length).toBeGreaterThan(400);
    expect(granted.filter((right) => !OF_EVERYBODY.test(right)).sort()).toEqual(RIGHTS.filter(isServed));
  }, 180_000);

  it.each(deniedAttempts(NAMESPACE))('refuses, tried in earnest, to $what', async ({ path, options }) => {
    await expect(full.exchange(path, options)).rejects.toMatchObject({ code: 403 });
  });

  it('binds the group that the access entry maps our roles to', () => {
    const asGroup = ['--as=somebody', `--as-group=${GROUP}`, '--namespace', NAMESPACE];
    const can = (...question: string[]) => {
      try {
        return kubectl(['auth', 'can-i', ...question, ...asGroup]).trim();
      } catch {
        return 'no'; // which kubectl also says by its exit code
      }
    };
    expect(can('list', 'pods')).toBe('yes');
    expect(can('list', 'secrets')).toBe('no');
  });
});

describe('rbac-annotate.yaml', () => {
  const mark = (user: string) => kubernetes.writer.annotate(ref(user), { 'ai4k8s.io/slo': '99.9' });

  it('is what annotating needs', async () => {
    expect(await mark('full')).toMatchObject({ kind: 'forbidden' });
    expect(await mark('annotator')).toEqual({ kind: 'applied' });
  });

  it('adds one right, and says of itself how wide that is: the image can be changed with it', async () => {
    expect(rightsOf(annotateRules)).toEqual(['patch deployments.apps']);
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/web`;
    const body = { spec: { template: { spec: { containers: [{ name: 'c', image: OTHER_IMAGE }] } } } };
    const { answer } = await (await connect('annotator')).exchange<typeof body>(path, { method: 'PATCH', body });
    expect(answer.spec.template.spec.containers[0]?.image).toBe(OTHER_IMAGE);
    expect(manifestText('rbac-annotate.yaml')).toMatch(/may change its image/);
  });
});

/** What every user of a cluster may do: ask about himself. */
const OF_EVERYBODY = /^create selfsubject(access|rules)?reviews/;
/** In an error's message, a snapshot's problems or a write's result. */
const REFUSED = /HTTP 403/;

function isServed(right: string): boolean {
  return METRICS || !right.includes('metrics.k8s.io');
}

async function outcome(right: string, user: string): Promise<string> {
  const call = ALLOWED_CALLS[right];
  if (!call) throw new Error(`allowed-calls.ts has no call that needs "${right}"`);
  try {
    return JSON.stringify(await call(kubernetes, ref(user))) ?? '';
  } catch (error) {
    if (error instanceof Error && REFUSED.test(error.message)) return error.message;
    throw error;
  }
}

/** A role takes the API server a moment to know. */
async function untilKnown(users: Readonly<Record<string, readonly V1PolicyRule[]>>): Promise<void> {
  for (const [user, granted] of Object.entries(users)) {
    const client = await connect(user);
    const last = granted.at(-1);
    const [verb = '', resource = '', group = ''] = [last?.verbs[0], last?.resources?.[0], last?.apiGroups?.[0]];
    while (last && !(await mayI(client, toQuestion(verb, resource, group)))) await sleep(100);
  }
}

function labelled(object: KubernetesObject): KubernetesObject {
  const labels = { ...object.metadata?.labels, 'ai4k8s-test': NAMESPACE };
  return { ...object, metadata: { ...object.metadata, labels } };
}
