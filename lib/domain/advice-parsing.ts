// From what a model wrote to one object: the four steps of the seeds, in order, in time linear in the text.
import { jsonrepair } from 'jsonrepair';
import { type AdviceLimits, readProse } from './advice-prose.ts';

/** 1,000 completion tokens are some 5,000 characters; a text far beyond is no answer, and is not looked at. */
const ANSWER_MAX_CHARS = 100_000;

type ParsedAnswer =
  | {
      readonly kind: 'fields';
      readonly step: 'direct' | 'code_block' | 'embedded' | 'prose';
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'nothing';
      readonly code: 'empty' | 'too_large' | 'truncated' | 'unparsable';
      readonly detail: string;
    };

/**
 * Direct JSON; JSON in a markdown code block; a JSON object cut out of text; action and replicas read from prose.
 *
 * @param cut The model hit its completion limit: prose and half objects are then not read, since "target_replicas: 1"
 * may have been on its way to 15.
 * @returns The fields as they came, not validated. Source: seed 2 §6.1.
 */
export function parseAnswer(text: string, limits: AdviceLimits, cut: boolean): ParsedAnswer {
  if (text.length > ANSWER_MAX_CHARS) {
    return nothing('too_large', `the answer has ${text.length} characters, ${ANSWER_MAX_CHARS} are read`);
  }
  const direct = asObject(text);
  if (direct) return { kind: 'fields', step: 'direct', fields: direct };
  const answer = withoutThinking(text);
  if (answer.trim() === '') return cut ? cutShort() : nothing('empty', 'the answer is empty');
  const block = codeBlocks(answer).map(asObject).find(isAdvice);
  if (block) return { kind: 'fields', step: 'code_block', fields: block };
  return embeddedOrProse(answer, limits, cut);
}

function embeddedOrProse(answer: string, limits: AdviceLimits, cut: boolean): ParsedAnswer {
  const { objects, unclosed } = cutOutObjects(answer);
  const embedded = objects.map(asObject);
  const advice =
    embedded.find(isAdvice) ?? repaired(objects.find((object, at) => !embedded[at] && worthRepair(object)));
  if (advice) return { kind: 'fields', step: 'embedded', fields: advice };
  if (cut) return cutShort();
  if (unclosed) return nothing('unparsable', 'the answer contains an object that never closes');
  const prose = readProse(answer, limits);
  if (prose) return { kind: 'fields', step: 'prose', fields: prose };
  // An object that says nothing about an action is named by validation, which is more help than "unparsable".
  const other = embedded.find((object) => object !== null);
  if (other) return { kind: 'fields', step: 'embedded', fields: other };
  return nothing('unparsable', 'the answer holds neither a JSON object nor one clear action with replicas');
}

function nothing(code: 'empty' | 'too_large' | 'truncated' | 'unparsable', detail: string): ParsedAnswer {
  return { kind: 'nothing', code, detail };
}

function cutShort(): ParsedAnswer {
  return nothing('truncated', 'the model hit its completion limit before the answer was whole');
}

function isAdvice(value: Record<string, unknown> | null): value is Record<string, unknown> {
  return value !== null && Object.hasOwn(value, 'action');
}

function asObject(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** jsonrepair's time grows with the cube of unescaped quotes (measured: 32 s at 8,000 characters of them, 0.2 s here). */
const REPAIR_MAX_CHARS = 6_000;
const REPAIR_MAX_QUOTES = 200;

function worthRepair(object: string): boolean {
  if (object.length > REPAIR_MAX_CHARS || !object.includes('action')) return false;
  return (object.match(/["'`´‘’“”]/g)?.length ?? 0) <= REPAIR_MAX_QUOTES;
}

/** jsonrepair throws on prose and turns what follows an object into an array: it only ever sees one cut-out object. */
function repaired(object: string | undefined): Record<string, unknown> | null {
  if (object === undefined) return null;
  try {
    const value = asObject(jsonrepair(object));
    return isAdvice(value) ? value : null;
  } catch {
    return null;
  }
}

/** Models that think aloud draft answers while they do: what stands in `<think>` is no answer, closed or not. */
function withoutThinking(text: string): string {
  const rest = text.replace(/<think>[\s\S]*?(?:<\/think>|$)/gi, ' ');
  const orphan = rest.lastIndexOf('</think>');
  return orphan < 0 ? rest : rest.slice(orphan + '</think>'.length);
}

/** An answer has one block or a few; a text of fences only would cost an exception for each. */
const MAX_CANDIDATES = 20;

function codeBlocks(text: string): readonly string[] {
  const inside = text.split('```', 2 * MAX_CANDIDATES).filter((_, index) => index % 2 === 1);
  return inside.map((block) => block.replace(/^[a-z0-9]{1,10}(?=\s|\{)/i, ''));
}

/** Deeper than any answer of ours; jsonrepair recurses per level. */
const MAX_DEPTH = 32;

/** Objects of the outermost level, found by counting braces outside of strings. */
function cutOutObjects(text: string): { readonly objects: readonly string[]; readonly unclosed: boolean } {
  const objects: string[] = [];
  let start = text.indexOf('{');
  while (start >= 0 && objects.length < MAX_CANDIDATES) {
    const end = endOfObject(text, start);
    if (end === null) return { objects, unclosed: true };
    if (end.deepest <= MAX_DEPTH) objects.push(text.slice(start, end.after));
    start = text.indexOf('{', end.after);
  }
  return { objects, unclosed: false };
}

function endOfObject(text: string, start: number): { readonly after: number; readonly deepest: number } | null {
  let depth = 0;
  let deepest = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{') deepest = Math.max(deepest, ++depth);
    else if (char === '}' && --depth === 0) return { after: at + 1, deepest };
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
