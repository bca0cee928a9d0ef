// History from elsewhere, written straight into blocks: five-minute means throughout, minutes as far back as history is fine.
import pLimit from 'p-limit';
import { COARSE_STEP_MS, FINE_HISTORY_MS, type Shard } from '../../app/ports/series-store.ts';
import { indexAtOrAfter, type Series } from '../../domain/workload/series.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { daySpan, foldBlock, hourSpan, type Span } from './blocks.ts';
import { type Frame, mergeFrames } from './frames.ts';
import { floorTo, HOUR_MS, shardPk } from './keys.ts';
import { startMeans } from './means.ts';
import { placesIn } from './places.ts';
import type { Table } from './table.ts';

const MINUTE_MS = 60_000;
const BLOCKS_AT_ONCE = 8;

/** A workload's slot and its history. */
interface Row {
  readonly slot: number;
  readonly since: EpochMs;
  readonly series: Series;
}

/**
 * Writes history of any step. Where a slot already has samples at an instant, the history replaces them; days past
 * their retention are left out. History of workloads outside the shard is left out, and what lies before a place was given.
 */
export async function backfillShard(
  table: Table,
  retentionDays: number,
  cluster: string,
  shard: Shard,
  history: ReadonlyMap<string, Series>,
): Promise<void> {
  const rows = placesIn(shard).flatMap(({ key, ...place }) => {
    const series = history.get(key);
    return series === undefined || series.at.length === 0 ? [] : [{ ...place, series }];
  });
  if (rows.length === 0) return;
  const first = Math.min(...rows.map(({ series }) => series.at[0] ?? 0));
  const last = Math.max(...rows.map(({ series }) => series.at.at(-1) ?? 0));
  const pk = shardPk(cluster, shard.id);
  const slots = Math.max(...rows.map(({ slot }) => slot)) + 1;
  const limit = pLimit(BLOCKS_AT_ONCE);
  const fill = (span: Span, from: EpochMs, sampled: (start: EpochMs, end: EpochMs) => readonly Frame[]) => {
    const writes = starts(from, last, span.lengthMs).map((at) =>
      limit(() => fillBlock(table, pk, span, at, sampled(at, at + span.lengthMs))),
    );
    return Promise.all(writes);
  };
  await fill(daySpan(retentionDays), first, (start, end) => framesOf(rows, slots, start, end, COARSE_STEP_MS));
  const fineFrom = Math.max(first, floorTo(last - FINE_HISTORY_MS, HOUR_MS));
  await fill(hourSpan(retentionDays), fineFrom, (start, end) => {
    const minutes = framesOf(rows, slots, start, end, MINUTE_MS);
    return isFiner(minutes) ? minutes : [];
  });
}

async function fillBlock(
  table: Table,
  pk: string,
  span: Span,
  start: EpochMs,
  frames: readonly Frame[],
): Promise<void> {
  if (frames.length > 0) await foldBlock(table, pk, span, start, (stored) => mergeFrames(stored, frames));
}

/** What the rows hold within [start, end), as means of `stepMs`. */
function framesOf(rows: readonly Row[], slots: number, start: EpochMs, end: EpochMs, stepMs: number): readonly Frame[] {
  const means = startMeans(start, end, stepMs, slots);
  for (const { slot, since, series } of rows) {
    for (let i = indexAtOrAfter(series.at, Math.max(start, since)); i < series.at.length; i++) {
      const at = series.at[i] ?? Number.NaN;
      if (!(at < end)) break;
      const { cpu, memory, ...named } = series.demand;
      const own = { slot, cpu: valueAt(cpu, i), memory: valueAt(memory, i), replicas: valueAt(series.replicas, i) };
      const loads = Object.entries(named).map(([name, values]) => [name, valueAt(values, i)] as const);
      means.add(at, loads.length === 0 ? own : { ...own, loads: Object.fromEntries(loads) });
    }
  }
  return means.frames();
}

/** Whether the minutes say more than the means do: two of them share a mean. */
function isFiner(minutes: readonly Frame[]): boolean {
  const slots = minutes.map(({ at }) => floorTo(at, COARSE_STEP_MS));
  return new Set(slots).size < slots.length;
}

/** The starts of all spans from the one that holds `from` to the one that holds `to`. */
function starts(from: EpochMs, to: EpochMs, lengthMs: number): readonly EpochMs[] {
  const first = floorTo(from, lengthMs);
  return Array.from({ length: Math.floor((to - first) / lengthMs) + 1 }, (_, i) => first + i * lengthMs);
}

function valueAt(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}
