// What comes out of the queue of shards: grouped by tick, evaluated, and what is to come again or to be put aside named.

import type { ShardTask } from '../ports/shard-task.ts';
import type { OpenMessage } from '../ports/task-queue.ts';
import { evaluateBatch, type Fate } from './evaluate-batch.ts';
import type { QueueMessage } from './queue-event.ts';
import type { EvaluatePorts, TickSettings } from './tick-ports.ts';

export interface MessagePorts extends EvaluatePorts {
  readonly openShard: OpenMessage<ShardTask>;
}

interface Delivery {
  readonly message: QueueMessage;
  readonly task: ShardTask;
}

/**
 * Never throws for one message: those that fail are named, and the others are done.
 * @returns ids of messages that are to be delivered again. What is stale is left to the next tick; where it failed before,
 *   it is named again, so that the queue puts it aside where somebody looks, and it does not vanish
 */
export async function evaluateMessages(
  ports: MessagePorts,
  settings: TickSettings,
  messages: readonly QueueMessage[],
): Promise<readonly string[]> {
  const failed: string[] = [];
  const deliveries: Delivery[] = [];
  for (const message of messages) {
    const opened = ports.openShard(message.body);
    if (opened.kind === 'task') deliveries.push({ message, task: opened.task });
    else {
      ports.log.error('shard not evaluated: its message cannot be read', { message: opened.message });
      // Another release's shard is seen to by the next tick, which is of this release.
      if (opened.kind === 'unreadable') failed.push(message.id);
    }
  }
  // One that says something else of its tick counts for itself.
  const ticks = Map.groupBy(deliveries, ({ task: { header } }) => JSON.stringify(header));
  // One tick after the other: what they hold in memory is bounded by one.
  for (const group of ticks.values()) failed.push(...(await evaluateTick(ports, settings, group)));
  return failed;
}

async function evaluateTick(
  ports: MessagePorts,
  settings: TickSettings,
  group: readonly Delivery[],
): Promise<readonly string[]> {
  const [first] = group;
  if (first === undefined) return [];
  const { header } = first.task;
  const { cluster, scheduledAt } = header;
  try {
    const tasks = group.map(({ task }) => task);
    const fates = await evaluateBatch(ports, settings, header, tasks);
    const count = (fate: Fate) => fates.filter((one) => one === fate).length;
    const dropped = { stale: count('stale'), taken: count('taken') };
    if (dropped.stale + dropped.taken > 0) ports.log.warn('shards dropped', { cluster, scheduledAt, ...dropped });
    return group.filter((one, i) => comesAgain(fates[i], one)).map(({ message }) => message.id);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    ports.log.error('shards not evaluated', { cluster, scheduledAt, message });
    return group.map(({ message }) => message.id);
  }
}

function comesAgain(fate: Fate | undefined, { message: { receives } }: Delivery): boolean {
  if (fate === 'done') return false;
  return fate === 'failed' || receives > 1;
}
