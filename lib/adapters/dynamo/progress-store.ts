// ProgressStore on the table: one small item that every batch of a tick's shards updates, and one per shard for what it leaves.

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Opening, ProgressStore, ShardLeft } from '../../app/ports/progress-store.ts';
import { NOTHING_SPENT } from '../../domain/guardrails/cluster/blast-purse.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { isAhead } from './ahead.ts';
import { expiry, knownOrNull, packJson, unpackJson, VERSIONS } from './items.ts';
import { leftKey, openingKey, progressKey } from './keys.ts';
import { newProgress, PROGRESS_LIFE_MS, promiseUpdate, reserveUpdate, toProgress, updateOf } from './progress-item.ts';
import { untilWon, untilWonOrThrow } from './retry.ts';
import type { Table } from './table.ts';

export function makeProgressStore(table: Table): ProgressStore {
  const progress = async (cluster: string) => {
    const item = knownOrNull(await table.get(progressKey(cluster), { consistent: true }), 'progress');
    return item === null ? null : toProgress(item);
  };
  /** Null where it is another tick's time: nothing more is taken then. */
  const current = async (cluster: string, scheduledAt: EpochMs) => {
    const found = await progress(cluster);
    return found === null || found.scheduledAt !== scheduledAt || found.closed ? null : found;
  };
  const life = () => ({ expires_at: expiry(table.now() + PROGRESS_LIFE_MS) });
  return {
    progress,
    async open(opening) {
      const { cluster, scheduledAt } = opening;
      const isOpen = await table.put(newProgress(opening, table.now()), {
        expression: 'attribute_not_exists(pk) OR v <> :v OR scheduled_at <= :this OR scheduled_at > :ahead',
        values: { ':v': VERSIONS.progress, ':this': scheduledAt, ':ahead': table.now() + table.aheadMs },
      });
      if (!isOpen) return false;
      const body = packJson(`What the tick of cluster "${cluster}" knew`, opening);
      return table.put({ ...openingKey(cluster), v: VERSIONS.opening, body, ...life() });
    },
    async opening(cluster) {
      const item = knownOrNull(await table.get(openingKey(cluster), { consistent: true }), 'opening');
      const opening = item === null ? null : unpackJson<Opening>(item);
      return opening === null || isAhead(table, opening.scheduledAt) ? null : opening;
    },
    async begin(cluster, scheduledAt, shards) {
      const owner = randomUUID().slice(0, 8);
      return untilWonOrThrow(`How far the tick of cluster "${cluster}" is`, async () => {
        const now = await current(cluster, scheduledAt);
        if (now === null) return { begun: null };
        const mine = shards.filter((shard) => !now.begun.has(shard));
        if (mine.length === 0) return { begun: { mine, progress: now } };
        const update = updateOf(
          scheduledAt,
          'ADD begun :shards SET begun_by = :owner',
          { ':shards': new Set(mine), ':owner': owner },
          { set: 'begun', shards: mine },
        );
        const item = await table.change(progressKey(cluster), {
          ...update,
          // The SDK repeats a write whose answer was lost: then it is our own claim that is there.
          condition: `(${update.condition}) OR (v = :v AND scheduled_at = :this AND begun_by = :owner)`,
        });
        return item === null ? null : { begun: { mine, progress: toProgress(item) } };
      }).then(({ begun }) => begun);
    },
    async reserve(cluster, scheduledAt, share) {
      const reserved = await untilWon(async () => {
        const now = await current(cluster, scheduledAt);
        if (now === null) return { grant: null };
        const { grant, caps } = share(now.spent);
        const isDone = await table.update(progressKey(cluster), reserveUpdate(scheduledAt, grant, now.spent, caps));
        return isDone ? { grant } : null;
      });
      // Others were first each time: they have it.
      return reserved === null ? NOTHING_SPENT : reserved.grant;
    },
    async promise(cluster, scheduledAt, plan) {
      return untilWonOrThrow(`What of its quotas the tick of cluster "${cluster}" has promised`, async () => {
        const now = await current(cluster, scheduledAt);
        if (now === null) return { planned: null };
        const planned = plan(now.promised);
        // Whoever promises nothing need not know what others do.
        const isDone =
          isDeepStrictEqual(planned.promised, now.promised) ||
          (await table.update(progressKey(cluster), promiseUpdate(scheduledAt, now.promised, planned.promised)));
        return isDone ? { planned } : null;
      }).then(({ planned }) => planned);
    },
    async settle(cluster, scheduledAt, shards, { enabled, applied }) {
      const item = await table.change(
        progressKey(cluster),
        updateOf(
          scheduledAt,
          'ADD done :shards, enabled :enabled, applied :applied',
          { ':shards': new Set(shards), ':enabled': enabled, ':applied': applied },
          { set: 'done', shards },
        ),
      );
      // Counted already: the answer to our own update was lost, and the SDK repeated it.
      return item === null ? current(cluster, scheduledAt) : toProgress(item);
    },
    close(cluster, scheduledAt) {
      return table.update(progressKey(cluster), updateOf(scheduledAt, 'SET closed = :yes', { ':yes': true }));
    },
    async leave(cluster, shard, left) {
      const key = leftKey(cluster, shard);
      const body = packJson(`What shard ${shard} of cluster "${cluster}" leaves`, left);
      await table.put({ ...key, v: VERSIONS.result, shard, body, ...life() });
    },
    async left(cluster) {
      const { pk } = leftKey(cluster, 0);
      const items = await table.query(pk, { from: 'S#', to: 'S#~', consistent: true });
      const known = items.flatMap((item) => knownOrNull(item, 'result') ?? []);
      return new Map(known.map((item) => [Number(item.shard), unpackJson<ShardLeft>(item)] as const));
    },
  };
}

/** A later tick has been claimed by somebody who hands nothing on: what is under way stops. */
export async function overtakeProgress(table: Table, cluster: string, now: EpochMs): Promise<void> {
  await table.update(progressKey(cluster), {
    expression: 'SET scheduled_at = :now',
    condition: 'attribute_exists(pk) AND scheduled_at < :now',
    values: { ':now': now },
  });
}
