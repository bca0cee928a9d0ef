// A golden: what one part of the program says, in two hashes. Numbers and outcomes must not move; words may, by a written table.
import { createHash } from 'node:crypto';

/** What a part said: `facts` are numbers, codes and names; `words` are sentences for people. In the order they were said. */
export interface Said {
  readonly facts: readonly string[];
  readonly words: readonly string[];
}

export interface Golden {
  readonly facts: string;
  readonly words: string;
}

/** Old text, new text: what a change of words replaced since the goldens were written. */
export type WordTable = readonly (readonly [old: string, now: string])[];

/** The hashes of a part; new words are put back into the old ones first, so that a listed change of words changes nothing. */
export function goldenOf({ facts, words }: Said, table: WordTable): Golden {
  const back = (text: string) => table.reduce((said, [old, now]) => said.replaceAll(now, old), text);
  return { facts: hashOf(facts), words: hashOf(words.map(back)) };
}

/**
 * Any JSON value as facts and words. A text with a space in it is a sentence; every other value is a fact, told with its path.
 * What differs from run to run (ids, dates of the wall, versions, ports) is `skipped` by name.
 */
export function saidOf(value: unknown, skipped: ReadonlySet<string> = new Set()): Said {
  const facts: string[] = [];
  const words: string[] = [];
  const walk = (path: string, part: unknown) => {
    if (typeof part === 'string' && part.includes(' ')) words.push(`${path} ${part}`);
    else if (typeof part !== 'object' || part === null) facts.push(`${path} ${JSON.stringify(part)}`);
    else for (const [key, inner] of Object.entries(part)) if (!skipped.has(key)) walk(`${path}.${key}`, inner);
  };
  walk('', value);
  return { facts, words };
}

export function joined(said: readonly Said[]): Said {
  return { facts: said.flatMap(({ facts }) => facts), words: said.flatMap(({ words }) => words) };
}

function hashOf(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return `${lines.length} lines, ${hash.digest('hex').slice(0, 16)}`;
}
