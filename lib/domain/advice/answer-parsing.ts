// From what a model wrote to the one object that is its answer: the four steps of the seeds, in time linear in the text.
import { type AdviceFields, isWhole } from './answer-fields.ts';
import { MAX_CANDIDATES, type Said, saidIn } from './answer-statements.ts';
import { type AdviceLimits, readProse } from './prose-parsing.ts';

/** 1,000 completion tokens are some 5,000 characters; a text far beyond is no answer, and is not looked at. */
const ANSWER_MAX_CHARS = 100_000;

type NoAnswerCode = 'empty' | 'too_large' | 'truncated' | 'unparsable' | 'several_answers';
type ParsedAnswer =
  | { readonly kind: 'fields'; readonly fields: AdviceFields }
  | { readonly kind: 'nothing'; readonly code: NoAnswerCode; readonly detail: string };

/**
 * Direct JSON; JSON in a markdown code block or anywhere else in the text; action and replicas read from prose, where no
 * object speaks of either. Objects count inside of wrappers, lists, function calls and strings, too.
 *
 * Which object is the answer:
 * - what a model marks as thinking, or calls a draft or an example, is no answer, whatever it says;
 * - the last object that speaks of an action or of replicas is the answer. If it cannot be read, is not whole or is taken
 *   back by what follows, there is none: nothing before it is fallen back to;
 * - if one before it could be followed and says something else (another action, another number), it cannot be told which
 *   is meant: `several_answers`; unless the text between them takes the first back ("wait, that's wrong") or announces
 *   the other ("final answer:").
 *
 * @param cut The model hit its completion limit: prose and half objects are then not read, since "target_replicas: 1"
 * may have been on its way to 15.
 * @returns The fields in our spelling, not validated. Source: seed 2 §6.1.
 */
export function parseAnswer(text: string, limits: AdviceLimits, cut: boolean): ParsedAnswer {
  if (text.length > ANSWER_MAX_CHARS) {
    return nothing('too_large', `the answer has ${text.length} characters, ${ANSWER_MAX_CHARS} are read`);
  }
  const said = saidIn(text, cut);
  return answerOf(said, cut) ?? proseOf(said, limits, cut) ?? noAnswer(said);
}

function answerOf({ statements, isTooMuch }: Said, cut: boolean): ParsedAnswer | null {
  if (isTooMuch)
    return nothing('several_answers', `more than ${MAX_CANDIDATES} objects speak of an action or replicas`);
  const last = statements.filter((one) => one.kind !== 'disowned').at(-1);
  if (last === undefined) return null;
  if (last.kind === 'unfinished' && cut) return cutShort();
  if (last.kind !== 'object') {
    const [code, detail] = UNUSABLE[last.kind];
    return nothing(code, detail);
  }
  const whole = statements.flatMap((one) => (one.kind === 'object' && isWhole(one.fields) ? [one.fields] : []));
  const differing = whole.find((fields) => !saysTheSame(fields, last.fields));
  if (differing === undefined || !isWhole(last.fields)) return { kind: 'fields', fields: last.fields };
  const said = [differing, last.fields].map((fields) => `${fields.action} to ${fields.target_replicas}`);
  return nothing('several_answers', `the answer says ${said.join(' and ')}: which is meant cannot be told`);
}

const UNUSABLE = {
  unfinished: ['unparsable', 'the answer ends in an object or a thought that never closes'],
  unreadable: ['unparsable', 'the last object that speaks of an action or replicas is no JSON'],
  taken_back: ['several_answers', 'what follows the object takes it back or says something else'],
} as const;

function saysTheSame(one: AdviceFields, other: AdviceFields): boolean {
  return one.action === other.action && one.target_replicas === other.target_replicas;
}

/** A whole answer in prose: with an object that speaks of an action, or half of a thought, it is not one. */
function proseOf({ statements, prose, isThinking }: Said, limits: AdviceLimits, cut: boolean): ParsedAnswer | null {
  if (prose === null) return null;
  if (cut) return cutShort();
  if (statements.length > 0) return null;
  if (prose.trim() === '') return nothing('empty', 'the answer is empty');
  const fields = isThinking ? null : readProse(prose, limits);
  return fields && { kind: 'fields', fields };
}

/** An object that says nothing about an action is named by validation, which is more help than "unparsable". */
function noAnswer({ statements, other }: Said): ParsedAnswer {
  if (other !== null) return { kind: 'fields', fields: other };
  if (statements.length > 0)
    return nothing('unparsable', 'all that speaks of an action or replicas is a draft, an example or a schema');
  return nothing('unparsable', 'the answer holds neither a JSON object nor one clear action with replicas');
}

function cutShort(): ParsedAnswer {
  return nothing('truncated', 'the model hit its completion limit before the answer was whole');
}

function nothing(code: NoAnswerCode, detail: string): ParsedAnswer {
  return { kind: 'nothing', code, detail };
}
