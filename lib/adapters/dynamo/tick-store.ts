// TickStore on the table: one item per cluster says which tick was claimed last, until when, and how the last one ended.
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
      const claimed = await table.update(key, {
        expression: 'SET v = :v, scheduled_at = :scheduled, lease_until = :until',
        condition: 'attribute_not_exists(pk) OR (v = :v AND scheduled_at < :scheduled AND lease_until <= :now)',
        values: { ':v': VERSIONS.lease, ':scheduled': scheduledAt, ':until': now + ttlMs, ':now': now },
      });
      if (claimed) return 'acquired';
      const lease = knownOrRefused(await table.get(key, { consistent: true }), 'lease');
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
