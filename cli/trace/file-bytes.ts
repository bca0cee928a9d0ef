// A file's bytes, unpacked where they are packed, and never more of them than memory is meant to hold.
import { closeSync, openSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { TraceRefusal } from './refusal.ts';

/** A month by the second, or two years by the quarter minute. */
const MOST_MIB = 100;
const MOST_BYTES = MOST_MIB * 2 ** 20;
const CHUNK_BYTES = 2 ** 20;

/**
 * In pieces, so that a device or a pipe without an end costs no more than the most that is read.
 * @throws TraceRefusal where it cannot be read or is too large
 */
export function fileBytes(path: string): Buffer {
  const pieces: Buffer[] = [];
  let total = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (;;) {
        const piece = Buffer.allocUnsafe(CHUNK_BYTES);
        const length = readSync(file, piece, 0, CHUNK_BYTES, null);
        if (length === 0) break;
        total += length;
        if (total > MOST_BYTES) throw tooLarge('it holds');
        pieces.push(piece.subarray(0, length));
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof TraceRefusal) throw error;
    throw new TraceRefusal('unreadable', `cannot be read (${codeOf(error)}); expected a CSV file of times and demand`, {
      cause: error,
    });
  }
  return Buffer.concat(pieces, total);
}

/**
 * What gzip has packed, unpacked; anything else as it is.
 * @throws TraceRefusal where it is broken, or larger than what is read
 */
export function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge('unpacked it holds');
    throw new TraceRefusal('not_text', `is packed with gzip and cannot be unpacked (${codeOf(error)})`, {
      cause: error,
    });
  }
}

function tooLarge(holds: string): TraceRefusal {
  return new TraceRefusal(
    'too_large',
    `${holds} more than ${MOST_MIB} MiB, the most that is read; keep only the columns of time and demand, average to steps of 15 s or more, or cut it`,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
