// Which of our own parameters a refusal is about: servers name them in words of their own.
import type { OptionalParameter, Refused } from '../../app/ports/world.ts';

/** The words each is known by. JSON modes are made of tool calls and grammars in many a server. */
const NAMES: Readonly<Record<OptionalParameter, RegExp>> = {
  json_schema: /json[_ -]?schema|response[_ ]?schema|strict|minItems|additionalProperties/i,
  response_format:
    /response[_ .-]?(?:format|schema|mime)|json[_ -]?(?:schema|object|mode|validate)|structured[_ -]?output|guided|grammar|generate json|tool/i,
  reasoning_effort: /reasoning|think/i,
  temperature: /temperature/i,
  max_completion_tokens: /max[_ ]?(?:completion[_ ]?|new[_ ]?|output[_ ]?)?tokens/i,
  max_tokens: /max[_ ]?(?:completion[_ ]?|new[_ ]?|output[_ ]?)?tokens/i,
};
/** Lists of what would be taken, and advice, name parameters that are not at fault. */
const NOT_AT_FAULT = /(?:,? ?expected one of|supported (?:values|parameters) are|to drop these|use '?max_).*/is;
/** What no parameter of ours mends. */
const OTHER_REASON =
  /context[_ ]?(?:length|window)|reduce the length|too long|prompt|content[_ ]?(?:filter|policy|management)|moderation|flagged|safety|quota|billing|credit|balance/i;
/** Vendors differ in these; an unexplained refusal is most likely about one of them. */
const DIFFERS: readonly OptionalParameter[] = [
  'json_schema',
  'response_format',
  'reasoning_effort',
  'max_completion_tokens',
];

/**
 * @param words of a 400 or 422
 * @param sent what was sent of the parameters that can be left out
 * @returns those it names; where it names none and gives no other reason, those it may mean
 */
export function refusedParameters(words: string, sent: readonly OptionalParameter[]): Refused {
  const named = sent.filter((parameter) => NAMES[parameter].test(words.replace(NOT_AT_FAULT, '')));
  // The narrower name: another response format may still be taken.
  const blamed = named.includes('json_schema') ? named.filter((name) => name !== 'response_format') : named;
  if (blamed.length > 0) return { parameters: blamed, named: true };
  const suspects = OTHER_REASON.test(words) ? [] : sent.filter((parameter) => DIFFERS.includes(parameter));
  return { parameters: suspects, named: false };
}
