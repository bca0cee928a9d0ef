// What an answer says, in its order: every object in it that speaks of an action or of replicas, wherever it is wrapped.
import { type AdviceFields, adviceFields, fieldsBeside, isAction } from './answer-fields.ts';
import { type CutOut, cutOutObjects, readJson, strictly } from './answer-objects.ts';
import { speaksAgainst, supersedes } from './prose-parsing.ts';
import { THOUGHT_WORDS, withoutThoughts } from './thinking.ts';

type Statement =
  | { readonly kind: 'object'; readonly fields: AdviceFields }
  /** No JSON; or something that never closes; or text behind an object that speaks against it. */
  | { readonly kind: 'unreadable' | 'unfinished' | 'taken_back' }
  /** Called a draft or an example, or a schema of advice. */
  | { readonly kind: 'disowned' };

export interface Said {
  readonly statements: readonly Statement[];
  /** The first object that speaks of neither action nor replicas. */
  readonly other: Readonly<Record<string, unknown>> | null;
  /** More than is looked into. */
  readonly isTooMuch: boolean;
  /** The text outside of thoughts; null where the answer as a whole is JSON. */
  readonly prose: string | null;
  /** It ends in a thought. */
  readonly isThinking: boolean;
}

/** An answer has one object or a few; thousands would cost an exception each. */
export const MAX_CANDIDATES = 20;
/** Wrappers in wrappers, and strings of JSON in strings of JSON; what stands deeper counts as unreadable. */
const MAX_DEPTH = 32;

/** @param cut the model hit its completion limit: more may have been to come */
export function saidIn(text: string, cut: boolean): Said {
  const reading: Reading = { statements: [], other: null, cut, left: MAX_CANDIDATES };
  const direct = strictly(text);
  const said = (rest: Pick<Said, 'prose' | 'isThinking'>) => ({ ...reading, ...rest, isTooMuch: reading.left < 0 });
  if (direct !== undefined) {
    readValue(reading, direct, 0);
    return said({ prose: null, isThinking: false });
  }
  const { text: prose, isThinking } = withoutThoughts(text);
  readText(reading, prose, isThinking, 0);
  return said({ prose, isThinking });
}

interface Reading {
  readonly statements: Statement[];
  other: Said['other'];
  readonly cut: boolean;
  /** Objects and strings that may still be looked into. */
  left: number;
}

/** What may be advice, however its names are spelled. */
const SPEAKS = /action|replicas|\\u00/i;

function readText(reading: Reading, text: string, isThinking: boolean, depth: number): void {
  const { pieces, openFrom } = cutOutObjects(text);
  const first = reading.statements.length;
  let lastAfter: number | null = null;
  for (const piece of pieces) {
    if (reading.left < 0) return;
    if (SPEAKS.test(piece.text)) {
      const between = text.slice(lastAfter ?? 0, piece.start);
      if (supersedes(between)) reading.statements.length = first;
      readPiece(reading, piece, between.slice(-LEAD_CHARS), depth);
      lastAfter = piece.after;
    } else noteOther(reading, () => strictly(piece.text));
  }
  const tail = lastAfter === null ? null : text.slice(lastAfter);
  if (isUnfinished(reading.cut, text, openFrom, tail) || (isThinking && tail !== null))
    reading.statements.push({ kind: 'unfinished' });
  else if (tail !== null) readTail(reading, tail);
}

/** @param lead what stands right before it */
function readPiece(reading: Reading, { kind, text }: CutOut, lead: string, depth: number): void {
  if (reading.left-- <= 0) return;
  const before = reading.statements.length;
  if (DISOWNED.test(lead) || DISOWNED_BLOCK.test(lead)) return void reading.statements.push({ kind: 'disowned' });
  const value = kind === 'escaped' ? text : readJson(text);
  if (value === undefined) reading.statements.push({ kind: 'unreadable' });
  else if (kind === 'escaped') readString(reading, text, depth);
  else readValue(reading, value, depth);
  if (reading.statements.length === before) reading.statements.push({ kind: 'disowned' });
}

function readString(reading: Reading, text: string, depth: number): void {
  const direct = strictly(text);
  if (direct !== undefined) readValue(reading, direct, depth + 1);
  else {
    const { text: spoken, isThinking } = withoutThoughts(text);
    readText(reading, spoken, isThinking, depth + 1);
  }
}

function readValue(reading: Reading, value: unknown, depth: number): void {
  if (reading.left < 0) return;
  if (depth > MAX_DEPTH) {
    if (typeof value === 'object' && value !== null) reading.statements.push({ kind: 'unreadable' });
  } else if (typeof value === 'string') {
    if (SPEAKS.test(value) && value.includes('{') && reading.left-- > 0) readString(reading, value, depth);
  } else if (Array.isArray(value)) {
    for (const each of value) readValue(reading, each, depth + 1);
  } else if (isObject(value)) readObject(reading, value, depth);
}

/** Whatever stands under such a name is no answer, or not the one. */
const NOT_THE_ANSWER = new RegExp(`${THOUGHT_WORDS}|example|alternative|previous|rejected`, 'i');

/**
 * An object that is advice is not looked into; one that merely has an action of another kind may wrap advice. What stands
 * beside the one object it wraps is said of it.
 */
function readObject(reading: Reading, object: Readonly<Record<string, unknown>>, depth: number): void {
  const fields = adviceFields(object);
  const before = reading.statements.length;
  if (!isAction(fields?.action))
    for (const [key, value] of Object.entries(object))
      if (!NOT_THE_ANSWER.test(key.slice(0, LEAD_CHARS))) readValue(reading, value, depth + 1);
  const [wrapped, ...more] = reading.statements.slice(before);
  if (wrapped?.kind === 'object' && more.length === 0)
    reading.statements[before] = { kind: 'object', fields: { ...fieldsBeside(object), ...wrapped.fields } };
  if (wrapped !== undefined) return;
  if (fields === null) noteOther(reading, () => object);
  else if (reading.left-- > 0) reading.statements.push({ kind: 'object', fields });
}

function noteOther(reading: Reading, make: () => unknown): void {
  if (reading.other !== null) return;
  const value = make();
  if (isObject(value)) reading.other = value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const LEAD_CHARS = 60;
/** "Draft: {…}", "not {…}", "this is wrong: {…}", with a code block's first line between. */
const DISOWNED =
  /\b(?:(?<!\bnot (?:an? |just an? )?)(?:draft|example|attempt)|thoughts?|thinking|e\.g\.|for instance|not|wrong|incorrect|instead of|rather than)[\s:;*_()-]{0,8}(?:\d{1,2}\W{0,3})?(?:`{1,3}\w{0,8}\s{0,3})?$/i;
const DISOWNED_BLOCK = new RegExp(`\`\`\`(?:${THOUGHT_WORDS})\\w{0,12}\\s{0,3}$`, 'i');

/** An object that never closes, if it may be advice or more may have come; a list or a code block that was to go on. */
function isUnfinished(cut: boolean, text: string, openFrom: number | null, tail: string | null): boolean {
  if (openFrom !== null && (cut || SPEAKS.test(text.slice(openFrom)))) return true;
  if (!cut || tail === null) return false;
  return /^\s*,/.test(tail) || (tail.includes('```') && text.split('```').length % 2 === 0);
}

function readTail(reading: Reading, tail: string): void {
  const last = reading.statements.at(-1);
  if (last?.kind !== 'object') return;
  if (speaksAgainst(tail, last.fields.action, last.fields.target_replicas))
    reading.statements.push({ kind: 'taken_back' });
}
