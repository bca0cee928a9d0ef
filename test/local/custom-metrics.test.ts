import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SavedWorld } from '../../local/simulated-cluster/saved-world.ts';
import { savedWorldSchema } from '../../local/simulated-cluster/saved-world.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import type { SimulatedWorkload } from '../../local/simulated-cluster/workload.ts';

const MI = 2 ** 20;
const PLAIN: SimulatedWorkload = {
  namespace: 'shop',
  name: 'plain',
  replicas: 2,
  cpuRequestCores: 0.5,
  memoryRequestBytes: 256 * MI,
  memoryBaseBytes: 64 * MI,
  memoryPerCoreBytes: 128 * MI,
  startupSeconds: 30,
  load: () => 0.6,
};
/** Five requests a second fill a replica; its demand is two replicas' worth and a half. */
const QUEUED = {
  ...PLAIN,
  name: 'queued',
  queue: { serviceSeconds: 0.2, slotsPerReplica: 1, maxWaitSeconds: 600 },
  load: () => 1.25,
};
const GROUP = '/apis/custom.metrics.k8s.io/v1beta2';

// biome-ignore lint/suspicious/noExplicitAny: what a server answers
type Answer = any;

let now: number;
let cluster: SimulatedCluster;
const begin = async (workloads: readonly SimulatedWorkload[], saved: SavedWorld | null = null) => {
  cluster = await startSimulatedCluster({ name: 'demo', workloads, clock: { now: () => now }, saved });
};
beforeEach(() => {
  now = Date.UTC(2026, 10, 1);
});
afterEach(() => cluster.close());

async function get(path: string) {
  const response = await fetch(cluster.url + path);
  const body: Answer = JSON.parse(await response.text());
  return { code: response.status, body };
}

async function scale(replicas: number) {
  await fetch(`${cluster.url}/apis/apps/v1/namespaces/shop/deployments/queued/scale`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec: { replicas } }),
  });
}

const milliseconds = (text: string): number => (text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text));
const p95 = async (): Promise<string> =>
  (await get(`${GROUP}/namespaces/shop/deployments.apps/queued/latency_p95_ms`)).body.items[0].value;

