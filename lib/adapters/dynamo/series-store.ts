// SeriesStore on the table: small appends, blocks folded from them, and reads that join both.
import { FINE_HISTORY_MS, type SampleRow, type SeriesStore, type Shard } from '../../app/ports/series-store.ts';
import { AdapterError } from '../../app/ports/world.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { backfillShard } from './backfill.ts';
import { daySpan, hourSpan, putTick, readBlocks } from './blocks.ts';
import { toSeries } from './columns.ts';
import { compactShard } from './compact.ts';
import { makeFittedMaps } from './fitted-maps.ts';
import { type Frame, frameOf, mergeFrames } from './frames.ts';
import { gatherShards } from './gather-shards.ts';
import { shardPk } from './keys.ts';
import { makeLatest } from './latest.ts';
import { makePlacement } from './placement.ts';
import { placesIn } from './places.ts';
import type { Table } from './table.ts';
import { makeTickReader, type TickReader } from './tick-reader.ts';
import { makeWatermarks, type Watermarks } from './watermark.ts';

/** A fortnight is fitted; the rest is for people and backtests. */
const DEFAULT_RETENTION_DAYS = 35;

export interface SeriesOptions {
  /** How long five-minute means are kept, by the table's clock. */
  readonly retentionDays?: number;
  /** This process reads the same each minute: ticks, and what was learned, are kept for some minutes. No unless given. */
  readonly keepsReads?: boolean;
}

export function makeSeriesStore(table: Table, options: SeriesOptions = {}): SeriesStore {
  const { retentionDays = DEFAULT_RETENTION_DAYS, keepsReads = false } = options;
  const watermarks = makeWatermarks(table);
  const { assign, locate, shards, ...places } = makePlacement(table);
  const maps = { ...makeFittedMaps(table, retentionDays, keepsReads), ...makeLatest(table, retentionDays) };
  const readTicks = makeTickReader(table, keepsReads);
  return {
    assign,
    locate,
    shards,
    gather: (cluster, isOurs) => gatherShards({ table, places, maps, watermarks, retentionDays }, cluster, isOurs),
    ...maps,
    async append(cluster, shard, at, rows) {
      if (rows.length > 0) await putTick(table, shardPk(cluster, shard.id), toFrame(shard, at, rows));
    },
    async read(cluster, shard, from, to) {
      const { fine, coarse } = await readFrames(
        { table, watermarks, retentionDays, readTicks },
        cluster,
        shard.id,
        from,
        to,
      );
      return toSeries(shard, fine, coarse, from, to);
    },
    compact: (cluster, shard, now) => compactShard(table, watermarks, retentionDays, cluster, shard.id, now),
    backfill: (cluster, shard, history) => backfillShard(table, retentionDays, cluster, shard, history),
  };
}

interface Reading {
  readonly table: Table;
  readonly watermarks: Watermarks;
  readonly retentionDays: number;
  readonly readTicks: TickReader;
}

/** Days throughout; hours as far back as history is fine, and those of days not folded yet; ticks not folded yet. */
async function readFrames(
  { table, watermarks, retentionDays, readTicks }: Reading,
  cluster: string,
  shard: number,
  from: EpochMs,
  to: EpochMs,
): Promise<{ readonly fine: readonly Frame[]; readonly coarse: readonly Frame[] }> {
  const folded = await watermarks.about(cluster, shard, to);
  const pk = shardPk(cluster, shard);
  const fineFrom = Math.max(from, Math.min(folded.days, table.now() - FINE_HISTORY_MS));
  const [days, hours, ticks] = await Promise.all([
    readBlocks(table, pk, daySpan(retentionDays), from, to),
    readBlocks(table, pk, hourSpan(retentionDays), fineFrom, to),
    readTicks(pk, Math.max(from, folded.hours), to),
  ]);
  return { fine: mergeFrames(hours, ticks), coarse: days };
}

function toFrame(shard: Shard, at: EpochMs, rows: readonly SampleRow[]): Frame {
  const places = placesIn(shard);
  const slots = new Map(places.map(({ key, slot }) => [key, slot]));
  const samples = rows.map(({ workload, cpu, memory, replicas, loads }) => {
    const slot = slots.get(workloadKey(workload));
    if (slot === undefined) {
      const message = `Shard ${shard.id} has no place for ${workloadKey(workload)}: assign it first.`;
      throw new AdapterError('dynamodb', message, { retryable: false });
    }
    return { slot, cpu, memory, replicas, ...(loads && { loads }) };
  });
  return frameOf(at, Math.max(-1, ...slots.values()) + 1, samples);
}
