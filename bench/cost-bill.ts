// A month's bill from what ticks were measured to take: the same figures always make the same bill.
import { dollarsOf, type Line } from '../lib/bill/line.ts';
import {
  ALARM,
  CUSTOM_METRIC,
  EVENT,
  HOURS_A_MONTH,
  LAMBDA_GB_SECOND,
  LAMBDA_REQUEST,
  LOG_GB,
  READ_UNIT,
  RECOVERY_GB,
  SCHEDULED,
  SECRET,
  SQS_REQUEST,
  SQS_REQUEST_BYTES,
  STORED_GB,
  TICKS_A_MONTH,
  WRITE_UNIT,
} from '../lib/bill/prices.ts';
import { LESSONS_A_MONTH, type LearnedMeasured, lessonLines } from './cost-learned.ts';

/** Of one tick in which nothing is learned, in the mean of an hour. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly changes: number;
  readonly events: number;
  readonly logBytes: number;
  /** By kind of item (`kindOfItem`). */
  readonly writeUnits: Readonly<Record<string, number>>;
  readonly readUnits: Readonly<Record<string, number>>;
}

/** Of the looks after one tick, all of them together, in the mean of an hour. */
export interface LooksUsage extends Pick<Usage, 'cpuSeconds' | 'logBytes' | 'writeUnits' | 'readUnits'> {
  readonly messages: number;
  readonly bytes: number;
  /** Requests of SQS that it takes to take them. */
  readonly taken: number;
}

export interface Measured {
  readonly workloads: number;
  /** So many times as long as by itself a piece of work took beside what else ran here: it is taken out of the seconds of CPU. */
  readonly slower: number;
  readonly first: Usage;
  readonly steady: Usage;
  /** With every workload scaled directly. */
  readonly looks: LooksUsage;
  /** Of one workload, whatever the size of its cluster. */
  readonly learned: LearnedMeasured;
}

export interface Bill {
  readonly workloads: number;
  /** What a cluster adds, and what a stack has once. */
  readonly cluster: readonly Line[];
  readonly stack: readonly Line[];
}

const SHARD_SIZE = 64;
/** lib/config.ts, SHARDS_IN_PLACE: a cluster of more hands its shards to the queue. */
const SHARDS_IN_PLACE = 16;
/** Lambda gives a function a whole core at 1,769 MB: a second of CPU is so many GB-seconds, whatever the memory. */
const GB_A_CORE = 1769 / 1024;
/** For the time in which a function waits for the API server and the table, and for a core of Lambda beside one of here. */
const LAMBDA_FACTOR = 1.3;
/** What no tick of 1 GB stays under: DescribeCluster's answer is kept, but the cluster is read. */
const LEAST_GB_SECONDS = 0.3;
/** That read what was learned, where no queue is: ticks and looks. */
const PROCESSES_IN_PLACE = 2;
const WATCHDOG_GB_SECONDS = 0.5;
const WATCHDOG_RUNS = HOURS_A_MONTH * 12;
/** START, END and REPORT. */
const LOG_BYTES_A_RUN = 400;
/** Three queues, five pollers each, three long polls a minute. */
const IDLE_POLLS = 3 * 5 * 3 * HOURS_A_MONTH * 60;
/** What no look of 768 MB stays under: 0.1 s to read the lease and the metrics API. */
const LEAST_LOOK_GB_SECONDS = 0.075;
/** Messages per request that sends, and per batch that is taken and deleted. */
const SENT_AT_ONCE = 10;
/** infra/work-queues.ts. */
const TAKEN_AT_ONCE = 4;
/** docs/decisions/0017: a tick that hands on opens, and each batch begins, reserves and settles. */
const OPENING_UNITS = 5;
const BATCH_UNITS = 3;
/** infra/cluster-metrics.ts: one steadily, others in a month in which they are other than zero. */
const CUSTOM_METRICS_A_CLUSTER = 1;
/** infra/alarms.ts, infra/cluster-alarms.ts. */
const ALARMS_A_STACK = 15;
const ALARMS_A_CLUSTER = 4;

/** How long items of a kind are kept; of the others one is rewritten, which takes next to nothing. */
const KEPT_DAYS: Readonly<Record<string, number>> = { DEC: 90, BEAT: 30, BASE: 14, T: 8, H: 15, D: 35 };
const DAYS_A_MONTH = HOURS_A_MONTH / 24;
const UNIT_GB = 1 / 1024 ** 2;

