// TickStore on the table: one item per cluster says which tick was claimed last, until when, and how the last one ended.
import { randomUUID } from 'node:crypto';
import type { TickStore, TickSummary } from '../../app/ports/table.ts';
import type { DecisionRecord, EpochMs } from '../../domain/model.ts';
import { makeAskedStore } from './asked-store.ts';
import { expiry, knownOrRefused, numberOf, packJson, unpackJson, VERSIONS } from './items.ts';
import { DAY_MS, type Key, leaseKey, shardPk } from './keys.ts';
import { notAfter } from './shard-maps.ts';
import type { Item, Table } from './table.ts';

/** Remembers which tick was claimed before, so that one that never finished is noticed. */
const CLAIM =
  'SET v = :v, previous_at = if_not_exists(scheduled_at, :none), scheduled_at = :scheduled, lease_until = :until, claimed_by = :owner';
/** Long enough for whoever repairs an installation that stood still over a weekend. */
const JOURNAL_LIFE_MS = 7 * DAY_MS;
const FAILURE_KEPT = 500;

/**
 * A scheduled time is claimed at most once, also where its owner died: that tick is lost, and the next one takes over
 * when the lease has run out.
 */
export function makeTickStore(table: Table): TickStore {
  return {
    ...makeAskedStore(table),
    async acquire(cluster, scheduledAt, now, ttlMs) {
      const key = leaseKey(cluster);
      const owner = randomUUID();
      const claimed = await table.update(key, {
        expression: CLAIM,
        condition: 'attribute_not_exists(pk) OR (v = :v AND scheduled_at < :scheduled AND lease_until <= :now)',
        values: {
          ':v': VERSIONS.lease,
          ':scheduled': scheduledAt,
          ':until': now + ttlMs,
          ':now': now,
          ':owner': owner,
          ':none': 0,
        },
      });
      if (claimed) return 'acquired';
      const lease = knownOrRefused(await table.get(key, { consistent: true }), 'lease');
      // The SDK repeats a write whose answer was lost: then it is our own claim that is in the way.
      if (lease?.claimed_by === owner) return 'acquired';
      return lease !== null && numberOf(lease, 'scheduled_at') >= scheduledAt ? 'already_done' : 'held';
    },
    takeOver(cluster, now, until) {
      return table.update(leaseKey(cluster), {
        expression: CLAIM,
        condition: 'attribute_not_exists(pk) OR (v = :v AND scheduled_at < :scheduled)',
        values: { ':v': VERSIONS.lease, ':scheduled': now, ':until': until, ':owner': randomUUID(), ':none': 0 },
      });
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
    async fail(cluster, scheduledAt, message) {
      await table.update(leaseKey(cluster), {
        expression: 'SET failed_at = :scheduled, failure = :message',
        condition: 'v = :v AND scheduled_at = :scheduled',
        values: { ':v': VERSIONS.lease, ':scheduled': scheduledAt, ':message': message.slice(0, FAILURE_KEPT) },
      });
    },
    async lastFailure(cluster) {
      const lease = knownOrRefused(await table.get(leaseKey(cluster)), 'lease');
      const scheduledAt = instantOf(lease, 'failed_at');
      const last = lease?.body === undefined ? null : unpackJson<TickSummary>(lease);
      if (scheduledAt <= (last?.scheduledAt ?? 0)) return null;
      return { scheduledAt, message: String(lease?.failure) };
    },
    async before(cluster) {
      const lease = knownOrRefused(await table.get(leaseKey(cluster), { consistent: true }), 'lease');
      const last = lease === null || lease.body === undefined ? null : unpackJson<TickSummary>(lease);
      const claimedBefore = instantOf(lease, 'previous_at');
      const unfinished = claimedBefore > (last?.scheduledAt ?? 0);
      return { last, unfinished, holdClearedAt: instantOf(lease, 'hold_cleared_at') };
    },
    confirm(cluster, scheduledAt) {
      return table.update(leaseKey(cluster), {
        expression: 'SET acting_at = :scheduled',
        condition: 'v = :v AND scheduled_at = :scheduled AND lease_until > :free',
        values: { ':v': VERSIONS.lease, ':scheduled': scheduledAt, ':free': 0 },
      });
    },
    journal(cluster, shard, scheduledAt, records) {
      const key = journalKey(cluster, shard);
      const body = packJson(`The journal of shard ${shard} of cluster "${cluster}"`, records);
      const expires_at = expiry(table.now() + JOURNAL_LIFE_MS);
      return table.put(
        { ...key, v: VERSIONS.journal, written_at: scheduledAt, body, expires_at },
        notAfter(scheduledAt),
      );
    },
    async readJournal(cluster, shard) {
      const item = knownOrRefused(await table.get(journalKey(cluster, shard), { consistent: true }), 'journal');
      return item === null ? [] : unpackJson<readonly DecisionRecord[]>(item);
    },
    async clearHold(cluster, at) {
      await table.update(leaseKey(cluster), {
        expression: 'SET hold_cleared_at = :at',
        condition: 'v = :v',
        values: { ':v': VERSIONS.lease, ':at': at },
      });
    },
    async last(cluster) {
      const lease = knownOrRefused(await table.get(leaseKey(cluster)), 'lease');
      return lease === null || lease.body === undefined ? null : unpackJson<TickSummary>(lease);
    },
  };
}

function journalKey(cluster: string, shard: number): Key {
  return { pk: shardPk(cluster, shard), sk: 'JOURNAL' };
}

/** Attributes that came after the first release are absent until they are written. */
function instantOf(lease: Item | null, attribute: string): EpochMs {
  const value = lease?.[attribute];
  return typeof value === 'number' ? value : 0;
}
