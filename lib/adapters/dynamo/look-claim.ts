// What looks leave in a cluster's lease: when one acted last, and what they have used of the blast radius since the tick.

import { randomUUID } from 'node:crypto';
import type { Looked } from '../../app/ports/tick-store.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { numberOf, VERSIONS } from './items.ts';
import type { Item } from './table.ts';

const NOT_LOOKED: Looked = { at: 0, spent: { replicas: 0, workloads: 0 } };

/** Of the tick of `scheduledAt`: what is older was done after another one. */
export function lookedIn(lease: Item, scheduledAt: EpochMs): Looked {
  const at = typeof lease.looked_at === 'number' ? lease.looked_at : 0;
  if (at <= scheduledAt) return NOT_LOOKED;
  return {
    at,
    spent: { replicas: numberOf(lease, 'looked_replicas'), workloads: numberOf(lease, 'looked_workloads') },
  };
}

/** Holds while no tick was claimed and no other look acted. */
export function claimLookUpdate(scheduledAt: EpochMs, { at, spent }: Looked, before: Looked) {
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
