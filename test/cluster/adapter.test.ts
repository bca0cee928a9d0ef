// The Kubernetes adapter against a real control plane (KUBECONFIG): what a stand-in could get wrong is checked here.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import type { WorkloadSnapshot } from '../../lib/app/ports/cluster.ts';
import { deployment, hpa } from './cluster-objects.ts';
import { apply, hasMetrics, kubectl, OTHER_IMAGE } from './cluster-under-test.ts';

const NAMESPACE = `adapter-${process.pid}`;
const { reader, writer, metrics, calls } = makeKubernetes({
  clusters: new Map([['real', { kind: 'kubeconfig' }]]),
  namespaces: { include: [], exclude: [] },
  version: 'test',
});

beforeAll(async () => {
  kubectl(['create', 'namespace', NAMESPACE]);
  const names = ['plain', 'owned', 'contested', 'rolling', 'paused', 'moving', 'scaling'];
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m' } };
  const annotations = { 'ai4k8s.io/mode': 'recommend' };
  apply([
    ...names.map((name) => deployment(NAMESPACE, name, { annotations, resources })),
    hpa(NAMESPACE, 'owned', { max: 5 }),
    hpa(NAMESPACE, 'one', { target: 'contested', max: 5 }),
    hpa(NAMESPACE, 'two', { target: 'contested', max: 5 }),
  ]);
  for (const name of names) await until(name, ({ replicas, rollout }) => replicas.ready === 2 && rollout === 'settled');
}, 60_000);

