// Loads beside CPU and memory as bytes, kept apart from the frames' own: a release that knows none of them reads the rest as ever.
import { AdapterError } from '../../app/ports/world.ts';
import type { Frame, FrameLoads } from './frames.ts';
import { isLoadName, type LoadColumn, LoadColumns } from './load-columns.ts';
import { MISSING } from './quantise.ts';

/** Rows (4), slots (2), names (2). */
const HEADER_BYTES = 8;

/**
 * What frames hold of loads. Layout: the header; each name with its length before it and a bit per slot
 * that has it behind it; then, as in a block, the high bytes of all codes and the low bytes of all codes, each column through time.
 * @param columns those to keep, at least one
 */
export function encodeLoads(frames: readonly Frame[], columns: LoadColumns): Uint8Array {
  const names = [...new Set(columns.all.map(({ name }) => name))];
  const slots = Math.max(...columns.all.map(({ slot }) => slot)) + 1;
  const head = [...bytesOf(frames.length, 4), ...bytesOf(slots, 2), ...bytesOf(names.length, 2)];
  for (const name of names) {
    const bits = new Uint8Array(Math.ceil(slots / 8));
    for (const column of columns.all)
      if (column.name === name) bits[column.slot >> 3] = (bits[column.slot >> 3] ?? 0) | (1 << (column.slot & 7));
    head.push(name.length, ...Buffer.from(name, 'latin1'), ...bits);
  }
  const rows = frames.length;
  const plane = columns.all.length * rows;
  const bytes = new Uint8Array(head.length + 2 * plane);
  bytes.set(head);
  frames.forEach((frame, row) => {
    for (const [place, column] of columns.all.entries()) {
      const code = codeOf(frame.loads, column);
      bytes[head.length + place * rows + row] = code >> 8;
      bytes[head.length + plane + place * rows + row] = code & 0xff;
    }
  });
  return bytes;
}

/**
 * The reverse of encodeLoads: one for each of the frames beside which it is stored.
 * @param slots that the frames have
 * @throws AdapterError where the lengths do not fit, or a name cannot be one
 */
export function decodeLoads(bytes: Uint8Array, rows: number, slots: number): readonly FrameLoads[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== rows) throw brokenLoads();
  if (view.getUint16(4, true) > slots) throw brokenLoads();
  const { columns, end } = decodeColumns(bytes, view.getUint16(4, true), view.getUint16(6, true));
  const plane = columns.all.length * rows;
  if (bytes.length !== end + 2 * plane) throw brokenLoads();
  return Array.from({ length: rows }, (_, row) => {
    const codes = columns.all.map((_column, place) => {
      const at = end + place * rows + row;
      return ((bytes[at] ?? 0) << 8) | (bytes[at + plane] ?? 0);
    });
    return { columns, codes: Uint16Array.from(codes) };
  });
}

function decodeColumns(bytes: Uint8Array, slots: number, names: number) {
  const found: LoadColumn[] = [];
  const seen = new Set<string>();
  let at = HEADER_BYTES;
  for (let i = 0; i < names; i++) {
    const length = bytes[at] ?? 0;
    const bitsAt = at + 1 + length;
    const end = bitsAt + Math.ceil(slots / 8);
    if (end > bytes.length) throw brokenLoads();
    const name = Buffer.from(bytes.subarray(at + 1, bitsAt)).toString('latin1');
    if (!isLoadName(name) || seen.has(name)) throw brokenLoads();
    seen.add(name);
    for (let slot = 0; slot < slots; slot++)
      if (((bytes[bitsAt + (slot >> 3)] ?? 0) >> (slot & 7)) & 1) found.push({ slot, name });
    at = end;
  }
  return { columns: new LoadColumns(found), end: at };
}

/** Columns in which something was measured. */
export function measuredColumns(frames: readonly Frame[]): LoadColumns {
  const found: LoadColumn[] = [];
  const seen = new Map<LoadColumns, Set<number>>();
  for (const { loads } of frames) {
    if (loads === undefined) continue;
    const counted = seen.get(loads.columns) ?? new Set<number>();
    seen.set(loads.columns, counted);
    for (const [place, column] of loads.columns.all.entries()) {
      if (counted.has(place) || loads.codes[place] === MISSING) continue;
      counted.add(place);
      found.push(column);
    }
  }
  return new LoadColumns(found);
}

/** How many samples each column holds. */
export function samplesIn(frames: readonly Frame[], column: LoadColumn): number {
  return frames.filter(({ loads }) => codeOf(loads, column) !== MISSING).length;
}

function codeOf(loads: FrameLoads | undefined, column: LoadColumn): number {
  return loads?.codes[loads.columns.indexOf(column)] ?? MISSING;
}

function bytesOf(value: number, length: number): readonly number[] {
  return Array.from({ length }, (_, i) => (value >>> (8 * i)) & 0xff);
}

export function brokenLoads(cause?: unknown): AdapterError {
  const message = 'The loads beside samples are cut short, overlong or not of their frames: remove the item.';
  return new AdapterError('dynamodb', message, { retryable: false, cause });
}
