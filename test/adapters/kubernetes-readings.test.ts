// What metrics.k8s.io says, as demand: what is missing or cannot be true is left out and named, never zero.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type PodUsage, type RawPodMetrics, toPodUsage } from '../../lib/adapters/kubernetes/pod-usage.ts';
import { toReadings } from '../../lib/adapters/kubernetes/readings.ts';
import type { PodInfo, WorkloadSnapshot } from '../../lib/app/ports/cluster.ts';

const T0 = Date.parse('2026-01-01T00:00:00Z');
const MI = 2 ** 20;

describe('demand', () => {
  it('is the sum over containers and ready pods, as of the oldest figure', () => {
    const batch = read([ready('a'), ready('b')], [metrics('a', ['200m', '100m'], 0), metrics('b', ['300000000n'], 15)]);
    expect(batch.problems).toEqual([]);
    expect(batch.readings.get('demo/web')?.cpu).toEqual({
      demand: expect.closeTo(0.6, 9),
      at: T0,
      coverage: 1,
      atLimit: false,
    });
    expect(batch.readings.get('demo/web')?.memory?.demand).toBe(3 * 64 * MI);
  });

  it('leaves out pods that are not ready: their start-up CPU is no load', () => {
    const batch = read([ready('a'), { ...ready('b'), ready: false }], [metrics('a', ['1']), metrics('b', ['4'])]);
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: 1, coverage: 1 });
  });

  it.each([
    ['before it was ready', 20, { startedAt: 0, readySince: 30 }, { demand: 1, coverage: 0.5, startingPods: 1 }],
    [
      'in a window that began before',
      40,
      { startedAt: 0, readySince: 30 },
      { demand: 1, coverage: 0.5, startingPods: 1 },
    ],
    ['in a window wholly after', 45, { startedAt: 0, readySince: 30 }, { demand: 5, coverage: 1 }],
    ['long before it was there', -300, { startedAt: 0, readySince: 30 }, { demand: 5, coverage: 1 }],
    ['ready again after five minutes', 310, { startedAt: 0, readySince: 305 }, { demand: 5, coverage: 1 }],
  ])('of a pod whose CPU was taken %s', (_when, seconds, { startedAt, readySince }, expected) => {
    const young = { ...ready('b'), startedAt: T0 + startedAt * 1000, readySince: T0 + readySince * 1000 };
    const batch = read([ready('a'), young], [metrics('a', ['1'], seconds), metrics('b', ['4'], seconds)]);
    const reading = batch.readings.get('demo/web');
    expect(reading?.cpu).toEqual({ ...expected, at: T0 + seconds * 1000, atLimit: false });
    expect(reading?.memory).toMatchObject({ demand: 2 * 64 * MI, coverage: 1 });
  });

  it('of a workload that only just started has no CPU, and nothing is wrong with the metrics', () => {
    const young = { ...ready('a'), startedAt: T0, readySince: T0 };
    const batch = read([young], [metrics('a', ['4'], 5)]);
    expect(batch.readings.get('demo/web')?.cpu).toBeUndefined();
    expect(batch.problems).toEqual([]);
  });

  it.each([
    ['15s', 15_000],
    ['1m0.5s', 60_500],
    ['2h', 7_200_000],
    ['soon', 15_000],
    [undefined, 15_000],
  ])('of a window of %s began %d ms before', (window, ms) => {
    expect(toPodUsage({ ...metrics('a', ['1']), ...(window && { window }) })?.windowMs).toBe(ms);
  });

  it('says what share of the ready pods was measured', () => {
    const batch = read([ready('a'), ready('b'), ready('c'), ready('d')], [metrics('a', ['1'])]);
    expect(batch.readings.get('demo/web')?.cpu).toMatchObject({ demand: 1, coverage: 0.25 });
  });

  it('reads a true zero as zero', () => {
    expect(read([ready('a')], [metrics('a', ['0'])]).readings.get('demo/web')?.cpu?.demand).toBe(0);
  });

  test.each([
    ['979m', false],
    ['980m', true],
    ['1', true],
  ])('of %s against a limit of one core: at the limit is %s', (cpu, atLimit) => {
    const batch = read([{ ...ready('a'), limits: { cpu: 1 } }], [metrics('a', [cpu])]);
    expect(batch.readings.get('demo/web')).toMatchObject({ cpu: { atLimit }, memory: { atLimit: false } });
  });
});

