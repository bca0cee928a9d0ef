// The Prometheus source against Prometheus itself, where it is installed: scraped numbers become readings of workloads.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeCluster } from '../../lib/app/observe/observe.ts';
import { readConfig } from '../../lib/config.ts';
import { wireCluster } from '../../lib/wire/cluster.ts';
import { naming, snapshotOf } from '../make/naming.ts';

const IS_INSTALLED = spawnSync('prometheus', ['--version']).status === 0;

/** What an application would expose; the labels are those that its scraping adds. */
const METRICS = `
queue_jobs{namespace="shop",deployment="web"} 42
queue_jobs{namespace="shop",deployment="api"} NaN
queue_jobs{namespace="shop",deployment="web\\"} or up{x=\\"",part="hostile"} 1
parts{namespace="shop",deployment="web",part="a"} 1
parts{namespace="shop",deployment="web",part="b"} 2
seconds_bucket{namespace="shop",deployment="web",le="0.1"} 50
seconds_bucket{namespace="shop",deployment="web",le="0.2"} 100
seconds_bucket{namespace="shop",deployment="web",le="+Inf"} 100
`;

const BY = 'by (namespace, deployment)';
const SIGNALS = [
  { name: 'queue', kind: 'load', unit: 'jobs', query: `sum ${BY} (queue_jobs{cluster="{cluster}"})` },
  { name: 'parts', kind: 'load', unit: 'parts', query: 'parts' },
  {
    name: 'latency',
    kind: 'level',
    unit: 'ms',
    query: '1000 * histogram_quantile(0.95, sum by (namespace, deployment, le) (seconds_bucket))',
  },
  { name: 'broken', kind: 'load', unit: 'x', query: 'sum by (' },
  { name: 'ungrouped', kind: 'load', unit: 'x', query: 'sum(queue_jobs)' },
];

describe.runIf(IS_INSTALLED)('signals from Prometheus itself', () => {
  let exporter: Server;
  let prometheus: ChildProcess;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    exporter = createServer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(METRICS),
    );
    await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
    const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
    folder = mkdtempSync(join(tmpdir(), 'ai4k8s-prometheus-'));
    const job = { job_name: 'app', static_configs: [{ targets: [target], labels: { cluster: 'prod' } }] };
    // JSON is YAML.
    const config = { global: { scrape_interval: '1s' }, scrape_configs: [{ ...job, honor_labels: true }] };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const address = `127.0.0.1:${await freePort()}`;
    url = `http://${address}`;
    const flags = [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
    ];
    prometheus = spawn('prometheus', flags, { stdio: 'ignore' });
    await until(async () => {
      const answer = await fetch(`${url}/api/v1/query?query=parts`).then(
        (response) => response.text(),
        () => '',
      );
      return answer.includes('"part":"b"');
    });
  }, 60_000);

  afterAll(async () => {
    const ended = new Promise((resolve) => prometheus.once('exit', resolve));
    prometheus.kill();
    await ended;
    exporter.closeAllConnections();
    exporter.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('become readings of the workloads that name them, or a reason that says what to do', async () => {
    const config = readConfig({
      TABLE_NAME: 'table',
      CLUSTERS: '[{"id":"prod","kubeconfig":"/none"}]',
      SIGNALS: JSON.stringify({
        allow: ['127.0.0.1'],
        sources: [{ name: 'prom', kind: 'prometheus', url }],
        signals: SIGNALS.map((signal) => ({ ...signal, source: 'prom' })),
      }),
    });
    const workloads = ['web', 'api'].map((name) =>
      naming(
        { namespace: 'shop', name },
        SIGNALS.map((one) => one.name),
      ),
    );
    const now = Date.now();
    const reader = { snapshot: async () => snapshotOf(workloads, 'prod', now), workload: async () => null };
    const signals = wireCluster(config, {}).signals.slice(1);
    const { observations, problems } = await observeCluster({ reader, signals }, 'prod', now);
    const [web, api] = ['shop/web', 'shop/api'].map((key) => observations.get(key));
    expect(web?.signals.queue).toMatchObject({ demand: 42, coverage: 1 });
    expect(Math.abs((web?.signals.queue?.at ?? 0) - now)).toBeLessThan(10_000);
    expect(web?.levels?.latency?.value).toBeCloseTo(190, 5);
    expect(web?.unread).toEqual({
      parts: 'the query answers 2 series for it (they differ in part): wrap it in sum by (namespace, deployment) (…)',
      broken: expect.stringContaining('parse error'),
      ungrouped: expect.stringContaining('group it by them'),
    });
    expect(api?.signals).not.toHaveProperty('queue');
    expect(api?.unread?.queue).toContain('answers no number for it');
    expect(problems).toEqual([expect.stringContaining('parse error')]);
  });
});

async function freePort(): Promise<number> {
  const socket = createSocket();
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  return port;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return;
    await sleep(200);
  }
  throw new Error('Prometheus has not scraped anything in 40 s');
}