describe('custom metrics of the simulated cluster', () => {
  it('are not there where no Deployment has a queue', async () => {
    await begin([PLAIN]);
    const groups = (await get('/apis')).body.groups.map(({ name }: { name: string }) => name);
    expect(groups).not.toContain('custom.metrics.k8s.io');
    expect((await get(GROUP)).code).toBe(404);
    expect((await get(`${GROUP}/namespaces/shop/deployments.apps/plain/requests_per_second`)).code).toBe(404);
  });

  it('tell of requests and latency of Deployments with a queue, each and all, and of no other', async () => {
    await begin([PLAIN, QUEUED]);
    now += 60_000;
    const { body } = await get(`${GROUP}/namespaces/shop/deployments.apps/*/requests_per_second`);
    expect(body).toMatchObject({ kind: 'MetricValueList', apiVersion: 'custom.metrics.k8s.io/v1beta2' });
    expect(body.items).toEqual([
      {
        describedObject: { kind: 'Deployment', namespace: 'shop', name: 'queued', apiVersion: 'apps/v1' },
        metric: { name: 'requests_per_second', selector: null },
        timestamp: '2026-11-01T00:00:45Z',
        windowSeconds: 15,
        value: '12500m',
      },
    ]);
    const unserved = await get(`${GROUP}/namespaces/shop/deployments.apps/plain/requests_per_second`);
    expect([unserved.code, unserved.body.message]).toEqual([
      404,
      'the server could not find the metric requests_per_second for deployments.apps plain',
    ]);
    expect((await get(`${GROUP}/namespaces/shop/deployments.apps/*/latency`)).code).toBe(404);
    expect((await get(`${GROUP}/namespaces/jobs/deployments.apps/*/requests_per_second`)).body.items).toEqual([]);
  });

  it('of pods are what each that serves has its share of, found by labels', async () => {
    await begin([QUEUED]);
    now += 60_000;
    const { items } = (await get(`${GROUP}/namespaces/shop/pods/*/requests_per_second?labelSelector=app%3Dqueued`))
      .body;
    expect(items.map(({ value }: { value: string }) => value)).toEqual(['6250m', '6250m']);
    const none = await get(`${GROUP}/namespaces/shop/pods/*/requests_per_second?labelSelector=app%3Dplain`);
    expect(none.body.items).toEqual([]);
  });

  it('latency rises while replicas are too few, and falls when they come', async () => {
    await begin([QUEUED]);
    const seen: number[] = [];
    for (let minute = 0; minute < 6; minute++) {
      now += 60_000;
      seen.push(milliseconds(await p95()));
      if (minute === 2) await scale(8);
    }
    const [a = 0, b = 0, c = 0] = seen;
    expect(b).toBeGreaterThan(a);
    expect(c).toBeGreaterThan(b);
    expect(await p95()).toBe('200');
  });

  it('are named by discovery', async () => {
    await begin([QUEUED]);
    const { resources, groupVersion } = (await get(GROUP)).body;
    expect(groupVersion).toBe('custom.metrics.k8s.io/v1beta2');
    expect(resources.map(({ name }: { name: string }) => name)).toEqual([
      'deployments.apps/requests_per_second',
      'deployments.apps/latency_p95_ms',
      'pods/requests_per_second',
      'pods/latency_p95_ms',
    ]);
  });

  it('what waits is kept with the world', async () => {
    await begin([QUEUED]);
    now += 120_000;
    const before = await p95();
    const saved = savedWorldSchema.parse(JSON.parse(JSON.stringify(cluster.saved())));
    await cluster.close();
    await begin([QUEUED], saved);
    expect(await p95()).toBe(before);
  });
});

describe('a Deployment whose pods run elsewhere', () => {
  const usage = new Map<string, { cpu: number; memory: number }>();
  const RUN = { ...PLAIN, name: 'run', runner: { usage: (pod: string) => usage.get(pod) ?? null } };
  const pods = async () => (await get('/api/v1/namespaces/shop/pods')).body.items;
  const ready = async (): Promise<number> =>
    (await get('/apis/apps/v1/namespaces/shop/deployments/run')).body.status.readyReplicas ?? 0;
  const report = (pod: string, status: string) =>
    fetch(`${cluster.url}/api/v1/namespaces/shop/pods/${pod}/status`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: JSON.stringify({ status: { conditions: [{ type: 'Ready', status }] } }),
    });

  it('has pods that are ready when somebody says so, and not before', async () => {
    await begin([RUN]);
    now += 600_000;
    expect(await ready()).toBe(0);
    const [first] = await pods();
    expect((await report(first.metadata.name, 'True')).status).toBe(200);
    expect(await ready()).toBe(1);
    const condition = (await pods())[0].status.conditions.find(({ type }: { type: string }) => type === 'Ready');
    expect(condition).toMatchObject({ status: 'True', lastTransitionTime: '2026-11-01T00:10:00Z' });
    await report(first.metadata.name, 'False');
    expect(await ready()).toBe(0);
    expect((await report(first.metadata.name, 'Perhaps')).status).toBe(422);
    expect((await report('none', 'True')).status).toBe(404);
  });

  it('shows what they really use, and nothing of those that are not measured', async () => {
    await begin([RUN]);
    const [first] = await pods();
    usage.set(first.metadata.name, { cpu: 0.25, memory: 64 * MI });
    const { items } = (await get('/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods')).body;
    expect(items).toHaveLength(1);
    expect(items[0].containers[0].usage).toEqual({ cpu: '250000000n', memory: '65536Ki' });
  });

  it('is the only kind of which that can be said', async () => {
    await begin([PLAIN]);
    const [first] = await pods();
    expect((await report(first.metadata.name, 'False')).status).toBe(405);
  });
});
