// Remote write to Prometheus itself, where it is installed: what a tick tells is read back by PromQL, as KEDA and Grafana ask.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sample } from '../../lib/app/ports/metric-sink.ts';
import { CLUSTER_METRICS } from '../../lib/app/report/tick-series.ts';
import { WORKLOAD_METRICS } from '../../lib/app/report/workload-series.ts';
import { readConfig } from '../../lib/config.ts';
import { wireRemoteWrite } from '../../lib/wire/remote-write.ts';
import { simulated, startEmbedded } from '../make/embedded.ts';

const IS_INSTALLED = spawnSync('prometheus', ['--version']).status === 0;
const MINUTE = 60_000;
const ENABLED = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/max-replicas': '40',
};

describe.runIf(IS_INSTALLED)('remote write to Prometheus itself', () => {
  let prometheus: ChildProcess;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ai4k8s-remote-write-'));
    writeFileSync(join(folder, 'prometheus.yml'), '{}');
    const address = `127.0.0.1:${await freePort()}`;
    url = `http://${address}`;
    const flags = [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
      '--web.enable-remote-write-receiver',
    ];
    prometheus = spawn('prometheus', flags, { stdio: 'ignore' });
    for (let tries = 0; tries < 200 && !(await isReady(url)); tries++) await sleep(200);
  }, 60_000);

  afterAll(async () => {
    const ended = new Promise((resolve) => prometheus.once('exit', resolve));
    prometheus.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const sink = () => {
    const { metrics } = wireRemoteWrite(configOf({ REMOTE_WRITE_URL: `${url}/api/v1/write` }));
    if (metrics === undefined) throw new Error('no sink');
    return metrics;
  };

  async function ask(query: string, at: number) {
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query, time: String(at / 1000) })}`);
    const { data } = (await answer.json()) as {
      data: { result: readonly { metric: Readonly<Record<string, string>>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
  }

  it('tells of enabled workloads what KEDA needs, at the time of the tick, and how the cluster fares', async () => {
    const start = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
    const system = await startEmbedded(
      [simulated({ load: () => 5, annotations: ENABLED }), simulated({ name: 'off', load: () => 1 })],
      { start, env: { REMOTE_WRITE_URL: `${url}/api/v1/write` } },
    );
    try {
      await system.tick(2);
      expect(system.lines).not.toContain('series were not written');
      const now = system.now();
      const of = { cluster: 'demo', namespace: 'shop', workload: 'web', kind: 'Deployment' };
      const one = async (query: string) => (await ask(query, now)).map(({ value }) => value);
      expect(await ask('{namespace="shop",workload!="web"}', now)).toEqual([]);
      expect(await ask(WORKLOAD_METRICS.forecast, now)).toEqual([
        {
          metric: { __name__: WORKLOAD_METRICS.forecast, ...of, signal: 'cpu', within: '30m' },
          value: expect.closeTo(5, 1),
        },
      ]);
      expect(await one(`max(${WORKLOAD_METRICS.wanted}{cluster="demo",namespace="shop",workload="web"})`)).toEqual([
        15,
      ]);
      expect(await one(`${WORKLOAD_METRICS.signals}{signal="cpu"}`)).toEqual([expect.closeTo(5, 5)]);
      expect(await one(`${WORKLOAD_METRICS.signals}{signal="memory"}`)).toEqual([expect.any(Number)]);
      // Asked for between the ticks, and ready only at the next: what serves is told.
      expect(await one(`${WORKLOAD_METRICS.replicas} @ ${(now - MINUTE) / 1000}`)).toEqual([10]);
      expect(await one(WORKLOAD_METRICS.replicas)).toEqual([15]);
      // One reason at a time, though Prometheus looks back five minutes.
      expect((await ask(WORKLOAD_METRICS.reason, now - 1)).map(({ metric }) => metric.code)).toEqual(['scaled']);
      expect((await ask(WORKLOAD_METRICS.reason, now)).map(({ metric }) => metric.code)).toEqual(['at_target']);
      for (const [name, value] of [
        ['workloads', 2],
        ['enabled', 1],
        ['applied', 0],
        ['problems', 0],
      ] as const)
        expect(await ask(CLUSTER_METRICS[name], now)).toEqual([
          { metric: { __name__: CLUSTER_METRICS[name], cluster: 'demo' }, value },
        ]);
      const [seconds = Number.NaN] = await one(CLUSTER_METRICS.seconds);
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThan(60);
    } finally {
      await system.close();
    }
  });

  it('takes thousands of workloads in a few requests', async () => {
    const at = Date.now();
    const samples: readonly Sample[] = Array.from({ length: 20_000 }, (_, i) => ({
      name: `bulk_${i % 6}`,
      labels: { cluster: 'prod', namespace: `team-${i % 40}`, workload: `w-${i}`, kind: 'Deployment' },
      value: i,
      at,
    }));
    await sink().write(samples, 30_000);
    expect(await ask('count({__name__=~"bulk_.*"})', at)).toEqual([{ metric: {}, value: 20_000 }]);
  });

  it('says in Prometheus words what it would not have', async () => {
    const at = Date.now() - 100;
    const write = (age: number, value: number) =>
      sink().write([{ name: 'ordered', labels: { cluster: 'x' }, value, at: at - age }], 5000);
    await write(0, 1);
    await expect(write(1000, 2)).rejects.toThrow(/1 of 1 samples are dropped: 400 \("out of order sample.*"\)/);
    await expect(write(0, 1)).resolves.toBeUndefined();
  });

  it('says what to start it with where it takes none', async () => {
    const { metrics } = wireRemoteWrite(configOf({ REMOTE_WRITE_URL: `${url}/api/v2/write` }));
    await expect(metrics?.write([{ name: 'a', labels: {}, value: 1, at: Date.now() }], 5000)).rejects.toThrow(
      /404 .*--web.enable-remote-write-receiver/,
    );
  });
});

function configOf(env: Readonly<Record<string, string>>) {
  return readConfig({ TABLE_NAME: 'table', CLUSTERS: '[{"id":"demo","kubeconfig":"/none"}]', ...env });
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const socket = createServer();
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  return port;
}
