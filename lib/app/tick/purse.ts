// What the batches of a tick spend of together: one batch that is all of it has the whole; one of many, what it can reserve.

import { budgetOf, capsOf, grantOf } from '../../domain/guardrails/cluster/blast-purse.ts';
import { overtaken } from '../apply/overtaken.ts';
import type { ProgressStore } from '../ports/progress-store.ts';
import type { TickHeader } from '../ports/shard-task.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Clock } from '../ports/world.ts';
import { OWN_PURSE, type Purse } from './restrain.ts';

/** For a tick that evaluates all of its shards itself. */
export function wholePurse(ticks: Pick<TickStore, 'confirm'>, { cluster, scheduledAt }: TickHeader): Purse {
  return {
    ...OWN_PURSE,
    async reserve(ask, whole, turn) {
      if (!(await ticks.confirm(cluster, scheduledAt))) throw overtaken(cluster);
      return OWN_PURSE.reserve(ask, whole, turn);
    },
  };
}

/** For a batch of its shards. */
export function sharedPurse(store: ProgressStore, wall: Clock, header: TickHeader): Purse {
  const { cluster, scheduledAt, earlyUntil } = header;
  return {
    async reserve(ask, whole, turn) {
      const granted = await store.reserve(cluster, scheduledAt, (spent) => {
        const isEarly = wall.now() < earlyUntil;
        const caps = capsOf(whole, turn, isEarly);
        return { grant: grantOf(caps, spent, ask, isEarly), caps };
      });
      if (granted === null) throw overtaken(cluster);
      return budgetOf(granted);
    },
    async promise(plan) {
      const planned = await store.promise(cluster, scheduledAt, plan);
      if (planned === null) throw overtaken(cluster);
      return planned;
    },
  };
}
