// TickStore on the table: one item per cluster says which tick was claimed last, until when, and how the last one ended.

import { randomUUID } from 'node:crypto';
import type { TickStore, TickSummary } from '../../app/ports/tick-store.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { withinBytes } from '../../domain/text/clean-text.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { isAhead } from './ahead.ts';
import { packFitting, RECORD_STEPS } from './fitting.ts';
import { expiry, knownOrRefused, numberOf, packJson, unpackJson, VERSIONS } from './items.ts';
import { DAY_MS, type Key, leaseKey, shardPk } from './keys.ts';
import { notAfter } from './not-after.ts';
import { overtakeProgress } from './progress-store.ts';
import { briefRecord, deflatedRecords, inflatedRecords } from './record-codec.ts';
import { makeRequestStore } from './request-store.ts';
import type { Item, Table } from './table.ts';
import { keptUnpacked } from './unpacked.ts';

/** Remembers which tick was claimed before, so that one that never finished is noticed. */
const CLAIM =
  'SET v = :v, previous_at = if_not_exists(scheduled_at, :none), scheduled_at = :scheduled, named_at = :named, lease_until = :until, claimed_by = :owner';
/** The claim that is there is of an earlier time, or of none: dated so far ahead that a wrong clock made it. */
const EARLIER = '(scheduled_at < :scheduled OR scheduled_at > :ahead)';
/** A tick may be named a little ahead of the clock, and is then dated by the clock: delivered again, it is known by its name. */
const UNCLAIMED = '(attribute_not_exists(named_at) OR named_at <> :named)';
/** The embedded engine parses the last of a group several times, at every depth: groups come first, and not in each other. */
const UNLEASED = '(lease_until <= :now OR lease_until > :ahead)';
/** Long enough for whoever repairs an installation that stood still over a weekend. */
const DEFAULT_JOURNAL_DAYS = 7;
const FAILURE_KEPT_BYTES = 1000;
/** Clusters; who polls one reads the same summary until the next tick. */
const SUMMARIES_KEPT = 20;

/**
 * A scheduled time is claimed at most once, also where its owner died: that tick is lost, and the next one takes over
 * when the lease has run out. A claim, a lease or a summary that is dated ahead of the clock holds nobody up.
 */
