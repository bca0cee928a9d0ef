// The last of the four parsing steps: a model that answered in prose. Whatever is ambiguous is not an answer.
import type { Action } from '../assessment/proposal.ts';

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
 * Whether what is said behind an answer stands against it: takes it back ("wait, that's wrong", "but do not scale down"),
 * announces another, or states another action with its number of replicas. What is said of another time or case ("once
 * the peak is over, scale down to 5") does not.
 */
export function speaksAgainst(text: string, action: unknown, replicas: unknown): boolean {
  const prose = text.slice(0, PROSE_MAX_CHARS);
  const targets = [TARGET_FIELD, CHOSEN].flatMap((pattern) => captures(prose, pattern));
  if (takesBack(prose) || targets.some((target) => Number(target) !== replicas)) return true;
  const advisedAgainst = [ADVISED_AGAINST, NOT_CALLED_FOR]
    .flatMap((pattern) => captures(prose, pattern))
    .filter((clause) => !BEYOND.test(clause));
  const ofIt = (clause: string) => statedActions(clause).includes(String(action));
  if (advisedAgainst.some((clause) => ofIt(clause) && [null, replicas].includes(statedReplicas(clause)))) return true;
  const said = hereAndNow(prose).replace(NEGATED_CLAUSES, ' ').replace(NOT_CALLED_FOR, ' ');
  const actions = new Set(statedActions(said));
  const stated = statedReplicas(said);
  const isOwn = actions.size === 1 && actions.has(String(action));
  const isKept =
    stated === replicas && (actions.size === 0 || isOwn || (actions.size === 1 && actions.has('maintain')));
  if (isKept || (isOwn && stated === null)) return false;
  const isStated = stated !== null || captures(said, EXPLICIT_ACTION).length > 0;
  return ANNOUNCED.test(said) || (actions.size === 1 && isStated);
}

/** Whether what is said between two answers leaves the first one behind. */
export function supersedes(between: string): boolean {
  const prose = between.slice(0, PROSE_MAX_CHARS);
  return takesBack(prose) || ANNOUNCED.test(prose);
}

/** Without the sentences that speak of another time or case, unless they announce an answer. */
function hereAndNow(prose: string): string {
  const sentences = prose.split(/(?<=[.!?])\s|\n/);
  return sentences.filter((sentence) => !ANOTHER_CASE.test(sentence) || ANNOUNCED.test(sentence)).join('\n');
}

const ANOTHER_CASE =
  /\b(?:(?:once|if|when)(?!\sI\b)|unless|until|whenever|later|afterwards?|otherwise|as soon as|in (?:\w{1,5}\s){0,2}case|in (?:the )?future|eventually|alternatives?|alternatively|previous(?:ly)?|rejected|HPA)\b/i;

/** In any notation, also one that was not read. */
const TARGET_FIELD = /target[\W_]{0,6}replicas[\W_]{1,12}(\d{1,6})/gi;
const CHOSEN =
  /\b(?:should be|I choose|go with|make it|we need)\s(\d{1,6})(?=\s(?:replicas|pods)\b|,\snot\b|[.!]?(?:\n|$))/gi;

function takesBack(prose: string): boolean {
  return TAKEN_BACK.test(prose) || THOUGHT_AGAIN.test(prose);
}

const TAKEN_BACK =
  /\b(?:scratch that|on second thoughts?|never ?mind|disregard|let me (?:reconsider|rethink|revise|redo|re-?evaluate)|(?:ignore|discard|forget|strike) (?:that|this|it|the above)|my mistake|I was wrong|(?:that|this|which|it|above)(?:\s(?:is|was)|['’]s)\s(?:not right|wrong|incorrect|a mistake|an error)|(?:that|this|which|it)\s(?:would be|is|was)\stoo\s(?:few|many|low|little|risky|aggressive)|I\s(?:made|see)\s(?:a|an|my)\s(?:mistake|error)|let me (?:correct|fix)(?=\s(?:that|this|it|my|the)\b)|(?:that|this|it|above) (?:can['’]?t|cannot|can not|doesn['’]t|does not) (?:be|look|seem) (?:right|correct)|(?:that|this|it|above)(?:\s(?:is|was)|['’]s) (?:just |only )?(?:an? )?(?:first |rough )?(?:draft|example)|(?:up)?on (?:further|closer) (?:reflection|inspection|consideration)|I apologi[sz]e for)\b/i;
const THOUGHT_AGAIN =
  /(?:^|[.!?\n*`>}])\s{0,5}(?:(?:hmm+,?\s|but\s|oh,?\s|no,?\s)?wait\b(?=\W)(?!\s(?:for|until|till|to see|and see|about|before|between|some|at least|an?\s|\d))|hold on\b|actually\b(?!\sused\b)|no[,.!:;—–-]|hmm|oops|sorry\b|correction\b)/i;
const ANNOUNCED =
  /\b(?:(?:final|correct|right|corrected|revised|updated|actual|real)\s(?:answer|recommendation|decision|advice|action|response|version|output|json)(?:\W{0,4}\s{0,3}(?:is\b|:)|[*_ ]{0,4}\n)|(?:corrected|correction|revised|revision)\W{0,4}:)/i;

// Every quantifier is bounded, or runs over characters that no other part of its pattern takes: matching stays linear.
const NEGATED =
  /\b(?:not|never|avoid|without|cannot|instead of|rather than|\w{2,8}n['’]t)\b[^.!?\n]{0,40}?\b(?:scal(?:e|ing)|maintain|keep|at[\s_-]max)\b/i;
const NEGATED_CLAUSES = new RegExp(`${NEGATED.source}[^.!?,;\\n]{0,200}`, 'gi');
/** "Do not scale down": the action of an answer, advised against behind it. */
const ADVISED_AGAINST =
  /\b(?:do not|don['’]t|should not|shouldn['’]t|must not|would not|wouldn['’]t|never|better not)\s((?:\w{1,12}\s){0,2}(?:scale|maintain|keep)\b[^.!?\n]{0,80})/gi;
/** "Scaling up to 10 replicas is not needed". */
const NOT_CALLED_FOR =
  /([^.!?;,\n]{0,80})\b(?:is|are|was|would be)(?:\snot|n['’]t)\s(?:yet\s)?(?:needed|necessary|required|recommended|justified|advisable|safe)\b/gi;
/** More of the same is advised against, not the answer. */
const BEYOND = /\b(?:further|again|below|beyond|above|any ?more|under|over|too|more than|less than|fewer than)\b/i;

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