afterAll(() => kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']));

describe('a snapshot', () => {
  it('holds every Deployment, in one call per 500 objects', async () => {
    const before = calls();
    const { workloads, problems } = await reader.snapshot('real');
    const pods = [...workloads.values()].reduce((sum, workload) => sum + workload.pods.length, 0);
    expect(calls() - before).toBeLessThanOrEqual(3 + Math.floor(workloads.size / 500) + Math.ceil(pods / 500));
    expect(problems).toEqual([]);
    expect(workloads.get(`${NAMESPACE}/plain`)).toMatchObject({
      workload: ref('plain'),
      replicas: { spec: 2, ready: 2, running: 2, total: 2 },
      capacity: { cpu: 0.1, memory: 64 * 2 ** 20 },
      rollout: 'settled',
      hpa: null,
      owner: { kind: 'none' },
      annotations: { 'ai4k8s.io/mode': 'recommend' },
      pods: [{ limits: { cpu: 0.2 } }, { limits: { cpu: 0.2 } }],
    });
    expect([...workloads.values()].some(({ workload }) => workload.namespace.startsWith('kube-'))).toBe(false);
  });

  it('says the same of one workload as reading it alone does', async () => {
    const { workloads } = await reader.snapshot('real');
    expect(await reader.workload(ref('plain'))).toEqual(workloads.get(`${NAMESPACE}/plain`));
  });

  it('knows the HPA that owns a workload, and two that fight over one', async () => {
    const { workloads } = await reader.snapshot('real');
    expect(workloads.get(`${NAMESPACE}/owned`)).toMatchObject({
      owner: { kind: 'hpa', name: 'owned' },
      hpa: { minReplicas: 2, maxReplicas: 5, targetCpuPercent: 60 },
    });
    expect(workloads.get(`${NAMESPACE}/contested`)).toMatchObject({
      owner: { kind: 'several_hpas', names: ['one', 'two'] },
      hpa: null,
    });
  });

  it('has no workload that is not there', async () => {
    expect(await reader.workload(ref('nobody'))).toBeNull();
  });
});

describe.runIf(hasMetrics())('metrics', () => {
  it('measure the cluster in one call, and one workload alone', async () => {
    const snapshot = await reader.snapshot('real');
    // CPU of new pods counts once a whole window (15 s, or metrics-server's own) lies after they became ready.
    const cpu = async () => (await metrics.read(snapshot, ref('plain'))).readings.get(`${NAMESPACE}/plain`)?.cpu;
    await expect.poll(cpu, { timeout: 90_000, interval: 1000 }).toMatchObject({ coverage: 1 });
    const before = calls();
    const { readings, problems } = await metrics.read(snapshot);
    expect(calls() - before).toBe(1);
    expect(problems.join()).not.toContain(NAMESPACE); // namespaces of other tests may be on their way out
    const reading = readings.get(`${NAMESPACE}/plain`);
    expect(reading?.memory?.demand).toBeGreaterThan(0);
    expect(Math.abs(Date.now() - (reading?.memory?.at ?? 0))).toBeLessThan(60_000);
    const alone = await metrics.read(snapshot, ref('plain'));
    expect([...alone.readings.keys()]).toEqual([`${NAMESPACE}/plain`]);
  }, 120_000);
});

describe('scaling', () => {
  it('applies at the version read, and is a conflict at an older one', async () => {
    const { resourceVersion } = await current('moving'); // settled for long: nothing else changes it
    expect(await writer.scale(ref('moving'), 3, resourceVersion)).toEqual({ kind: 'applied' });
    expect(await writer.scale(ref('moving'), 5, resourceVersion)).toMatchObject({ kind: 'conflict' });
    expect((await until('moving', ({ replicas }) => replicas.ready === 3)).replicas.spec).toBe(3);
  });

  it('of a Deployment that is gone says so', async () => {
    expect(await writer.scale(ref('nobody'), 2, '1')).toEqual({ kind: 'not_found' });
  });

  it('is no rollout, up or down', async () => {
    let halfWay = 0;
    for (const replicas of [8, 3]) {
      const seen: WorkloadSnapshot[] = [];
      await scaleAtLast('scaling', replicas);
      await until('scaling', (workload) => {
        seen.push(workload);
        return (
          workload.rollout === 'settled' && workload.replicas.total === replicas && workload.replicas.ready === replicas
        );
      });
      // Milliseconds until the controller has seen the new count; settled from there on, while pods come and go.
      const observed = seen.slice(seen.findIndex(({ rollout }) => rollout === 'settled'));
      expect(observed.map(({ rollout }) => rollout)).not.toContain('in_progress');
      halfWay += observed.filter((workload) => workload.replicas.ready !== replicas).length;
    }
    expect(halfWay).toBeGreaterThan(0); // new pods take 0.3 s: some reads fell into that time
  });
});

describe('annotations', () => {
  it('are set and removed, others left alone', async () => {
    expect(await writer.annotate(ref('plain'), { 'ai4k8s.io/slo': '99.9' })).toEqual({ kind: 'applied' });
    expect((await current('plain')).annotations).toEqual({ 'ai4k8s.io/mode': 'recommend', 'ai4k8s.io/slo': '99.9' });
    expect(await writer.annotate(ref('plain'), { 'ai4k8s.io/slo': null })).toEqual({ kind: 'applied' });
    expect((await current('plain')).annotations).toEqual({ 'ai4k8s.io/mode': 'recommend' });
    expect(await writer.annotate(ref('nobody'), { 'ai4k8s.io/slo': null })).toEqual({ kind: 'not_found' });
  });
});

describe('a rollout', () => {
  it('is in progress until the last new pod is ready', async () => {
    kubectl(['-n', NAMESPACE, 'set', 'image', 'deployment/rolling', `c=${OTHER_IMAGE}`]);
    expect((await current('rolling')).rollout).toBe('in_progress');
    const done = await until('rolling', ({ rollout }) => rollout === 'settled');
    expect(done.replicas.ready).toBe(2);
  });

  it('that is paused stays paused', async () => {
    kubectl(['-n', NAMESPACE, 'rollout', 'pause', 'deployment/paused']);
    expect((await current('paused')).rollout).toBe('paused');
  });
});

function ref(name: string) {
  return { cluster: 'real', namespace: NAMESPACE, name };
}

async function current(name: string): Promise<WorkloadSnapshot> {
  const workload = await reader.workload(ref(name));
  if (!workload) throw new Error(`${NAMESPACE}/${name} is not there`);
  return workload;
}

/** A Deployment's status goes on changing after its last pod is ready: each change makes a write at the version read a conflict. */
async function scaleAtLast(name: string, replicas: number): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const result = await writer.scale(ref(name), replicas, (await current(name)).resourceVersion);
    if (result.kind === 'applied') return;
  }
  throw new Error(`${name} changed ten times between reading and writing`);
}

async function until(name: string, holds: (workload: WorkloadSnapshot) => boolean): Promise<WorkloadSnapshot> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const workload = await reader.workload(ref(name));
    if (workload && holds(workload)) return workload;
    if (Date.now() > deadline) throw new Error(`${name} did not get there: ${JSON.stringify(workload)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
