// What was fitted to the workloads of a shard, stored as LEARNED: one compressed item.

import { LRU } from 'tiny-lru';
import type { SeriesStore, Shard } from '../../app/ports/series-store.ts';
import { FITTED_VERSION, type Fitted } from '../../domain/learning/fitted.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { isAhead } from './ahead.ts';
import { expiry, knownOrNull, packJson, shortNumber, unpackJson, VERSIONS } from './items.ts';
import { DAY_MS, type Key, shardPk } from './keys.ts';
import { notAfter } from './not-after.ts';
import { withPresentNames } from './older-names.ts';
import type { Table } from './table.ts';

/** It is learned anew every few hours; what another process learned is seen so much later. */
const KEPT_MS = 5 * 60_000;
/** In this process: about 200 kB each. A cluster of 10,000 workloads has 157, and any process may be handed any of them. */
const SHARDS_KEPT = 160;

interface Kept {
  readonly readAt: EpochMs;
  /** Who lived in the shard: what was learned of a workload moves with it. */
  readonly names: string;
  readonly fitted: ReadonlyMap<string, Fitted>;
}

/**
 * Rewritten while ticks run, so a life of `retentionDays` only clears what a deleted cluster left.
 * @param keeps whether what was read is kept for some minutes
 */
export function makeFittedMaps(
  table: Table,
  retentionDays: number,
  keeps = false,
): Pick<SeriesStore, 'readFitted' | 'writeFitted'> {
  const kept = new LRU<Kept>(SHARDS_KEPT);
  const stored = async (key: Key): Promise<ReadonlyMap<string, Fitted>> => {
    const item = knownOrNull(await table.get(key), 'learned');
    const found = item === null ? {} : withPresentNames(unpackJson<Record<string, Fitted>>(item));
    const isUsable = ({ version, at }: Fitted) => version === FITTED_VERSION && !isAhead(table, at);
    return new Map(Object.entries(found).filter(([, learned]) => isUsable(learned)));
  };
  return {
    async readFitted(cluster, shard) {
      const key = keyOf(cluster, shard.id);
      const [known, names, now] = [kept.get(key.pk), namesOf(shard), table.now()];
      if (known?.names === names && now >= known.readAt && now - known.readAt < KEPT_MS) return known.fitted;
      const fitted = await stored(key);
      if (keeps) kept.set(key.pk, { readAt: now, names, fitted });
      return fitted;
    },
    async writeFitted(cluster, shard, learned, at) {
      const key = keyOf(cluster, shard.id);
      kept.delete(key.pk);
      const body = packJson(`${key.pk} / ${key.sk}`, Object.fromEntries(learned), shortNumber);
      const expires_at = expiry(table.now() + retentionDays * DAY_MS);
      const item = { ...key, v: VERSIONS.learned, body, expires_at };
      if (at === undefined) await table.put(item);
      else await table.put({ ...item, written_at: at }, notAfter(at, table));
    },
  };
}

function namesOf({ workloads }: Shard): string {
  return workloads.map(workloadKey).join();
}

function keyOf(cluster: string, shard: number): Key {
  return { pk: shardPk(cluster, shard), sk: 'LEARNED' };
}
