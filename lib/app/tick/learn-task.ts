// Which shards a tick sends to learn, and what goes with each.

import { workloadKey } from '../../domain/workload/identity.ts';
import type { LearnTask, ShardTask } from '../ports/shard-task.ts';
import type { Survey } from './survey.ts';

/** A shard that was sent and is due still after so long is sent again: its message was lost, or it failed. */
export const LEARN_AGAIN_MS = 10 * 60_000;
/** Every shard of a cluster may learn within so long, however many there are: young ones are due every three hours. */
const ROUND_SECONDS = 3600;

/**
 * Those that have waited longest, as many as a round within an hour takes.
 * @returns their numbers
 */
export function learnersOf({ now, shards, left, before }: Survey, tickSeconds: number): readonly number[] {
  const sent = new Set(before.learning.flatMap(({ shard, at }) => (now - at < LEARN_AGAIN_MS ? [shard] : [])));
  const waiting = shards.flatMap(({ id }) => {
    const dueSince = left.get(id)?.dueSince ?? null;
    return dueSince === null || sent.has(id) ? [] : [{ id, dueSince }];
  });
  const places = Math.ceil((shards.length * tickSeconds) / ROUND_SECONDS);
  return waiting
    .toSorted((a, b) => a.dueSince - b.dueSince || a.id - b.id)
    .slice(0, places)
    .map(({ id }) => id);
}

export function learnTaskOf({ header, shard, observations, policies, above }: ShardTask): LearnTask {
  return { cluster: header.cluster, at: header.scheduledAt, shard, observations, policies, above };
}

export function observedOf({ observations }: LearnTask) {
  return { observations: new Map(observations.map((one) => [workloadKey(one.workload), one] as const)) };
}
