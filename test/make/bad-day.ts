// A day on which something goes wrong: the functions wired as deployed, a table and a cluster that can be in trouble, a queue that
// ages, a clock that moves by the minute, and CloudWatch, which looks at all of it once a minute.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { makeHandler as makeEvaluateHandler } from '../../functions/evaluate.ts';
import { makeHandler as makeQueryHandler } from '../../functions/query.ts';
import { makeHandler as makeTickHandler } from '../../functions/tick.ts';
import { makeHandler as makeWatchdogHandler } from '../../functions/watchdog.ts';
import type { AutoscalerEvent, Log } from '../../lib/app/ports/world.ts';
import type { BatchResponse } from '../../lib/app/tick/queue-event.ts';
import type { TickReport } from '../../lib/app/tick/tick.ts';
import { readConfig } from '../../lib/config.ts';
import { wireEvaluate } from '../../lib/wire/evaluate.ts';
import type { Overrides } from '../../lib/wire/parts.ts';
import { wireQuery } from '../../lib/wire/query.ts';
import { wireTick } from '../../lib/wire/tick.ts';
import { wireWatchdog } from '../../lib/wire/watchdog.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import type { Faults } from '../../local/simulated-cluster/faults.ts';
import { startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import type { SimulatedWorkload } from '../../local/simulated-cluster/workload.ts';
import { apiRequest } from '../infra/api-request.ts';
import { makeCloudWatch } from '../stand-ins/cloudwatch-alarms.ts';
import { makeTableFaults } from '../stand-ins/table-faults.ts';
import { makeTableRights } from '../stand-ins/table-rights.ts';
import { startTimedQueue } from '../stand-ins/timed-queue.ts';
import { deployed } from './deployed-template.ts';

export const MINUTE = 60_000;
const START = Date.parse('2026-03-04T12:00:00Z');
/** Opted in, without an HPA, and without the LLM. */
export const SCALED = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/max-replicas': '40',
  'ai4k8s.io/llm': 'off',
};
const FUNCTIONS = { tick: 'Tick', evaluate: 'Evaluate', watchdog: 'Watchdog' } as const;
type Name = keyof typeof FUNCTIONS;

interface Line {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly at: number;
}

interface Change {
  readonly current_replicas: number;
  readonly target_replicas: number;
  readonly source: string;
}

/** By how much the clock of a function, or the cluster's, is ahead. */
export type Skew = Partial<Record<Name | 'cluster', number>>;

interface Settings {
  readonly env?: Readonly<Record<string, string>>;
  readonly skewMs?: Skew;
  /** A process of its own has the real clock. */
  readonly start?: number;
  /** After which a call of the queue is given up, where nobody should wait as long as the functions do. */
  readonly sqsTimeoutMs?: number;
}

export type BadDay = Awaited<ReturnType<typeof startBadDay>>;

