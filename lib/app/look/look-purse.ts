// What looks spend of: what their tick left of the blast radius, together with the other looks after it.

import type { BlastBudget } from '../../domain/guardrails/cluster/blast-radius.ts';
import { overtaken } from '../apply/overtaken.ts';
import type { Looked, LookStore } from '../ports/look-store.ts';
import type { LookTask } from '../ports/look-task.ts';
import { OWN_PURSE, type Purse } from '../tick/restrain.ts';

/** Looks of a large cluster act at the same time, each for some shards; so often one tries to be the next. */
const TRIES = 5;

/** To reserve is to claim: from here on the next tick knows that a look acted. */
export function lookPurse(looks: LookStore, task: LookTask): Purse {
  const { cluster, scheduledAt, at } = task;
  return {
    ...OWN_PURSE,
    async reserve({ short, rest }, whole) {
      const asked = { replicas: short.replicas + rest.replicas, workloads: short.workloads + rest.workloads };
      for (let turn = 0; turn < TRIES; turn++) {
        const stood = await looks.after(cluster, scheduledAt);
        // Delivered twice, the other one was faster.
        if (stood === null || stood.looked.at === at) throw overtaken(cluster);
        const grant = within(asked, leftOf(whole, stood.summary.spent ?? whole, stood.looked));
        if (grant.replicas === 0 || grant.workloads === 0) return NOTHING;
        const spent = added(stood.looked.spent, grant);
        if (await looks.claim(cluster, scheduledAt, { at, spent }, stood.looked)) return grant;
      }
      return NOTHING;
    },
  };
}

const NOTHING: BlastBudget = { replicas: 0, workloads: 0 };

/** What neither the tick nor the looks before have used. */
export function leftOf(whole: BlastBudget, byTick: BlastBudget, { spent }: Looked): BlastBudget {
  return {
    replicas: Math.max(0, whole.replicas - byTick.replicas - spent.replicas),
    workloads: Math.max(0, whole.workloads - byTick.workloads - spent.workloads),
  };
}

function within(a: BlastBudget, b: BlastBudget): BlastBudget {
  return { replicas: Math.min(a.replicas, b.replicas), workloads: Math.min(a.workloads, b.workloads) };
}

function added(a: BlastBudget, b: BlastBudget): BlastBudget {
  return { replicas: a.replicas + b.replicas, workloads: a.workloads + b.workloads };
}