describe('no reading', () => {
  it('where no pod is ready; that is no problem of the metrics', () => {
    const batch = read([{ ...ready('a'), ready: false }], [metrics('a', ['1'])]);
    expect(batch).toMatchObject({ readings: new Map(), problems: [] });
  });

  it('where ready pods were not measured, and it says so', () => {
    const batch = read([ready('a')], [metrics('other', ['1'])]);
    expect(batch.readings.size).toBe(0);
    expect(batch.problems).toEqual([
      'metrics.k8s.io: 1 workloads with ready pods have no usable figure (first: demo/web).',
    ]);
  });

  test.each(['-5n', 'NaN', '', 'much'])('of a CPU figure like "%s"; the memory beside it counts', (cpu) => {
    const batch = read([ready('a'), ready('b')], [metrics('a', [cpu]), metrics('b', ['1'])]);
    expect(batch.readings.get('demo/web')).toMatchObject({
      cpu: { demand: 1, coverage: 0.5 },
      memory: { coverage: 1 },
    });
    expect(batch.problems).toEqual([
      `metrics.k8s.io: 1 impossible figures were left out (first: cpu "${cpu}" of pod demo/a).`,
    ]);
  });

  test.each<[string, RawPodMetrics]>([
    ['containers', { ...metrics('a', []) }],
    ['a time', { ...metrics('a', ['1']), timestamp: 'soon' }],
    ['a name', { ...metrics('a', ['1']), metadata: {} }],
  ])('of an object without %s', (_what, raw) => {
    expect(toPodUsage(raw)).toBeNull();
  });
});

test('whatever the figures are, a reading is a plain number over a share of the pods', () => {
  const figure = fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom('-1', '1e99', '5m', '9E', 'Infinity'));
  fc.assert(
    fc.property(fc.array(fc.array(figure, { maxLength: 3 }), { minLength: 1, maxLength: 6 }), (pods) => {
      const infos = pods.map((_, index) => ready(`p${index}`));
      const batch = read(
        infos,
        pods.map((figures, index) => metrics(`p${index}`, figures)),
      );
      for (const reading of Object.values(batch.readings.get('demo/web') ?? {})) {
        expect(reading.demand).toBeGreaterThanOrEqual(0);
        expect(reading.demand).toBeLessThanOrEqual(3 * pods.length * 1e15);
        expect(reading.coverage).toBeGreaterThan(0);
        expect(reading.coverage).toBeLessThanOrEqual(1);
      }
    }),
  );
});

function read(pods: readonly PodInfo[], raw: readonly RawPodMetrics[]) {
  const usages = raw.map(toPodUsage).filter((usage): usage is PodUsage => usage !== null);
  return toReadings([workload(pods)], usages);
}

function ready(name: string): PodInfo {
  return { name, running: true, ready: true, limits: {} };
}

function metrics(name: string, cpu: readonly string[], seconds = 0): RawPodMetrics {
  return {
    metadata: { name, namespace: 'demo' },
    timestamp: new Date(T0 + seconds * 1000).toISOString(),
    containers: cpu.map((figure) => ({ usage: { cpu: figure, memory: '64Mi' } })),
  };
}

function workload(pods: readonly PodInfo[]): WorkloadSnapshot {
  return {
    workload: { cluster: 'test', namespace: 'demo', name: 'web' },
    resourceVersion: '1',
    replicas: { spec: pods.length, ready: pods.length, running: pods.length, total: pods.length },
    capacity: {},
    startupSeconds: null,
    rollout: 'settled',
    hpa: null,
    owner: { kind: 'none' },
    annotations: {},
    pods,
  };
}
