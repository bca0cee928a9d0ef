// `npm run fleet:prometheus -- [WORKLOADS] [DAYS]`: a Prometheus with the past of a cluster, for `ai4k8s backtest --all`, until Ctrl-C.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complain, messageOf, say } from '../../cli/terminal.ts';
import { endWithNpm } from '../../local/lifetime.ts';
import { startPrometheus } from '../../local/toy/prometheus.ts';
import { fillPrometheus } from './fleet-prometheus.ts';
import { fleetWorkloads } from './fleet-workloads.ts';

const [workloads = 50, days = 14] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-fleet-'));
const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ended.abort());
endWithNpm(() => ended.abort());
const until = new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
try {
  const end = Math.floor(Date.now() / 1000);
  complain(`filling a Prometheus with ${days} days of ${workloads} Deployments`);
  fillPrometheus(folder, fleetWorkloads(workloads, end * 1000), days, end);
  const prometheus = await startPrometheus(folder, ended.signal);
  say(`npm run ai4k8s -- backtest --all --prometheus ${prometheus.url}`);
  const alive = setInterval(() => undefined, 60_000);
  await until;
  clearInterval(alive);
  await prometheus.close();
} catch (error) {
  complain(`error: ${messageOf(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
