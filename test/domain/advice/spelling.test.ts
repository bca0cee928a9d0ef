// Spelling costs nothing: names, words, numbers, wrappers and layers of strings, each as models write them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAdvice } from '../../../lib/domain/advice/validation.ts';

const LIMITS = { current: 5, min: 2, max: 20 };
const REASONING = 'CPU is at 182 % of requests, far over its target of 70 %, and the forecast stays there.';
const GOOD = { action: 'scale_up', target_replicas: 8, confidence: 0.85, reasoning: REASONING };
const JSON_TEXT = JSON.stringify(GOOD);

function advice(text: string) {
  const read = readAdvice(text, LIMITS);
  if (!read.ok) throw new Error(`${read.code}: ${read.detail}`);
  return read.advice;
}

const withField = (field: string, value: unknown) => advice(JSON.stringify({ ...GOOD, [field]: value }));

describe('words and numbers', () => {
  it.each([
    'Scale Up',
    'scale-up',
    'SCALE_UP',
    'ScaleUp',
    'scale‑up',
    'Scale – Up',
    ' scale up. ',
    '"scale_up"',
    '**scale_up**',
  ])('reads the action %s', (action) => expect(withField('action', action).action).toBe('scale_up'));

  it.each(['ｓｃａｌｅ＿ｕｐ', 'scale\u200b_up', 'SCALE UP (add capacity)', 'scale_out', 'Scale up!'])(
    'reads the action %s, too',
    (action) => expect(withField('action', action).action).toBe('scale_up'),
  );

  it.each(['8', '8.0', ' 8 ', '8.', '８', '008'])('reads "%s" replicas', (target) => {
    expect(withField('target_replicas', target).targetReplicas).toBe(8);
  });

  it('reads 8.0 replicas', () => {
    expect(advice(JSON_TEXT.replace(':8,', ':8.0,')).targetReplicas).toBe(8);
  });

  it.each([0.85, 85, '0.85', '85', '85%', '85 %', '85.0%', '85 percent', '0,85', '.85', '85% (high)'])(
    'reads a confidence of %s as 0.85',
    (confidence) => expect(withField('confidence', confidence).confidence).toBe(0.85),
  );

  it.each([
    [1, 1],
    ['1', 1],
    ['1%', 0.01],
    [0, 0],
    ['100%', 1],
    [100, 1],
  ])('takes a confidence of %s up to 1 as a share, and as a percentage above it or with its sign', (given, meant) => {
    expect(withField('confidence', given).confidence).toBe(meant);
  });

  it.each([undefined, null, 'high', 'very sure', '', true, [0.9], { value: 0.9 }])(
    'takes a confidence that is no number (%s) for absent: 0.5',
    (confidence) => expect(withField('confidence', confidence).confidence).toBe(0.5),
  );

  it.each([
    ['risk_assessment', 'LOW (reduction)', { risk: 'low' }],
    ['risk_assessment', 'High risk', { risk: 'high' }],
    ['risk_assessment', 'it depends', { risk: 'medium' }],
    ['cost_impact', 7, { costImpact: 'medium' }],
    ['cost_impact', 'low - fewer pods', { costImpact: 'low' }],
    ['performance_impact', ['positive'], { performanceImpact: 'neutral' }],
    ['performance_impact', 'Positive.', { performanceImpact: 'positive' }],
    ['recommended_timing', null, { timing: 'immediate' }],
    ['recommended_timing', 'GRADUAL, over ten minutes', { timing: 'gradual' }],
    ['factors_considered', 'cpu', { factors: ['cpu'] }],
    ['factors_considered', ['cpu', 7, null, { a: 1 }, 'memory'], { factors: ['cpu', 'memory'] }],
    ['factors_considered', { cpu: true }, { factors: [] }],
  ])('never loses advice for %s = %j, which is only shown', (field, value, expected) => {
    expect(withField(field, value)).toMatchObject({ targetReplicas: 8, ...expected });
  });
});

