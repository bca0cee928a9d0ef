// Straight at a cluster: a table in memory, ticks that may change nothing and the API, in this process for as long as one command
// takes.
import { existsSync } from 'node:fs';
import { makeHandler as makeQueryHandler } from '../functions/query.ts';
import { openApiText } from '../lib/app/api/openapi-document.ts';
import { problemAnswer } from '../lib/app/api/problem.ts';
import { REQUEST_ID, requestIdOf } from '../lib/app/api/request-id.ts';
import type { EventSink, Log } from '../lib/app/ports/world.ts';
import { readConfig } from '../lib/config.ts';
import { VERSION } from '../lib/version.ts';
import { wireQuery } from '../lib/wire/query.ts';
import { wireTick } from '../lib/wire/tick.ts';
import { makeConsoleLog } from './console-log.ts';
import { openOwn } from './embedded-cluster.ts';
import { startEmbeddedTable } from './embedded-table.ts';
import { startGateway } from './gateway.ts';
import { tickAndLook } from './tick-and-look.ts';

export interface StraightCluster {
  /** Of the API, on a free port of 127.0.0.1. */
  readonly url: string;
  /** As the kubeconfig calls its context. */
  readonly cluster: string;
  /** Reads the cluster, where it was not read within the last tick's time. @throws Error of one line where it cannot be read */
  look(): Promise<void>;
  close(): Promise<void>;
}

const READ_ONLY = 'asked with --kubeconfig, which only recommends';
/** What an installation's environment makes ticks write, count and hand on; here they do none of it. */
const WRITING = [
  'EVENT_BUS_NAME',
  'METRICS_NAMESPACE',
  'REMOTE_WRITE_URL',
  'REMOTE_WRITE_AUTH',
  'REMOTE_WRITE_SECRET_ID',
  'SHARD_QUEUE_URL',
  'LEARN_QUEUE_URL',
  'LOOK_QUEUE_URL',
];
/** Ticks ask no LLM: who asks about one workload does. */
const ASKING = ['GROQ_API_KEY', 'GROQ_SECRET_ID', 'GROQ_BASE_URL'];

const NO_EVENTS: EventSink = { publish: () => Promise.resolve() };
const CONSOLE = makeConsoleLog(false);
/** What went wrong, and nothing of what went well; that a tick has failed is thrown as well. */
const LOG: Log = {
  ...CONSOLE,
  info: () => undefined,
  error: (message, fields) => (message === 'tick failed' ? undefined : CONSOLE.error(message, fields)),
};

/**
 * Nothing is written to the cluster, and nothing is kept.
 * @param kubeconfig a file; true for the default one
 * @throws Error of one line where it cannot be read, or the environment is not as it must be
 */
export async function openStraight(kubeconfig: string | true): Promise<StraightCluster> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const own = openOwn(kubeconfig);
  await using undo = new AsyncDisposableStack();
  const table = await startEmbeddedTable();
  undo.defer(() => table.close());
  const env = {
    ...process.env,
    ...unset(WRITING),
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: own.id, kubeconfig: own.kubeconfigPath }]),
  };
  const config = readConfig(env);
  const document = async () => openApiText(VERSION);
  const overrides = { log: LOG, events: NO_EVENTS, table, document, readOnly: READ_ONLY };
  const { tick } = tickAndLook(wireTick(readConfig({ ...env, ...unset(ASKING) }), overrides));
  const gateway = await startGateway(0, { query: makeQueryHandler(wireQuery(config, overrides)), command: refuse });
  undo.defer(() => gateway.close());
  const opened = undo.move();
  let readAt: number | null = null;
  return {
    url: gateway.url,
    cluster: own.id,
    async look() {
      const now = Date.now();
      if (readAt !== null && now - readAt < config.TICK_SECONDS * 1000) return;
      await tick({ cluster: own.id, scheduled_at: new Date(now).toISOString() });
      readAt = now;
    },
    close: () => opened.disposeAsync(),
  };
}

function unset(names: readonly string[]): Readonly<Record<string, undefined>> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** To whoever else on this machine finds the port. */
const refuse: Parameters<typeof startGateway>[1]['command'] = (event) => {
  const requestId = requestIdOf(event) ?? '';
  const { status, headers, body } = problemAnswer(
    403,
    'Read-only',
    READ_ONLY,
    { request_id: requestId },
    { [REQUEST_ID]: requestId },
  );
  return Promise.resolve({ statusCode: status, headers, body: JSON.stringify(body), isBase64Encoded: false });
};
