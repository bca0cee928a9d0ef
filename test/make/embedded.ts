// The whole system for a test: real table engine, real Kubernetes protocol, real handlers, and a clock that the test moves. Only
// what is between them is not: a socket in one process is a third of what a tick costs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeHandler as makeCommandHandler } from '../../functions/command.ts';
import { makeHandler as makeQueryHandler } from '../../functions/query.ts';
import { makeHandler as makeTickHandler } from '../../functions/tick.ts';
import type { Writer } from '../../lib/adapters/dynamo/partitions.ts';
import { openApiText } from '../../lib/app/api/openapi-document.ts';
import type { AutoscalerEvent, Log } from '../../lib/app/ports/world.ts';
import { EVENT_DETAILS } from '../../lib/app/report/event-schema.ts';
import { readConfig } from '../../lib/config.ts';
import { VERSION } from '../../lib/version.ts';
import type { ClusterOverrides } from '../../lib/wire/cluster.ts';
import { wireCommand } from '../../lib/wire/command.ts';
import { wireQuery } from '../../lib/wire/query.ts';
import { wireTick } from '../../lib/wire/tick.ts';
import { wireWatchdog } from '../../lib/wire/watchdog.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { startGateway } from '../../local/gateway.ts';
import type { Faults } from '../../local/simulated-cluster/faults.ts';
import { startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import type { SimulatedWorkload } from '../../local/simulated-cluster/workload.ts';
import { clusterInProcess, tableInProcess } from '../stand-ins/in-process.ts';
import { makeTableRights } from '../stand-ins/table-rights.ts';

const MINUTE = 60_000;

/** Ten replicas of half a core at a constant load, unless a test says otherwise. */
export function simulated(change: Partial<SimulatedWorkload> = {}): SimulatedWorkload {
  return {
    namespace: 'shop',
    name: 'web',
    replicas: 10,
    cpuRequestCores: 0.5,
    memoryRequestBytes: 2 ** 29,
    memoryBaseBytes: 2 ** 26,
    memoryPerCoreBytes: 2 ** 26,
    startupSeconds: 30,
    load: () => 2.5,
    ...change,
  };
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read into JSON of many shapes
  readonly body: any;
}

export async function startEmbedded(
  workloads: readonly SimulatedWorkload[],
  options: { env?: Record<string, string>; readOnly?: string; start?: number; sqs?: ClusterOverrides['sqs'] } = {},
) {
  let now = options.start ?? Date.parse('2026-03-04T12:00:00Z');
  const clock = { now: () => now };
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-test-'));
  const faults: Faults = {};
  let tableIsThere = true;
  // Each function with the rights that it is deployed with: what is granted too narrowly fails here.
  const rights = makeTableRights();
  let engine = {} as Server;
  let api = {} as Server;
  const guard = (server: Server) => {
    engine = server;
    rights.guard(server);
  };
  const table = await startEmbeddedTable({ guard });
  const cluster = await startSimulatedCluster({
    name: 'demo',
    workloads,
    clock,
    faults,
    guard: (server) => (api = server),
  });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig);
  const lines: string[] = [];
  const write = (message: string) => void lines.push(message);
  const log: Log = { info: write, warn: write, error: write };
  const events: AutoscalerEvent[] = [];
  const config = readConfig({
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: 'demo', kubeconfig }]),
    ...options.env,
  });
  const overrides = (writer: Writer): ClusterOverrides => ({
    clock,
    log,
    table: { ...rights.as(writer, table), transport: tableInProcess(engine, writer) },
    clusterHttp: clusterInProcess(api),
    document: async () => openApiText(VERSION),
    events: {
      async publish(published) {
        // Whatever a test does: what is told outside is as docs/events.md says.
        for (const { type, detail } of published) EVENT_DETAILS[type].parse(detail);
        events.push(...published);
      },
    },
    ...(options.readOnly === undefined ? {} : { readOnly: options.readOnly }),
    ...(options.sqs && { sqs: options.sqs }),
  });
  const tickContext = await wireTick(config, overrides('tick'));
  const watchdogContext = await wireWatchdog(config, overrides('watchdog'));
  const tickHandler = makeTickHandler(tickContext);
  const commandContext = await wireCommand(config, overrides('command'));
  const handlers = {
    query: makeQueryHandler(await wireQuery(config, overrides('query'))),
    command: makeCommandHandler(commandContext),
  };
  const gateway = await startGateway(0, handlers);
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const answer = await fetch(`${gateway.url}${path}`, init);
    return { status: answer.status, body: await answer.json() };
  };
  const tickAt = (at: number) => tickHandler({ cluster: 'demo', scheduled_at: new Date(at).toISOString() });
  return {
    cluster,
    /** As API Gateway calls them. */
    handlers,
    /** Of the local gateway in front of them. */
    url: gateway.url,
    /** Where the table is, for what opens it by itself. */
    table,
    rights,
    faults,
    events,
    lines,
    ports: tickContext.ports,
    /** What its functions are wired from. */
    config,
    overrides,
    settings: tickContext.settings,
    watchdog: watchdogContext,
    command: commandContext,
    now: () => now,
    advance: (minutes: number) => {
      now += minutes * MINUTE;
    },
    tickAt,
    /** Moves on by a minute and ticks, so many times. */
    async tick(times = 1) {
      for (let i = 0; i < times; i++) {
        now += MINUTE;
        await tickAt(now);
      }
    },
    get: (path: string) => ask(path),
    post: (path: string, body: unknown) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    /** From here on the table is away. */
    async loseTable() {
      await table.close();
      tableIsThere = false;
    },
    async close() {
      await gateway.close();
      await cluster.close();
      if (tableIsThere) await table.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Embedded = Awaited<ReturnType<typeof startEmbedded>>;
