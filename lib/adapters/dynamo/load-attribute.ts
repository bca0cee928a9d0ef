// The attribute that loads beside CPU and memory are stored in: with a version of its own, and never larger than its item has room for.
import { gunzipSync, gzipSync } from 'node:zlib';
import { FIELDS, type Frame } from './frames.ts';
import { brokenLoads, decodeLoads, encodeLoads, measuredColumns, samplesIn } from './load-codec.ts';
import { LoadColumns } from './load-columns.ts';
import type { Item } from './table.ts';

/** The first byte. Another is of another release. */
const VERSION = 1;
/** What compresses less well than the rest is left out with some to spare, so that this ends soon. */
const SPARE_SHARE = 0.9;

/** Of one tick, plainly; null where no workload of the shard has loads. */
export function tickLoads(frame: Frame): Uint8Array | null {
  const columns = measuredColumns([frame]);
  return columns.all.length === 0 ? null : versioned(encodeLoads([frame], columns));
}

/**
 * Of a block, compressed; null where there are none. Where not all of them fit, those with the fewest samples are left out:
 * what every workload has of CPU, memory and replicas is stored, whatever its neighbours name.
 */
export function blockLoads(frames: readonly Frame[], roomBytes: number): Uint8Array | null {
  let columns = measuredColumns(frames);
  while (columns.all.length > 0) {
    const packed = versioned(gzipSync(encodeLoads(frames, columns)));
    if (packed.length <= roomBytes) return packed;
    const share = (SPARE_SHARE * Math.max(0, roomBytes)) / packed.length;
    const most = columns.all.toSorted((a, b) => samplesIn(frames, b) - samplesIn(frames, a));
    columns = new LoadColumns(most.slice(0, Math.floor(share * most.length)));
  }
  return null;
}

/** Whether this release may write over what an item holds of loads. */
export function areLoadsKnown({ loads }: Item): boolean {
  return loads === undefined || (loads instanceof Uint8Array && loads[0] === VERSION);
}

/**
 * The frames of an item with their loads; of another release's nothing is read.
 * @throws AdapterError where what is there cannot be of these frames
 */
export function withLoads(frames: readonly Frame[], item: Item, stored: 'tick' | 'block'): readonly Frame[] {
  const { loads } = item;
  if (loads === undefined || !areLoadsKnown(item)) return frames;
  const body = (loads as Uint8Array).subarray(1);
  const slots = Math.max(0, ...frames.map(({ codes }) => codes.length / FIELDS));
  const decoded = decodeLoads(stored === 'block' ? inflated(body) : body, frames.length, slots);
  return frames.map((frame, row) => {
    const of = decoded[row];
    return of === undefined ? frame : { ...frame, loads: of };
  });
}

function versioned(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = VERSION;
  bytes.set(body, 1);
  return bytes;
}

function inflated(body: Uint8Array): Uint8Array {
  try {
    return gunzipSync(body);
  } catch (error) {
    throw brokenLoads(error);
  }
}
