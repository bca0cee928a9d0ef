// A pod's usage is that of its own lasting containers, of a size that such a pod can have; and which pods carry load at all.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Pod } from '../../lib/adapters/kubernetes/api-types.ts';
import { toOwnedPod } from '../../lib/adapters/kubernetes/pod.ts';
import { type PodUsage, type RawPodMetrics, toPodUsage } from '../../lib/adapters/kubernetes/pod-usage.ts';
import { toReadings } from '../../lib/adapters/kubernetes/readings.ts';
import type { PodInfo, WorkloadSnapshot } from '../../lib/app/ports/cluster.ts';

const T0 = Date.parse('2026-01-01T12:00:00Z');
const MINUTE = 60_000;
const GI = 2 ** 30;

type Figures = Readonly<Record<string, string>>;

describe('usage is held against the containers a pod is made of', () => {
  const mesh = { name: 'mesh', restartPolicy: 'Always' };
  const withMesh = { containers: [{ name: 'app' }], initContainers: [mesh, { name: 'migrate' }] };
  const debugged = { containers: [{ name: 'app' }], ephemeralContainers: [{ name: 'debug' }] } as Pod['spec'];

  test.each<[string, Pod['spec'], Figures, { demand: number; coverage: number } | undefined]>([
    ['all of them reported', withMesh, { app: '1', mesh: '250m' }, { demand: 1.25, coverage: 1 }],
    ['a restartable init container that is not', withMesh, { app: '1' }, undefined],
    ['the app that is not', withMesh, { mesh: '1' }, undefined],
    [
      'an init container that ended and lingers',
      withMesh,
      { app: '1', mesh: '0', migrate: '3' },
      { demand: 1, coverage: 1 },
    ],
    ['a debugger beside it', debugged, { app: '1', debug: '4' }, { demand: 1, coverage: 1 }],
    ['a debugger alone', debugged, { debug: '4' }, undefined],
    [
      'a container of no name, the total of all',
      withMesh,
      { app: '1', mesh: '1', '': '9' },
      { demand: 2, coverage: 1 },
    ],
    ['the pause container', debugged, { app: '1', POD: '1m' }, { demand: 1, coverage: 1 }],
  ])('with %s', (_what, spec, cpu, expected) => {
    const batch = read([pod('a', { spec })], [metrics('a', cpu)]);
    const reading = batch.readings.get('demo/web')?.cpu;
    if (expected === undefined) expect(reading).toBeUndefined();
    else expect(reading).toMatchObject({ ...expected, demand: expect.closeTo(expected.demand, 9) });
  });

  it('names what is not reported, and counts the other pods as a part of the whole', () => {
    const spec = { containers: [{ name: 'app' }, { name: 'proxy' }] };
    const batch = read(
      [pod('a', { spec }), pod('b', { spec })],
      [metrics('a', { app: '1', proxy: '1' }), metrics('b', { proxy: '1' })],
    );
    const leftOut = 'container "app" of pod demo/b is not reported';
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: 2, coverage: 0.5, leftOut });
    expect(batch.problems).toEqual([
      `metrics.k8s.io: 1 pods are not measured in full and count as not measured (first: ${leftOut}).`,
    ]);
  });

  it('says why a workload has no reading at all', () => {
    const batch = read(
      [pod('a', { spec: { containers: [{ name: 'app' }, { name: 'proxy' }] } })],
      [metrics('a', { app: '1' })],
    );
    expect(batch.unread?.get('demo/web')?.cpu).toBe('container "proxy" of pod demo/a is not reported');
  });

  it.each([
    ['a total without a name', { '': '2' }],
    ['a total beside the pause container', { '': '2', POD: '1' }],
    ['names of its own', { k8s_app_web: '1500m', k8s_proxy_web: '500m' }],
  ])('a metrics API that reports pods as a whole (%s) blinds nobody, and that is said', (_what, cpu) => {
    const spec = { containers: [{ name: 'app' }, { name: 'proxy' }] };
    const batch = read([pod('a', { spec })], [metrics('a', cpu)]);
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: 2, coverage: 1 });
    expect(batch.problems).toEqual([expect.stringContaining('measured by the pod, not by the container')]);
  });

  it('a name that nobody knows is no whole pod where the API names other containers rightly', () => {
    const batch = read([pod('a'), pod('b')], [metrics('a', { app: '1' }), metrics('b', { 'debugger-x': '4' })]);
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: 1, coverage: 0.5 });
  });
});