/** @param queued whether shards go through SQS; as the tick decides unless given */
export function billOf({ workloads, steady, looks, learned }: Measured, queued = isQueued(workloads)): Bill {
  const shards = Math.ceil(workloads / SHARD_SIZE);
  const batches = Math.ceil(shards / TAKEN_AT_ONCE);
  const runs = queued ? 1 + batches : 1;
  const gbSeconds = Math.max(LEAST_GB_SECONDS, steady.cpuSeconds * LAMBDA_FACTOR * GB_A_CORE);
  const storedGb = Object.entries(KEPT_DAYS).reduce(
    (sum, [kind, days]) => sum + (steady.writeUnits[kind] ?? 0) * (TICKS_A_MONTH / DAYS_A_MONTH) * days * UNIT_GB,
    0,
  );
  const perTick = (dollars: number) => dollars * TICKS_A_MONTH;
  const logBytes = steady.logBytes + runs * LOG_BYTES_A_RUN;
  const cluster: Line[] = [
    {
      service: 'Lambda',
      item: 'ticks and what they hand on',
      dollars: perTick(gbSeconds * LAMBDA_GB_SECOND + runs * LAMBDA_REQUEST),
    },
    ...unitLines('written', steady.writeUnits, WRITE_UNIT),
    { service: 'DynamoDB', item: 'everything read', dollars: perTick(sum(steady.readUnits) * READ_UNIT) },
    { service: 'DynamoDB', item: 'storage', dollars: storedGb * STORED_GB },
    { service: 'DynamoDB', item: 'point-in-time recovery', dollars: storedGb * RECOVERY_GB },
    { service: 'EventBridge', item: 'schedule', dollars: perTick(SCHEDULED) },
    { service: 'EventBridge', item: 'events', dollars: perTick(steady.events * EVENT) },
    ...lookLines(looks),
    ...learningLines(workloads, learned, queued),
    { service: 'CloudWatch', item: 'logs', dollars: (perTick(logBytes) / 1024 ** 3) * LOG_GB },
    {
      service: 'CloudWatch',
      item: 'metric of the cluster',
      dollars: CUSTOM_METRICS_A_CLUSTER * CUSTOM_METRIC,
    },
    { service: 'CloudWatch', item: 'alarms', dollars: ALARMS_A_CLUSTER * ALARM },
  ];
  if (queued) {
    const units = OPENING_UNITS + BATCH_UNITS * batches;
    cluster.push({ service: 'DynamoDB', item: 'how far a tick is written', dollars: perTick(units * WRITE_UNIT) });
    const requests = Math.ceil(shards / SENT_AT_ONCE) + 2 * batches;
    cluster.push({ service: 'SQS', item: 'shards sent, taken and deleted', dollars: perTick(requests * SQS_REQUEST) });
    const lessons = shards * LESSONS_A_MONTH;
    const asked = lessons * (3 * SQS_REQUEST + LAMBDA_REQUEST);
    cluster.push({ service: 'SQS', item: 'shards sent to learn', dollars: asked });
  }
  const stack: Line[] = [
    { service: 'SQS', item: 'three queues, polled while empty', dollars: IDLE_POLLS * SQS_REQUEST },
    {
      service: 'Lambda',
      item: 'watchdog',
      dollars: WATCHDOG_RUNS * (WATCHDOG_GB_SECONDS * LAMBDA_GB_SECOND + LAMBDA_REQUEST + SCHEDULED),
    },
    { service: 'CloudWatch', item: 'alarms', dollars: ALARMS_A_STACK * ALARM },
    { service: 'Secrets Manager', item: 'secret', dollars: SECRET },
  ];
  return { workloads, cluster, stack };
}

/** What learning takes, by its schedule: a line for each service but for storage. */
function learningLines(workloads: number, learned: LearnedMeasured, queued: boolean): readonly Line[] {
  const lines = lessonLines(learned, queued ? {} : { processes: PROCESSES_IN_PLACE });
  const of = (service: Line['service']) => workloads * dollarsOf(lines.filter((line) => line.service === service));
  return [
    { service: 'Lambda', item: 'lessons', dollars: of('Lambda') },
    { service: 'DynamoDB', item: 'what lessons read, write and keep', dollars: of('DynamoDB') },
  ];
}

