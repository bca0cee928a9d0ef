// Objects cut out of what a model wrote, in time linear in the text, and read as JSON or as what was meant to be JSON.
import { readLoosely } from './loose-json.ts';

export interface CutOut {
  readonly start: number;
  readonly after: number;
  /** An object; or the text that an escaped one (`{\"action\" …`) stands for. */
  readonly kind: 'json' | 'escaped';
  readonly text: string;
}

/**
 * The outermost objects of a text, in its order, found by counting braces outside of strings.
 *
 * @returns `openFrom` is where an object starts that never closes: what follows it cannot be told apart, as what
 * follows a thousand objects is not. Null where none does.
 */
export function cutOutObjects(text: string): { readonly pieces: readonly CutOut[]; readonly openFrom: number | null } {
  const pieces: CutOut[] = [];
  let start = nextStart(text, 0);
  while (start >= 0) {
    const piece = isEscaped(text, start) ? escapedPiece(text, start) : plainPiece(text, start);
    if (piece === null || pieces.length === MAX_PIECES) return { pieces, openFrom: start };
    pieces.push(piece);
    start = nextStart(text, piece.after);
  }
  return { pieces, openFrom: null };
}

const MAX_PIECES = 1_000;

/** @returns the value, or undefined where the text is no JSON, not even in the spelling of JavaScript or Python */
export function readJson(text: string): unknown {
  return strictly(text) ?? readLoosely(text);
}

const ENDS: ReadonlySet<string> = new Set(['{}', '[]', '""']);

/** @returns undefined for whatever is no object, no list and no string of JSON */
export function strictly(text: string): unknown {
  const json = text.trim();
  // An exception costs as much as reading a whole answer.
  if (!ENDS.has(`${json.at(0)}${json.at(-1)}`)) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A brace that begins an object, or may once more text has come: "{the numbers}" and the first of "{{" do not. */
const OBJECT_START = /\{(?=(?:\s|\\+[nrt])*(?:\\*["'“”‘’`}]|[\p{L}_$][\w$ -]{0,40}:|\/[/*]|#|$))/gu;

function nextStart(text: string, from: number): number {
  OBJECT_START.lastIndex = from;
  return OBJECT_START.exec(text)?.index ?? -1;
}

const ESCAPED = /\{(?:\s|\\+[nrt])*\\+"/y;

function isEscaped(text: string, start: number): boolean {
  ESCAPED.lastIndex = start;
  return ESCAPED.test(text);
}

/** To the quote that ends the string it stands in, or to the end of the text. */
function escapedPiece(text: string, start: number): CutOut {
  const after = endOfString(text, start - 1);
  const line = text.slice(start, after).replace(/\p{Cc}/gu, ' ');
  const meant = strictly(`"${line}"`);
  return { start, after, kind: 'escaped', text: typeof meant === 'string' ? meant : line };
}

function plainPiece(text: string, start: number): CutOut | null {
  const after = endOfObject(text, start);
  return after === null ? null : { start, after, kind: 'json', text: text.slice(start, after) };
}

function endOfObject(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return at + 1;
  }
  return null;
}

/** Index of the closing quote, or past the end where there is none. */
function endOfString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