export async function startBadDay(
  workloads: readonly SimulatedWorkload[],
  { env, skewMs = {}, sqsTimeoutMs, start = START }: Settings = {},
) {
  let now = start;
  const ahead = (name: keyof typeof skewMs) => ({ now: () => now + (skewMs[name] ?? 0) });
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-day-'));
  const rights = makeTableRights();
  const tableFaults = makeTableFaults();
  const guard = (server: Parameters<typeof rights.guard>[0]) => {
    rights.guard(server);
    tableFaults.guard(server);
  };
  const faults: Faults = {};
  const [table, queue, cluster] = await Promise.all([
    startEmbeddedTable({ guard }),
    startTimedQueue(() => now),
    startSimulatedCluster({ name: 'prod', workloads, clock: ahead('cluster'), faults }),
  ]);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig);

  const cloudWatch = makeCloudWatch();
  const events: AutoscalerEvent[] = [];
  const lines: Line[] = [];
  const take =
    (level: keyof Log) =>
    (message: string, fields = {}) =>
      void lines.push({ level, message, fields, at: now });
  const log: Log = { info: take('info'), warn: take('warn'), error: take('error') };
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((line) => cloudWatch.takeLine(String(line), now));
  tableFaults.onThrottled = ({ isWrite }) =>
    cloudWatch.count('AWS/DynamoDB', isWrite ? 'WriteThrottleEvents' : 'ReadThrottleEvents', 'StorageTable', 1, now);

  const { Variables } = deployed('AWS::Lambda::Function', 'TickFunction').Environment;
  const config = readConfig({
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: 'prod', kubeconfig }]),
    METRICS_NAMESPACE: Variables.METRICS_NAMESPACE,
    SHARD_QUEUE_URL: queue.url,
    ...env,
  });
  const overrides = (name: Name | 'query'): Overrides => ({
    clock: name === 'query' ? { now: () => now } : ahead(name),
    log,
    table: rights.as(name, table),
    events: { publish: async (published) => void events.push(...published) },
    sqs: {
      ...queue.config,
      ...(sqsTimeoutMs && { requestHandler: { requestTimeout: sqsTimeoutMs, throwOnRequestTimeout: true } }),
    },
  });
  /** Fences and leases by the clock of the function as well. */
  const byItsClock = <T extends { ports: object }>(name: Name, { ports, ...rest }: T): T =>
    ({ ...rest, ports: { ...ports, wall: ahead(name) } }) as T;
  const handlers: Record<Name, (event: never) => Promise<unknown>> = {
    tick: makeTickHandler(byItsClock('tick', wireTick(config, overrides('tick')))),
    evaluate: makeEvaluateHandler(byItsClock('evaluate', wireEvaluate(config, overrides('evaluate')))),
    watchdog: makeWatchdogHandler(byItsClock('watchdog', wireWatchdog(config, overrides('watchdog')))),
  };
  const query = makeQueryHandler(wireQuery(config, overrides('query')));

  /** As Lambda runs it. Null where it failed or was not run. */
  async function invoke<T>(name: Name, event: unknown): Promise<T | null> {
    const of = `${FUNCTIONS[name]}Function`;
    if (day.throttled.has(name)) {
      cloudWatch.count('AWS/Lambda', 'Throttles', of, 1, now);
      return null;
    }
    try {
      return (await handlers[name](event as never)) as T;
    } catch (error) {
      log.error('invocation failed', { name, message: String(error) });
      cloudWatch.count('AWS/Lambda', 'Errors', of, 1, now);
      return null;
    }
  }

  /** As the event source mapping polls: as many batches at once as it may, until nothing is visible. */
  async function poll(): Promise<void> {
    const { BatchSize, ScalingConfig } = deployed('AWS::Lambda::EventSourceMapping', 'QueuesShardsFeed');
    for (;;) {
      const batches = Array.from({ length: ScalingConfig.MaximumConcurrency }, () => queue.receive(BatchSize));
      const full = batches.filter((batch) => batch.length > 0);
      if (full.length === 0) return;
      await Promise.all(
        full.map(async (Records) => {
          const answer = await invoke<BatchResponse>('evaluate', { Records });
          if (answer === null) return;
          const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
          queue.remove(Records.map(({ messageId }) => messageId).filter((id) => !failed.has(id)));
        }),
      );
    }
  }

  const seenRed = new Set<string>();
  const day = {
    cluster,
    faults,
    tableFaults,
    /** For a function in a process of its own, which reaches the cluster at `url`. */
    environment(name: Name, url: string): Readonly<Record<string, string>> {
      const path = join(folder, `${name}.kubeconfig`);
      writeFileSync(path, cluster.kubeconfig.replace(cluster.url, url));
      const { credentials, endpoint, region } = rights.as(name, table);
      return {
        TABLE_NAME: table.tableName,
        CLUSTERS: JSON.stringify([{ id: 'prod', kubeconfig: path }]),
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      };
    },
    folder,
    queue,
    events,
    lines,
    cloudWatch,
    /** Functions for which no concurrency is left. */
    throttled: new Set<Name>(),
    /** Where set, nobody polls the queue. */
    isQueueStalled: false,
    /** Where set, the schedule of the ticks is silent. */
    isScheduleSilent: false,
    now: () => now,
    /** Only time passes. */
    moveTo(at: number) {
      now = Math.max(now, at);
    },
    invoke,
    poll,
    tick: (at = now) => invoke<TickReport>('tick', { cluster: 'prod', scheduled_at: new Date(at).toISOString() }),
    /** What CloudWatch sees now. */
    red: () => cloudWatch.red(now),
    /** Alarms that were red in some minute since the last question. */
    wasRed() {
      const red = [...seenRed].toSorted();
      seenRed.clear();
      return red;
    },
    /** So many minutes, each with its tick, its messages, its alarms, and every fifth with its watchdog. */
    async minutes(count = 1, every = 1) {
      for (let i = 0; i < count; i++) {
        now += every * MINUTE;
        if (!day.isScheduleSilent) await day.tick();
        if (!day.isQueueStalled) await poll();
        if ((now - start) % (5 * MINUTE) === 0) await invoke('watchdog', { cluster: 'prod' });
        cloudWatch.count(
          'AWS/SQS',
          'ApproximateNumberOfMessagesVisible',
          'QueuesShardsPutAside',
          queue.putAside.length,
          now,
        );
        for (const name of cloudWatch.red(now)) seenRed.add(name);
      }
    },
    /** As somebody else who may send to the queue. */
    async send(body: string) {
      const client = new SQSClient(queue.config);
      await client.send(
        new SendMessageBatchCommand({ QueueUrl: queue.url, Entries: [{ Id: '0', MessageBody: body }] }),
      );
      client.destroy();
    },
    replicas: (key = 'shop/web') => cluster.replicas(key),
    said: (message: string) => lines.filter((line) => line.message === message),
    /** As somebody asks the API. */
    async get(path: string) {
      const { body } = await query(apiRequest('GET', `/api/autoscaling/${path}`) as never, {} as never);
      return JSON.parse(String(body));
    },
    /** What history says was changed, oldest first: `10 > 20 reactive`. */
    async changes(name = 'web'): Promise<readonly string[]> {
      const { decisions = [] } = await day.get(`history/prod?deployment=${name}&namespace=shop&limit=100`);
      const applied = decisions.filter(({ outcome }: { outcome: string }) => outcome === 'applied');
      return applied
        .map((one: Change) => `${one.current_replicas} > ${one.target_replicas} ${one.source}`)
        .toReversed();
    },
    async close() {
      stdout.mockRestore();
      queue.close();
      await cluster.close();
      await table.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return day;
}
