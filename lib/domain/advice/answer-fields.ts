// The fields of an answer, however a model spells their names and values: what is meant alike is read alike.
import type { Action } from '../assessment/proposal.ts';

export const ACTIONS = ['scale_up', 'scale_down', 'maintain', 'at_max'] as const satisfies readonly Action[];
export const LEVELS = ['low', 'medium', 'high'] as const;
export const PERFORMANCE = ['positive', 'neutral', 'negative'] as const;
export const TIMINGS = ['immediate', 'gradual', 'scheduled'] as const;

/** An object's fields under our names, in our spelling where they could be read, as they came where they decide something. */
export type AdviceFields = Readonly<Record<string, unknown>>;

/**
 * Spelling costs nothing, and nothing is guessed:
 * - names and words go by their letters and digits: case, `_`, `-` and spaces do not count, nor does what stands in
 *   parentheses behind a word or a full stop at its end; a few words that can mean nothing else stand for an action;
 * - replicas are a whole number or a string of one ("8", "8.0"); "8 replicas" and 7.6 stay what they are, and are refused;
 * - confidence is a share up to 1, a percentage above 1 or with a sign, or a part of 1, 10 or 100 ("85/100"), as a number or
 *   a string; what is no number is as good as absent;
 * - fields that are only shown are left out where they cannot be read. `reasoning` is not among them.
 *
 * @returns null where the object itself speaks neither of an action nor of a number of replicas
 */
export function adviceFields(object: Readonly<Record<string, unknown>>): AdviceFields | null {
  const found = named(object);
  if (!isScalar(found.get('action')) && !isScalar(found.get('target_replicas'))) return null;
  return Object.fromEntries([...found].flatMap(([name, value]) => readField(name, value)));
}

/** What an object says of the advice it wraps: whatever does not decide. */
export function fieldsBeside(object: Readonly<Record<string, unknown>>): AdviceFields {
  const beside = [...named(object)].filter(([name]) => name !== 'action' && name !== 'target_replicas');
  return Object.fromEntries(beside.flatMap(([name, value]) => readField(name, value)));
}

function named(object: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(object)) {
    const name = key.length > MAX_WORD_CHARS ? undefined : NAMES.get(squashed(key));
    if (name !== undefined && value !== undefined) found.set(name, merged(name, found.get(name), value));
  }
  return found;
}

/** Both an action of ours and a whole number of replicas: something that could be followed. */
export function isWhole({ action, target_replicas: target }: AdviceFields): boolean {
  return isAction(action) && Number.isSafeInteger(target);
}

export function isAction(value: unknown): value is Action {
  return ACTIONS.some((known) => known === value);
}

const MAX_WORD_CHARS = 60;
const READERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  action: (value) => readAction(value) ?? value,
  target_replicas: readWholeNumber,
  confidence: readConfidence,
  reasoning: (value) => value,
  factors_considered: readFactors,
  risk_assessment: (value) => leadingWord(value, LEVELS),
  cost_impact: (value) => leadingWord(value, LEVELS),
  performance_impact: (value) => leadingWord(value, PERFORMANCE),
  recommended_timing: (value) => leadingWord(value, TIMINGS),
  threshold_ratio: readThreshold,
  threshold_sigmas: readThreshold,
};
const NAMES: ReadonlyMap<string, string> = new Map(Object.keys(READERS).map((name) => [squashed(name), name]));

function readField(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  const read = READERS[name]?.(value);
  return read === undefined ? [] : [[name, read]];
}

/** One field under two spellings must say one thing, where it decides something. */
function merged(name: string, before: unknown, value: unknown): unknown {
  if (before === undefined || (name !== 'action' && name !== 'target_replicas')) return before ?? value;
  const [one, other] = [before, value].map((each) => READERS[name]?.(each));
  return one === other ? value : `${shown(before)} and ${shown(value)}`;
}

function shown(value: unknown): string {
  return isScalar(value) ? String(value).slice(0, MAX_WORD_CHARS) : typeof value;
}

function isScalar(value: unknown): boolean {
  return value !== undefined && (value === null || typeof value !== 'object');
}

/** Letters and digits, and whatever says something of its own: "scale_up|scale_down" stays two words. */
function squashed(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_./:−\p{Pd}\p{Cf}\p{So}\p{M}↑↓→"'`*]/gu, '')
    .replace(/!+$/, '');
}

const ACTION_WORDS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ...ACTIONS.map((action) => [squashed(action), action] as const),
  ['scaleout', 'scale_up'],
  ['scalein', 'scale_down'],
  ['scalingup', 'scale_up'],
  ['scalingdown', 'scale_down'],
  ['upscale', 'scale_up'],
  ['downscale', 'scale_down'],
  ['nochange', 'maintain'],
  ['noaction', 'maintain'],
  ['noop', 'maintain'],
  ['hold', 'maintain'],
  ['atmaximum', 'at_max'],
]);

/** `ScalingAction.SCALE_UP`, as Python prints a member of an enum. */
const ENUM_NAME = /^\s*<?\w{0,20}action(?:\.|::?)(?=\w)/i;

function readAction(value: unknown): Action | undefined {
  if (typeof value !== 'string' || value.length > MAX_WORD_CHARS) return undefined;
  return ACTION_WORDS.get(squashed(value.replace(/\([^()]*\)[\s.!]*$/, '').replace(ENUM_NAME, '')));
}

function leadingWord<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  if (typeof value !== 'string') return undefined;
  const [first] = /[a-z]+/.exec(value.slice(0, MAX_WORD_CHARS).normalize('NFKC').toLowerCase()) ?? [];
  return words.find((word) => word === first);
}

function readWholeNumber(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > MAX_WORD_CHARS) return value;
  const text = value.normalize('NFKC').trim();
  return /^\d{1,9}(?:\.0{0,9})?$/.test(text) ? Number(text) : value;
}

/** What is no number is absent; a number that no share can be is left for validation to refuse (seed 2 §6.2). */
function readConfidence(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 1 && value <= 100 ? value / 100 : value;
  if (typeof value !== 'string' || value.length > MAX_WORD_CHARS) return undefined;
  const text = value
    .normalize('NFKC')
    .replace(/\([^()]*\)\s*$/, '')
    .trim();
  const [, number, percent, whole] = SHARE.exec(text) ?? [];
  if (number === undefined) return undefined;
  const read = Number(number.replace(',', '.'));
  if (whole !== undefined) return read / Number(whole);
  return percent === undefined ? readConfidence(read) : read / 100;
}

/** Only moves from where a level is over, and within bounds: what is no number is absent. */
function readThreshold(value: unknown): number | undefined {
  const read = readWholeNumber(value);
  if (typeof read === 'number') return Number.isFinite(read) && read > 0 ? read : undefined;
  return typeof value === 'string' && /^\d{1,6}\.\d{1,6}$/.test(value.trim()) ? Number(value) : undefined;
}

/** "0,85", "~85 %", "85/100", "8 out of 10". */
const SHARE =
  /^(?:[~≈]|about|around|approx(?:imately|\.)?)?\s?(-?\d{1,9}(?:[.,]\d{1,9})?|[.,]\d{1,9})\s?(?:(%|per\s?cent)|(?:\/|out of)\s?(10{0,2})(?:\.0{1,3})?)?\.?$/i;

function readFactors(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((factor) => typeof factor === 'string') : undefined;
}
