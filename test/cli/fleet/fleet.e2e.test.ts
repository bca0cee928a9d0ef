// `ai4k8s backtest --all` on a real Prometheus that holds a cluster's past: a process of its own, as somebody would run it.
// FLEET_WORKLOADS=50 FLEET_DAYS=14 is the whole demonstration, which has ten minutes on two cores.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulatedCluster } from '../../../local/simulated-cluster/server.ts';
import { type PrometheusProcess, startPrometheus } from '../../../local/toy/prometheus.ts';
import { simulated } from '../../make/embedded.ts';
import { fillPrometheus, hasPrometheus } from '../../stand-ins/fleet-prometheus.ts';
import { fleetWorkloads } from '../../stand-ins/fleet-workloads.ts';

const CLI = join(import.meta.dirname, '../../../cli/main.ts');
const WORKLOADS = Number(process.env.FLEET_WORKLOADS ?? 10);
const DAYS = Number(process.env.FLEET_DAYS ?? 4);
const BAD = 6;
const LIMIT_SECONDS = 600;

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

describe.runIf(hasPrometheus())('a backtest of all Deployments that a Prometheus knows of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-fleet-'));
  const report = join(folder, 'report.html');
  let prometheus: PrometheusProcess;

  beforeAll(async () => {
    const end = Math.floor(Date.now() / 1000);
    fillPrometheus(folder, fleetWorkloads(WORKLOADS, end * 1000), DAYS, end);
    prometheus = await startPrometheus(folder, new AbortController().signal);
  });
  afterAll(async () => {
    await prometheus?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const backtest = (...args: string[]): Promise<Run> =>
    new Promise((resolve) => {
      const all = [CLI, 'backtest', '--all', '--prometheus', prometheus.url, ...args];
      const options = { cwd: folder, env: { PATH: process.env.PATH ?? '' }, maxBuffer: 2 ** 26 };
      execFile(process.execPath, all, options, (error, stdout, stderr) =>
        resolve({ stdout, stderr, status: error === null ? 0 : Number(error.code) }),
      );
    });

  it(
    'judges each against its own HPA, names what it cannot say, and prints what to type',
    async () => {
      const began = performance.now();
      const run = await backtest('--days', String(DAYS), '--html', report, '--json');
      const seconds = (performance.now() - began) / 1000;
      process.stderr.write(`backtest --all: ${WORKLOADS} Deployments, ${DAYS} days: ${seconds.toFixed(0)} s\n`);
      expect(run.stderr).toContain(`[${WORKLOADS}/${WORKLOADS}]`);
      expect(run.status).toBe(0);
      const said = JSON.parse(run.stdout);
      const found = said.workloads.map(({ workload }: { workload: string }) => workload);
      expect(found).toHaveLength(WORKLOADS - BAD);
      const reasons = Object.fromEntries(
        said.cannot_say.map(({ workload, why }: { workload: string; why: string }) => [workload, why]),
      );
      expect(reasons).toEqual({
        'odd/<script>alert(1)</script>': expect.stringContaining('as nothing in Kubernetes can be'),
        'odd/by-queue': expect.stringContaining('scales by s0-rabbitmq-jobs and not by CPU'),
        'odd/gaps': expect.stringContaining('gaps of over an hour'),
        'odd/nan': expect.stringContaining('every minute, replay it alone'),
        'odd/no-request': expect.stringContaining('no CPU request'),
        'odd/young': expect.stringContaining('2.0 days of history'),
      });
      const web = said.workloads.find(({ workload }: { workload: string }) => workload === 'shop/web');
      expect(web).toMatchObject({
        advice: 'tune',
        cpu_request: 0.5,
        startup_seconds: 30,
        hpa: { name: 'web', min: 2, max: 80, targetPercent: 50 },
      });
      expect(web.advised.replicas).toBeLessThan(0.9 * web.now.replicas);
      expect(web.commands[0]).toMatch(/^kubectl -n shop patch hpa web /);
      const page = readFileSync(report, 'utf8');
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(page).not.toContain('<script');
      expect(page.match(/<figure class="replay">/g)).toHaveLength(WORKLOADS - BAD);
      if (WORKLOADS >= 50) expect(seconds).toBeLessThan(LIMIT_SECONDS);
    },
    2 * LIMIT_SECONDS * 1000,
  );

  it('takes Deployments, requests and HPAs from a cluster itself, with --kubeconfig', async () => {
    const hpa = { minReplicas: 3, maxReplicas: 40, targetCpuPercent: 55 };
    const workloads = [simulated({ hpa, cpuRequestCores: 0.25 }), simulated({ name: 'new' })];
    const cluster = await startSimulatedCluster({ name: 'prod', workloads, clock: { now: Date.now } });
    writeFileSync(join(folder, 'config'), cluster.kubeconfig);
    try {
      const run = await backtest('--kubeconfig', join(folder, 'config'), '--days', String(DAYS), '--json');
      const said = JSON.parse(run.stdout);
      expect(said.source).toMatch(/^the cluster of \S+config and Prometheus at /);
      expect(said.workloads).toMatchObject([
        { workload: 'shop/web', cpu_request: 0.25, hpa: { min: 3, max: 40, targetPercent: 55 } },
      ]);
      expect(said.cannot_say).toMatchObject([{ workload: 'shop/new' }]);
    } finally {
      await cluster.close();
    }
  }, 120_000);

  it('takes the namespaces that are named, and says which there are', async () => {
    const none = await backtest('--namespace', 'nope', '--days', String(DAYS));
    expect(none).toMatchObject({ status: 1, stdout: '' });
    expect(none.stderr).toMatch(/no Deployment runs in nope: check --namespace; there are .*odd/);
    const odd = await backtest('--namespace', 'odd', '--days', String(DAYS));
    expect(odd.status).toBe(1);
    expect(odd.stdout).toMatch(/^Of 6 Deployments: leave 0, tune the HPA of 0, enable 0, 6 cannot be judged\.\n/);
  });

  it.each([
    [['--min', '3'], /--all and --min: every Deployment is replayed with what is its own/],
    [['--days', '3'], /--days 3 is too little for --all: give 4 or more/],
    [['--deployment', 'web'], /'--deployment <name>' cannot be used with option '--all'|'--all' cannot be used/],
  ])('refuses %j', async (args, message) => {
    const run = await backtest(...args);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toMatch(message);
  });

  it('needs a Prometheus to be named, and one namespace for one Deployment', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [CLI, 'backtest', ...args], { encoding: 'utf8' }).stderr;
    expect(run('--all')).toContain('--all finds the Deployments in Prometheus: give --prometheus <url>');
    expect(run('--deployment', 'web', '-n', 'a', '-n', 'b')).toContain('one Deployment is in one namespace');
  });
});
