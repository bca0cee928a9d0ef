// Reading the hours and days of a shard; a process that reads the same ones each minute keeps them: they change when more is folded.
import { LRU } from 'tiny-lru';
import { FINE_HISTORY_MS } from '../../app/ports/series-store.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { daySpan, hourSpan, readBlocks } from './blocks.ts';
import type { Frame } from './frames.ts';
import { HOUR_MS } from './keys.ts';
import type { Table } from './table.ts';
import { keptUnpacked, unpackedAnew } from './unpacked.ts';
import type { Watermark } from './watermark.ts';

interface Blocks {
  readonly days: readonly Frame[];
  readonly hours: readonly Frame[];
}

/** Blocks that touch [from, to], ascending: hours as far back as history is fine and those of days not folded yet. */
export type BlockReader = (pk: string, folded: Watermark, from: EpochMs, to: EpochMs) => Promise<Blocks>;

/** In this process: at most two hours each, about 100 kB. A cluster of 10,000 workloads has 157. */
const SHARDS_KEPT = 160;
/** What a tick looks back on is no longer. */
const SHORT_MS = 2 * HOUR_MS;
/** Two weeks are read by who learns: by turns of some minutes, of two shards at most in a tick. About 10 MB each. */
const LEARNING_KEPT = 2;
/** In a process that answers people: an hour takes 30 kB, a day 150. A chart of a day is made of some 27 blocks. */
const BLOCKS_UNPACKED = 128;
/** Then they are read again: somebody may have brought in a past. */
const KEPT_MS = 15 * 60_000;

interface Kept {
  readonly from: EpochMs;
  readonly readAt: EpochMs;
  readonly folded: Watermark;
  readonly blocks: Blocks;
}

/**
 * @param keeps whether what was read is kept, until more is folded
 * @param isAsked whether this process answers people: what it made of a block is then kept, and the block is read each time
 */
export function makeBlockReader(table: Table, retentionDays: number, keeps: boolean, isAsked: boolean): BlockReader {
  const unpacked = isAsked ? keptUnpacked<readonly Frame[]>(BLOCKS_UNPACKED) : unpackedAnew<readonly Frame[]>;
  const [days, hours] = [daySpan(retentionDays), hourSpan(retentionDays)];
  const read: BlockReader = async (pk, folded, from, to) => {
    const fineFrom = Math.max(from, Math.min(folded.days, table.now() - FINE_HISTORY_MS));
    const [ofDays, ofHours] = await Promise.all([
      readBlocks(table, pk, days, from, to, { unpacked }),
      readBlocks(table, pk, hours, fineFrom, to, { unpacked }),
    ]);
    return { days: ofDays, hours: ofHours };
  };
  if (!keeps) return read;
  const [recent, learned] = [new LRU<Kept>(SHARDS_KEPT), new LRU<Kept>(LEARNING_KEPT)];
  return async (pk, folded, from, to) => {
    const kept = to - from > SHORT_MS ? learned : recent;
    const known = kept.get(pk);
    const isFresh = ({ readAt, ...of }: Kept) => of.from <= from && to >= readAt && to - readAt < KEPT_MS;
    if (known !== undefined && isFresh(known) && isSame(known.folded, folded)) return known.blocks;
    const blocks = await read(pk, folded, from, to);
    kept.set(pk, { from, readAt: to, folded, blocks });
    return blocks;
  };
}

function isSame(a: Watermark, b: Watermark): boolean {
  return a.hours === b.hours && a.days === b.days;
}
