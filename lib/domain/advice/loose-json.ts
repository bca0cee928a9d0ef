// JSON as models misspell it: other quotes, bare words, comments, commas too many or too few. Linear, whatever it is given.

/** Deeper than any answer of ours; reading recurses per level. */
const MAX_DEPTH = 32;
/** Longer than any reasoning of an answer. */
const MAX_STRING_CHARS = 20_000;

/**
 * Reads an object or a list in the spelling of JSON, JavaScript or Python.
 *
 * A quote ends a string only where one may end (before a comma, a colon, a closing bracket or the end of its line): others
 * belong to it. A word that is no literal is a string. A name given twice in an object makes all of it unreadable: where one
 * string was ended too early, the rest of it must not pass for a field.
 *
 * @returns undefined where it cannot be read
 */
export function readLoosely(text: string): unknown {
  const reader: Reader = { text, at: 0 };
  try {
    const value = readValue(reader, 0);
    skip(reader);
    return reader.at === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

interface Reader {
  readonly text: string;
  at: number;
}

function readValue(reader: Reader, depth: number): unknown {
  skip(reader);
  if (depth > MAX_DEPTH) throw new Unreadable('too deep');
  const char = reader.text[reader.at];
  if (char === '{') return readObject(reader, depth);
  if (char === '[') return readList(reader, depth);
  return isQuote(char) ? readString(reader) : readWord(reader);
}

function readObject(reader: Reader, depth: number): Readonly<Record<string, unknown>> {
  const fields = new Map<string, unknown>();
  reader.at++;
  while (!hasEnded(reader, '}')) {
    const key = isQuote(reader.text[reader.at]) ? readString(reader) : String(take(reader, BARE_KEY)).trim();
    skip(reader);
    if (reader.text[reader.at] !== ':' || fields.has(key)) throw new Unreadable('no field');
    reader.at++;
    fields.set(key, readValue(reader, depth + 1));
  }
  return Object.fromEntries(fields);
}

function readList(reader: Reader, depth: number): readonly unknown[] {
  const values: unknown[] = [];
  reader.at++;
  while (!hasEnded(reader, ']')) values.push(readValue(reader, depth + 1));
  return values;
}

/** Past the separators before the next entry, and past the bracket where there is none. */
function hasEnded(reader: Reader, close: '}' | ']'): boolean {
  skip(reader);
  while (reader.text[reader.at] === ',') {
    reader.at++;
    skip(reader);
  }
  if (reader.at >= reader.text.length) throw new Unreadable('unclosed');
  if (reader.text[reader.at] !== close) return false;
  reader.at++;
  return true;
}

const SPACE = /(?:\s|\/\/[^\n]*|#[^\n]*)*/y;
const BARE_KEY = /[^\s"'`{}[\]:,][^"'`{}[\]:,\n]{0,60}/y;
const BARE_VALUE = /[^\s"'`{}[\]:,][^{}[\],\n]*/y;

/** Spaces and comments. */
function skip(reader: Reader): void {
  for (;;) {
    SPACE.lastIndex = reader.at;
    SPACE.test(reader.text);
    reader.at = SPACE.lastIndex;
    if (!reader.text.startsWith('/*', reader.at)) return;
    const end = reader.text.indexOf('*/', reader.at);
    if (end < 0) throw new Unreadable('unclosed comment');
    reader.at = end + 2;
  }
}

function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const [word] = pattern.exec(reader.text) ?? [];
  if (word === undefined) throw new Unreadable('nothing to take');
  reader.at += word.length;
  return word;
}

const LITERALS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['none', null],
  ['undefined', null],
]);

function readWord(reader: Reader): unknown {
  const word = take(reader, BARE_VALUE)
    .replace(/\s(?:\/\/|\/\*|#).*$/s, '')
    .trim();
  const literal = LITERALS.get(word.toLowerCase());
  if (literal !== undefined) return literal;
  return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(word) ? Number(word) : word;
}

const SINGLE = "'‘’`´";
const DOUBLE = '"“”„';

function isQuote(char: string | undefined): boolean {
  return char !== undefined && (SINGLE.includes(char) || DOUBLE.includes(char));
}

const STRING_MAY_END = /[^\S\n]*(?:[,:}\]\n]|\/\/|\/\*|$)/y;

function readString(reader: Reader): string {
  const { text, at: open } = reader;
  const closing = SINGLE.includes(text[open] ?? '') ? SINGLE : DOUBLE;
  const end = Math.min(text.length, open + MAX_STRING_CHARS);
  for (let at = open + 1; at < end; at++) {
    const char = text[at] ?? '';
    if (char === '\\') at++;
    else if (closing.includes(char)) {
      STRING_MAY_END.lastIndex = at + 1;
      if (!STRING_MAY_END.test(text)) continue;
      reader.at = at + 1;
      return unescaped(text.slice(open + 1, at));
    }
  }
  throw new Unreadable('unclosed or endless string');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', ' '],
  ['f', ' '],
]);

function unescaped(raw: string): string {
  return raw.replace(/\\(?:u([0-9a-f]{4})|([\s\S]))/gi, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined ? (ESCAPES.get(char ?? '') ?? char ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