describe('a figure that a pod of its size cannot have is left out and named', () => {
  const limited = (cpu: string, memory = '1Gi') => ({
    containers: [{ name: 'app', resources: { limits: { cpu, memory } } }],
  });
  const nodes = new Map([['n1', { cpu: 4, memory: 16 * GI }]]);
  const big = { containers: [{ name: 'app' }], nodeName: 'n1' };

  test.each<[string, Pod['spec'], Figures, Figures, 'cpu' | 'memory' | null]>([
    ['at its limit', limited('1'), { app: '1' }, { app: '1Gi' }, null],
    ['a burst of a short window', limited('1'), { app: '1450m' }, { app: '500Mi' }, null],
    ['twice its CPU limit', limited('1'), { app: '2' }, { app: '500Mi' }, 'cpu'],
    ['a little CPU on a tiny limit', limited('10m'), { app: '30m' }, { app: '500Mi' }, null],
    ['memory over its limit', limited('1'), { app: '1' }, { app: '1200Mi' }, 'memory'],
    ['more than its node has', big, { app: '7' }, { app: '1Gi' }, 'cpu'],
    ['memory of two nodes', big, { app: '1' }, { app: '32Gi' }, 'memory'],
    ['as much as its node has', big, { app: '4' }, { app: '16Gi' }, null],
    [
      'more than any machine, on a node that is not known',
      { ...big, nodeName: 'n9' },
      { app: '34558' },
      { app: '1Gi' },
      'cpu',
    ],
    ['much, on a node that is not known', { ...big, nodeName: 'n9' }, { app: '90' }, { app: '1Gi' }, null],
  ])('%s', (_what, spec, cpu, memory, absurd) => {
    const batch = read(
      [pod('a', { spec }), pod('b', { spec })],
      [metrics('a', cpu, memory), metrics('b', { app: '5m' }, { app: '9Mi' })],
      nodes,
    );
    const reading = batch.readings.get('demo/web');
    for (const signal of ['cpu', 'memory'] as const)
      expect(reading?.[signal]?.coverage).toBe(signal === absurd ? 0.5 : 1);
    if (absurd === null) expect(batch.problems).toEqual([]);
    else
      expect(batch.problems.join()).toMatch(
        new RegExp(`1 impossible figures .*first: ${absurd} "[\\d.]+" of pod demo/a`),
      );
  });

  it('one container over its own limit is enough, beside one that has none', () => {
    const containers = [{ name: 'app', resources: { limits: { cpu: '1' } } }, { name: 'proxy' }];
    const batch = read([pod('a', { spec: { containers } })], [metrics('a', { app: '90', proxy: '1' })]);
    expect(batch.readings.get('demo/web')?.cpu).toBeUndefined();
    expect(batch.unread?.get('demo/web')?.cpu).toContain('whose limit is 1 cores');
  });

  it('a limit that was just lowered is the old one until the kubelet has carried it out', () => {
    const status = { containerStatuses: [{ ...ran('app'), resources: { limits: { cpu: '4' } } }] };
    const batch = read([pod('a', { spec: limited('1'), status })], [metrics('a', { app: '3' })]);
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: 3, coverage: 1 });
  });

  it('whatever is reported, demand is never more than what the pods may use, the margin and the slack', () => {
    const figure = fc.oneof(
      fc.nat(5000).map((milli) => `${milli}m`),
      fc.constantFrom('34558', '-1', '9E', '1e99', '', '1000000'),
    );
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 8 }), (figures) => {
        const pods = figures.map((_, i) => pod(`p${i}`, { spec: limited('2') }));
        const batch = read(
          pods,
          figures.map((cpu, i) => metrics(`p${i}`, { app: cpu })),
        );
        const demand = batch.readings.get('demo/web')?.cpu?.demand ?? 0;
        expect(demand).toBeLessThanOrEqual((1.5 * 2 + 0.02) * figures.length + 1e-9);
      }),
    );
  });
});

