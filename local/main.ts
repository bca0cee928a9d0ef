// `npm start`: everything embedded in one process, through the very handlers that are deployed.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeHandler as makeCommandHandler } from '../functions/command.ts';
import { makeHandler as makeQueryHandler } from '../functions/query.ts';
import { makeHandler as makeTickHandler } from '../functions/tick.ts';
import type { Clock } from '../lib/app/ports/world.ts';
import { readConfig } from '../lib/config.ts';
import { wireCommand } from '../lib/wire/command.ts';
import { mayAskWithoutKey } from '../lib/wire/llm-key.ts';
import type { Overrides } from '../lib/wire/parts.ts';
import { wireQuery } from '../lib/wire/query.ts';
import { wireTick } from '../lib/wire/tick.ts';
import { makeConsoleEvents, makeConsoleLog } from './console-log.ts';
import { lastTickOf, openCluster } from './embedded-cluster.ts';
import { type EmbeddedTable, startEmbeddedTable } from './embedded-table.ts';
import { startGateway } from './gateway.ts';
import { type Options, readOptions } from './options.ts';
import { hints, type StatusBody, statusTable } from './report.ts';
import { makeSimulatedClock } from './simulated-clock.ts';
import { runTickLoop, tickOnce } from './tick-loop.ts';

/** How often the table of workloads is printed again, in seconds of ours. */
const REPORT_EVERY_SECONDS = 15;
const TICK_MS = 60_000;
/** Above this speed a line per piece of advice would drown the changes; the table shows the last one. */
const CHATTY_UP_TO_SPEED = 60;
const READ_ONLY = 'started with --kubeconfig: this only recommends and changes nothing';

async function main(options: Options): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const stopping = stopSignal(options.for);
  const log = makeConsoleLog(options.speed <= CHATTY_UP_TO_SPEED);
  const table = await startEmbeddedTable(options.data === null ? {} : { folder: resolve(options.data) });
  const clock = makeSimulatedClock(await startTime(table), options.speed);
  const cluster = await openCluster(options, clock);
  const scratch = mkdtempSync(join(tmpdir(), 'ai4k8s-'));
  const kubeconfig = cluster.kubeconfigText === null ? null : join(scratch, 'kubeconfig');
  if (kubeconfig !== null) writeFileSync(kubeconfig, cluster.kubeconfigText ?? '', { mode: 0o600 });
  const config = readConfig({
    ...process.env,
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: cluster.id, kubeconfig: kubeconfig ?? cluster.kubeconfigPath }]),
    ANNOTATE_ON_ENABLE: String(options.kubeconfig === null), // the simulated cluster is ours to mark
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
  const report = makeReporter(gateway.url, cluster.id, clock);
  const first = await report();
  console.log(
    hints(gateway.url, cluster.id, kubeconfig, first.workloads.find((row) => !row.enabled) ?? first.workloads[0]),
  );
  console.log(llmLine(config.GROQ_API_KEY !== undefined || mayAskWithoutKey(config)));
  const ticking = runTickLoop(loop, stopping);
  await everySoOften(report, stopping);
  await ticking;
  await report();
  await Promise.all([gateway.close(), cluster.close()]);
  await table.close();
  rmSync(scratch, { recursive: true, force: true });
}

/** A table kept in a folder may have seen a faster clock than ours: time goes on from there, never back. */
async function startTime(table: EmbeddedTable): Promise<number> {
  const last = await lastTickOf(table);
  return Math.max(Math.floor(Date.now() / TICK_MS) * TICK_MS, last === null ? 0 : last + TICK_MS);
}

/** Prints the status as the API serves it, where it has changed since the last time. */
function makeReporter(url: string, cluster: string, clock: Clock) {
  let printed = '';
  return async (): Promise<StatusBody> => {
    const answer = await fetch(`${url}/api/autoscaling/status/${cluster}`);
    if (!answer.ok) throw new Error(`the API answered ${answer.status}: ${await answer.text()}`);
    const status = (await answer.json()) as StatusBody;
    const text = statusTable(status);
    if (text !== printed)
      console.log(`\n${new Date(clock.now()).toISOString().slice(0, 16).replace('T', ' ')}  ${text}`);
    printed = text;
    return status;
  };
}

async function everySoOften(report: () => Promise<unknown>, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await sleep(REPORT_EVERY_SECONDS * 1000, undefined, { signal: stopping }).catch(() => undefined);
    if (!stopping.aborted) await report();
  }
}

function llmLine(enabled: boolean): string {
  return enabled
    ? 'The LLM takes part: its advice is followed inside the envelope that evidence allows.'
    : 'Rules decided: there is no LLM key. To turn the LLM on, set GROQ_API_KEY (https://console.groq.com/keys) in .env or the environment, or GROQ_BASE_URL to a server of your own.';
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
