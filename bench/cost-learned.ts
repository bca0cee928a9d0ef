// What is learned of a workload, on a month's bill: from its size and its schedule, since an hour of ticks sees more lessons than its share, or fewer.
import { dollarsOf, type Line } from '../lib/bill/line.ts';
import {
  HOURS_A_MONTH,
  LAMBDA_GB_SECOND,
  READ_UNIT,
  RECOVERY_GB,
  STORED_GB,
  TICKS_A_MONTH,
  WRITE_UNIT,
} from '../lib/bill/prices.ts';

export interface LearnedMeasured {
  /** Of a workload in its item, compressed. */
  readonly storedBytes: number;
  /** Of CPU for a lesson of fourteen days. */
  readonly lessonSeconds: number;
}

/** fit-workload.ts: every twelve hours, from the fourth day on. */
export const LESSONS_A_MONTH = (HOURS_A_MONTH / 24) * 2;
const SHARD_SIZE = 64;
/** fitted-groups.ts. */
const SLOTS_A_GROUP = 8;
/** refit.ts: a shard learns in so many turns, where no queue takes it whole. Its two weeks are read once for all of them (block-reader.ts). */
const TURNS = 4;
/** fitted-maps.ts: versions are asked for every five minutes. */
const ASKED_A_MONTH = TICKS_A_MONTH / 5;
/** Two weeks of a full shard by the minute (docs/decisions/0004). */
const HISTORY_UNITS = 517;
/** As in cost-bill.ts. */
const GB_A_CORE = 1769 / 1024;
const LAMBDA_FACTOR = 1.3;
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;
/** Assumed: processes that may be handed any shard, and how often a month each is a new one that knows nothing yet. */
const PROCESSES = 10;
const FRESH_A_MONTH = 30 * 6;
/** On a table's list price, of what is copied once a day by a backup plan and kept for a month. */
const BACKUP_GB = 0.1;
const COPIES = 30;

export interface LearnedAt {
  /** Beside CPU (memory that follows load, and those that it names), each as large and as long to learn. None unless given. */
  readonly loads?: number;
  /** That read what was learned; as many as share a large cluster's shards unless given. */
  readonly processes?: number;
}

/** Of one workload and month. */
export function learnedLines(measured: LearnedMeasured, at: LearnedAt = {}): readonly Line[] {
  const asked = (ASKED_A_MONTH * 0.5 * READ_UNIT) / SHARD_SIZE;
  return [...lessonLines(measured, at), line('DynamoDB', 'versions asked for', asked)];
}

/** The same without what ticks and looks are seen to ask for every few minutes. */
export function lessonLines(
  { storedBytes, lessonSeconds }: LearnedMeasured,
  { loads = 0, processes = PROCESSES }: LearnedAt = {},
): readonly Line[] {
  const bytes = storedBytes * (1 + loads);
  const written = Math.ceil((SLOTS_A_GROUP * bytes) / WRITE_UNIT_BYTES) / SLOTS_A_GROUP + TURNS / SHARD_SIZE;
  const wholeRead = bytes / READ_UNIT_BYTES / 2;
  const gb = bytes / 1024 ** 3;
  const gbSeconds = lessonSeconds * (1 + loads) * LAMBDA_FACTOR * GB_A_CORE;
  const history = ((1 + loads) * HISTORY_UNITS) / SHARD_SIZE;
  return [
    line('Lambda', 'lessons', LESSONS_A_MONTH * gbSeconds * LAMBDA_GB_SECOND),
    line('DynamoDB', 'two weeks read', LESSONS_A_MONTH * history * READ_UNIT),
    line('DynamoDB', 'what was learned written', LESSONS_A_MONTH * written * WRITE_UNIT),
    line('DynamoDB', 'read again after a lesson', processes * LESSONS_A_MONTH * wholeRead * READ_UNIT),
    line('DynamoDB', 'read by new processes', processes * FRESH_A_MONTH * wholeRead * READ_UNIT),
    line('DynamoDB', 'storage, recovery and copies', gb * (STORED_GB + RECOVERY_GB + COPIES * BACKUP_GB)),
  ];
}

function line(service: Line['service'], item: string, dollars: number): Line {
  return { service, item, dollars };
}

export function learnedCents(measured: LearnedMeasured, loads = 0): number {
  return 100 * dollarsOf(learnedLines(measured, { loads }));
}
