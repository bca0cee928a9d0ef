// Config → the queues through which a tick hands work on, and what opens their messages.
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import { openerOf } from '../adapters/sqs/packing.ts';
import { makeTaskQueue } from '../adapters/sqs/task-queue.ts';
import { learnTaskSchema, shardTaskSchema } from '../adapters/sqs/task-schemas.ts';
import type { LearnTask, ShardTask } from '../app/ports/shard-task.ts';
import type { Log } from '../app/ports/world.ts';
import type { Config } from '../config.ts';

export function wireQueues(config: Config, log: Log, sqs: SQSClientConfig = {}) {
  const { SHARD_QUEUE_URL: shards, LEARN_QUEUE_URL: learning } = config;
  return {
    ...(shards !== undefined && { shardQueue: makeTaskQueue<ShardTask>(shards, log, ofShard, sqs) }),
    ...(learning !== undefined && { learnQueue: makeTaskQueue<LearnTask>(learning, log, ofLearning, sqs) }),
  };
}

function ofShard({ header: { cluster, scheduledAt }, shard }: ShardTask) {
  return { cluster, shard: shard.id, tick: new Date(scheduledAt).toISOString() };
}

function ofLearning({ cluster, at, shard }: LearnTask) {
  return { cluster, shard: shard.id, tick: new Date(at).toISOString() };
}

export const openShard = openerOf<ShardTask>(shardTaskSchema);
export const openLearning = openerOf<LearnTask>(learnTaskSchema);
