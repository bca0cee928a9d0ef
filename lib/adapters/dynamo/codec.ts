// Frames as bytes: a tick's samples plainly (they are small), an hour's or a day's as columns that compress well.
import { gzipSync } from 'node:zlib';
import { AdapterError } from '../../app/ports/world.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { FIELDS, type Frame } from './frames.ts';
import { MISSING } from './quantise.ts';

/** Bytes before the columns: rows (4) and slots (2). */
const HEADER_BYTES = 6;
const OFFSET_BYTES = 4;

/** Two bytes per code, the low one first. */
export function encodeCodes(codes: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(codes.length * 2);
  const view = new DataView(bytes.buffer);
  codes.forEach((code, i) => {
    view.setUint16(i * 2, code, true);
  });
  return bytes;
}

export function decodeCodes(bytes: Uint8Array): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codes = new Uint16Array(bytes.length >> 1);
  for (let i = 0; i < codes.length; i++) codes[i] = view.getUint16(i * 2, true);
  return codes;
}

/**
 * Frames of up to 49 days from `origin` on. Layout before compression: rows, slots, instants as milliseconds from
 * `origin`, then the high bytes of all codes and the low bytes of all codes, each field and slot through time. Apart
 * and through time, the high bytes hardly change, which is what gzip lives on.
 */
export function encodeBlock(frames: readonly Frame[], origin: EpochMs): Uint8Array {
  const rows = frames.length;
  const slots = Math.max(0, ...frames.map((frame) => frame.codes.length / FIELDS));
  const { bytes, view, high, low } = layout(new Uint8Array(blockBytes(rows, slots)), rows, slots);
  view.setUint32(0, rows, true);
  view.setUint16(4, slots, true);
  frames.forEach((frame, row) => {
    view.setUint32(HEADER_BYTES + row * OFFSET_BYTES, frame.at - origin, true);
    for (let column = 0; column < slots * FIELDS; column++) {
      const code = frame.codes[column] ?? MISSING;
      const place = placeOf(column, slots) * rows + row;
      high[place] = code >> 8;
      low[place] = code & 0xff;
    }
  });
  return gzipSync(bytes);
}

/** The reverse of encodeBlock, from uncompressed bytes. @throws AdapterError where the lengths do not fit */
export function decodeBlock(bytes: Uint8Array, origin: EpochMs): readonly Frame[] {
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = bytes.length < HEADER_BYTES ? 0 : head.getUint32(0, true);
  const slots = bytes.length < HEADER_BYTES ? 0 : head.getUint16(4, true);
  if (bytes.length !== blockBytes(rows, slots)) {
    throw new AdapterError('dynamodb', 'A block of samples is cut short or overlong: remove it.', { retryable: false });
  }
  const { view, high, low } = layout(bytes, rows, slots);
  const width = slots * FIELDS;
  const codes = new Uint16Array(rows * width);
  // As the bytes lie: reading a week decodes thousands of frames.
  for (let column = 0; column < width; column++) {
    const first = placeOf(column, slots) * rows;
    for (let row = 0; row < rows; row++)
      codes[row * width + column] = ((high[first + row] ?? 0) << 8) | (low[first + row] ?? 0);
  }
  return Array.from({ length: rows }, (_, row) => ({
    at: origin + view.getUint32(HEADER_BYTES + row * OFFSET_BYTES, true),
    codes: codes.subarray(row * width, (row + 1) * width),
  }));
}

function blockBytes(rows: number, slots: number): number {
  return HEADER_BYTES + rows * OFFSET_BYTES + rows * slots * FIELDS * 2;
}

function layout(bytes: Uint8Array, rows: number, slots: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = HEADER_BYTES + rows * OFFSET_BYTES;
  const plane = rows * slots * FIELDS;
  return { bytes, view, high: bytes.subarray(start, start + plane), low: bytes.subarray(start + plane) };
}

/** Column by field first, then by slot: cpu next to cpu. */
function placeOf(column: number, slots: number): number {
  return (column % FIELDS) * slots + Math.floor(column / FIELDS);
}
