// The adapter and the simulated cluster, end to end: what the product does in a cluster, it does here over HTTP.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kubernetes, makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import type { WorkloadSnapshot } from '../../lib/app/ports/cluster.ts';
import type { Faults } from '../../local/simulated-cluster/faults.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../../local/simulated-cluster/server.ts';

const WEB = { cluster: 'sim', namespace: 'demo', name: 'web' };
const GI = 2 ** 30;

let cluster: SimulatedCluster;
let kubernetes: Kubernetes;
let faults: Faults;
let now: number;

beforeEach(async () => {
  faults = {};
  now = Date.parse('2026-01-01T12:00:00Z');
  const shape = {
    cpuRequestCores: 0.5,
    memoryRequestBytes: GI,
    cpuLimitCores: 1,
    memoryBaseBytes: GI / 4,
    memoryPerCoreBytes: GI / 8,
    startupSeconds: 60,
    load: () => 0.9,
  };
  cluster = await startSimulatedCluster({
    name: 'sim',
    clock: { now: () => now },
    faults,
    workloads: [
      { ...shape, namespace: 'demo', name: 'web', replicas: 3 },
      {
        ...shape,
        namespace: 'demo',
        name: 'held',
        replicas: 3,
        hpa: { minReplicas: 2, maxReplicas: 6, targetCpuPercent: 70 },
      },
    ],
  });
  const resolve = async () => ({ server: cluster.url, caData: '', token: async () => 'simulated' });
  kubernetes = makeKubernetes({
    clusters: new Map([['sim', { kind: 'endpoint', resolve }]]),
    namespaces: { include: [], exclude: [] },
    version: 'test',
  });
});

afterEach(() => cluster.close());

describe('reading', () => {
  it('a snapshot takes three calls, however many workloads there are, and one more in its life', async () => {
    await kubernetes.reader.snapshot('sim');
    expect(kubernetes.calls()).toBe(4);
    const { workloads, problems } = await kubernetes.reader.snapshot('sim');
    expect(kubernetes.calls()).toBe(7);
    expect(problems).toEqual([]);
    expect([...workloads.keys()].sort()).toEqual(['demo/held', 'demo/web']);
    expect(workloads.get('demo/web')).toMatchObject({
      replicas: { spec: 3, ready: 3, running: 3, total: 3 },
      capacity: { cpu: 0.5, memory: GI },
      rollout: 'settled',
      owner: { kind: 'none' },
    });
    expect(workloads.get('demo/held')).toMatchObject({
      owner: { kind: 'hpa', name: 'held' },
      hpa: { minReplicas: 2, maxReplicas: 6, targetCpuPercent: 70 },
    });
  });

  it('start-up is what its pods took, also those that came later', async () => {
    expect((await current()).startupSeconds).toBe(60);
    await kubernetes.writer.scale(WEB, 30, (await current()).resourceVersion);
    now += 10 * 60_000;
    expect(await current()).toMatchObject({ startupSeconds: 60, replicas: { ready: 30 } });
  });

  it('one workload alone is the same', async () => {
    const { workloads } = await kubernetes.reader.snapshot('sim');
    expect(await kubernetes.reader.workload(WEB)).toEqual(workloads.get('demo/web'));
    expect(await kubernetes.reader.workload({ ...WEB, name: 'nobody' })).toBeNull();
  });

  it('metrics are one call, and one more in an hour for the size of nodes, and add up to the load', async () => {
    const snapshot = await kubernetes.reader.snapshot('sim');
    const before = kubernetes.calls();
    await kubernetes.metrics.read(snapshot);
    expect(kubernetes.calls() - before).toBe(2);
    const { readings, problems } = await kubernetes.metrics.read(snapshot);
    expect(kubernetes.calls() - before).toBe(3);
    expect(problems).toEqual([]);
    expect(readings.get('demo/web')?.cpu).toMatchObject({
      demand: expect.closeTo(0.9, 2),
      coverage: 1,
      atLimit: false,
    });
    expect(readings.get('demo/web')?.memory?.demand).toBeGreaterThan(0);
  });

  it('without metrics there are no readings, and a sentence', async () => {
    faults.metricsAway = true;
    const { readings, problems } = await kubernetes.metrics.read(await kubernetes.reader.snapshot('sim'));
    expect(readings.size).toBe(0);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/metrics\.k8s\.io did not answer: HTTP 503.*install or repair metrics-server/);
  });

  it('a throttled call is made again when the server says', async () => {
    faults.throttled = 1;
    expect((await kubernetes.reader.snapshot('sim')).workloads.size).toBe(2);
    expect(kubernetes.calls()).toBe(5);
  });
});

describe('writing', () => {
  it('scales once for every version read', async () => {
    const { resourceVersion } = await current();
    expect(await kubernetes.writer.scale(WEB, 5, resourceVersion)).toEqual({ kind: 'applied' });
    expect(cluster.replicas('demo/web')).toBe(5);
    expect(await kubernetes.writer.scale(WEB, 1, resourceVersion)).toMatchObject({ kind: 'conflict' });
    expect(cluster.replicas('demo/web')).toBe(5);
  });

  it('new pods are not ready at once, and that is no rollout', async () => {
    await kubernetes.writer.scale(WEB, 5, (await current()).resourceVersion);
    expect(await current()).toMatchObject({ rollout: 'settled', replicas: { spec: 5, ready: 3 } });
    now += 30 * 60_000;
    expect((await current()).replicas.ready).toBe(5);
  });

  it('sets and removes our annotations', async () => {
    await kubernetes.writer.annotate(WEB, { 'ai4k8s.io/mode': 'auto', 'ai4k8s.io/slo': '99.9' });
    expect(await kubernetes.writer.annotate(WEB, { 'ai4k8s.io/slo': null })).toEqual({ kind: 'applied' });
    expect((await current()).annotations).toEqual({ 'ai4k8s.io/mode': 'auto' });
  });

  it('without the right to is a value', async () => {
    const { resourceVersion } = await current();
    faults.writesForbidden = true;
    expect(await kubernetes.writer.scale(WEB, 5, resourceVersion)).toMatchObject({ kind: 'forbidden' });
    expect(await kubernetes.writer.annotate(WEB, { 'ai4k8s.io/mode': 'auto' })).toMatchObject({ kind: 'forbidden' });
  });

  it('to a workload that is gone is a value', async () => {
    expect(await kubernetes.writer.scale({ ...WEB, name: 'nobody' }, 2, '1')).toEqual({ kind: 'not_found' });
  });
});

async function current(): Promise<WorkloadSnapshot> {
  const workload = await kubernetes.reader.workload(WEB);
  if (!workload) throw new Error('demo/web is not there');
  return workload;
}
