// The last of the four parsing steps: a model that answered in prose. Whatever is ambiguous is not an answer.
import type { Action } from './model.ts';

/** What an answer is held against: replicas now, and the bounds of the policy. */
export interface AdviceLimits {
  readonly current: number;
  readonly min: number;
  readonly max: number;
}

/** An answer takes its point early; what stands behind this many characters is not read. */
const PROSE_MAX_CHARS = 10_000;

/**
 * Extracts action and replicas from prose.
 *
 * @returns The fields of an answer, not yet validated, or null where no action stands out, a number is missing, several
 * contradict each other, a negation ("do not scale up") makes the reading unsafe, or something said is taken back.
 */
export function readProse(text: string, limits: AdviceLimits): Record<string, unknown> | null {
  const prose = text.slice(0, PROSE_MAX_CHARS);
  if (NEGATED.test(prose) || takesBack(prose)) return null;
  const action = onlyOne(statedActions(prose));
  if (action === undefined) return null;
  const replicas = statedReplicas(prose) ?? impliedReplicas(action, limits);
  return replicas === null ? null : { action, target_replicas: replicas, reasoning: prose };
}

/**
 * Whether what is said behind an answer stands against it: takes it back ("wait, that's wrong"), announces another, or
 * states another action with its number of replicas.
 */
export function speaksAgainst(text: string, action: unknown, replicas: unknown): boolean {
  const prose = text.slice(0, PROSE_MAX_CHARS);
  if (takesBack(prose) || captures(prose, TARGET_FIELD).some((target) => Number(target) !== replicas)) return true;
  if (NEGATED.test(prose)) return false;
  const actions = new Set(statedActions(prose));
  const stated = statedReplicas(prose);
  const isSame = stated === replicas && (actions.size === 0 || (actions.size === 1 && actions.has(String(action))));
  return !isSame && (ANNOUNCED.test(prose) || (actions.size === 1 && stated !== null));
}

/** Whether what is said between two answers leaves the first one behind. */
export function supersedes(between: string): boolean {
  const prose = between.slice(0, PROSE_MAX_CHARS);
  return takesBack(prose) || ANNOUNCED.test(prose);
}

/** In any notation, also one that was not read. */
const TARGET_FIELD = /target[\W_]{0,6}replicas[\W_]{1,12}(\d{1,6})/gi;

function takesBack(prose: string): boolean {
  return TAKEN_BACK.test(prose) || THOUGHT_AGAIN.test(prose);
}

const TAKEN_BACK =
  /\b(?:scratch that|on second thoughts?|never ?mind|disregard|ignore (?:that|this|the above)|my mistake|I was wrong|(?:that|this|which|it|above)(?:\s(?:is|was)|['’]s)\s(?:not right|wrong|incorrect|a mistake|an error))\b/i;
const THOUGHT_AGAIN =
  /(?:^|[.!?\n*`>}])\s{0,5}(?:(?:hmm+,?\s|but\s|oh,?\s|no,?\s)?wait\b(?=\W)|hold on\b|actually\b|no[,.!:;—–-]|hmm|oops|sorry\b|correction\b)/i;
const ANNOUNCED =
  /\b(?:final|corrected|revised|updated|actual|real)\s(?:answer|recommendation|decision|advice|action)\W{0,4}\s{0,3}(?:is\b|:)/i;

// Every quantifier is bounded, or runs over characters that no other part of its pattern takes: matching stays linear.
const NEGATED =
  /\b(?:not|never|avoid|without|cannot|instead of|rather than|\w{2,8}n['’]t)\b[^.!?\n]{0,40}\b(?:scal(?:e|ing)|maintain|keep)\b/i;

const EXPLICIT_ACTION = /\baction\W{1,6}(scale_up|scale_down|maintain|at_max)\b/gi;

const ACTION_PHRASES: readonly (readonly [Action, RegExp])[] = [
  ['scale_up', /\bscal(?:e|ing)[\s_-]{1,3}up\b/i],
  ['scale_down', /\bscal(?:e|ing)[\s_-]{1,3}down\b/i],
  // "to maintain performance" is no action: the word must be about replicas.
  [
    'maintain',
    /\b(?:maintain|keep|stay at)\s(?:the\s|at\s)?(?:current|existing|same|\d{1,6})\b|\bno (?:scaling|change)\b/i,
  ],
  ['at_max', /\bat[\s_-]max(?:imum)?\b/i],
];

/** From the plainest statements to the vaguest; the first kind that matches decides. */
const REPLICA_PHRASES: readonly RegExp[] = [
  /\b(?:target[_\s]?replicas\W{1,6}(\d{1,6})\b(?![.,]\d|\s?%)|to\s(\d{1,6})\s(?:replicas|pods)\b|scal(?:e|ing)[\s_-]{1,3}(?:up|down)\sto\s(\d{1,6})\b(?![.,]\d|\s?%|\spercent))/gi,
  /\bto\s(\d{1,6})\b(?![.,]\d|\s?%|\s?percent)/gi,
  /(?<![-.,\d])(\d{1,6})\s(?:replicas|pods)\b/gi,
];

function statedActions(prose: string): readonly string[] {
  const explicit = captures(prose, EXPLICIT_ACTION).map((action) => action.toLowerCase());
  if (explicit.length > 0) return explicit;
  return ACTION_PHRASES.filter(([, phrase]) => phrase.test(prose)).map(([action]) => action);
}

/** Null where no number is stated; NaN, which no validation lets pass, where several are. */
function statedReplicas(prose: string): number | null {
  for (const phrase of REPLICA_PHRASES) {
    const numbers = captures(prose, phrase);
    if (numbers.length > 0) return Number(onlyOne(numbers) ?? Number.NaN);
  }
  return null;
}

/** "Keep the current replicas" and "at max" need no number. */
function impliedReplicas(action: string, limits: AdviceLimits): number | null {
  if (action === 'maintain') return limits.current;
  return action === 'at_max' ? limits.max : null;
}

function captures(prose: string, pattern: RegExp): readonly string[] {
  return [...prose.matchAll(pattern)].map((match) => match.slice(1).find((group) => group !== undefined) ?? '');
}

function onlyOne(values: readonly string[]): string | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}
