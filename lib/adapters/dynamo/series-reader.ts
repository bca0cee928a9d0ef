// Reading what is stored of a cluster's workloads: samples in three sizes joined, what was learned, what the last tick left.
import type { SeriesReader } from '../../app/ports/series-store.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { type BlockReader, makeBlockReader } from './block-reader.ts';
import { toSeries } from './columns.ts';
import { makeFittedMaps } from './fitted-maps.ts';
import { type Frame, mergeFrames } from './frames.ts';
import { shardPk } from './keys.ts';
import { makeLatest } from './latest.ts';
import { makePlacementView, type PlacementView } from './placement-view.ts';
import type { Table } from './table.ts';
import { makeTickReader, type TickReader } from './tick-reader.ts';
import { makeWatermarks, type Watermarks } from './watermark.ts';

/** A fortnight is fitted; the rest is for people and backtests. */
const DEFAULT_RETENTION_DAYS = 35;

export interface SeriesOptions {
  /** How long five-minute means are kept, by the table's clock. */
  readonly retentionDays?: number;
  /** This process reads the same each minute: samples, and what was learned, are kept for some minutes. No unless given. */
  readonly keepsReads?: boolean;
  /** This process answers people: what it made of an item is kept, and the item is read each time. No unless given. */
  readonly isAsked?: boolean;
  /** For how long what was learned is kept then; some minutes unless given. */
  readonly learnedKeptMs?: number | undefined;
}

/** What a process knows of a table's series, whether it reads them or writes them, too. */
export interface SeriesParts {
  readonly table: Table;
  readonly retentionDays: number;
  readonly watermarks: Watermarks;
  readonly view: PlacementView;
  readonly maps: ReturnType<typeof makeFittedMaps> & ReturnType<typeof makeLatest>;
  readonly ticks: TickReader;
  readonly readBlocks: BlockReader;
}

export function makeSeriesReader(table: Table, options: SeriesOptions = {}): SeriesReader {
  return readerOf(makeSeriesParts(table, { ...options, isAsked: true }));
}

export function makeSeriesParts(
  table: Table,
  { retentionDays = DEFAULT_RETENTION_DAYS, keepsReads = false, isAsked = false, learnedKeptMs }: SeriesOptions,
): SeriesParts {
  return {
    table,
    retentionDays,
    watermarks: makeWatermarks(table),
    view: makePlacementView(table),
    maps: {
      ...makeFittedMaps(table, retentionDays, keepsReads, learnedKeptMs),
      ...makeLatest(table, retentionDays, isAsked),
    },
    ticks: makeTickReader(table, keepsReads),
    readBlocks: makeBlockReader(table, retentionDays, keepsReads, isAsked),
  };
}

export function readerOf(parts: SeriesParts): SeriesReader {
  const { locate, shards } = parts.view;
  const { readFitted, readLatest } = parts.maps;
  return {
    locate,
    shards,
    readFitted,
    readLatest,
    async read(cluster, shard, from, to) {
      const { fine, coarse } = await readFrames(parts, cluster, shard.id, from, to);
      return toSeries(shard, fine, coarse, from, to);
    },
  };
}

/** Days throughout, hours where history is fine, and ticks not folded yet. */
async function readFrames(
  { watermarks, ticks, readBlocks }: SeriesParts,
  cluster: string,
  shard: number,
  from: EpochMs,
  to: EpochMs,
): Promise<{ readonly fine: readonly Frame[]; readonly coarse: readonly Frame[] }> {
  const folded = await watermarks.about(cluster, shard, to);
  const pk = shardPk(cluster, shard);
  const [{ days, hours }, samples] = await Promise.all([
    readBlocks(pk, folded, from, to),
    ticks.read(pk, Math.max(from, folded.hours), to),
  ]);
  return { fine: mergeFrames(hours, samples), coarse: days };
}
