// From the variable SIGNALS to readings of a tick: what is configured is asked, in its clusters, and nothing else is.
import { afterEach, describe, expect, it } from 'vitest';
import { observeCluster } from '../../lib/app/observe/observe.ts';
import type { WorkloadSnapshot } from '../../lib/app/ports/cluster.ts';
import { readConfig } from '../../lib/config.ts';
import { wireCluster } from '../../lib/wire/cluster.ts';
import { naming, snapshotOf } from '../make/naming.ts';
import { startPrometheusServer, success } from '../stand-ins/prometheus-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(value: number) {
  const server = await startPrometheusServer(() =>
    success('vector', [
      { metric: { namespace: 'shop', deployment: 'web' }, value: [Date.now() / 1000, String(value)] },
    ]),
  );
  closers.push(server.close);
  return server;
}

/** The sources beside the metrics API, of an installation with these signals. */
function sourcesOf(signals: object | undefined) {
  const env = { TABLE_NAME: 'table', CLUSTERS: '[{"id":"prod","kubeconfig":"/none"}]' };
  const config = readConfig({ ...env, ...(signals && { SIGNALS: JSON.stringify(signals) }) });
  return wireCluster(config, {}).signals.slice(1);
}

async function observe(sources: ReturnType<typeof sourcesOf>, workload: WorkloadSnapshot, cluster = 'prod') {
  const now = Date.now();
  const reader = { snapshot: async () => snapshotOf([workload], cluster, now), workload: async () => null };
  const { observations } = await observeCluster({ reader, signals: sources }, cluster, now);
  return observations.get('shop/web');
}

const REQUESTS = { name: 'requests', kind: 'load', unit: 'requests/s', query: 'sum by (namespace, deployment) (x)' };
const web = naming({ namespace: 'shop', name: 'web' }, ['requests']);

describe('the sources of an installation', () => {
  it('are none where none are configured, or no signal is read from them', () => {
    expect(sourcesOf(undefined)).toEqual([]);
    const idle = { allow: ['prom'], sources: [{ name: 'prom', kind: 'prometheus', url: 'http://prom' }], signals: [] };
    expect(sourcesOf(idle)).toEqual([]);
  });

  it('measure what a workload names, as the installation defines it', async () => {
    const { url } = await serve(120);
    const sources = sourcesOf({
      allow: ['127.0.0.1'],
      sources: [{ name: 'prom', kind: 'prometheus', url }],
      signals: [{ ...REQUESTS, source: 'prom', range: [0, 1000] }],
    });
    const observation = await observe(sources, web);
    expect(observation?.signals.requests?.demand).toBe(120);
    expect(observation?.definitions).toEqual({ requests: { kind: 'load', unit: 'requests/s', range: [0, 1000] } });
  });

  it('do not believe what is out of range, and say so on the workload', async () => {
    const { url } = await serve(120_000);
    const sources = sourcesOf({
      allow: ['127.0.0.1'],
      sources: [{ name: 'prom', kind: 'prometheus', url }],
      signals: [{ ...REQUESTS, source: 'prom', range: [0, 1000] }],
    });
    const observation = await observe(sources, web);
    expect(observation?.signals.requests).toBeUndefined();
    expect(observation?.unread?.requests).toContain('over 1000');
  });

  it('are asked in their own clusters; elsewhere the workload is told which cluster they know', async () => {
    const [blue, green] = [await serve(1), await serve(2)];
    const of = (name: string, url: string) => ({ name, kind: 'prometheus', url, clusters: [name] });
    const sources = sourcesOf({
      allow: ['127.0.0.1'],
      sources: [of('blue', blue.url), of('green', green.url)],
      signals: [{ ...REQUESTS, source: ['blue', 'green'] }],
    });
    for (const [cluster, expected] of [
      ['blue', 1],
      ['green', 2],
    ] as const) {
      const observation = await observe(sources, web, cluster);
      expect(observation?.signals.requests?.demand).toBe(expected);
      expect(observation?.unread).toBeUndefined();
    }
    expect([blue.requests.length, green.requests.length]).toEqual([1, 1]);
    const red = await observe(sources, web, 'red');
    expect(red?.unread?.requests).toMatch(/its source (blue|green) knows (blue|green) and not this cluster, red/);
  });

  it('take more of a success for better, and latencies as they are', () => {
    const probe = (stat: string, unit: string) => ({ name: stat, kind: 'level', unit, source: 'probe', stat });
    const [source] = sourcesOf({
      allow: ['web.example'],
      sources: [{ name: 'probe', kind: 'probe', targets: [{ workload: 'shop/web', url: 'http://web.example/' }] }],
      signals: [probe('success', '%'), probe('p95', 'ms')],
    });
    expect(source?.definitions).toEqual({
      success: { kind: 'level', unit: '%', worse: 'lower', range: [0, 100] },
      p95: { kind: 'level', unit: 'ms' },
    });
  });

  it('take a score for one from 0 to 100 unless told, and what models weigh for none of its business', () => {
    const score = (name: string, more: object) => ({
      ...{ name, kind: 'level', unit: 'points', source: 'custom', metric: 'score', on: 'pods', across: 'mean' },
      ...{ scaling: { modelResourceWeights: { llama: 2 } }, ...more },
    });
    const [source] = sourcesOf({
      sources: [{ name: 'custom', kind: 'custom-metrics' }],
      signals: [score('complexity', {}), score('share', { range: [0, 1] })],
    });
    expect(source?.definitions).toMatchObject({ complexity: { range: [0, 100] }, share: { range: [0, 1] } });
    expect(Object.keys(source?.definitions?.complexity?.scaling ?? {})).toEqual([
      'complexityThresholds',
      'scaleUpFactors',
      'scaleUpAt',
    ]);
  });

  it('are wired for every kind there is', () => {
    const sources = ['external-metrics', 'custom-metrics'].map((kind) => ({ name: kind, kind }));
    const metric = { namespace: 'AWS/SQS', name: 'Depth', stat: 'Sum', dimensions: { QueueName: '{name}' } };
    const all = sourcesOf({
      sources: [...sources, { name: 'cw', kind: 'cloudwatch', region: 'eu-west-1' }],
      signals: [
        ...sources.map(({ name }, i) => ({ name: `m${i}`, kind: 'load', unit: 'jobs', source: name, metric: 'lag' })),
        { name: 'depth', kind: 'load', unit: 'messages', source: 'cw', metric },
      ],
    });
    expect(all.map(({ name }) => name)).toEqual(['external-metrics', 'custom-metrics', 'cw']);
  });
});
