// `npm start`: everything embedded in one process, through the very handlers that are deployed.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeHandler as makeCommandHandler } from '../functions/command.ts';
import { makeHandler as makeQueryHandler } from '../functions/query.ts';
import { makeHandler as makeTickHandler } from '../functions/tick.ts';
import { readConfig } from '../lib/config.ts';
import { wireCommand } from '../lib/wire/command.ts';
import type { Overrides } from '../lib/wire/parts.ts';
import { wireQuery } from '../lib/wire/query.ts';
import { wireTick } from '../lib/wire/tick.ts';
import { makeConsoleEvents, makeConsoleLog } from './console-log.ts';
import { openCluster } from './embedded-cluster.ts';
import { startEmbeddedTable } from './embedded-table.ts';
import { startGateway } from './gateway.ts';
import { type Options, readOptions } from './options.ts';
import { hints, type StatusBody, statusTable } from './report.ts';
import { makeSimulatedClock } from './simulated-clock.ts';
import { runTickLoop, tickOnce } from './tick-loop.ts';

/** How often the table of workloads is printed again, in seconds of ours. */
const REPORT_EVERY_SECONDS = 15;
const TICK_MS = 60_000;
const READ_ONLY = 'started with --kubeconfig: this only recommends and changes nothing';

async function main(options: Options): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const scratch = mkdtempSync(join(tmpdir(), 'ai4k8s-'));
  const stopping = stopSignal(options.for);
  const log = makeConsoleLog();
  const table = await startEmbeddedTable(options.data === null ? {} : { folder: resolve(options.data) });
  const clock = makeSimulatedClock(Math.floor(Date.now() / TICK_MS) * TICK_MS, options.speed);
  const cluster = await openCluster(options, clock);
  const kubeconfig = cluster.kubeconfigText === null ? null : join(scratch, 'kubeconfig');
  if (kubeconfig !== null) writeFileSync(kubeconfig, cluster.kubeconfigText ?? '', { mode: 0o600 });
  const config = readConfig({
    ...process.env,
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: cluster.id, kubeconfig: kubeconfig ?? cluster.kubeconfigPath }]),
    ANNOTATE_ON_ENABLE: 'true',
  });
  const overrides: Overrides = {
    clock,
    log,
    events: makeConsoleEvents(),
    table,
    ...(options.kubeconfig === null ? {} : { readOnly: READ_ONLY }),
  };
  const [tick, query, command] = await Promise.all([
    wireTick(config, overrides),
    wireQuery(config, overrides),
    wireCommand(config, overrides),
  ]);
  await cluster.preload(tick.ports);
  const gateway = await startGateway(options.port, {
    query: makeQueryHandler(query),
    command: makeCommandHandler(command),
  });
  const loop = { clock, cluster: cluster.id, tickSeconds: config.TICK_SECONDS, handler: makeTickHandler(tick), log };
  await tickOnce(loop, clock.now());
  const first = await printStatus(gateway.url, cluster.id, clock.now());
  console.log(hints(gateway.url, cluster.id, kubeconfig, first.workloads.at(-1)));
  console.log(llmLine(config.GROQ_API_KEY !== undefined));
  const ticking = runTickLoop(loop, stopping);
  await report(gateway.url, cluster.id, clock, stopping);
  await ticking;
  await printStatus(gateway.url, cluster.id, clock.now());
  await Promise.all([gateway.close(), cluster.close()]);
  await table.close();
  rmSync(scratch, { recursive: true, force: true });
}

async function report(url: string, cluster: string, clock: { now(): number }, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await sleep(REPORT_EVERY_SECONDS * 1000, undefined, { signal: stopping }).catch(() => undefined);
    if (!stopping.aborted) await printStatus(url, cluster, clock.now());
  }
}

async function printStatus(url: string, cluster: string, now: number): Promise<StatusBody> {
  const answer = await fetch(`${url}/api/autoscaling/status/${cluster}`);
  if (!answer.ok) throw new Error(`the API answered ${answer.status}: ${await answer.text()}`);
  const status = (await answer.json()) as StatusBody;
  console.log(statusTable(status, new Date(now).toISOString().slice(0, 16).replace('T', ' ')));
  return status;
}

function llmLine(enabled: boolean): string {
  return enabled
    ? 'The LLM takes part: its advice is followed inside the envelope that evidence allows.'
    : 'Rules decided: there is no LLM key. To turn the LLM on, set GROQ_API_KEY (https://console.groq.com/keys) in .env or the environment.';
}

/** Aborts after `seconds`, or at Ctrl-C. */
function stopSignal(seconds: number | null): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  const timer = seconds === null ? null : AbortSignal.timeout(seconds * 1000);
  return timer === null ? controller.signal : AbortSignal.any([timer, controller.signal]);
}

main(readOptions(process.argv.slice(2))).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
