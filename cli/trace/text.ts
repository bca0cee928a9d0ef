// Bytes to text in the encodings that spreadsheets and consoles write.
import { TraceRefusal } from './refusal.ts';

export interface DecodedText {
  readonly text: string;
  /** For people; null where it is plain UTF-8. */
  readonly encoding: string | null;
}

const LOOKED_AT_BYTES = 4096;
const LOOKED_AT_CHARS = 65_536;

/** @throws TraceRefusal where it is empty or no text */
export function decode(bytes: Buffer): DecodedText {
  if (bytes.length === 0) throw empty();
  refuseKnownFormats(bytes);
  const { raw, encoding } = decoded(bytes);
  // Some exports write a byte order mark twice, behind a "sep=" line, or in another encoding's bytes.
  const text = raw.replace(/^ï»¿/, '').replaceAll('\uFEFF', '');
  if (isBinary(text)) throw new TraceRefusal('not_text', 'is no text but a binary file; expected CSV');
  if (text.trim() === '') throw empty();
  if (/^\s*(?:\{\s*["}]|\[\s*[[{])/.test(text)) throw new TraceRefusal('not_text', 'is JSON; write it as CSV');
  return { text, encoding };
}

function decoded(bytes: Buffer): { readonly raw: string; readonly encoding: string | null } {
  const utf16 = utf16Order(bytes);
  if (utf16 !== null) {
    const raw = new TextDecoder(utf16).decode(bytes);
    return { raw, encoding: utf16 === 'utf-16le' ? 'UTF-16, little-endian' : 'UTF-16, big-endian' };
  }
  try {
    return { raw: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: null };
  } catch {
    return { raw: new TextDecoder('windows-1252').decode(bytes), encoding: 'Latin-1' };
  }
}

/** By its mark; without one by the zeros, of which every plain character has one, first or second. */
function utf16Order(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const length = Math.min(bytes.length, LOOKED_AT_BYTES) & ~1;
  let first = 0;
  let second = 0;
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) first++;
    if (bytes[i + 1] === 0) second++;
  }
  const pairs = length / 2;
  if (second > 0.4 * pairs && first < 0.05 * pairs) return 'utf-16le';
  if (first > 0.4 * pairs && second < 0.05 * pairs) return 'utf-16be';
  return null;
}

function refuseKnownFormats(bytes: Buffer): void {
  const starts = bytes.toString('latin1', 0, 4);
  if (starts === 'PK\u0003\u0004' || starts === '\u00D0\u00CF\u0011\u00E0')
    throw new TraceRefusal('not_text', 'is a spreadsheet or an archive; save it as CSV');
  if (starts === 'PAR1') throw new TraceRefusal('not_text', 'is a Parquet file; write it as CSV');
}

function isBinary(text: string): boolean {
  if (text.includes('\0')) return true;
  const looked = text.slice(0, LOOKED_AT_CHARS);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells a binary file from text
  const controls = looked.match(/[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0;
  return controls > 0.01 * looked.length;
}

function empty(): TraceRefusal {
  return new TraceRefusal('empty', 'is empty; expected CSV with a column of times and one of demand');
}
