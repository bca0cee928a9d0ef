// A StatefulSet behind a real HPA on a real control plane: observed, its floor moved and given back; a Rollout's API stood in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { neighboursCheck } from '../../cli/doctor/neighbours-check.ts';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { type ClusterAccess, makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';
import { applyDecision } from '../../lib/app/apply/apply-decision.ts';
import { observeCluster, observeWorkload } from '../../lib/app/observe/observe.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import { type Acting, AUTO, decisionOn, startActing } from './acting.ts';
import { hpa, statefulSet } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';
import { type FaultyLine, makeFaultyLine } from './faulty-line.ts';
import { accessAs, boundAccount, clusterRoleOf, renamedManifest } from './rbac-subjects.ts';

const NAMESPACE = `sts-${process.pid}`;
const DB = { cluster: 'real', namespace: NAMESPACE, name: 'db', kind: 'StatefulSet' } as const;
const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } };

let acting: Acting;
beforeAll(async () => {
  acting = await startActing(NAMESPACE, { workloads: ['db'] });
  const manifests = ['rbac.yaml', 'rbac-neighbours.yaml'].map((file) => clusterRoleOf(renamedManifest(file, {})).rules);
  const [base = [], neighbours = []] = manifests;
  apply([
    statefulSet(NAMESPACE, 'db'),
    hpa(NAMESPACE, 'db', { kind: 'StatefulSet', max: 8, behavior }),
    ...boundAccount(NAMESPACE, 'base', base),
    ...boundAccount(NAMESPACE, 'seeing', [...base, ...neighbours]),
  ]);
  await until(({ replicas }) => replicas.ready === 2);
}, 120_000);
afterAll(async () => {
  kubectl(['delete', 'clusterrole,clusterrolebinding', '-l', `ai4k8s-test=${NAMESPACE}`, '--wait=false']);
  await acting?.stop();
});

async function observed(): Promise<Observation> {
  const observation = await observeWorkload(acting.ports, DB, Date.now());
  if (observation === null) throw new Error('the StatefulSet is not there');
  return observation;
}