describe('a pod that served and lost readiness carries load; one that never served is starting', () => {
  const lost = (change: Shape = {}) => ({ ready: false, bornAgo: 60, changedAgo: 1, ...change });
  const restarted = (secondsAgo: number, ready = false) => ({
    containerStatuses: [
      { ...ran('app'), ready, restartCount: 1, state: { running: { startedAt: iso(T0 - secondsAgo * 1000) } } },
    ],
  });
  const two = { containers: [{ name: 'app' }, { name: 'mesh' }] };
  const meshRestarted = {
    containerStatuses: [
      { ...ran('app'), ready: false },
      ...restarted(30, true).containerStatuses.map((one) => ({ ...one, name: 'mesh' })),
    ],
  };

  test.each<[string, Shape, boolean]>([
    ['an hour old, not ready for a minute', lost(), true],
    ['an hour old, not ready since half an hour', lost({ changedAgo: 30 }), true],
    ['an hour old, never ready', lost({ changedAgo: 60 }), false],
    ['an hour old, ready changed half a minute after its start', lost({ changedAgo: 59.5 }), false],
    ['six minutes old, not ready for a minute', lost({ bornAgo: 6 }), true],
    ['four minutes old, not ready for a minute: HPA takes that for its start', lost({ bornAgo: 4 }), false],
    ['restarted since it lost readiness', lost({ changedAgo: 7, status: restarted(400) }), false],
    ['restarted as it lost readiness', lost({ changedAgo: 7, status: restarted(421) }), false],
    ['restarted long before it lost readiness', lost({ status: restarted(1800) }), true],
    ['whose sidecar was restarted and serves', lost({ spec: two, status: meshRestarted }), true],
    ['being deleted', lost({ deleting: true }), false],
    ['that no longer runs', lost({ phase: 'Pending' }), false],
    ['that says nothing of readiness', { ready: null, bornAgo: 60 }, false],
  ])('%s', (_what, shape, carries) => {
    const figures = shape.spec ? { app: '4', mesh: '0' } : { app: '4' };
    const batch = read(
      [pod('a', shape.spec ? { spec: two } : {}), pod('b', shape)],
      [metrics('a', figures), metrics('b', figures)],
    );
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: carries ? 8 : 4, coverage: 1 });
    expect(batch.serving?.get('demo/web')).toBe(carries ? 2 : undefined);
  });

  it('with none ready there is a reading all the same', () => {
    const batch = read([pod('a', lost()), pod('b', lost())], [metrics('a', { app: '1' }), metrics('b', { app: '1' })]);
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: 2, coverage: 1 });
    expect(batch.serving?.get('demo/web')).toBe(2);
    expect(batch.problems).toEqual([]);
  });

  it('one that carries and is not measured leaves the reading a partial one', () => {
    const batch = read([pod('a'), pod('b', lost())], [metrics('a', { app: '1' })]);
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: 1, coverage: 0.5 });
  });

  it('a ready pod whose container was restarted burns start-up CPU again', () => {
    const shape = { bornAgo: 600, changedAgo: 0.1, status: restarted(60, true) };
    const batch = read([pod('a'), pod('b', shape)], [metrics('a', { app: '1' }), metrics('b', { app: '4' })]);
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: 1, coverage: 0.5, startingPods: 1 });
  });
});

/** Times in minutes before T0. */
interface Shape {
  readonly ready?: boolean | null;
  readonly bornAgo?: number;
  readonly changedAgo?: number;
  readonly spec?: Pod['spec'];
  readonly status?: NonNullable<Pod['status']>;
  readonly phase?: string;
  readonly deleting?: boolean;
}

function pod(name: string, shape: Shape = {}): PodInfo {
  const { ready = true, bornAgo = 60, changedAgo = bornAgo - 0.4, phase = 'Running' } = shape;
  const lastTransitionTime = iso(T0 - changedAgo * MINUTE);
  const made = toOwnedPod({
    metadata: {
      name,
      namespace: 'demo',
      labels: { 'pod-template-hash': '1' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true }],
      ...(shape.deleting && { deletionTimestamp: iso(T0) }),
    },
    spec: shape.spec ?? { containers: [{ name: 'app' }] },
    status: {
      phase,
      startTime: iso(T0 - bornAgo * MINUTE),
      conditions: ready === null ? [] : [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime }],
      containerStatuses: [ran('app')],
      ...shape.status,
    },
  });
  if (made === null) throw new Error('the fixture is not a pod');
  return made.info;
}

function ran(name: string) {
  return { name, image: 'i', imageID: '', ready: true, restartCount: 0 };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function metrics(name: string, cpu: Figures, memory: Figures = {}): RawPodMetrics {
  return {
    metadata: { name, namespace: 'demo' },
    timestamp: iso(T0),
    window: '15s',
    containers: Object.entries(cpu).map(([of, figure]) => ({
      name: of,
      usage: { cpu: figure, memory: memory[of] ?? '64Mi' },
    })),
  };
}

function read(
  pods: readonly PodInfo[],
  raw: readonly RawPodMetrics[],
  nodes = new Map<string, { cpu: number; memory: number }>(),
) {
  const usages = raw.map(toPodUsage).filter((usage): usage is PodUsage => usage !== null);
  return toReadings([workload(pods)], usages, nodes);
}

function workload(pods: readonly PodInfo[]): WorkloadSnapshot {
  const ready = pods.filter((one) => one.ready).length;
  return {
    workload: { cluster: 'test', namespace: 'demo', name: 'web' },
    resourceVersion: '1',
    replicas: { spec: pods.length, ready, running: pods.length, total: pods.length },
    capacity: {},
    startupSeconds: null,
    rollout: 'settled',
    hpa: null,
    owner: { kind: 'none' },
    annotations: {},
    pods,
  };
}
