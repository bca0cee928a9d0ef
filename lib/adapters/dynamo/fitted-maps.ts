// What was fitted to the workloads of a shard, stored as LEARNED: one compressed item.

import type { SeriesStore } from '../../app/ports/series-store.ts';
import { FITTED_VERSION, type Fitted } from '../../domain/learning/fitted.ts';
import { isAhead } from './ahead.ts';
import { expiry, knownOrNull, packJson, shortNumber, unpackJson, VERSIONS } from './items.ts';
import { DAY_MS, type Key, shardPk } from './keys.ts';
import { notAfter } from './not-after.ts';
import { withPresentNames } from './older-names.ts';
import type { Table } from './table.ts';

/** Rewritten while ticks run, so a life of `retentionDays` only clears what a deleted cluster left. */
export function makeFittedMaps(table: Table, retentionDays: number): Pick<SeriesStore, 'readFitted' | 'writeFitted'> {
  return {
    async readFitted(cluster, shard) {
      const item = knownOrNull(await table.get(keyOf(cluster, shard.id)), 'learned');
      const found = item === null ? {} : withPresentNames(unpackJson<Record<string, Fitted>>(item));
      const isUsable = ({ version, at }: Fitted) => version === FITTED_VERSION && !isAhead(table, at);
      return new Map(Object.entries(found).filter(([, learned]) => isUsable(learned)));
    },
    async writeFitted(cluster, shard, learned, at) {
      const key = keyOf(cluster, shard.id);
      const body = packJson(`${key.pk} / ${key.sk}`, Object.fromEntries(learned), shortNumber);
      const expires_at = expiry(table.now() + retentionDays * DAY_MS);
      const item = { ...key, v: VERSIONS.learned, body, expires_at };
      if (at === undefined) await table.put(item);
      else await table.put({ ...item, written_at: at }, notAfter(at, table));
    },
  };
}

function keyOf(cluster: string, shard: number): Key {
  return { pk: shardPk(cluster, shard), sk: 'LEARNED' };
}