describe('names, wrappers and layers', () => {
  it.each([
    ['camelCase', { action: 'scale_up', targetReplicas: 8, reasoning: REASONING }],
    ['Title Case', { Action: 'Scale Up', 'Target Replicas': '8', Reasoning: REASONING }],
    ['UPPER-KEBAB', { ACTION: 'SCALE-UP', 'TARGET-REPLICAS': 8, REASONING }],
    ['two spellings that agree', { ...GOOD, targetReplicas: '8' }],
    ['a key', { recommendation: GOOD }],
    ['any key', { x: GOOD }],
    ['keys in keys', { response: { result: [{ data: GOOD }] } }],
    ['a key beside words', { summary: 'The load is high.', answer: GOOD, done: true }],
    ['a call', { name: 'scaling_advice', arguments: JSON_TEXT }],
    ['a call with an object', { type: 'function', function: { name: 'scaling_advice', arguments: GOOD } }],
    ['parameters', [{ name: 'scaling_advice', parameters: GOOD }]],
    ['tool calls', { role: 'assistant', content: null, tool_calls: [{ id: 'a', function: { arguments: JSON_TEXT } }] }],
    ['an agent', { action: 'scaling_advice', action_input: GOOD }],
    ['a string', JSON_TEXT],
    ['a string in a string', JSON.stringify(JSON_TEXT)],
    ['a code block in a string', { content: `Here it is:\n\`\`\`json\n${JSON_TEXT}\n\`\`\`` }],
  ])('reads %s', (_, value) => {
    const text = JSON.stringify(value);
    const asPythonWould = text.replaceAll('null', 'None');
    for (const answer of [text, `My answer:\n\`\`\`json\n${text}\n\`\`\``, `So: ${text} Done.`, asPythonWould])
      expect(advice(answer)).toMatchObject({ action: 'scale_up', targetReplicas: 8, reasoning: REASONING });
  });

  it.each([
    ['a tag', `<tool_call>\n{"name": "scaling_advice", "arguments": ${JSON_TEXT}}\n</tool_call>`],
    ['a marker', `[TOOL_CALLS] [{"name": "scaling_advice", "arguments": ${JSON_TEXT}}]`],
    ['an escaped object without its quotes', JSON.stringify(JSON.stringify(GOOD, null, 2)).slice(1, -1)],
    ['an indented object in three strings', JSON.stringify(JSON.stringify(JSON.stringify(GOOD, null, 2)))],
    ['the same behind words', `So: ${JSON.stringify(JSON.stringify(JSON.stringify(GOOD, null, 2)))}`],
    [
      'eight wrappers of calls',
      Array.from({ length: 8 }).reduce<string>(
        (inside) => `{"tool_calls":[{"function":{"arguments":${inside}}}]}`,
        JSON_TEXT,
      ),
    ],
    ['doubled braces', `{${JSON_TEXT}}`],
    ['a byte order mark', `\ufeff${JSON_TEXT}`],
    ['NUL around', `\u0000${JSON_TEXT}\u0000`],
    ['a prototype of its own', `{"__proto__":{"target_replicas":3},${JSON_TEXT.slice(1)}`],
  ])('reads %s', (_, text) => expect(advice(text).targetReplicas).toBe(8));

  it.each([
    [{ ...GOOD, targetReplicas: 3 }, '8 and 3'],
    [{ ...GOOD, ACTION: 'maintain' }, 'scale_up and maintain'],
    [{ recommendation: { ...GOOD, target_replicas: '8 replicas' } }, '8 replicas'],
    [{ recommendation: { ...GOOD, reasoning: undefined } }, 'reasoning'],
  ])('refuses %j and says what was given', (value, told) => {
    expect(readAdvice(JSON.stringify(value), LIMITS)).toMatchObject({
      code: 'schema',
      detail: expect.stringContaining(told),
    });
  });

  it('reads the same advice in any case, with any separators, in any wrapper and any number of strings up to three', () => {
    const spelled = (words: readonly string[]) =>
      fc
        .tuple(fc.constantFrom('_', '-', ' ', '', '‑'), fc.constantFrom('lower', 'upper', 'title'))
        .map(([between, letters]) => words.map((word) => cased(word, letters)).join(between));
    const text = fc
      .record({
        action: spelled(['action']),
        target: spelled(['target', 'replicas']),
        reasoning: spelled(['reasoning']),
        up: spelled(['scale', 'up']),
        wrappers: fc.array(fc.constantFrom('answer', 'result', 'parameters', 'Recommendation', 'output', '0'), {
          maxLength: 4,
        }),
        strings: fc.nat(3),
      })
      .map(({ action, target, reasoning, up, wrappers, strings }) => {
        const object = { [action]: up, [target]: 8, [reasoning]: REASONING };
        const wrapped = wrappers.reduce<unknown>((inside, key) => ({ [key]: inside }), object);
        return Array.from({ length: strings }).reduce<string>(
          (inside) => JSON.stringify(inside),
          JSON.stringify(wrapped),
        );
      });
    fc.assert(
      fc.property(text, (answer) => {
        expect(advice(answer)).toMatchObject({ action: 'scale_up', targetReplicas: 8 });
      }),
    );
  });
});

function cased(word: string, letters: string): string {
  if (letters === 'lower') return word;
  return letters === 'upper' ? word.toUpperCase() : `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
