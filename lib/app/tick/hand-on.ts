// A tick of a large cluster hands its shards on: to the queue those that fit into a message, and evaluates the others itself.

import type { EpochMs } from '../../domain/workload/time.ts';
import { overtaken } from '../apply/overtaken.ts';
import type { Opening } from '../ports/progress-store.ts';
import type { ShardTask, TickHeader } from '../ports/shard-task.ts';
import { publish } from '../report/publish.ts';
import { keptProblems } from './close-tick.ts';
import { evaluateBatch } from './evaluate-batch.ts';
import { LEARN_AGAIN_MS, learnersOf, learnTaskOf } from './learn-task.ts';
import { holdMessage, type Survey } from './survey.ts';
import type { TickPorts, TickSettings } from './tick-ports.ts';

/** The golden ratio: every stretch of shards is first soon. */
const GOLDEN = 0.618_033_988_749_895;
/** As many as a message batch: what one process holds at once. */
const IN_PLACE_AT_ONCE = 8;

/**
 * @returns how many shards the queue took
 * @throws AdapterError where the table is away, or a later tick has opened
 */
export async function handOn(
  ports: TickPorts,
  settings: TickSettings,
  survey: Survey,
  header: TickHeader,
  tasks: readonly ShardTask[],
): Promise<number> {
  const { cluster, scheduledAt } = header;
  const learners = ports.learnQueue === undefined ? [] : learnersOf(survey, settings.tickSeconds);
  if (!(await ports.progress.open(openingOf(survey, learners)))) throw overtaken(cluster);
  await publish(ports, survey.events);
  const unsent = (await ports.shardQueue?.send(rotated(tasks, scheduledAt, settings.tickSeconds))) ?? tasks;
  await sendLearners(ports, cluster, tasks, learners);
  await evaluateUnsent(ports, settings, header, unsent);
  ports.log.info('tick handed on', { cluster, shards: tasks.length, inPlace: unsent.length });
  return tasks.length - unsent.length;
}

/** @param learners shards that are sent to learn */
export function openingOf(
  { cluster, now, shards, observed, readiness, problems, before }: Survey,
  learners: readonly number[],
) {
  const held = readiness.hold === null ? [] : [holdMessage(readiness.hold)];
  const kept = before.learning.filter(({ at }) => now - at < LEARN_AGAIN_MS);
  const opening: Opening = {
    cluster,
    scheduledAt: now,
    shards: shards.map(({ id }) => id),
    workloads: observed.observations.size,
    readiness,
    problems: keptProblems([...problems, ...held]),
    learning: [...kept, ...learners.map((shard) => ({ shard, at: now }))],
  };
  return opening;
}

/** Whoever is first at the blast radius, and whose message is taken while there is time, changes from tick to tick. */
function rotated<T>(tasks: readonly T[], now: EpochMs, tickSeconds: number): readonly T[] {
  const first = Math.floor((((now / (tickSeconds * 1000)) * GOLDEN) % 1) * tasks.length);
  return [...tasks.slice(first), ...tasks.slice(0, first)];
}

/** That nobody could be sent to learn costs ten minutes: then they are due again. */
async function sendLearners(
  { learnQueue, log }: TickPorts,
  cluster: string,
  tasks: readonly ShardTask[],
  learners: readonly number[],
): Promise<void> {
  const due = tasks.filter(({ shard }) => learners.includes(shard.id)).map(learnTaskOf);
  const unsent = due.length === 0 ? [] : await learnQueue?.send(due);
  for (const { shard } of unsent ?? []) log.warn('shard not sent to learn', { cluster, shard: shard.id });
}

/** As long as there is time; the rest is the next tick's, which says so. */
async function evaluateUnsent(
  ports: TickPorts,
  settings: TickSettings,
  header: TickHeader,
  unsent: readonly ShardTask[],
): Promise<void> {
  // It is not sent to learn either: a few of them learn here.
  const learning = { ...header, learns: 1 };
  for (let start = 0; start < unsent.length; start += IN_PLACE_AT_ONCE) {
    const some = unsent.slice(start, start + IN_PLACE_AT_ONCE);
    const fates = await evaluateBatch(ports, settings, start === 0 ? learning : header, some);
    if (!fates.includes('stale')) continue;
    ports.log.error('no time left for shards that the queue did not take', {
      cluster: header.cluster,
      shards: unsent.length - start,
    });
    return;
  }
}
