// Samples at rest: a small item per tick, a block per hour of ticks, a block per day of five-minute means.
import { FINE_HISTORY_MS } from '../../app/ports/series-store.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { decodeBlock, decodeCodes, encodeBlock, encodeCodes } from './codec.ts';
import type { Frame } from './frames.ts';
import {
  BODY_LIMIT_BYTES,
  bytesOf,
  checkedSize,
  expiry,
  inflateBlock,
  knownOrNull,
  numberOf,
  VERSIONS,
} from './items.ts';
import { DAY_MS, daySk, floorTo, HOUR_MS, hourSk, type Key, tickSk } from './keys.ts';
import { areLoadsKnown, blockLoads, tickLoads, withLoads } from './load-attribute.ts';
import { untilWonOrThrow } from './retry.ts';
import { absent, type Item, type Table } from './table.ts';
import { type Unpacked, unpackedAnew } from './unpacked.ts';

/** Ticks are folded an hour later. The rest is for gaps: a week without ticks loses nothing. */
const TICK_LIFE_MS = 8 * DAY_MS;
/** Hours are folded when their day is over, and read for as long as history is fine; a day more, for the hour at the edge. */
const HOUR_LIFE_MS = FINE_HISTORY_MS + DAY_MS;

/** A span that is stored as one item. */
export interface Span {
  readonly sk: (at: EpochMs) => string;
  readonly lengthMs: number;
  /** Counted from the end of the span. */
  readonly lifeMs: number;
}

/** Samples as they were appended, an hour in a block. */
export function hourSpan(retentionDays: number): Span {
  return { sk: hourSk, lengthMs: HOUR_MS, lifeMs: Math.min(HOUR_LIFE_MS, retentionDays * DAY_MS) };
}

/** Five-minute means, a UTC day in a block. */
export function daySpan(retentionDays: number): Span {
  return { sk: daySk, lengthMs: DAY_MS, lifeMs: retentionDays * DAY_MS };
}

/** Writes one tick's frame; the same instant again changes nothing. @returns whether it was written */
export async function putTick(table: Table, pk: string, frame: Frame): Promise<boolean> {
  const { at } = frame;
  const body = encodeCodes(frame.codes);
  const loads = tickLoads(frame);
  const item = { pk, sk: tickSk(at), v: VERSIONS.series, at, body, expires_at: expiry(at + TICK_LIFE_MS) };
  return table.put(loads === null ? item : { ...item, loads }, absent(table.now()));
}

/** Ticks within [from, to], ascending. */
export async function readTicks(
  table: Table,
  pk: string,
  from: EpochMs,
  to: EpochMs,
  consistent = false,
): Promise<readonly Frame[]> {
  if (from > to) return [];
  const items = await table.query(pk, { from: tickSk(from), to: tickSk(to), consistent });
  return known(items).flatMap((item) => {
    const codes = decodeCodes(bytesOf(item));
    return withLoads([{ at: numberOf(item, 'at'), codes }], item, 'tick');
  });
}

/** Frames of every block that touches [from, to], ascending. */
export async function readBlocks(
  table: Table,
  pk: string,
  span: Span,
  from: EpochMs,
  to: EpochMs,
  { consistent = false, unpacked = unpackedAnew<readonly Frame[]> }: BlockRead = {},
): Promise<readonly Frame[]> {
  if (from > to) return [];
  const items = await table.query(pk, { from: span.sk(from), to: span.sk(to), consistent });
  return known(items).flatMap((item) => unpacked(item, blockFrames));
}

interface BlockRead {
  readonly consistent?: boolean;
  readonly unpacked?: Unpacked<readonly Frame[]>;
}

/** When the first tick within [from, to] was, whatever release wrote it; null where there is none. */
export async function firstTick(table: Table, pk: string, from: EpochMs, to: EpochMs): Promise<EpochMs | null> {
  const [item] = await table.query(pk, { from: tickSk(from), to: tickSk(to), consistent: true, limit: 1 });
  return item === undefined ? null : numberOf(item, 'at');
}

/** The start of the first hour block within [from, to], whatever release wrote it; null where there is none. */
export async function firstHour(table: Table, pk: string, from: EpochMs, to: EpochMs): Promise<EpochMs | null> {
  const [item] = await table.query(pk, { from: hourSk(from), to: hourSk(to), consistent: true, limit: 1 });
  return item === undefined ? null : numberOf(item, 'start');
}

/**
 * Replaces the block that holds `at` by what `fold` makes of it; another writer's changes are never lost.
 * A block of another release is left alone, and so is one whose loads are.
 */
export async function foldBlock(
  table: Table,
  pk: string,
  span: Span,
  at: EpochMs,
  fold: (stored: readonly Frame[]) => readonly Frame[],
): Promise<void> {
  const start = floorTo(at, span.lengthMs);
  const key = { pk, sk: span.sk(at) };
  const expiresAt = start + span.lengthMs + span.lifeMs;
  if (expiresAt <= table.now()) return;
  await untilWonOrThrow(`Block ${pk} / ${key.sk}`, async () => {
    const stored = await table.get(key, { consistent: true });
    if (stored !== null && (knownOrNull(stored, 'series') === null || !areLoadsKnown(stored))) return true;
    const frames = fold(stored === null ? [] : blockFrames(stored));
    if (frames.length === 0) return true;
    return (await replaceBlock(table, key, stored, frames, start, expiresAt)) || null;
  });
}

function replaceBlock(
  table: Table,
  key: Key,
  stored: Item | null,
  frames: readonly Frame[],
  start: EpochMs,
  expiresAt: EpochMs,
): Promise<boolean> {
  const rev = stored === null ? 0 : numberOf(stored, 'rev');
  const body = checkedSize(`Block ${key.pk} / ${key.sk}`, encodeBlock(frames, start));
  const loads = blockLoads(frames, BODY_LIMIT_BYTES - body.length);
  const item = { ...key, v: VERSIONS.series, start, rev: rev + 1, body, expires_at: expiry(expiresAt) };
  return table.put(
    loads === null ? item : { ...item, loads },
    stored === null ? absent(table.now()) : { expression: 'rev = :rev', values: { ':rev': rev } },
  );
}

function blockFrames(item: Item): readonly Frame[] {
  return withLoads(decodeBlock(inflateBlock(item), numberOf(item, 'start')), item, 'block');
}

function known(items: readonly Item[]): readonly Item[] {
  return items.filter((item) => knownOrNull(item, 'series') !== null);
}
