// What comes out of the queue of learning: each message a shard, fitted whole from one reading of its history.

import { isFitDue } from '../../domain/learning/fit-workload.ts';
import type { SeriesStore } from '../ports/series-store.ts';
import type { LearnTask } from '../ports/shard-task.ts';
import type { OpenMessage } from '../ports/task-queue.ts';
import type { Clock, Log } from '../ports/world.ts';
import { LEARN_AGAIN_MS, observedOf } from './learn-task.ts';
import type { QueueMessage } from './queue-event.ts';
import { type FitPace, fitShard } from './refit.ts';

export interface LearnPorts {
  readonly series: SeriesStore;
  readonly openLearning: OpenMessage<LearnTask>;
  readonly clock: Clock;
  readonly wall: Clock;
  readonly log: Log;
}

/** Real time for the shards of one call; what was not fitted by then is due still. */
const FITTING_MS = 90_000;

/**
 * Never throws for one message: those that fail are named, and the others are done.
 * @returns ids of messages that are to be delivered again
 */
export async function learnMessages(
  ports: LearnPorts,
  settings: FitPace,
  messages: readonly QueueMessage[],
): Promise<readonly string[]> {
  const until = ports.wall.now() + FITTING_MS;
  const failed: string[] = [];
  for (const message of messages) if (!(await isLearned(ports, settings, until, message))) failed.push(message.id);
  return failed;
}

async function isLearned(
  ports: LearnPorts,
  settings: FitPace,
  until: number,
  { body, receives }: QueueMessage,
): Promise<boolean> {
  const opened = ports.openLearning(body);
  if (opened.kind !== 'task') {
    ports.log.error('shard not learned: its message cannot be read', { message: opened.message });
    return opened.kind === 'other_release';
  }
  const { cluster, shard } = opened.task;
  try {
    return await learnShard(ports, settings, until, opened.task, receives);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    ports.log.error('shard not learned', { cluster, shard: shard.id, message });
    return false;
  }
}

/** False where there was no time for it. */
async function learnShard(
  { series, clock, wall, log }: LearnPorts,
  pace: FitPace,
  until: number,
  task: LearnTask,
  receives: number,
): Promise<boolean> {
  const { cluster, shard, policies, above } = task;
  const now = clock.now();
  if (now - task.at > LEARN_AGAIN_MS) {
    log.warn('shard not learned: its message is old, and a tick sends it again', { cluster, shard: shard.id });
    return receives === 1;
  }
  if (wall.now() >= until) return false;
  const known = await series.readFitted(cluster, shard);
  // Delivered twice, or learned elsewhere meanwhile.
  if (!isFitDue(shard.id, [...known.values()], shard.workloads.length, now)) return true;
  const input = { cluster, shard, now, observed: observedOf(task), policies: { records: new Map(policies), above } };
  const hasTime = () => wall.now() < until;
  const { fitted } = await fitShard({ series, log }, pace, input, known, Number.POSITIVE_INFINITY, hasTime);
  log.info('learned from history', { cluster, shard: shard.id, workloads: fitted });
  return true;
}
