// A draft is never taken for the answer: what is marked as thinking is cut, and of differing objects none is guessed at.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAdvice } from '../../../lib/domain/advice/validation.ts';

const LIMITS = { current: 5, min: 2, max: 20 };
const REASONING = 'CPU is at 182 % of requests, far over its target of 70 %, and the forecast stays there.';
const ANSWER = JSON.stringify({ action: 'scale_up', target_replicas: 8, reasoning: REASONING });
const DRAFT = JSON.stringify({
  action: 'scale_down',
  target_replicas: 3,
  reasoning: 'The load is low all day and the forecast is flat, so that fewer replicas would do as well.',
});

/** The replicas advised, or the code of the rejection. */
function outcome(text: string, cut = false) {
  const read = readAdvice(text, LIMITS, { cut });
  return read.ok ? read.advice.targetReplicas : read.code;
}

const CHANNELS = (draft: string) => `<|channel|>analysis<|message|>We draft ${draft}`;
const FINAL = '<|end|><|start|>assistant<|channel|>final<|message|>';
const TAGS = [
  ['<think>', '</think>'],
  ['<THINKING>', '</THINKING>'],
  ['<thinking effort="high">', '</thinking>'],
  ['< reasoning >', '< / reasoning >'],
  ['<reflection>', '</reflection>'],
  ['<scratchpad>', '</scratchpad>'],
  ['<scratch_pad>', '</scratch_pad>'],
  ['<antThinking>', '</antThinking>'],
  ['<seed:think>', '</seed:think>'],
  ['<inner_monologue>', '</inner_monologue>'],
  ['<chain_of_thought>', '</chain_of_thought>'],
  ['<analysis>', '</analysis>'],
  ['<draft>', '</draft>'],
  ['[THINK]', '[/THINK]'],
  ['◁think▷', '◁/think▷'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  ['&lt;think&gt;', '&lt;/think&gt;'],
] as const;

describe('marked thoughts', () => {
  it.each(TAGS)('are cut between %s and %s', (open, close) => {
    expect(outcome(`${open}Perhaps ${DRAFT}?${close}${ANSWER}`)).toBe(8);
    expect(outcome(`${open}Perhaps ${DRAFT}?${close}\`\`\`json\n${ANSWER}\n\`\`\``)).toBe(8);
    expect(outcome(`Perhaps ${DRAFT}?${close}${ANSWER}`)).toBe(8);
    expect(outcome(`${open}${open}${DRAFT}${close}${DRAFT}${close}${ANSWER}`)).toBe(8);
    expect(outcome(JSON.stringify({ response: `${open}${DRAFT}${close}${ANSWER}` }))).toBe(8);
    expect(outcome(`${open}Perhaps ${DRAFT}? And so on`)).toBe('empty');
    expect(outcome(`${open}Scale down to 3 replicas? ${close}Scale up to 8 replicas. ${REASONING}`)).toBe(8);
  });

  it.each([
    ['whole markers', `${CHANNELS(DRAFT)}${FINAL}${ANSWER}<|return|>`],
    ['a stripped opening', `analysis<|message|>${DRAFT}${FINAL}${ANSWER}`],
    ['no header for the answer', `${CHANNELS(DRAFT)}<|end|>${ANSWER}`],
    ['no bars', `${CHANNELS(DRAFT)}${FINAL}${ANSWER}`.replaceAll('<|', '<').replaceAll('|>', '>')],
    ['capitals', `${CHANNELS(DRAFT)}${FINAL}`.toUpperCase().replace(DRAFT.toUpperCase(), DRAFT) + ANSWER],
    ['no markers', `analysisWe draft ${DRAFT}assistantfinal${ANSWER}`],
    ['spaces for markers', `analysis We draft ${DRAFT} assistant final ${ANSWER}`],
    [
      'a call',
      `${CHANNELS(DRAFT)}<|end|><|start|>assistant<|channel|>commentary to=functions.advice <|constrain|>json<|message|>${ANSWER}<|call|>`,
    ],
    ['a call without markers', `analysisWe draft ${DRAFT}assistantcommentary to=functions.advice json${ANSWER}`],
    ['a preamble', `<|channel|>commentary<|message|>${DRAFT}${FINAL}${ANSWER}`],
    ['several thoughts', `${CHANNELS(DRAFT)}<|end|><|start|>assistant${CHANNELS(DRAFT)}${FINAL}${ANSWER}`],
    ["another model's spelling", `<|channel>thought\n${DRAFT}<channel|>${ANSWER}`],
  ])('are cut from channels with %s', (_, text) => expect(outcome(text)).toBe(8));

  it.each([
    ['whole markers', CHANNELS(DRAFT)],
    ['no markers', `analysisWe draft ${DRAFT}`],
    ['a preamble', `<|channel|>commentary<|message|>${DRAFT}<|end|>`],
  ])('are no answer where the channel of the answer is missing: %s', (_, text) => {
    expect(outcome(text)).toBe('empty');
    expect(outcome(text, true)).toBe('truncated');
  });

  it.each([
    ['an answer in a tag of its own', `Perhaps ${DRAFT}, no. <answer>${ANSWER}</answer>`],
    ['a thought behind it', `${ANSWER}<reflection>That is right.</reflection>`],
    ['a name that is a draft', JSON.stringify({ thinking: JSON.parse(DRAFT), answer: JSON.parse(ANSWER) })],
    ['a name whose string is a draft', JSON.stringify({ reasoning_content: DRAFT, content: ANSWER })],
    ['a string that quotes another', JSON.stringify({ ...JSON.parse(ANSWER), reasoning: `${REASONING} Not ${DRAFT}` })],
  ])('leave the answer: %s', (_, text) => expect(outcome(text)).toBe(8));

  it.each([
    ['a draft under its name alone', JSON.stringify({ draft: JSON.parse(DRAFT), note: 'undecided' }), 'schema'],
    ['thoughts that never balance', `<think>As in <think> tags</think>${DRAFT}`, 'empty'],
    ['a thought begun behind a draft', `${DRAFT}<think>Or rather`, 'unparsable'],
  ])('are never taken for it: %s', (_, text, code) => expect(outcome(text)).toBe(code));

  it('are cut whatever they say, in any of their markers', () => {
    const thought = fc.array(
      fc.constantFrom(DRAFT, 'so ', '```json\n', '```', '{', '}', '"', '\n', 'Scale down to 3. '),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...TAGS), thought, ([open, close], parts) => {
        expect(outcome(`${open}${parts.join('')}${close}${ANSWER}`)).toBe(8);
      }),
    );
  });
});

