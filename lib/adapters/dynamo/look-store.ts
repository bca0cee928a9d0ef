// LookStore on the table: a cluster's lease says when a look acted last, and what looks have used of the blast radius since the tick.

import { randomUUID } from 'node:crypto';
import type { Looked, LookStore } from '../../app/ports/look-store.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { knownOrRefused, numberOf, VERSIONS } from './items.ts';
import { leaseKey } from './keys.ts';
import type { Item, Table } from './table.ts';
import { lastOf } from './tick-store.ts';

const NOT_LOOKED: Looked = { at: 0, spent: { replicas: 0, workloads: 0 } };

export function makeLookStore(table: Table): LookStore {
  return {
    async after(cluster, scheduledAt) {
      const lease = knownOrRefused(await table.get(leaseKey(cluster), { consistent: true }), 'lease');
      const summary = lastOf(lease);
      const isFree = lease !== null && numberOf(lease, 'scheduled_at') === scheduledAt && lease.lease_until === 0;
      if (!isFree || summary?.scheduledAt !== scheduledAt) return null;
      return { summary, looked: lookedIn(lease, scheduledAt) };
    },
    claim(cluster, scheduledAt, look, before) {
      return table.update(leaseKey(cluster), claimUpdate(scheduledAt, look, before));
    },
  };
}

/** Of the tick of `scheduledAt`: what is older was done after another one. */
function lookedIn(lease: Item, scheduledAt: EpochMs): Looked {
  const at = typeof lease.looked_at === 'number' ? lease.looked_at : 0;
  if (at <= scheduledAt) return NOT_LOOKED;
  return {
    at,
    spent: { replicas: numberOf(lease, 'looked_replicas'), workloads: numberOf(lease, 'looked_workloads') },
  };
}

/** Holds while no tick was claimed and no other look acted. */
function claimUpdate(scheduledAt: EpochMs, { at, spent }: Looked, before: Looked) {
  const isAsSeen =
    before.at === 0
      ? '(attribute_not_exists(looked_at) OR looked_at <= :tick)'
      : '(looked_at = :seen AND looked_replicas = :seenr AND looked_workloads = :seenw)';
  return {
    expression: 'SET looked_at = :at, looked_replicas = :r, looked_workloads = :w, looked_by = :owner',
    // The SDK repeats a write whose answer was lost: then it is our own claim that is there.
    condition: `v = :v AND scheduled_at = :tick AND lease_until = :free AND (${isAsSeen} OR looked_by = :owner)`,
    values: {
      ':v': VERSIONS.lease,
      ':tick': scheduledAt,
      ':free': 0,
      ':at': at,
      ':r': spent.replicas,
      ':w': spent.workloads,
      ':owner': randomUUID(),
      ...(before.at > 0 && { ':seen': before.at, ':seenr': before.spent.replicas, ':seenw': before.spent.workloads }),
    },
  };
}
