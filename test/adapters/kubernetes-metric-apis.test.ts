// Signals from the APIs of external and custom metrics: as HPAs read them, in one call per namespace and metric.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import type { CustomSignal } from '../../lib/adapters/kubernetes/custom-metrics.ts';
import type { SignalSource } from '../../lib/app/ports/cluster.ts';
import { HOSTILE, patienceMs, SIGNAL, signalSourceContract, type World } from '../contracts/signal-source.ts';
import { naming, pod, snapshotOf } from '../make/naming.ts';

type Answer = { readonly status?: number; readonly body: string; readonly cutAt?: number } | null;

/** Stands in for an API server that serves metrics of one API. @param answer null hangs */
async function serve(answer: (path: string) => Answer) {
  const paths: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    paths.push(url);
    const reply = answer(url);
    if (reply === null) return;
    const { status = 200, body, cutAt } = reply;
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    if (cutAt === undefined) response.end(body);
    else response.write(body.slice(0, cutAt), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resolve = async () => ({ server: url, caData: '', token: async () => 'token' });
  const kubernetes = makeKubernetes({
    clusters: new Map([['prod', { kind: 'endpoint', resolve }]]),
    namespaces: { include: [], exclude: [] },
    version: 'test',
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { kubernetes, paths, close };
}

type Kubernetes = Awaited<ReturnType<typeof serve>>['kubernetes'];

const external = (name: string, value: unknown, at = Date.now(), more: object = {}) => ({
  metricName: 'lag',
  metricLabels: { deployment: name, ...more },
  timestamp: new Date(at).toISOString(),
  value,
});
const ofDeployment = (name: string, value: unknown, at = Date.now()) => ({
  describedObject: { kind: 'Deployment', namespace: 'shop', name },
  metric: { name: 'sessions' },
  timestamp: new Date(at).toISOString(),
  value,
});
const ofPod = (name: string, value: unknown, at = Date.now()) => ({
  ...ofDeployment(name, value, at),
  describedObject: { kind: 'Pod', namespace: 'shop', name },
});
const list = (...items: readonly unknown[]): Answer => ({ body: JSON.stringify({ kind: 'MetricValueList', items }) });

type MakeItem = (name: string, value: unknown, at?: number) => unknown;

function answerOf(world: World, item: MakeItem): Answer {
  switch (world.says) {
    case 'values':
      return list(...Object.entries(world.values).map(([name, value]) => item(name, String(value), world.at)));
    case 'nothing':
      return list();
    case 'no number':
      return list(item('web', 'NaN'), item('api', '3'));
    case 'several':
      return list(item('web', '1'), item('web', '2'), item('api', '3000m'));
    case 'strangers': {
      const strangers = Array.from({ length: 10_000 }, (_, i) => item(`other-${i}`, `${i}`));
      return list(...strangers, ...HOSTILE.map((name) => item(name, '1')), null, 7, 'x', item('web', '7'));
    }
    case 'an error':
      return { status: 503, body: JSON.stringify({ kind: 'Status', message: 'adapter\u001b[31m away' }) };
    case 'rubbish':
      return { body: '<html>' };
    case 'half an answer':
      return { body: JSON.stringify({ items: ['x'.repeat(500)] }), cutAt: 20 };
    case 'never':
      return null;
    case 'elsewhere':
      return null;
  }
}

const DEFINITIONS = { [SIGNAL]: { kind: 'load', unit: 'jobs' } } as const;
const SHARED = { name: 'metrics', definitions: DEFINITIONS, budgetMs: 20_000 } as const;
const externalOf = (kubernetes: Kubernetes, budgetMs = SHARED.budgetMs as number) =>
  kubernetes.externalMetrics({
    ...SHARED,
    budgetMs,
    signals: [{ name: SIGNAL, kind: 'load', metric: 'lag', selector: 'team=shop', label: 'deployment' }],
  });
const customOf = (kubernetes: Kubernetes, on: CustomSignal['on'], budgetMs = SHARED.budgetMs as number) =>
  kubernetes.customMetrics({ ...SHARED, budgetMs, signals: [{ name: SIGNAL, kind: 'load', metric: 'sessions', on }] });

const contractOf = (item: MakeItem, sourceOf: (kubernetes: Kubernetes, budgetMs: number) => SignalSource) =>
  ({
    kind: 'load',
    // Who stands in for the API server may read all of a cluster already: its redirects are no way out.
    cannot: ['elsewhere'],
    async make(world: World) {
      const { kubernetes, paths, close } = await serve(() => answerOf(world, item));
      return { source: sourceOf(kubernetes, patienceMs(world)), calls: () => paths.length, close };
    },
  }) as const;

signalSourceContract('external metrics', contractOf(external, externalOf));
signalSourceContract(
  'custom metrics of Deployments',
  contractOf(ofDeployment, (kubernetes, budgetMs) => customOf(kubernetes, 'deployments', budgetMs)),
);

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
async function read(
  answer: (path: string) => Answer,
  sourceOf: (kubernetes: Kubernetes) => SignalSource,
  ...all: Parameters<typeof snapshotOf>[0]
) {
  const { kubernetes, paths, close } = await serve(answer);
  closers.push(close);
  return { batch: await sourceOf(kubernetes).read(snapshotOf(all)), paths };
}
const pods = (kubernetes: Kubernetes) => customOf(kubernetes, 'pods');
const web = naming({ namespace: 'shop', name: 'web' }, [SIGNAL], 3);

describe('external metrics', () => {
  it('are asked for by namespace, metric and selector, once each; one namespace that fails harms no other', async () => {
    const bank = naming({ namespace: 'bank', name: 'web' }, [SIGNAL]);
    const answer = (path: string) =>
      path.includes('/bank/') ? { status: 403, body: '{"message":"no"}' } : list(external('web', '1500m'));
    const { batch, paths } = await read(answer, externalOf, web, bank);
    expect(paths.toSorted()).toEqual([
      '/apis/external.metrics.k8s.io/v1beta1/namespaces/bank/lag?labelSelector=team%3Dshop',
      '/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/lag?labelSelector=team%3Dshop',
    ]);
    expect(batch.readings.get('shop/web')?.[SIGNAL]?.demand).toBe(1.5);
    expect(batch.unread?.get('bank/web')?.[SIGNAL]).toContain('Grant the verb "list" on lag.external.metrics.k8s.io');
  });

  it.each([
    [external('web', '1Ki'), 1024],
    [external('web', 12), 12],
    [external('web', ''), 'its value is no quantity'],
    [external('web', {}), 'its value is no quantity'],
    [{ ...external('web', '1'), timestamp: 'yesterday' }, 'its value has no time'],
    [{ ...external('web', '1'), timestamp: undefined }, 'its value has no time'],
    [{ ...external('web', '1'), metricLabels: null }, "none of the metric's 1 values has deployment=web"],
  ])('%j is %s', async (item, expected) => {
    const { batch } = await read(() => list(item), externalOf, web);
    expect(batch.readings.get('shop/web')?.[SIGNAL]?.demand ?? batch.unread?.get('shop/web')?.[SIGNAL]).toBe(expected);
  });
});

describe('custom metrics of pods', () => {
  it('are summed to their workload, dated by the oldest, in one call', async () => {
    const then = Date.now() - 60_000;
    const items = [ofPod('web-0', '10'), ofPod('web-1', '500m', then), ofPod('web-2', '2'), ofPod('api-0', '99')];
    const { batch, paths } = await read(() => list(...items), pods, web);
    expect(batch.readings.get('shop/web')?.[SIGNAL]).toEqual({ demand: 12.5, at: then, coverage: 1, atLimit: false });
    expect(paths).toEqual(['/apis/custom.metrics.k8s.io/v1beta2/namespaces/shop/pods/*/sessions']);
  });

  it('that miss a pod are a part of the load, never a pod at zero', async () => {
    const items = [ofPod('web-0', '10'), ofPod('web-1', 'NaN')];
    const { batch } = await read(() => list(...items), pods, web);
    expect(batch.readings.get('shop/web')?.[SIGNAL]).toMatchObject({
      demand: 10,
      coverage: 1 / 3,
      leftOut: 'pod web-1: its value is no quantity',
    });
    const none = await read(() => list(ofPod('web-1', 'NaN')), pods, web);
    expect(none.batch.readings.size).toBe(0);
    expect(none.batch.unread?.get('shop/web')?.[SIGNAL]).toContain('none of its 3 serving pods is measured');
  });

  it('count a pod twice for nobody, and a pod that never served not at all', async () => {
    const starting = { ...web, pods: [pod('web-0'), pod('web-1', false)] };
    const { batch } = await read(() => list(ofPod('web-0', '10'), ofPod('web-1', '5')), pods, starting);
    expect(batch.readings.get('shop/web')?.[SIGNAL]).toMatchObject({ demand: 10, coverage: 1 });
    const twice = await read(() => list(ofPod('web-0', '10'), ofPod('web-0', '10')), pods, starting);
    expect(twice.batch.unread?.get('shop/web')?.[SIGNAL]).toContain('pod web-0: it has 2 values');
  });

  it('of a workload whose pods do not serve are unread', async () => {
    const { batch } = await read(() => list(), pods, { ...web, pods: [] });
    expect(batch.unread?.get('shop/web')?.[SIGNAL]).toBe('no pod of it serves');
  });

  it('are measured of a StatefulSet too, and those of Deployments are not', async () => {
    const set = { ...naming({ namespace: 'shop', name: 'db', kind: 'StatefulSet' }, [SIGNAL]), pods: [pod('db-0')] };
    const ofPods = await read(() => list(ofPod('db-0', '4')), pods, set);
    expect(ofPods.batch.readings.get('shop/statefulset:db')?.[SIGNAL]?.demand).toBe(4);
    const ofSet = await read(
      () => list(ofDeployment('db', '4')),
      (kubernetes) => customOf(kubernetes, 'deployments'),
      set,
    );
    expect(ofSet.batch.unread?.get('shop/statefulset:db')?.[SIGNAL]).toContain('this is a StatefulSet');
  });
});
