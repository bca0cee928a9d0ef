// What a tick leaves to the next for a whole shard: what was learned, and what happened last. One compressed item each.
import type { LatestEntry, SeriesStore } from '../../app/ports.ts';
import { LEARNED_VERSION, type Learned } from '../../domain/learned.ts';
import { expiry, type Kind, knownOrNull, packJson, unpackJson, VERSIONS } from './items.ts';
import { DAY_MS, shardPk } from './keys.ts';
import type { Table } from './table.ts';

type MapsOfStore = Pick<SeriesStore, 'readLearned' | 'writeLearned' | 'readLatest' | 'writeLatest'>;

/** Numbers that were learned are kept to six digits: forecasts are not better than that, and digits are what is billed. */
const LEARNED_DIGITS = 6;

/**
 * Both are rewritten while ticks run, so a life of `retentionDays` only clears what a deleted cluster left.
 * LATEST is read consistently: cooldowns are counted from it.
 */
export function makeShardMaps(table: Table, retentionDays: number): MapsOfStore {
  const write = async (cluster: string, shard: number, kind: Kind, sk: string, entries: object) => {
    const pk = shardPk(cluster, shard);
    const expires_at = expiry(table.now() + retentionDays * DAY_MS);
    await table.put({ pk, sk, v: VERSIONS[kind], body: packJson(`${pk} / ${sk}`, entries), expires_at });
  };
  const read = async <T>(cluster: string, shard: number, kind: Kind, sk: string, consistent: boolean) => {
    const item = knownOrNull(await table.get({ pk: shardPk(cluster, shard), sk }, { consistent }), kind);
    return new Map(item === null ? [] : Object.entries(unpackJson<Record<string, T>>(item)));
  };
  return {
    async readLearned(cluster, shard) {
      const found = await read<Learned>(cluster, shard.id, 'learned', 'LEARNED', false);
      return new Map([...found].filter(([, learned]) => learned.version === LEARNED_VERSION));
    },
    writeLearned: (cluster, shard, learned) =>
      write(cluster, shard.id, 'learned', 'LEARNED', rounded(Object.fromEntries(learned))),
    readLatest: (cluster, shard) => read<LatestEntry>(cluster, shard.id, 'latest', 'LATEST', true),
    writeLatest: (cluster, shard, latest) => write(cluster, shard.id, 'latest', 'LATEST', Object.fromEntries(latest)),
  };
}

/** Every fraction within, to six significant digits; whole numbers (instants, versions) stay as they are. */
function rounded(value: object): object {
  const shorten = (_key: string, part: unknown) =>
    typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(LEARNED_DIGITS)) : part;
  return JSON.parse(JSON.stringify(value, shorten)) as object;
}
