// The parts of the toy stories by themselves: the queue of a replica, the balancer, the load, the stand-in kubelet, the chart.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { startBalancer } from '../../local/toy/balancer.ts';
import { storyChart } from '../../local/toy/chart.ts';
import { phaseAt, rateAt, secondsOf, startLoad } from '../../local/toy/load.ts';
import { makeReplicaMetrics } from '../../local/toy/replica-metrics.ts';
import { makeServiceQueue } from '../../local/toy/service-queue.ts';
import { startStandInKubelet } from '../../local/toy/stand-in-kubelet.ts';
import type { Told } from '../../local/toy/teller.ts';
import { TOY_REPLICA, toyWorkload } from '../../local/toy/toy-workload.ts';

const PHASES = [
  { name: 'quiet', seconds: 10, from: 5, to: 5 },
  { name: 'rise', seconds: 20, from: 5, to: 25 },
];

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200 && !(await holds()); i++) await sleep(50);
  expect(await holds()).toBe(true);
}

describe('the queue of a replica', () => {
  it('works on so many at a time; the others wait their turn, in order', async () => {
    const queue = makeServiceQueue(20, 2, 10);
    const done: number[] = [];
    await Promise.all([1, 2, 3, 4, 5].map((n) => queue.serve().then(() => done.push(n))));
    expect(done).toEqual([1, 2, 3, 4, 5]);
    expect(queue.inside).toBe(0);
  });

  it('turns away who finds the line full, and loses nobody else', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 20 }),
        async (slots, line, come) => {
          const queue = makeServiceQueue(1, slots, line);
          const served = await Promise.all(Array.from({ length: come }, () => queue.serve()));
          expect(served.filter(Boolean)).toHaveLength(Math.min(come, slots + line));
          expect(queue.inside).toBe(0);
        },
      ),
      { numRuns: 20 },
    ));
});

describe('what a replica tells Prometheus', () => {
  it('is requests as they come, and a histogram that adds up, under its labels', () => {
    const metrics = makeReplicaMetrics({ namespace: 'default', deployment: 'toy', pod: 'toy-1' });
    metrics.arrived();
    metrics.arrived();
    metrics.answered(0.11);
    metrics.answered(99);
    const lines = metrics.text().split('\n');
    const labels = 'namespace="default",deployment="toy",pod="toy-1"';
    expect(lines).toContain(`toy_requests_total{${labels}} 2`);
    expect(lines).toContain(`toy_request_duration_seconds_bucket{${labels},le="0.1"} 0`);
    expect(lines).toContain(`toy_request_duration_seconds_bucket{${labels},le="0.15"} 1`);
    expect(lines).toContain(`toy_request_duration_seconds_bucket{${labels},le="16"} 1`);
    expect(lines).toContain(`toy_request_duration_seconds_bucket{${labels},le="+Inf"} 2`);
    expect(lines).toContain(`toy_request_duration_seconds_count{${labels}} 2`);
  });
});

describe('the balancer', () => {
  it('asks each that serves in turn, and answers 503 where none does, 502 where one is gone', async () => {
    const balancer = await startBalancer();
    const servers = await Promise.all(['a', 'b'].map(named));
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    const ask = async () => {
      const answer = await fetch(balancer.url);
      return answer.ok ? answer.text() : answer.status;
    };
    expect(await ask()).toBe(503);
    balancer.serve(ports);
    expect(new Set([await ask(), await ask()])).toEqual(new Set(['a', 'b']));
    for (const server of servers) server.close().closeAllConnections();
    await until(async () => (await ask()) === 502);
    await balancer.close();
  });
});

function named(name: string): Promise<Server> {
  const server = createServer((_, response) => response.end(name));
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

describe('the load', () => {
  it('follows its phases', () => {
    expect([0, 9.9, 20, 29.9, 30].map((at) => Math.round(rateAt(PHASES, at)))).toEqual([5, 5, 15, 25, 0]);
    expect([0, 15, 31].map((at) => phaseAt(PHASES, at))).toEqual(['quiet', 'rise', 'over']);
    expect(secondsOf(PHASES)).toBe(30);
  });

  it('comes whether or not it is answered: a slow service gets as many requests as a quick one', async () => {
    let came = 0;
    const slow = createServer(() => came++);
    await new Promise<void>((done) => slow.listen(0, '127.0.0.1', done));
    const { port } = slow.address() as AddressInfo;
    const load = startLoad(
      `http://127.0.0.1:${port}`,
      [{ name: 'all', seconds: 1, from: 40, to: 40 }],
      new AbortController().signal,
    );
    await load.done;
    await until(() => came > 20);
    expect(load.felt().p95Ms).toBeNull();
    slow.closeAllConnections();
    slow.close();
  });
});

describe('the stand-in kubelet', () => {
  it('runs a process for each pod of the Deployment, and none for long that is not', async () => {
    let kubelet: ReturnType<typeof startStandInKubelet> | undefined;
    const cluster = await startSimulatedCluster({
      name: 'toy',
      workloads: [toyWorkload({}, { usage: (pod) => kubelet?.usage(pod) ?? null })],
      clock: { now: Date.now },
      stepSeconds: 1,
    });
    let ports: ReadonlyMap<string, number> = new Map();
    kubelet = startStandInKubelet({
      kubeconfig: cluster.kubeconfig,
      url: cluster.url,
      namespace: 'default',
      deployment: 'toy',
      replica: TOY_REPLICA,
      onServing: (now) => {
        ports = now;
      },
    });
    const deployment = `${cluster.url}/apis/apps/v1/namespaces/default/deployments/toy`;
    const ready = async () => {
      const { status } = (await (await fetch(deployment)).json()) as { status: { readyReplicas?: number } };
      return status.readyReplicas ?? 0;
    };
    const scale = (replicas: number) =>
      fetch(`${deployment}/scale`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ spec: { replicas } }),
      });
    await until(async () => ports.size === 2 && (await ready()) === 2);
    await scale(4);
    await until(async () => ports.size === 4 && (await ready()) === 4);
    const answers = await Promise.all(
      [...ports.values()].map(async (port) => (await fetch(`http://127.0.0.1:${port}`)).text()),
    );
    expect(answers.sort()).toEqual([...ports.keys()].sort().map((pod) => `served by ${pod}\n`));
    await scale(2);
    await until(() => ports.size === 2);
    const last = [...ports.values()];
    await kubelet.close();
    await cluster.close();
    await until(async () =>
      (await Promise.allSettled(last.map((port) => fetch(`http://127.0.0.1:${port}`)))).every(
        ({ status }) => status === 'rejected',
      ),
    );
  }, 60_000);
});

describe('the chart', () => {
  const told = (seconds: number, feltMs: number | null): Told => ({
    seconds,
    phase: 'quiet',
    requestsPerSecond: 5,
    feltMs,
    failed: 0,
    measuredMs: null,
    usualMs: 500,
    asked: 2,
    serving: 2,
    changed: false,
    change: { from: 2, to: 2, source: 'reactive', reason: '' },
  });

  it('is one SVG with nothing in it that runs, whatever it is called, and a gap where nothing was measured', () => {
    const svg = storyChart([told(0, 100), told(10, null), told(20, 300), told(30, 200)], 'p95 < 500 & <script>');
    expect(svg).toMatch(/^<svg [^>]*>[\s\S]*<\/svg>\n$/);
    expect(svg).not.toContain('<script');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/stroke="#b8b8c4" stroke-width="2"\/>/g)).toHaveLength(3);
  });
});