/** What looks between ticks take: a line for each service, and what is idle is the stack's. */
function lookLines({
  messages,
  bytes,
  taken,
  cpuSeconds,
  logBytes,
  writeUnits,
  readUnits,
}: LooksUsage): readonly Line[] {
  const gbSeconds = Math.max(LEAST_LOOK_GB_SECONDS * messages, cpuSeconds * LAMBDA_FACTOR * GB_A_CORE);
  const sent = Math.max(Math.ceil(messages / SENT_AT_ONCE), Math.ceil(bytes / SQS_REQUEST_BYTES));
  const logged = logBytes + messages * LOG_BYTES_A_RUN;
  const units = sum(writeUnits) * WRITE_UNIT + sum(readUnits) * READ_UNIT;
  const lines = [
    { service: 'Lambda', item: 'looks', dollars: gbSeconds * LAMBDA_GB_SECOND + messages * LAMBDA_REQUEST },
    { service: 'DynamoDB', item: 'read and written by looks', dollars: units },
    { service: 'SQS', item: 'looks sent, taken and deleted', dollars: (sent + taken + messages) * SQS_REQUEST },
    { service: 'CloudWatch', item: 'logs of looks', dollars: (logged / 1024 ** 3) * LOG_GB },
  ] as const;
  return lines.map((line) => ({ ...line, dollars: line.dollars * TICKS_A_MONTH }));
}

/** All that they add to the bill of a cluster, in dollars a month. */
export function lookDollars({ looks }: Measured): number {
  return dollarsOf(lookLines(looks));
}

/** So many clusters of one size, each with a stack of its own or all of them in one. */
export function fleetDollars(bill: Bill, clusters: number, stacks: number): number {
  return clusters * dollarsOf(bill.cluster) + stacks * dollarsOf(bill.stack);
}

export function centsAWorkload({ workloads, cluster, stack }: Bill): number {
  return (100 * dollarsOf([...cluster, ...stack])) / workloads;
}

/** A larger cluster, from one that was measured: all but what a cluster has once grows with its shards. */
export function scaledTo(workloads: number, measured: Measured): Measured {
  const times = workloads / measured.workloads;
  const grown = (usage: Usage): Usage => ({
    cpuSeconds: usage.cpuSeconds * times,
    changes: usage.changes * times,
    events: usage.events * times,
    logBytes: usage.logBytes * times,
    writeUnits: grownUnits(usage.writeUnits, times),
    readUnits: grownUnits(usage.readUnits, times),
  });
  const { looks, learned, slower } = measured;
  return {
    workloads,
    slower,
    learned,
    first: grown(measured.first),
    steady: grown(measured.steady),
    looks: {
      messages: looks.messages * times,
      bytes: looks.bytes * times,
      taken: looks.taken * times,
      cpuSeconds: looks.cpuSeconds * times,
      logBytes: looks.logBytes * times,
      writeUnits: grownUnits(looks.writeUnits, times),
      // The lease is read by each of them.
      readUnits: { ...grownUnits(looks.readUnits, times), LEASE: (looks.readUnits.LEASE ?? 0) * times },
    },
  };
}

/** Items that a cluster has one of. */
const ONCE: ReadonlySet<string> = new Set(['LEASE', 'PROGRESS', 'OPENING', 'POLICY', 'SCHED', 'ASKED', 'FLOOR']);

function grownUnits(units: Readonly<Record<string, number>>, times: number): Record<string, number> {
  return Object.fromEntries(Object.entries(units).map(([kind, one]) => [kind, ONCE.has(kind) ? one : one * times]));
}

export function isQueued(workloads: number): boolean {
  return Math.ceil(workloads / SHARD_SIZE) > SHARDS_IN_PLACE;
}

export function sum(units: Readonly<Record<string, number>>): number {
  return Object.values(units).reduce((total, one) => total + one, 0);
}

function unitLines(word: string, units: Readonly<Record<string, number>>, price: number): readonly Line[] {
  return Object.entries(units)
    .filter(([, one]) => one > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, one]) => ({
      service: 'DynamoDB',
      item: `${NAMES[kind] ?? kind} ${word}`,
      dollars: one * price * TICKS_A_MONTH,
    }));
}

/** In words, of those kinds that ticks write. */
const NAMES: Readonly<Record<string, string>> = {
  LATEST: 'what a tick leaves to the next',
  BASE: 'the whole of that, now and then',
  DEC: 'decision records',
  BEAT: 'hourly records',
  JOURNAL: 'journals',
  T: 'samples',
  H: 'hours of samples',
  D: 'days of samples',
  LEASE: 'lease',
  PROGRESS: 'how far a tick is',
  OPENING: 'what a tick knew',
  RESULT: 'what shards leave',
  WATERMARK: 'how far samples are folded',
  SHARDS: 'placement',
};
