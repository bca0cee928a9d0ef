// HPAs of ours by metrics of the custom and external APIs: as the real API server takes them, and its controller works with them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHpa } from '../../lib/app/commands/hpa.ts';
import { readSignals } from '../../lib/signals-config/read.ts';
import { type Acting, startActing } from './acting.ts';
import { kubectl } from './cluster-under-test.ts';

const NAMESPACE = `hm-${process.pid}`;
const custom = { kind: 'load', source: 'adapter' } as const;
const CONFIG = {
  sources: [
    { name: 'adapter', kind: 'custom-metrics' },
    { name: 'keda', kind: 'external-metrics' },
  ],
  signals: [
    { ...custom, name: 'sessions', unit: 'sessions', metric: 'sessions', on: 'pods', selector: 'tier=web' },
    { ...custom, name: 'requests', unit: 'requests/s', metric: 'http_requests:rate1m', on: 'deployments' },
    { name: 'queue', kind: 'load', unit: 'jobs', source: 'keda', metric: 's0-queue_lag', label: 'deployment' },
  ],
};
const NAMES = {
  'ai4k8s.io/signal.sessions': 'target=80',
  'ai4k8s.io/signal.requests': 'target=0.25,direction=up',
  'ai4k8s.io/signal.queue': 'target=33.333333333',
};
/** As small as an annotation can say, and the API server can know. */
const LEAST = { 'ai4k8s.io/signal.queue': 'target=0.000000001' };
const naming = (signal: 'sessions' | 'requests') => {
  const key = `ai4k8s.io/signal.${signal}` as const;
  return { [key]: NAMES[key] };
};

let acting: Acting;
beforeAll(async () => {
  const signals = readSignals(JSON.stringify(CONFIG));
  if ('mistakes' in signals) throw new Error(JSON.stringify(signals.mistakes));
  acting = await startActing(NAMESPACE, {
    workloads: ['all', 'pods', 'object', 'external'],
    bare: ['pods', 'object', 'external'],
    annotations: { all: NAMES, pods: naming('sessions'), object: naming('requests'), external: LEAST },
    signals,
  });
}, 120_000);
afterAll(() => acting?.stop());

describe('an HPA of ours by metrics', () => {
  it('is taken by the API server as it was written, and read back with kinds, names and targets', async () => {
    const made = await createHpa(acting.ports, 60, acting.ref('all'));
    expect(made).toEqual({
      kind: 'done',
      name: 'all-hpa',
      changed: true,
      message:
        'HPA all-hpa created: cpu at 70 %, memory at 80 %, s0-queue_lag at 33.333333333 a pod, ' +
        'http_requests:rate1m at 0.25 a pod, sessions at 80 a pod, between 1 and 10 replicas',
    });
    expect((await acting.observed('all')).hpa?.metrics).toEqual([
      { kind: 'Resource', name: 'memory', targetPercent: 80 },
      { kind: 'External', name: 's0-queue_lag', targetAverage: 33.333333333 },
      { kind: 'Object', name: 'http_requests:rate1m', targetAverage: 0.25 },
      { kind: 'Pods', name: 'sessions', targetAverage: 80 },
      // Wherever it stood: the API server keeps it apart.
      { kind: 'Resource', name: 'cpu', targetPercent: 70 },
    ]);
    const { spec } = JSON.parse(kubectl(['-n', NAMESPACE, 'get', 'hpa', 'all-hpa', '-o', 'json']));
    expect(spec.metrics.slice(1, -1)).toEqual([
      {
        type: 'External',
        external: {
          metric: { name: 's0-queue_lag', selector: { matchLabels: { deployment: 'all' } } },
          target: { type: 'AverageValue', averageValue: '33.333333333' },
        },
      },
      {
        type: 'Object',
        object: {
          describedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'all' },
          metric: { name: 'http_requests:rate1m' },
          target: { type: 'AverageValue', averageValue: '250m', value: '0' },
        },
      },
      {
        type: 'Pods',
        pods: {
          metric: { name: 'sessions', selector: { matchLabels: { tier: 'web' } } },
          target: { type: 'AverageValue', averageValue: '80' },
        },
      },
    ]);
  });

  it.each([
    ['pods', 'sessions', 'FailedGetPodsMetric'],
    ['object', 'http_requests:rate1m', 'FailedGetObjectMetric'],
    ['external', 's0-queue_lag', 'FailedGetExternalMetric'],
  ])(
    'asks for its metric of %s, and says so where no adapter serves it',
    async (name, metric, reason) => {
      expect(await createHpa(acting.ports, 60, acting.ref(name))).toMatchObject({ kind: 'done', changed: true });
      await acting.until(name, ({ hpa }) => hpa?.scalingStatus === 'inactive');
      const { status } = JSON.parse(kubectl(['-n', NAMESPACE, 'get', 'hpa', `${name}-hpa`, '-o', 'json']));
      expect(status.conditions).toContainEqual(
        expect.objectContaining({
          type: 'ScalingActive',
          status: 'False',
          reason,
          message: expect.stringContaining(metric),
        }),
      );
      expect((await acting.observed(name)).replicas.spec).toBe(2);
    },
    420_000,
  );
});