/** Looks often: the first pod of a rollout is replaced within half a second. */
async function until(holds: (workload: Observation) => boolean): Promise<void> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const workload = await observed();
    if (holds(workload)) return;
    if (Date.now() > deadline) throw new Error(`it did not get there: ${JSON.stringify(workload)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function floorAt(target: number) {
  const observation = await observed();
  return applyDecision(acting.ports, decisionOn(observation, target), AUTO, observation, 'schedule');
}

describe('a StatefulSet behind an HPA', () => {
  it('is observed with its own pods, beside the Deployment of its name', async () => {
    const { observations, problems } = await observeCluster(acting.ports, 'real', Date.now());
    expect(problems).toEqual([]);
    expect(observations.get(`${NAMESPACE}/statefulset:db`)).toMatchObject({
      workload: DB,
      replicas: { spec: 2, ready: 2, running: 2, total: 2 },
      capacity: { cpu: 0.1, memory: 64 * 2 ** 20 },
      rollout: 'settled',
      owner: { kind: 'hpa', name: 'db' },
      signals: { memory: { coverage: 1 } }, // CPU of pods this young is their start-up
    });
    expect(observations.get(`${NAMESPACE}/db`)).toMatchObject({ owner: { kind: 'none' }, replicas: { total: 2 } });
  });

  it('is served by its floor: the HPA follows up, and gets its own minReplicas back', async () => {
    expect(await floorAt(5)).toMatchObject({
      kind: 'applied',
      message: 'raised minReplicas of HPA db 2 → 5, its own is 2',
    });
    expect(acting.hpaAt('db')).toEqual({ min: 5, own: '2', floor: '5' });
    await until(({ replicas }) => replicas.ready === 5);
    expect((await observed()).rollout).toBe('settled');
    expect(await acting.released()).toEqual([expect.stringContaining('has its own minReplicas back: 5 → 2')]);
    expect(acting.hpaAt('db')).toEqual({ min: 2, own: undefined, floor: undefined });
    expect((await acting.observed('db')).replicas.spec).toBe(2); // the Deployment was nobody's business
    await acting.ports.floors.holdOff('real', 0);
  }, 120_000);

  it('is never scaled itself', async () => {
    const observation = await observed();
    const outcome = await applyDecision(
      acting.ports,
      decisionOn(observation, 4),
      { ...AUTO, mode: 'scale' },
      observation,
      'person',
    );
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('only Deployments are written') });
  });

  it('with a partition or OnDelete has no rollout that lasts; a plain update is one, and ends', async () => {
    const patch = (spec: object) =>
      kubectl(['-n', NAMESPACE, 'patch', 'statefulset', 'db', '--type=merge', '-p', JSON.stringify({ spec })]);
    // Slow enough to be seen on their way.
    const image = (tag: string) => ({
      metadata: { annotations: { 'fake-kubelet/ready-delay-ms': '5000' } },
      spec: { containers: [{ name: 'c', image: `registry.k8s.io/pause:${tag}` }] },
    });
    // Three, so that two are replaced one after the other: a single one can be over before the first look.
    kubectl([
      '-n',
      NAMESPACE,
      'patch',
      'hpa',
      'db',
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { minReplicas: 3 } }),
    ]);
    await until(({ replicas }) => replicas.spec === 3 && replicas.ready === 3);
    const states: string[] = [];
    patch({ updateStrategy: { type: 'OnDelete', rollingUpdate: null }, template: image('3.7') });
    await until(({ rollout }) => rollout === 'settled');
    patch({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } });
    await until(({ rollout }) => {
      states.push(rollout);
      return rollout === 'settled' && states.includes('in_progress');
    });
    patch({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } });
    await until(({ rollout }) => rollout === 'in_progress');
    await until(({ rollout, replicas }) => rollout === 'settled' && replicas.ready === replicas.spec);
  }, 240_000);
});

describe('rbac-neighbours.yaml', () => {
  const as = async (name: string) => {
    const access = await accessAs(NAMESPACE, name);
    const clusters = new Map<string, ClusterAccess>([['real', access]]);
    const { reader } = makeKubernetes({ clusters, namespaces: { include: [], exclude: [] }, version: 'test' });
    return { reader, connect: makeConnections(clusters, makeTransport('test', 10_000).http) };
  };

  it('is what seeing StatefulSets takes; without it they are named, with the right', async () => {
    const [base, seeing] = await Promise.all([as('base'), as('seeing')]);
    const without = await base.reader.snapshot('real');
    expect([...without.workloads.keys()]).not.toContain(`${NAMESPACE}/statefulset:db`);
    expect(without.problems.join()).toMatch(/db \(HPA db\).*grant the verb "list" on statefulsets\.apps/);
    const { workloads } = await seeing.reader.snapshot('real');
    expect([...workloads.keys()]).toContain(`${NAMESPACE}/statefulset:db`);
    expect((await seeing.reader.workload(DB))?.replicas.total).toBeGreaterThan(0);
  });

  it.each([
    ['read one', '', {}],
    ['change one', '', { method: 'PATCH', body: { spec: { replicas: 0 } } }],
    ['delete one', '', { method: 'DELETE' }],
    ['scale one', '/scale', { method: 'PATCH', body: { spec: { replicas: 0 } } }],
  ] as const)('allows nothing else: not to %s', async (_what, subresource, options) => {
    const client = await (await as('seeing')).connect('real');
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets/db${subresource}`;
    await expect(client.exchange(path, options)).rejects.toMatchObject({ code: 403 });
  });

  it('is asked for by the doctor where an HPA drives a StatefulSet', async () => {
    const questions = { subject: { kind: 'self' }, scopes: [null] } as const;
    const check = async (name: string) => neighboursCheck(await (await as(name)).connect('real'), questions);
    expect(await check('base')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('list statefulsets.apps (HPAs drive some, which are left out)'),
      mend: 'kubectl apply -f infra/manifests/rbac-neighbours.yaml',
    });
    expect(await check('seeing')).toMatchObject({ status: 'ok' });
  });
});

describe('Argo Rollouts', () => {
  let line: FaultyLine;
  beforeAll(async () => {
    line = await makeFaultyLine();
  });
  afterAll(() => line?.close());

  /** Not as a real CRD: this API server dies of any custom resource (workload-states.ts). */
  it('whose workloadRef names a Deployment own it', async () => {
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'db' };
    const rollout = { metadata: { name: 'canary', namespace: NAMESPACE }, spec: { replicas: 2, workloadRef } };
    line.spoil = async (url, ask) => {
      if (url.pathname === '/apis/argoproj.io/v1alpha1')
        return { status: 200, body: { resources: [{ name: 'rollouts' }] } };
      if (url.pathname.startsWith('/apis/argoproj.io/')) return { status: 200, body: { items: [rollout] } };
      const answer = await ask(url);
      if (url.pathname !== '/apis') return answer;
      const { groups } = answer.body as { groups: object[] };
      return { ...answer, body: { groups: [...groups, { name: 'argoproj.io' }] } };
    };
    const clusters = new Map([['real', line.access]]);
    const { reader } = makeKubernetes({
      clusters,
      namespaces: { include: [NAMESPACE], exclude: [] },
      version: 'test',
    });
    const { workloads } = await reader.snapshot('real');
    expect(workloads.get(`${NAMESPACE}/db`)?.owner).toEqual({ kind: 'rollout', name: 'canary' });
    expect(workloads.get(`${NAMESPACE}/statefulset:db`)?.owner).toEqual({ kind: 'hpa', name: 'db' });
  });
});
