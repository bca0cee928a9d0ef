// Folds finished hours of ticks into hour blocks and finished days into day blocks, a bounded amount at a time.
import type { EpochMs } from '../../domain/workload/time.ts';
import { daySpan, firstHour, firstTick, foldBlock, hourSpan, readBlocks, readTicks } from './blocks.ts';
import { mergeFrames } from './frames.ts';
import { DAY_MS, floorTo, HOUR_MS, shardPk } from './keys.ts';
import { fiveMinuteMeans } from './means.ts';
import type { Table } from './table.ts';
import type { Watermark, Watermarks } from './watermark.ts';

/** A tick may write a little after its scheduled time: an hour is left open for that long. */
const SETTLED_AFTER_MS = 10 * 60_000;
/** Per call; after a gap the following ticks go on. */
const HOURS_AT_ONCE = 6;
const DAYS_AT_ONCE = 2;

/**
 * Compacts one shard up to `now`. Nothing is removed: ticks and hours expire by themselves, so dying between any two
 * writes only means that the same block is folded again.
 */
export async function compactShard(
  table: Table,
  watermarks: Watermarks,
  retentionDays: number,
  cluster: string,
  shard: number,
  now: EpochMs,
): Promise<void> {
  const hoursEnd = hoursEndAt(now);
  if (isFolded(watermarks.seen(cluster, shard), hoursEnd)) return;
  const before = await watermarks.read(cluster, shard);
  if (isFolded(before, hoursEnd)) return;
  const pk = shardPk(cluster, shard);
  const hours = await foldHours(table, pk, retentionDays, before.hours, hoursEnd);
  const days = await foldDays(table, pk, retentionDays, before.days, floorTo(hours, DAY_MS));
  await watermarks.write(cluster, shard, { hours, days });
}

/** Whether this process knows that nothing is to be folded: neither now nor, where no tick came after `last`, ever. */
export function isDone(watermark: Watermark, last: EpochMs, now: EpochMs): boolean {
  return isFolded(watermark, hoursEndAt(now)) || Math.min(watermark.hours, watermark.days) > last;
}

function hoursEndAt(now: EpochMs): EpochMs {
  return floorTo(now - SETTLED_AFTER_MS, HOUR_MS);
}

function isFolded({ hours, days }: Watermark, hoursEnd: EpochMs): boolean {
  return hours >= hoursEnd && days >= floorTo(hoursEnd, DAY_MS);
}

/** @returns how far ticks are folded now */
async function foldHours(
  table: Table,
  pk: string,
  retentionDays: number,
  start: EpochMs,
  end: EpochMs,
): Promise<EpochMs> {
  let folded = start;
  for (let i = 0; i < HOURS_AT_ONCE && folded < end; i++) {
    // A gap is crossed in one step: look for the next tick there is.
    const next = await firstTick(table, pk, folded, end - 1);
    if (next === null) return end;
    const hour = floorTo(next, HOUR_MS);
    const ticks = await readTicks(table, pk, hour, hour + HOUR_MS - 1, true);
    await foldBlock(table, pk, hourSpan(retentionDays), hour, (stored) => mergeFrames(stored, ticks));
    folded = hour + HOUR_MS;
  }
  return folded;
}

/** @returns how far hours are folded now */
async function foldDays(
  table: Table,
  pk: string,
  retentionDays: number,
  start: EpochMs,
  end: EpochMs,
): Promise<EpochMs> {
  let folded = start;
  for (let i = 0; i < DAYS_AT_ONCE && folded < end; i++) {
    const next = await firstHour(table, pk, folded, end - 1);
    if (next === null) return end;
    const day = floorTo(next, DAY_MS);
    const minutes = await readBlocks(table, pk, hourSpan(retentionDays), day, day + DAY_MS - 1, { consistent: true });
    const means = fiveMinuteMeans(minutes, day, day + DAY_MS);
    await foldBlock(table, pk, daySpan(retentionDays), day, (stored) => mergeFrames(stored, means));
    folded = day + DAY_MS;
  }
  return folded;
}
