// Reading the ticks of a shard; a process that reads them each minute keeps those it has, since none is ever changed.

import { LRU } from 'tiny-lru';
import type { EpochMs } from '../../domain/workload/time.ts';
import { readTicks } from './blocks.ts';
import type { Frame } from './frames.ts';
import type { Table } from './table.ts';

export interface TickReader {
  /** Ticks within [from, to], ascending. */
  read(pk: string, from: EpochMs, to: EpochMs): Promise<readonly Frame[]>;
  /** One that this process has just written: it need not be asked for where no other can lie before it. */
  wrote(pk: string, frame: Frame): void;
}

/** In this process: about 50 kB each. A cluster of 10,000 workloads has 157, and any process may be handed any of them. */
const SHARDS_KEPT = 160;
/** Then all of them are read again: one may have been written late, behind others. */
const KEPT_MS = 15 * 60_000;
/** Nobody ticks more often (TICK_SECONDS): between two that are no further apart there is none. */
const LEAST_TICK_MS = 60_000;

interface Kept {
  readonly from: EpochMs;
  readonly readAt: EpochMs;
  readonly frames: readonly Frame[];
}

/** @param keeps whether what was read is kept, and only later ticks are asked for */
export function makeTickReader(table: Table, keeps: boolean): TickReader {
  if (!keeps) return { read: (pk, from, to) => readTicks(table, pk, from, to), wrote: () => undefined };
  const kept = new LRU<Kept>(SHARDS_KEPT);
  return {
    async read(pk, from, to) {
      const known = kept.get(pk);
      const last = known?.frames.at(-1)?.at;
      const isOfUse = known !== undefined && last !== undefined && known.from <= from && last <= to;
      if (!isOfUse || Math.abs(to - known.readAt) >= KEPT_MS) {
        const frames = await readTicks(table, pk, from, to);
        kept.set(pk, { from, readAt: to, frames });
        return frames;
      }
      // From the last one that was seen, not from the last time somebody looked: a read may be behind a write.
      const frames = [...known.frames.filter(({ at }) => at >= from), ...(await readTicks(table, pk, last + 1, to))];
      kept.set(pk, { from, readAt: known.readAt, frames });
      return frames;
    },
    wrote(pk, frame) {
      const known = kept.get(pk);
      const last = known?.frames.at(-1)?.at;
      if (known === undefined || last === undefined) return;
      if (frame.at > last && frame.at - last <= LEAST_TICK_MS)
        kept.set(pk, { ...known, frames: [...known.frames, frame] });
    },
  };
}
