// Who hands out the tick's blast radius: to one batch that is all of it, the whole; to one of many, what it can reserve.

import { budgetOf, capsOf, grantOf } from '../../domain/guardrails/cluster/blast-purse.ts';
import { overtaken } from '../apply/overtaken.ts';
import type { ProgressStore } from '../ports/progress-store.ts';
import type { TickHeader } from '../ports/shard-task.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Clock } from '../ports/world.ts';
import type { BlastPurse } from './restrain.ts';

/** For a tick that evaluates all of its shards itself. */
export function wholePurse(ticks: Pick<TickStore, 'confirm'>, { cluster, scheduledAt }: TickHeader): BlastPurse {
  return async (_ask, whole) => {
    if (!(await ticks.confirm(cluster, scheduledAt))) throw overtaken(cluster);
    return whole;
  };
}

/** For a batch of its shards. */
export function sharedPurse(store: ProgressStore, wall: Clock, header: TickHeader): BlastPurse {
  const { cluster, scheduledAt, earlyUntil } = header;
  return async (ask, whole, turn) => {
    const granted = await store.reserve(cluster, scheduledAt, (spent) => {
      const isEarly = wall.now() < earlyUntil;
      const caps = capsOf(whole, turn, isEarly);
      return { grant: grantOf(caps, spent, ask, isEarly), caps };
    });
    if (granted === null) throw overtaken(cluster);
    return budgetOf(granted);
  };
}
