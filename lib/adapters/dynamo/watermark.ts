// How far a shard's ticks and hours have been folded, remembered in process: most ticks find nothing to do without asking.
import type { EpochMs } from '../../domain/workload/time.ts';
import { isAhead } from './ahead.ts';
import { expiry, knownOrNull, numberOf, VERSIONS } from './items.ts';
import { DAY_MS, HOUR_MS, type Key, shardPk } from './keys.ts';
import type { Table } from './table.ts';

export interface Watermark {
  /** Ticks before this are in hour blocks. */
  readonly hours: EpochMs;
  /** Hour blocks before this are in day blocks. */
  readonly days: EpochMs;
}

export interface Watermarks {
  /** The watermark as last seen, read again where it lies more than two hours before `now`. */
  about(cluster: string, shard: number, now: EpochMs): Promise<Watermark>;
  /** The watermark as stored. */
  read(cluster: string, shard: number): Promise<Watermark>;
  /** As last seen, without asking the table. */
  seen(cluster: string, shard: number): Watermark;
  write(cluster: string, shard: number, watermark: Watermark): Promise<void>;
}

const NOTHING: Watermark = { hours: 0, days: 0 };
const STALE_MS = 2 * HOUR_MS;
/** Longer than any block lives: what a lost watermark would cost is folding again, not data. */
const LIFE_MS = 400 * DAY_MS;

/**
 * A watermark seen late is merely low, and a low one means reading or folding more than needed, never less. One that is dated
 * ahead would hide every sample until then: it counts as none, and what is there is folded again.
 */
export function makeWatermarks(table: Table): Watermarks {
  const last = new Map<string, Watermark>();
  const seen = (cluster: string, shard: number) => last.get(shardPk(cluster, shard)) ?? NOTHING;
  const read = async (cluster: string, shard: number) => {
    const item = knownOrNull(await table.get(keyOf(cluster, shard)), 'series');
    const stored = item === null ? NOTHING : { hours: numberOf(item, 'hours'), days: numberOf(item, 'days') };
    const found = isAhead(table, Math.max(stored.hours, stored.days)) ? NOTHING : stored;
    last.set(shardPk(cluster, shard), found);
    return found;
  };
  return {
    seen,
    read,
    async about(cluster, shard, now) {
      const known = seen(cluster, shard);
      return now - known.hours > STALE_MS ? read(cluster, shard) : known;
    },
    async write(cluster, shard, watermark) {
      const expires_at = expiry(table.now() + LIFE_MS);
      await table.put({ ...keyOf(cluster, shard), v: VERSIONS.series, ...watermark, expires_at });
      last.set(shardPk(cluster, shard), watermark);
    },
  };
}

function keyOf(cluster: string, shard: number): Key {
  return { pk: shardPk(cluster, shard), sk: 'WATERMARK' };
}
