// Some shards of a tick that has handed its shards on: claimed, evaluated, counted and told; whoever does the last closes the tick.

import type { ShardResult } from '../apply/apply-shard.ts';
import { underHeader } from '../kill-switch.ts';
import type { Sample } from '../ports/metric-sink.ts';
import type { ShardTask, TickHeader } from '../ports/shard-task.ts';
import { AdapterError } from '../ports/world.ts';
import { tellShards } from '../report/report-tick.ts';
import { tellSeries } from '../report/tick-series.ts';
import { closeTick } from './close-tick.ts';
import { type Evaluated, evaluateShards, resultsOf } from './evaluate-shards.ts';
import { sharedPurse } from './purse.ts';
import type { EvaluatePorts, TickSettings } from './tick-ports.ts';

/** What became of each task. */
export type Fate =
  /** Evaluated, now or by somebody else before. */
  | 'done'
  | 'failed'
  /** Its tick's time is over: it must not be evaluated any more. */
  | 'stale'
  /** Somebody else has begun it in this tick. */
  | 'taken';

/**
 * @param tasks of one tick
 * @returns in their order
 * @throws AdapterError where the table is away before anything has begun
 */
export async function evaluateBatch(
  ports: EvaluatePorts,
  given: TickSettings,
  header: TickHeader,
  tasks: readonly ShardTask[],
): Promise<readonly Fate[]> {
  const { cluster, scheduledAt, writesUntil } = header;
  const settings = underHeader(given, header);
  if (ports.wall.now() >= writesUntil) return tasks.map(() => 'stale');
  const ids = [...new Set(tasks.map(({ shard }) => shard.id))];
  const claim = await ports.progress.begin(cluster, scheduledAt, ids);
  if (claim === null) return tasks.map(() => 'stale');
  const { mine, progress } = claim;
  const claimed = onceEach(tasks).filter(({ shard }) => mine.includes(shard.id));
  const purse = sharedPurse(ports.progress, ports.wall, header);
  const evaluated = await evaluateShards(ports, settings, header, claimed, purse);
  const closing = await account(ports, settings, header, evaluated);
  const samples = resultsOf(evaluated).flatMap((result) => result.samples);
  await tellSeries(ports, cluster, [...samples, ...closing], writesUntil);
  const failed = new Set(evaluated.shards.flatMap((one) => (one.kind === 'failed' ? [one.task] : [])));
  return tasks.map((task) => {
    if (claimed.includes(task)) return failed.has(task) ? 'failed' : 'done';
    return progress.done.has(task.shard.id) ? 'done' : 'taken';
  });
}

/**
 * What was done stands, whatever becomes of counting and telling it: the next tick closes what was not.
 * @returns how the tick fared, where this closed it
 */
async function account(
  ports: EvaluatePorts,
  settings: TickSettings,
  header: TickHeader,
  evaluated: Evaluated,
): Promise<readonly Sample[]> {
  const { cluster, scheduledAt } = header;
  const { shards, events } = evaluated;
  for (const one of shards) {
    if (one.kind === 'failed')
      ports.log.error('shard not evaluated', { cluster, shard: one.task.shard.id, message: messageOf(one.error) });
  }
  const done = shards.filter((one) => one.kind === 'done');
  const results = done.map(({ result }) => result);
  let closing: readonly Sample[] = [];
  await orLog(ports, header, async () => {
    await tellShards(ports, settings, resultsOf(evaluated), events, shards.length / header.shards);
    if (done.length === 0) return;
    const numbers = done.map(({ task }) => task.shard.id);
    const progress = await ports.progress.settle(cluster, scheduledAt, numbers, countsOf(results));
    if (progress !== null && progress.done.size >= progress.shards)
      closing = await closeTick(ports, settings, cluster, progress);
  });
  return closing;
}

function countsOf(results: readonly ShardResult[]) {
  const sum = (of: (result: ShardResult) => number) => results.reduce((total, result) => total + of(result), 0);
  return { enabled: sum(({ enabled }) => enabled), applied: sum(({ applied }) => applied) };
}

async function orLog(ports: EvaluatePorts, { cluster, scheduledAt }: TickHeader, work: () => Promise<void>) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    ports.log.error('shards not accounted for', { cluster, scheduledAt, message: error.message });
  }
}

/** The same shard twice in one batch is one shard. */
function onceEach(tasks: readonly ShardTask[]): readonly ShardTask[] {
  return [...new Map(tasks.map((task) => [task.shard.id, task])).values()];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
