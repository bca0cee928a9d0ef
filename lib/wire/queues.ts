// Config → the queues through which a tick hands work on, and what opens their messages.
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import { openerOf } from '../adapters/sqs/packing.ts';
import { makeTaskQueue } from '../adapters/sqs/task-queue.ts';
import { learnTaskSchema, lookTaskSchema, shardTaskSchema } from '../adapters/sqs/task-schemas.ts';
import type { LookTask } from '../app/ports/look-task.ts';
import type { LearnTask, ShardTask } from '../app/ports/shard-task.ts';
import type { Clock, Log } from '../app/ports/world.ts';
import type { Config } from '../config.ts';
import type { EpochMs } from '../domain/workload/time.ts';

export function wireQueues(config: Config, log: Log, clock: Clock, sqs: SQSClientConfig = {}) {
  const { SHARD_QUEUE_URL: shards, LEARN_QUEUE_URL: learning, LOOK_QUEUE_URL: looks } = config;
  return {
    ...(shards !== undefined && { shardQueue: makeTaskQueue<ShardTask>(shards, log, ofShard, sqs) }),
    ...(learning !== undefined && { learnQueue: makeTaskQueue<LearnTask>(learning, log, ofLearning, sqs) }),
    ...(looks !== undefined && {
      lookQueue: makeTaskQueue<LookTask>(looks, log, ofLook, sqs, ({ due }) => secondsUntil(due, clock.now())),
    }),
  };
}

function ofShard({ header: { cluster, scheduledAt }, shard }: ShardTask) {
  return { cluster, shard: shard.id, tick: new Date(scheduledAt).toISOString() };
}

function ofLearning({ cluster, at, shard }: LearnTask) {
  return { cluster, shard: shard.id, tick: new Date(at).toISOString() };
}

function ofLook({ cluster, at, scheduledAt }: LookTask) {
  return { cluster, look: new Date(at).toISOString(), tick: new Date(scheduledAt).toISOString() };
}

/** Whole seconds, as SQS counts. A little late is better than a look whose readings are no newer. */
function secondsUntil(at: EpochMs, now: EpochMs): number {
  return Math.max(0, Math.ceil((at - now) / 1000));
}

export const openShard = openerOf<ShardTask>(shardTaskSchema);
export const openLearning = openerOf<LearnTask>(learnTaskSchema);
export const openLook = openerOf<LookTask>(lookTaskSchema);
