// TickStore on the table: one item per cluster says which tick was claimed last, until when, and how the last one ended.
import { randomUUID } from 'node:crypto';
import type { TickStore, TickSummary } from '../../app/ports.ts';
import { knownOrRefused, numberOf, packJson, unpackJson, VERSIONS } from './items.ts';
import { leaseKey } from './keys.ts';
import type { Table } from './table.ts';

/**
 * A scheduled time is claimed at most once, also where its owner died: that tick is lost, and the next one takes over
 * when the lease has run out.
 */
export function makeTickStore(table: Table): TickStore {
  return {
    async acquire(cluster, scheduledAt, now, ttlMs) {
      const key = leaseKey(cluster);
      const owner = randomUUID();
      const claimed = await table.update(key, {
        expression: 'SET v = :v, scheduled_at = :scheduled, lease_until = :until, claimed_by = :owner',
        condition: 'attribute_not_exists(pk) OR (v = :v AND scheduled_at < :scheduled AND lease_until <= :now)',
        values: {
          ':v': VERSIONS.lease,
          ':scheduled': scheduledAt,
          ':until': now + ttlMs,
          ':now': now,
          ':owner': owner,
        },
      });
      if (claimed) return 'acquired';
      const lease = knownOrRefused(await table.get(key, { consistent: true }), 'lease');
      // The SDK repeats a write whose answer was lost: then it is our own claim that is in the way.
      if (lease?.claimed_by === owner) return 'acquired';
      return lease !== null && numberOf(lease, 'scheduled_at') >= scheduledAt ? 'already_done' : 'held';
    },
    async finish(summary) {
      // Where a later tick has taken over, its summary is the one to keep.
      await table.update(leaseKey(summary.cluster), {
        expression: 'SET body = :body, lease_until = :free',
        condition: 'v = :v AND scheduled_at = :scheduled',
        values: {
          ':v': VERSIONS.lease,
          ':scheduled': summary.scheduledAt,
          ':free': 0,
          ':body': packJson(`The summary of cluster "${summary.cluster}"`, summary),
        },
      });
    },
    async last(cluster) {
      const lease = knownOrRefused(await table.get(leaseKey(cluster)), 'lease');
      return lease === null || lease.body === undefined ? null : unpackJson<TickSummary>(lease);
    },
  };
}
