// What all kinds of items have in common: a version, an age, and a compressed body that is never misread.
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync } from 'node:zlib';
import { AdapterError } from '../../app/ports/world.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Item } from './table.ts';

/** Bumped per kind when its shape changes. */
export const VERSIONS = {
  series: 1,
  learned: 2,
  latest: 2,
  placement: 2,
  decision: 3,
  heartbeat: 1,
  policy: 1,
  floor: 1,
  schedule: 1,
  proposal: 1,
  change: 1,
  advice: 1,
  adviceRow: 1,
  bucket: 1,
  spending: 1,
  lease: 1,
  journal: 3,
  asked: 1,
  progress: 1,
  opening: 1,
  result: 1,
  /** Stands among the policies: a release that takes it for one refuses it, and its ticks change nothing. */
  killSwitch: 2,
  /** The same: caps that an older release does not know would not hold. */
  policyLevel: 2,
  answer: 1,
} as const;
export type Kind = keyof typeof VERSIONS;

/** Versions of releases before that are read still, as well as the present one. What was never released is not. */
const READ_STILL: Partial<Record<Kind, readonly number[]>> = {
  latest: [1],
  decision: [1],
  journal: [1],
};

/** DynamoDB refuses items above 400 KB; the rest is left for keys and small attributes. */
export const BODY_LIMIT_BYTES = 400 * 1024 - 2048;

/** The item, or null where it is absent or of another version: for what can be fitted or measured again. */
export function knownOrNull(item: Item | null, kind: Kind): Item | null {
  return item !== null && isKnown(item, kind) ? item : null;
}

/** The item, or null where it is absent. @throws AdapterError on another version: what it says must not be guessed. */
export function knownOrRefused(item: Item | null, kind: Kind): Item | null {
  if (item === null || isKnown(item, kind)) return item;
  throw broken(item, `has version ${item.v} and this release reads ${VERSIONS[kind]}: run the release that wrote it`);
}

function isKnown({ v }: Item, kind: Kind): boolean {
  return v === VERSIONS[kind] || READ_STILL[kind]?.includes(v) === true;
}

/** `expires_at`: seconds, rounded up, so that nothing is gone before its time. */
export function expiry(at: EpochMs): number {
  return Math.ceil(at / 1000);
}

/** On LATEST, brotli at 5 takes gzip's time and leaves 15 to 30 % less to be billed; beyond 5 it only takes longer. */
const BROTLI = {
  params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_QUALITY]: 5 },
};

type Replacer = (key: string, part: unknown) => unknown;

/** JSON, compressed. @throws AdapterError where it would not fit into an item */
export function packJson(what: string, value: unknown, replacer?: Replacer): Uint8Array {
  return checkedSize(what, compressed(value, replacer));
}

export function compressed(value: unknown, replacer?: Replacer): Uint8Array {
  return compressedText(JSON.stringify(value, replacer));
}

export function compressedText(text: string): Uint8Array {
  return brotliCompressSync(text, BROTLI);
}

export function checkedSize(what: string, body: Uint8Array): Uint8Array {
  if (body.length <= BODY_LIMIT_BYTES) return body;
  const message = `${what} takes ${body.length} bytes, compressed; a table item holds ${BODY_LIMIT_BYTES}. Nothing was written.`;
  throw new AdapterError('dynamodb', message, { retryable: false, code: 'item_too_large' });
}

/**
 * The reverse of packJson. The shape is trusted because the version was checked and only this release writes it.
 * @param maxBytes of what it may unpack to, where others may write it, too: a few kilobytes can hold gigabytes
 */
export function unpackJson<T>(item: Item, maxBytes?: number): T {
  try {
    return JSON.parse(unpackText(item, maxBytes)) as T;
  } catch (error) {
    throw error instanceof AdapterError ? error : broken(item, 'does not hold JSON: remove it', error);
  }
}

/** The reverse of compressedText. */
export function unpackText(item: Item, maxBytes?: number): string {
  const bounds = maxBytes === undefined ? {} : { maxOutputLength: maxBytes };
  try {
    return brotliDecompressSync(bytesOf(item), bounds).toString('utf8');
  } catch (error) {
    throw error instanceof AdapterError ? error : broken(item, 'cannot be uncompressed: remove it', error);
  }
}

/** The uncompressed body of a block of samples. */
export function inflateBlock(item: Item): Buffer {
  try {
    return gunzipSync(bytesOf(item));
  } catch (error) {
    throw error instanceof AdapterError ? error : broken(item, 'cannot be uncompressed: remove it', error);
  }
}

export function bytesOf(item: Item): Uint8Array {
  if (item.body instanceof Uint8Array) return item.body;
  throw broken(item, 'has no body: remove it');
}

export function numberOf(item: Item, attribute: string): number {
  const value = item[attribute];
  if (typeof value === 'number') return value;
  throw broken(item, `has no number "${attribute}": remove it`);
}

/** Numbers that were computed are kept to so many digits: nothing is known better, and digits are what is billed. */
const DIGITS = 6;

/** For JSON.stringify: every fraction to six significant digits; whole numbers (instants, versions) stay as they are. */
export function shortNumber(_key: string, part: unknown): unknown {
  return typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(DIGITS)) : part;
}

export function broken(item: Item, complaint: string, cause?: unknown): AdapterError {
  return new AdapterError('dynamodb', `Item ${item.pk} / ${item.sk} ${complaint}.`, { retryable: false, cause });
}
