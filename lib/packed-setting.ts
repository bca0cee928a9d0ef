// A setting too long for Lambda's environment, which takes 4 KB in all: compressed, it holds what a reader would write out.
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';

const PREFIX = 'br:';
/** Of what comes out: more than any list of clusters, and less than would harm. */
const MOST_BYTES = 1024 ** 2;

export function packed(text: string): string {
  return PREFIX + brotliCompressSync(text).toString('base64');
}

/** @returns a text that is not packed as it is. @throws Error where it says that it is and is not */
export function unpacked(text: string): string {
  if (!text.startsWith(PREFIX)) return text;
  return brotliDecompressSync(Buffer.from(text.slice(PREFIX.length), 'base64'), {
    maxOutputLength: MOST_BYTES,
  }).toString();
}
