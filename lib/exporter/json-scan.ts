// Reads as much of JSON as is there: cut short, broken or very deep, every value that was seen is told with its path.

export type Path = readonly (string | number)[];

/** Told of each text, number, true, false and null; a text that was cut is told as far as it goes. */
export type Visit = (path: Path, value: string | number | boolean | null) => void;

interface Frame {
  readonly isList: boolean;
  /** In an object: the next text is a key. */
  wantsKey: boolean;
}

/** One pass, no recursion: depth costs a frame each. Nothing is refused; what is no JSON tells nothing. */
export function scanJson(text: string, visit: Visit): void {
  const frames: Frame[] = [];
  // The key or the index under which each open object or list holds its present value.
  const path: (string | number)[] = [];
  const top = () => frames.at(-1);
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      const end = endOfText(text, at + 1);
      const value = unescaped(text.slice(at + 1, end));
      const frame = top();
      if (frame?.wantsKey) path[path.length - 1] = value;
      else visit(path, value);
      at = end + 1;
    } else if (char === '{' || char === '[') {
      const isList = char === '[';
      frames.push({ isList, wantsKey: !isList });
      path.push(isList ? 0 : '');
      at++;
    } else if (char === '}' || char === ']') {
      frames.pop();
      path.pop();
      at++;
    } else if (char === ',' || char === ':') {
      separated(top(), path, char);
      at++;
    } else {
      const end = endOfWord(text, at);
      if (end > at) visitWord(text.slice(at, end), path, visit);
      at = Math.max(end, at + 1);
    }
  }
}

function separated(frame: Frame | undefined, path: (string | number)[], by: ',' | ':'): void {
  if (frame === undefined) return;
  if (!frame.isList) frame.wantsKey = by === ',';
  else if (by === ',') path.push(Number(path.pop()) + 1);
}

/** Index of the closing quote, or of the end of everything. Backslashes before a quote belong to that quote alone: linear. */
function endOfText(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (quote - 1 - slashes >= from && text[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote;
  }
  return text.length;
}

/** What JSON would not take (a raw line end, an escape cut in two) stays as it is written. */
function unescaped(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}

const DELIMITER = /[\s{}[\],:"]/g;

function endOfWord(text: string, from: number): number {
  DELIMITER.lastIndex = from;
  return DELIMITER.exec(text)?.index ?? text.length;
}

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
const LONGEST_NUMBER = 40;

function visitWord(word: string, path: Path, visit: Visit): void {
  if (Object.hasOwn(WORDS, word)) visit(path, WORDS[word] ?? null);
  else if (word.length <= LONGEST_NUMBER && /^-?\d/.test(word) && Number.isFinite(Number(word)))
    visit(path, Number(word));
}
