// The functions of a tick as processes: one that ticks, two that evaluate, one that learns, one that looks; queues and a bus between them.
import { subscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { CREDENTIALS, type TableAccess } from '../../local/embedded-endpoint.ts';
import { startEventBusServer } from '../../test/stand-ins/event-bus-server.ts';
import { startEventSource } from '../../test/stand-ins/event-source.ts';
import { type Child, startChild } from './child.ts';

export const FUNCTIONS = ['tick', 'evaluate', 'learn', 'look'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export interface Invocation {
  readonly result?: unknown;
  readonly error?: string;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

interface SentLook {
  readonly at: number;
  readonly id: string;
  readonly body: string;
}

export interface DeployedFunctions {
  /** Until a fresh process has imported its module. */
  readonly importCpuSeconds: Readonly<Record<FunctionName, number>>;
  /** @throws Error where the function does */
  tick(scheduledAt: number): Promise<Invocation>;
  /** Batches that were evaluated since it was last asked; ends when so many shards were. */
  evaluated(shards: number): Promise<readonly Invocation[]>;
  /** The next message of learning. @returns null where there is none */
  learnOne(): Promise<Invocation | null>;
  /** The looks that were sent since it was last asked, by when they are due. */
  looks(): readonly SentLook[];
  /** @throws Error where the function does */
  look(sent: SentLook): Promise<Invocation>;
  /** The time of all functions, from which it goes on slowly. */
  setTime(now: number): void;
  /** Calls of the queue and the bus, and what was logged, since it was last asked. */
  told(): { readonly calls: Readonly<Record<string, number>>; readonly log: Readonly<Record<FunctionName, string>> };
  close(): Promise<void>;
}

const REGION = 'eu-west-1';
const LOOKS = 'looks';
/** infra/work-queues.ts, infra/stack.ts. */
const BATCH = 4;
const MEMORY_MB = { tick: 1024, evaluate: 1024, learn: 1024, look: 768 };
/**
 * A tick's writes end after 43 of its 60 seconds, and what is left is dropped. Where stand-ins and other work share the cores
 * that would hide what a tick takes: by the clock of the functions less time passes, and how long it took is said by the wall's.
 */
const SLOWNESS = 5;
const SCRIPT = join(import.meta.dirname, 'function-process.mjs');

export interface FunctionSettings {
  /** Where each function's module is. */
  readonly moduleOf: (name: FunctionName) => string;
  readonly table: TableAccess;
  readonly cluster: string;
  readonly kubeconfig: string;
  readonly evaluators: number;
  readonly now: number;
  /** For Node, of all of them. */
  readonly nodeArgs: readonly string[];
}

export async function startFunctions(settings: FunctionSettings): Promise<DeployedFunctions> {
  const { moduleOf, table, cluster, nodeArgs, evaluators } = settings;
  let clock = slowClock(settings.now);
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-functions-'));
  writeFileSync(join(folder, 'kubeconfig'), settings.kubeconfig);
  const queues = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const bus = await startEventBusServer(() => []);
  const endpoint = `http://127.0.0.1:${queues.port}`;
  const sqs = new SQSClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const [shards, learning, looks] = ['shards', 'learning', LOOKS].map((name) => {
    const { queueArn } = queues.createQueue(name, { region: REGION, attributes: { VisibilityTimeout: '900' } });
    return { queueArn, queueUrl: `${endpoint}/000000000000/${name}` };
  }) as [Queue, Queue, Queue];
  const env = {
    PATH: process.env.PATH ?? '',
    NODE_OPTIONS: '--enable-source-maps',
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: cluster, kubeconfig: join(folder, 'kubeconfig') }]),
    EVENT_BUS_NAME: 'bench',
    METRICS_NAMESPACE: 'AI4K8s/bench',
    SHARD_QUEUE_URL: shards.queueUrl,
    LEARN_QUEUE_URL: learning.queueUrl,
    LOOK_QUEUE_URL: looks.queueUrl,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.client.endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
  const start = (name: FunctionName) =>
    startChild(SCRIPT, {
      args: [moduleOf(name), String(clock()), String(SLOWNESS)],
      env: { ...env, AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY_MB[name]) },
      isAlone: true,
      nodeArgs,
      folder,
    });
  const processes: Readonly<Record<FunctionName, readonly Child[]>> = {
    tick: [start('tick')],
    evaluate: Array.from({ length: evaluators }, () => start('evaluate')),
    learn: [start('learn')],
    look: [start('look')],
  };
  const imported = async (name: FunctionName) => {
    const all = processes[name].map((child) => child.ask<{ readonly importCpuSeconds: number }>('ready'));
    return (await Promise.all(all))[0]?.importCpuSeconds ?? 0;
  };
  const importCpuSeconds = {
    tick: await imported('tick'),
    evaluate: await imported('evaluate'),
    learn: await imported('learn'),
    look: await imported('look'),
  };
  const invoke = async (child: Child, event: unknown): Promise<Invocation> => {
    const answer = await child.ask<Invocation>({ event, now: clock() });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };

  const idle = [...processes.evaluate];
  let batches: (Invocation & { readonly done: number })[] = [];
  let failure: unknown;
  const evaluate = {
    async invoke(event: unknown) {
      const child = idle.shift();
      if (child === undefined) throw new Error('more batches at once than processes');
      try {
        const answer = await invoke(child, event);
        const { batchItemFailures } = answer.result as { readonly batchItemFailures: readonly unknown[] };
        const { Records } = event as { readonly Records: readonly unknown[] };
        batches.push({ ...answer, done: Records.length - batchItemFailures.length });
        return { ok: true as const, result: answer.result, isCold: false };
      } catch (error) {
        failure = error;
        return { ok: false as const, error: String(error), isCold: false };
      } finally {
        idle.push(child);
      }
    },
  };
  const source = startEventSource({ sqs, ...shards, lambda: evaluate, batchSize: BATCH, maxConcurrency: evaluators });
  const calls = countCalls();
  const seen = new Set<string>();

  return {
    importCpuSeconds,
    setTime: (now) => {
      clock = slowClock(now);
    },
    tick: (scheduledAt) =>
      invoke(first(processes.tick), { cluster, scheduled_at: `${new Date(scheduledAt).toISOString().slice(0, 19)}Z` }),
    async evaluated(count) {
      const deadline = performance.now() + 300_000;
      while (batches.reduce((sum, { done }) => sum + done, 0) < count) {
        if (failure !== undefined) throw failure;
        if (performance.now() > deadline) throw new Error('shards were not evaluated within five minutes');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const done = batches;
      batches = [];
      return done;
    },
    async learnOne() {
      const event = await nextEvent(sqs, learning);
      return event === null ? null : invoke(first(processes.learn), event);
    },
    looks() {
      const { delayed = [], ready = [] } = queues.inspectQueue(LOOKS)?.messages ?? {};
      // A queue holds them back by the wall's time; here each is taken when its tick is over.
      const sent = [...ready, ...delayed].map(({ messageId: id, body }) => {
        const { look: at } = JSON.parse(body) as { readonly look: string };
        return { id, body, at: Date.parse(at) };
      });
      const news = sent.filter(({ id }) => !seen.has(id));
      for (const { id } of news) seen.add(id);
      return news.toSorted((a, b) => a.at - b.at);
    },
    look: ({ id, body }) => invoke(first(processes.look), { Records: [{ messageId: id, body }] }),
    told: () => ({
      calls: calls(),
      log: {
        tick: printedBy(processes.tick),
        evaluate: printedBy(processes.evaluate),
        learn: printedBy(processes.learn),
        look: printedBy(processes.look),
      },
    }),
    async close() {
      await source.close();
      await Promise.all(FUNCTIONS.flatMap((name) => processes[name].map((child) => child.close())));
      sqs.destroy();
      bus.close();
      await queues.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function slowClock(from: number): () => number {
  const since = Date.now();
  return () => from + (Date.now() - since) / SLOWNESS;
}

interface Queue {
  readonly queueArn: string;
  readonly queueUrl: string;
}

/** The next message as Lambda hands it over; null where none is there. */
async function nextEvent(sqs: SQSClient, { queueUrl }: Queue): Promise<unknown> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
  const Records = Messages.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body }));
  return Records.length === 0 ? null : { Records };
}

function printedBy(children: readonly Child[]): string {
  return children.map((child) => child.printed()).join('');
}

function first(children: readonly Child[]): Child {
  const [child] = children;
  if (child === undefined) throw new Error('no such process');
  return child;
}

/** Of all servers in this process, by what AWS calls them. */
function countCalls(): () => Readonly<Record<string, number>> {
  let calls: Record<string, number> = {};
  subscribe('http.server.request.start', (message) => {
    const { headers } = (message as { request: IncomingMessage }).request;
    const kind = String(headers['x-amz-target'] ?? 'other').replace(/^.*\./, '');
    calls[kind] = (calls[kind] ?? 0) + 1;
  });
  return () => {
    const counted = calls;
    calls = {};
    return counted;
  };
}
