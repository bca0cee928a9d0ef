// What a tick leaves to the next for a whole shard: what was fitted (stored as LEARNED), and each workload's memory (LATEST). One compressed item each.

import type { SeriesStore } from '../../app/ports/series-store.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { FITTED_VERSION, type Fitted } from '../../domain/learning/fitted.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { type Dated, isAhead } from './ahead.ts';
import { LATEST_STEPS, packFitting } from './fitting.ts';
import { expiry, type Kind, knownOrNull, packJson, unpackJson, VERSIONS } from './items.ts';
import { DAY_MS, type Key, shardPk } from './keys.ts';
import { withPresentNames } from './older-names.ts';
import type { Condition, Table } from './table.ts';

type MapsOfStore = Pick<SeriesStore, 'readFitted' | 'writeFitted' | 'readLatest' | 'writeLatest'>;

/** Numbers that were fitted are kept to six digits: forecasts are not better than that, and digits are what is billed. */
const LEARNED_DIGITS = 6;

/**
 * Both are rewritten while ticks run, so a life of `retentionDays` only clears what a deleted cluster left.
 * LATEST is read consistently: cooldowns are counted from it.
 */
export function makeShardMaps(table: Table, retentionDays: number): MapsOfStore {
  const itemOf = (key: Key, kind: Kind, body: Uint8Array) => {
    const expires_at = expiry(table.now() + retentionDays * DAY_MS);
    return { ...key, v: VERSIONS[kind], body, expires_at };
  };
  const read = async <T>(cluster: string, shard: number, kind: Kind, sk: string, consistent: boolean) => {
    const item = knownOrNull(await table.get({ pk: shardPk(cluster, shard), sk }, { consistent }), kind);
    return new Map(item === null ? [] : Object.entries(withPresentNames(unpackJson<Record<string, T>>(item))));
  };
  return {
    async readFitted(cluster, shard) {
      const found = await read<Fitted>(cluster, shard.id, 'learned', 'LEARNED', false);
      const isUsable = ({ version, at }: Fitted) => version === FITTED_VERSION && !isAhead(table, at);
      return new Map([...found].filter(([, learned]) => isUsable(learned)));
    },
    async writeFitted(cluster, shard, learned, at) {
      const key = { pk: shardPk(cluster, shard.id), sk: 'LEARNED' };
      const body = packJson(`${key.pk} / ${key.sk}`, rounded(Object.fromEntries(learned)));
      const item = itemOf(key, 'learned', body);
      if (at === undefined) await table.put(item);
      else await table.put({ ...item, written_at: at }, notAfter(at, table));
    },
    async readLatest(cluster, shard) {
      const found = await read<WorkloadMemory>(cluster, shard.id, 'latest', 'LATEST', true);
      return new Map([...found].filter(([, { observation }]) => !isAhead(table, observation.at)));
    },
    async writeLatest(cluster, shard, latest, at) {
      const key = { pk: shardPk(cluster, shard.id), sk: 'LATEST' };
      const names = [...latest.keys()];
      const named = (entries: readonly WorkloadMemory[]) =>
        Object.fromEntries(entries.map((one, i) => [names[i], one]));
      const body = packFitting(`${key.pk} / ${key.sk}`, [...latest.values()], LATEST_STEPS, named);
      const item = itemOf(key, 'latest', body);
      // A tick that was held up until another took over must not put its older view over the newer one.
      if (at === undefined) await table.put(item);
      else await table.put({ ...item, written_at: at }, notAfter(at, table));
    },
  };
}

/** Holds where nothing was written by a tick later than `at`; one that is dated ahead was none. */
export function notAfter(at: EpochMs, { now, aheadMs }: Dated): Condition {
  const expression = 'attribute_not_exists(written_at) OR written_at <= :at OR written_at > :ahead';
  return { expression, values: { ':at': at, ':ahead': now() + aheadMs } };
}

/** Every fraction within, to six significant digits; whole numbers (instants, versions) stay as they are. */
function rounded(value: object): object {
  const shorten = (_key: string, part: unknown) =>
    typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(LEARNED_DIGITS)) : part;
  return JSON.parse(JSON.stringify(value, shorten)) as object;
}
