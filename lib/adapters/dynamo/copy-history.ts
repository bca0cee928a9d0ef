// The history of workloads that move, block by block and code by code: what was measured is neither averaged nor rounded again.
import pLimit from 'p-limit';
import type { EpochMs } from '../../domain/workload/time.ts';
import { daySpan, foldBlock, hourSpan, readBlocks, readTicks, type Span } from './blocks.ts';
import { isMeanSince } from './columns.ts';
import { type Frame, frameOfSlots, mergeFrames } from './frames.ts';
import { DAY_MS, floorTo, HOUR_MS, shardPk } from './keys.ts';
import type { Move } from './move-plan.ts';
import type { Table } from './table.ts';
import type { Watermark, Watermarks } from './watermark.ts';

interface CopyParts {
  readonly table: Table;
  readonly watermarks: Watermarks;
  readonly retentionDays: number;
}

/** A shard that is left, and who leaves it. */
interface Source {
  readonly pk: string;
  readonly moves: readonly Move[];
  readonly folded: Watermark;
}

const BLOCKS_AT_ONCE = 8;
const MEANS_AT_ONCE_MS = 35 * DAY_MS;

/** Copies into a shard in which nobody lives yet. Done twice it comes to the same. A part at a time, so that it needs little memory. */
export async function copyHistory(
  { table, watermarks, retentionDays }: CopyParts,
  cluster: string,
  target: number,
  moves: readonly Move[],
  now: EpochMs,
): Promise<void> {
  const sources = await Promise.all(
    [...Map.groupBy(moves, ({ from }) => from.shard)].map(
      async ([shard, of]): Promise<Source> => ({
        pk: shardPk(cluster, shard),
        moves: of,
        folded: await watermarks.read(cluster, shard),
      }),
    ),
  );
  const pk = shardPk(cluster, target);
  const [days, hours] = [daySpan(retentionDays), hourSpan(retentionDays)];
  const limit = pLimit(BLOCKS_AT_ONCE);
  const write = (span: Span, at: EpochMs, frames: readonly Frame[]) =>
    limit(() => foldBlock(table, pk, span, at, (stored) => mergeFrames(stored, frames)));
  for (let from = floorTo(now - days.lifeMs, DAY_MS); from <= now; from += MEANS_AT_ONCE_MS) {
    const to = Math.min(from + MEANS_AT_ONCE_MS - 1, now);
    const means = joined(await Promise.all(sources.map((source) => meansOf(table, days, source, from, to))));
    const byDay = Map.groupBy(means, ({ at }) => floorTo(at, DAY_MS));
    await Promise.all([...byDay].map(([day, frames]) => write(days, day, frames)));
  }
  for (let from = floorTo(now - hours.lifeMs, DAY_MS); from <= now; from += DAY_MS) {
    const to = Math.min(from + DAY_MS - 1, now);
    const samples = joined(await Promise.all(sources.map((source) => samplesOf(table, hours, source, from, to))));
    const byHour = Map.groupBy(samples, ({ at }) => floorTo(at, HOUR_MS));
    await Promise.all([...byHour].map(([hour, frames]) => write(hours, hour, frames)));
  }
  // What every source has folded by itself need not be folded again; ticks follow from this hour on.
  const folded = Math.min(...sources.map(({ folded: { days: until } }) => until));
  await watermarks.write(cluster, target, { hours: floorTo(now, HOUR_MS), days: folded });
}

async function meansOf(table: Table, span: Span, { pk, moves }: Source, from: EpochMs, to: EpochMs) {
  const frames = await readBlocks(table, pk, span, from, to, { consistent: true });
  return frames.flatMap((frame) => picked(frame, moves, (since) => isMeanSince(frame.at, since)));
}

async function samplesOf(table: Table, span: Span, { pk, moves, folded }: Source, from: EpochMs, to: EpochMs) {
  const kept = await readBlocks(table, pk, span, from, to, { consistent: true });
  const ticks = await readTicks(table, pk, Math.max(from, folded.hours), to, true);
  return mergeFrames(kept, ticks).flatMap((frame) => picked(frame, moves, (since) => frame.at >= since));
}

function picked(frame: Frame, moves: readonly Move[], isOwn: (since: EpochMs) => boolean): readonly Frame[] {
  const own = moves.filter(({ from }) => isOwn(from.tenant.since));
  const slots = new Map(own.map(({ from, slot }) => [from.tenant.slot, slot]));
  const found = frameOfSlots(frame, slots);
  return found === null ? [] : [found];
}

function joined(lists: readonly (readonly Frame[])[]): readonly Frame[] {
  return lists.reduce((all, list) => mergeFrames(all, list), []);
}