describe('several objects', () => {
  const block = (json: string) => `\`\`\`json\n${json}\n\`\`\``;

  it.each([
    ['one after the other', `${DRAFT}\n${ANSWER}`],
    ['the other way round', `${ANSWER}, but never this: ${DRAFT}`],
    ['a list', `[${DRAFT},${ANSWER}]`],
    ['keys of one object', JSON.stringify({ a: JSON.parse(DRAFT), b: JSON.parse(ANSWER) })],
    ['strings', JSON.stringify({ a: DRAFT, b: ANSWER })],
    ['more than anybody would write', `${ANSWER}\n`.repeat(30)],
    ['one that is taken back', `${block(DRAFT)}\nWait, that's wrong. Scale up to 8 replicas.`],
    ['one that is called wrong', `${block(DRAFT)}\nThat is wrong.`],
    ['one with another announced', `${block(DRAFT)}\n**Final answer:** 8 replicas`],
    ['one with another in a notation of its own', `${DRAFT}\n<target_replicas>8</target_replicas>`],
    ['one with another stated', `${DRAFT} So I would scale up to 8 replicas.`],
  ])('that differ are a rejection of their own: %s', (_, text) => expect(outcome(text)).toBe('several_answers'));

  it.each([
    ['the same twice', `${ANSWER}\n${ANSWER}`],
    ['another spelling', `${ANSWER}\n{"Action":"Scale Up","targetReplicas":"8","reasoning":"${REASONING}"}`],
    ['a first block called wrong', `${block(DRAFT)}\nWait, that's wrong.\n${block(ANSWER)}`],
    ['a final one announced', `First attempt:\n${block(DRAFT)}\nFinal answer:\n${block(ANSWER)}`],
    ['a draft by its name', `Draft: ${DRAFT}\n\nMine: ${ANSWER}`],
    ['an example by its name', `Example:\n${block(DRAFT)}\nMine: ${ANSWER}`],
    [
      'the template of the prompt',
      `{\n  "action": "scale_up" | "scale_down" | "maintain" | "at_max",\n  "target_replicas": <number>,\n  "reasoning": "<detailed explanation>", ...\n}\n${ANSWER}`,
    ],
    ['placeholders', `{"action":"<action>","target_replicas":0,"reasoning":"<reasoning>"}\n${ANSWER}`],
    [
      'the schema',
      `{"properties":{"action":{"type":"string","enum":["scale_down"]},"target_replicas":{"type":"integer"}}}\n${ANSWER}`,
    ],
    ['half of one', `Not {"action":"scale_down"} but ${ANSWER}`],
    ['words behind it', `${ANSWER}\n\nThis scales up to 8 replicas. I hope that helps {a lot}.`],
    ['a stray brace before it', `I looked at {the numbers. ${ANSWER}`],
  ])('are one answer where it is clear which is meant: %s', (_, text) => expect(outcome(text)).toBe(8));

  it.each([
    ['no whole number', `${DRAFT}\n${ANSWER.replace(':8,', ':7.6,')}`, 'schema'],
    ['a phrase for a number', `${DRAFT}\n${ANSWER.replace(':8,', ':"8 replicas",')}`, 'schema'],
    ['no JSON', `${DRAFT}\n{"action" "scale_up" "target_replicas" 8}`, 'unparsable'],
    ['an answer too deep to be read', `${DRAFT}\n${'{"x":'.repeat(40)}${ANSWER}${'}'.repeat(40)}`, 'unparsable'],
    ['half an object', `${DRAFT} or rather ${ANSWER.slice(0, 40)}`, 'unparsable'],
    ['a draft by its name, alone', `Draft: ${DRAFT}`, 'unparsable'],
  ])('never fall back to an earlier one: %s', (_, text, code) => expect(outcome(text)).toBe(code));

  it.each([
    ['in an object', `${DRAFT} or rather ${ANSWER.slice(0, 40)}`],
    ['at a brace', `${DRAFT} {`],
    ['in a list', `[${DRAFT},`],
    ['in an object around it', `{"first":${DRAFT},"final":`],
    ['at a code block', `${block(DRAFT)}\nor\n\`\`\`json`],
    ['in a thought', `${DRAFT}<think>or`],
    ['in a string', JSON.stringify({ content: `${DRAFT} or ${ANSWER}` }).slice(0, -60)],
  ])('of which the last was cut short are none: %s', (_, text) => expect(outcome(text, true)).toBe('truncated'));
});

describe('prose', () => {
  it.each([
    ['takes back', `Scale down to 3 replicas. Wait, that's wrong. ${REASONING}`, 'unparsable'],
    ['corrects', `Scale down to 3 replicas. Actually, leave it as it is. ${REASONING}`, 'unparsable'],
    ['names two numbers', `Scale up to 7 replicas? Rather scale up to 8. ${REASONING}`, 'schema'],
    ['has a fraction', `action: scale_up\ntarget_replicas: 7.6\n${REASONING}`, 'unparsable'],
  ])('that %s is no answer', (_, text, code) => expect(outcome(text)).toBe(code));
});