export function makeTickStore(table: Table, options: { readonly journalDays?: number } = {}): TickStore {
  const { journalDays = DEFAULT_JOURNAL_DAYS } = options;
  const isOfNow = (at: EpochMs) => !isAhead(table, at);
  const unpacked = keptUnpacked<TickSummary | null>(SUMMARIES_KEPT);
  const lastIn = (lease: Item | null) => (lease === null ? null : unpacked(lease, lastOf));
  return {
    ...makeRequestStore(table, journalDays),
    async acquire(cluster, scheduledAt, now, ttlMs, namedAt = scheduledAt) {
      const key = leaseKey(cluster);
      const owner = randomUUID();
      const claimed = await table.update(key, {
        expression: CLAIM,
        condition: `${UNCLAIMED} AND ${EARLIER} AND ${UNLEASED} AND v = :v OR attribute_not_exists(pk)`,
        values: {
          ':v': VERSIONS.lease,
          ':scheduled': scheduledAt,
          ':named': namedAt,
          ':until': now + ttlMs,
          ':now': now,
          ':ahead': now + table.aheadMs,
          ':owner': owner,
          ':none': 0,
        },
      });
      if (claimed) return 'acquired';
      const lease = knownOrRefused(await table.get(key, { consistent: true }), 'lease');
      // The SDK repeats a write whose answer was lost: then it is our own claim that is in the way.
      if (lease?.claimed_by === owner) return 'acquired';
      if (lease === null) return 'held';
      const isClaimed = lease.named_at === namedAt || numberOf(lease, 'scheduled_at') >= namedAt;
      return isClaimed ? 'already_done' : 'held';
    },
    async takeOver(cluster, now, until) {
      const isTaken = await table.update(leaseKey(cluster), {
        expression: CLAIM,
        // The SDK repeats a write whose answer was lost: then it is our own claim that is there.
        condition: `attribute_not_exists(pk) OR (v = :v AND (${EARLIER} OR claimed_by = :owner))`,
        values: {
          ':v': VERSIONS.lease,
          ':scheduled': now,
          ':named': now,
          ':until': until,
          ':ahead': now + table.aheadMs,
          ':owner': randomUUID(),
          ':none': 0,
        },
      });
      if (isTaken) await overtakeProgress(table, cluster, now);
      return isTaken;
    },
    async finish(summary, by = summary.scheduledAt) {
      // Where a later tick has taken over, its summary is the one to keep.
      await table.update(leaseKey(summary.cluster), {
        expression: by === summary.scheduledAt ? 'SET body = :body, lease_until = :free' : 'SET body = :body',
        condition: 'v = :v AND scheduled_at = :by',
        values: {
          ':v': VERSIONS.lease,
          ':by': by,
          ...(by === summary.scheduledAt && { ':free': 0 }),
          ':body': packJson(`The summary of cluster "${summary.cluster}"`, summary),
        },
      });
    },
    async fail(cluster, scheduledAt, message, by = scheduledAt) {
      await table.update(leaseKey(cluster), {
        expression: 'SET failed_at = :scheduled, failure = :message',
        condition: 'v = :v AND scheduled_at = :by',
        values: {
          ':v': VERSIONS.lease,
          ':by': by,
          ':scheduled': scheduledAt,
          ':message': withinBytes(message, FAILURE_KEPT_BYTES),
        },
      });
    },
    async lastFailure(cluster) {
      const lease = knownOrRefused(await table.get(leaseKey(cluster)), 'lease');
      const scheduledAt = instantOf(lease, 'failed_at');
      const last = lastIn(lease);
      const finished = last !== null && isOfNow(last.scheduledAt) ? last.scheduledAt : 0;
      if (scheduledAt <= finished || !isOfNow(scheduledAt)) return null;
      return { scheduledAt, message: String(lease?.failure) };
    },
    async before(cluster) {
      const lease = knownOrRefused(await table.get(leaseKey(cluster), { consistent: true }), 'lease');
      const stored = lastOf(lease);
      const last = stored === null || isOfNow(stored.scheduledAt) ? stored : sinceNow(stored, table.now());
      const claimedBefore = instantOf(lease, 'previous_at');
      const unfinished = claimedBefore > (last?.scheduledAt ?? 0);
      const clearedAt = instantOf(lease, 'hold_cleared_at');
      const looked = instantOf(lease, 'looked_at') > (last?.scheduledAt ?? 0);
      return { last, unfinished, looked, holdClearedAt: isOfNow(clearedAt) ? clearedAt : 0 };
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
      const what = `The journal of shard ${shard} of cluster "${cluster}"`;
      const body = packFitting(what, records.map(briefRecord), RECORD_STEPS, deflatedRecords);
      const expires_at = expiry(table.now() + journalDays * DAY_MS);
      return table.put(
        { ...key, v: VERSIONS.journal, written_at: scheduledAt, body, expires_at },
        notAfter(scheduledAt, table),
      );
    },
    async readJournal(cluster, shard) {
      const item = knownOrRefused(await table.get(journalKey(cluster, shard), { consistent: true }), 'journal');
      const isKept = item !== null && isOfNow(numberOf(item, 'written_at'));
      return isKept ? inflatedRecords<readonly DecisionRecord[]>(item) : [];
    },
    async resetBreaker(cluster, at) {
      await table.update(leaseKey(cluster), {
        expression: 'SET hold_cleared_at = :at',
        condition: 'v = :v',
        values: { ':v': VERSIONS.lease, ':at': at },
      });
    },
    async last(cluster) {
      const last = lastIn(knownOrRefused(await table.get(leaseKey(cluster)), 'lease'));
      return last !== null && isOfNow(last.scheduledAt) && isOfNow(last.finishedAt) ? last : null;
    },
  };
}

/** Null where no tick has finished. */
export function lastOf(lease: Item | null): TickSummary | null {
  return lease === null || lease.body === undefined ? null : unpackJson<TickSummary>(lease);
}

function journalKey(cluster: string, shard: number): Key {
  return { pk: shardPk(cluster, shard), sk: 'JOURNAL' };
}

/** A summary dated ahead says nothing of time; that the circuit breaker is open stands, and is counted from now. */
function sinceNow({ readiness, ...summary }: TickSummary, now: EpochMs): TickSummary {
  const hold = readiness?.hold ?? null;
  const undated = { ...summary, scheduledAt: 0, finishedAt: 0 };
  if (readiness === undefined || hold === null) return undated;
  return { ...undated, readiness: { ...readiness, hold: { ...hold, since: Math.min(hold.since, now) } } };
}

/** Attributes that came after the first release are absent until they are written. */
function instantOf(lease: Item | null, attribute: string): EpochMs {
  const value = lease?.[attribute];
  return typeof value === 'number' ? value : 0;
}
