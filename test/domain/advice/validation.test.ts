// The LLM's answer is parsed in four steps and validated; what fails is a named rejection that keeps what came.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADVICE_SCHEMA, type ReadAdvice, readAdvice } from '../../../lib/domain/advice/validation.ts';
import { SEED_EXAMPLE } from '../../stand-ins/groq-answers.ts';

const LIMITS = { current: 10, min: 2, max: 20 };
const REASONING = 'CPU is at 182 % of requests, far over its target of 70 %, and the forecast stays there.';
const GOOD = { action: 'scale_up', target_replicas: 15, confidence: 0.85, reasoning: REASONING };
const GOOD_JSON = JSON.stringify(GOOD);

describe('the four ways to answer', () => {
  it.each([
    ['direct JSON', GOOD_JSON],
    ['direct JSON between spaces', `\n  ${GOOD_JSON}  \n`],
    ['a markdown code block', `Here is my advice:\n\`\`\`json\n${GOOD_JSON}\n\`\`\`\nGood luck!`],
    ['a code block without a language', `\`\`\`\n${GOOD_JSON}\n\`\`\``],
    ['a code block that never closes', `\`\`\`json\n${GOOD_JSON}`],
    ['an object in prose', `I looked at {the numbers} closely. ${GOOD_JSON} I hope that helps {a lot}.`],
    [
      'an object whose strings hold braces',
      `Well: ${JSON.stringify({ ...GOOD, reasoning: `${REASONING} {not}} "an end` })}`,
    ],
    ['an object after thinking', `<think>{"action":"scale_down","target_replicas":2}</think>${GOOD_JSON}`],
    ['an object after thinking whose start tag is missing', `{"action":"maintain"} hm </think> ${GOOD_JSON}`],
    ['an object in a list', `[${GOOD_JSON}]`],
    ['prose', `I advise scaling up to 15 replicas. ${REASONING}`],
    ['prose with fields', `action: scale_up\ntarget_replicas: 15\n${REASONING}`],
    ['prose that says why', `Scale up from 10 replicas to 15 replicas to maintain performance: CPU falls to 60% then.`],
  ])('reads %s', (_, text) => {
    expect(accepted(readAdvice(text, LIMITS))).toMatchObject({ action: 'scale_up', targetReplicas: 15 });
  });

  it.each([
    [
      'fields',
      `action: maintain\ntarget_replicas: 10\nWe may be scaling up later, when the load asks for it.`,
      { action: 'maintain' },
    ],
    [
      'percents',
      `Scale up to 15 to bring the CPU down to 60% and to 55 percent by the evening.`,
      { targetReplicas: 15 },
    ],
    ['keeping', `Keep the current replicas. ${REASONING}`, { action: 'maintain', targetReplicas: 10 }],
    ['the maximum', `The workload is at max. ${REASONING}`, { action: 'at_max', targetReplicas: 20 }],
    [
      'down',
      `Scale down to 8 pods, load is low all day and the forecast flat.`,
      { action: 'scale_down', targetReplicas: 8 },
    ],
  ])('reads prose about %s', (_, text, expected) => {
    expect(accepted(readAdvice(text, LIMITS))).toMatchObject(expected);
  });

  it('takes the text itself as reasoning and 0.5 as confidence where it had to read prose', () => {
    const text = `Scale up to 15 replicas.\n${REASONING}`;
    const advice = accepted(readAdvice(text, LIMITS));
    expect(advice).toMatchObject({ reasoning: text.replace('\n', ' '), confidence: 0.5 });
  });

  it.each([
    ['direct JSON that mentions a thought', JSON.stringify({ ...GOOD, reasoning: `${REASONING} <think>not this` })],
    ['a block after an example in prose', `Not {"action":"maintain"} but\n\`\`\`json\n${GOOD_JSON}\n\`\`\``],
    ['strings that hold braces and quotes', `Well: ${JSON.stringify({ ...GOOD, reasoning: `${REASONING} }} "{"` })}`],
    ['a trailing comma', `My answer: ${GOOD_JSON.slice(0, -1)},}`],
    ['single quotes and bare keys', `{action: 'scale_up', target_replicas: 15, reasoning: '${REASONING}'}`],
  ])('takes the reasoning out of %s, not the text around it', (_, text) => {
    const { reasoning, targetReplicas } = accepted(readAdvice(text, LIMITS));
    expect(targetReplicas).toBe(15);
    expect(reasoning.slice(0, REASONING.length)).toBe(REASONING);
    expect(reasoning).not.toMatch(/target_replicas/);
  });

  it.each([
    [
      'an unescaped quote',
      `{"action": "scale_up", "target_replicas": 15, "reasoning": "${REASONING} The "hot" pods."}`,
    ],
    ['no commas', `{\n"action": "scale_up"\n"target_replicas": 15\n"reasoning": "${REASONING}"\n}`],
    [
      'comments',
      `{ // why\n"action": "scale_up", /* up */ "target_replicas": 15, # many\n"reasoning": "${REASONING}"}`,
    ],
    [
      "Python's words",
      `{'action': 'scale_up', 'target_replicas': 15, 'confidence': None, 'reasoning': '${REASONING}'}`,
    ],
    ['typeset quotes', `{“action”: “scale_up”, “target_replicas”: 15, “reasoning”: “${REASONING}”}`],
    ['a line end in a string', `{"action":"scale_up","target_replicas":15,"reasoning":"${REASONING}\nand on"}`],
    [
      'many quotes',
      `{action: 'scale_up', target_replicas: 15, reasoning: '${REASONING}', x: [${"'cpu',".repeat(500)}]}`,
    ],
  ])('reads an object with %s', (_, text) => {
    const { reasoning, targetReplicas } = accepted(readAdvice(text, LIMITS));
    expect(targetReplicas).toBe(15);
    expect(reasoning.slice(0, REASONING.length)).toBe(REASONING);
  });

  it('takes nothing for a field that a string ended too early has left over', () => {
    const text = `{'action': 'scale_up', 'target_replicas': 15, 'reasoning': 'not ', target_replicas: 3, x: '${REASONING}'}`;
    expect(refused(readAdvice(text, LIMITS)).code).toBe('unparsable');
  });

  it("accepts the seeds' own example: what is wrong with it is for the guardrails to say", () => {
    expect(accepted(readAdvice(SEED_EXAMPLE, LIMITS))).toMatchObject({ action: 'scale_down', targetReplicas: 8 });
  });
});

describe('what is no advice', () => {
  const filler = 'This sentence only makes the answer long enough to be read.';
  it.each([
    ['empty', ''],
    ['empty', ' \n\t'],
    ['empty', '<think>Perhaps scale up to 15 replicas?</think>'],
    ['empty', '<think>Perhaps scale up to 15 replicas? And so on without an end'],
    ['unparsable', 'I am sorry, I cannot help with that.'],
    ['unparsable', `Do not scale up to 15 replicas. ${filler}`],
    ['unparsable', `We shouldn't be scaling up to 15 replicas. ${filler}`],
    ['unparsable', `Scale up to 15 replicas, or scale down to 5 replicas. ${filler}`],
    ['unparsable', GOOD_JSON.slice(0, 45)],
    ['unparsable', 'null'],
    ['unparsable', '[]'],
    ['schema', `Scale up to 15 replicas, or to 17 replicas. ${filler}`],
    ['schema', '{}'],
    ['schema', `My answer: {"replicas": 15, "why": "the load is high and stays high for hours"}`],
    ['schema', 'Scale up to 15 replicas.'],
    ['out_of_bounds', `Scale up to 99 replicas. ${filler}`],
    ['too_large', 'scale up to 15 replicas '.repeat(450_000)],
  ])('names %s: %.40s', (code, text) => {
    expect(refused(readAdvice(text, LIMITS)).code).toBe(code);
  });

  it.each([
    ['action', 'explode'],
    ['action', 'scale_up|scale_down'],
    ['action', 'not scale_up'],
    ['action', 'scale_up?'],
    ['action', ['scale_up']],
    ['action', undefined],
    ['target_replicas', '15 replicas'],
    ['target_replicas', '15.5'],
    ['target_replicas', '1e1'],
    ['target_replicas', '0xf'],
    ['target_replicas', '14-15'],
    ['target_replicas', 'fifteen'],
    ['target_replicas', [15]],
    ['target_replicas', true],
    ['target_replicas', 15.5],
    ['target_replicas', null],
    ['target_replicas', undefined],
    ['confidence', 101],
    ['confidence', '150%'],
    ['confidence', -0.1],
    ['reasoning', undefined],
    ['reasoning', 7],
    ['reasoning', 'x'.repeat(49)],
    ['reasoning', `short${'\u200b'.repeat(100)}`],
  ])('rejects %s = %s as schema', (field, value) => {
    const rejection = refused(readAdvice(JSON.stringify({ ...GOOD, [field]: value }), LIMITS));
    expect(rejection).toMatchObject({ code: 'schema', detail: expect.stringContaining(field) });
  });

  it.each([
    [1, 'out_of_bounds'],
    [21, 'out_of_bounds'],
    [0, 'out_of_bounds'],
    [-15, 'out_of_bounds'],
    [1e300, 'schema'],
  ])('rejects %d replicas as %s', (target, code) => {
    expect(refused(readAdvice(JSON.stringify({ ...GOOD, target_replicas: target }), LIMITS)).code).toBe(code);
  });

  it.each([
    ['scale_up', 10],
    ['scale_up', 8],
    ['scale_down', 10],
    ['scale_down', 15],
    ['maintain', 9],
    ['at_max', 19],
  ])('rejects %s to %d from 10 (max 20) as contradiction', (action, target) => {
    const text = JSON.stringify({ ...GOOD, action, target_replicas: target });
    expect(refused(readAdvice(text, LIMITS)).code).toBe('contradiction');
  });

  it('believes a whole object of an answer that was cut short, and nothing else of it', () => {
    expect(readAdvice(`${GOOD_JSON} and furth`, LIMITS, { cut: true }).ok).toBe(true);
    for (const text of [GOOD_JSON.slice(0, 45), `Scale up to 15 replicas. ${REASONING}`, '', '<think>so']) {
      expect(refused(readAdvice(text, LIMITS, { cut: true })).code).toBe('truncated');
    }
  });

  it('keeps what came, cut to 2,000 characters, without control and bidi characters', () => {
    const { raw } = refused(readAdvice(`no\u0000pe \u202Eevil\u2066 \u001b[31mred\n${'x'.repeat(3000)}`, LIMITS));
    expect(raw).toMatch(/^no pe evil {2}\[31mred x+$/);
    expect(raw.length).toBeLessThanOrEqual(2000);
  });
});

describe('what advice looks like', () => {
  it('has sensible defaults for what the model left out', () => {
    const { confidence: _, ...rest } = GOOD;
    expect(accepted(readAdvice(JSON.stringify(rest), LIMITS))).toEqual({
      action: 'scale_up',
      targetReplicas: 15,
      confidence: 0.5,
      reasoning: REASONING,
      factors: [],
      risk: 'medium',
      costImpact: 'medium',
      performanceImpact: 'neutral',
      timing: 'immediate',
    });
  });

  it('limits free text: 2,000 characters of reasoning, ten factors of 200', () => {
    const text = JSON.stringify({
      ...GOOD,
      reasoning: 'r'.repeat(9000),
      factors_considered: Array(50).fill('f'.repeat(999)),
    });
    const advice = accepted(readAdvice(text, LIMITS));
    expect(advice.reasoning).toHaveLength(2000);
    expect(advice.factors.map((factor) => factor.length)).toEqual(Array(10).fill(200));
  });

  it('asks strict models for every field and nothing besides, without bounds', () => {
    const { schema } = ADVICE_SCHEMA;
    expect(schema.required).toEqual(Object.keys(schema.properties));
    expect(schema.additionalProperties).toBe(false);
    expect(JSON.stringify(schema)).not.toMatch(/minItems|maxItems|minimum|maximum|minLength|maxLength/);
  });
});

describe('laws', () => {
  it('never throws, and accepts only what agrees with the limits', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          answerLike().map((answer) => JSON.stringify(answer)),
        ),
        (text) => {
          const read = readAdvice(text, LIMITS);
          if (!read.ok) return read.detail !== '' && read.raw.length <= 2000;
          const { action, targetReplicas: target, reasoning } = read.advice;
          expect(target).toBeGreaterThanOrEqual(LIMITS.min);
          expect(target).toBeLessThanOrEqual(LIMITS.max);
          expect(reasoning.length).toBeGreaterThanOrEqual(50);
          expect(action === 'scale_up').toBe(target > LIMITS.current && action !== 'at_max');
          return true;
        },
      ),
    );
  });

  it('reads the same advice out of any prose without braces around it', () => {
    const prose = fc.string().map((text) => text.replace(/[{}`<>]/g, ''));
    fc.assert(
      fc.property(prose, prose, (before, after) => {
        expect(accepted(readAdvice(`${before}${GOOD_JSON}${after}`, LIMITS))).toMatchObject({ targetReplicas: 15 });
      }),
    );
  });

  it('lets no control, bidi or half character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 60 }), (reasoning) => {
        const read = readAdvice(JSON.stringify({ ...GOOD, reasoning, factors_considered: [reasoning] }), LIMITS);
        const texts = read.ok ? [read.advice.reasoning, ...read.advice.factors] : [read.raw, read.detail];
        for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });

  // A law about work, not about a clock: what is superlinear in here would take minutes and run into the test's limit.
  it.each([
    ['open braces', '{'],
    ['empty objects', '{}'],
    ['nested keys', '{"a":'],
    ['quotes', '"'],
    ['single quotes in an object', "'a"],
    ['thoughts', '<think>'],
    ['fences', '```'],
    ['negations', 'not '],
    ['actions', 'scale up to 1 '],
  ])('reads 100,000 characters of %s in linear time', (_, piece) => {
    const text = piece.repeat(100_000 / piece.length);
    for (const answer of [text, `{action:${text.slice(20)}}`, `{action:${text.slice(0, 5900)}}`]) {
      expect(readAdvice(answer, LIMITS).ok).toBe(false);
    }
  });
});

function answerLike() {
  return fc.record(
    {
      action: fc.constantFrom('scale_up', 'scale_down', 'maintain', 'at_max', 'other'),
      target_replicas: fc.oneof(fc.integer({ min: 0, max: 25 }), fc.double()),
      confidence: fc.oneof(fc.double({ min: 0, max: 1 }), fc.double()),
      reasoning: fc.string({ minLength: 40, maxLength: 80 }),
      factors_considered: fc.array(fc.string()),
    },
    { requiredKeys: [] },
  );
}

function accepted(read: ReadAdvice) {
  if (!read.ok) throw new Error(`rejected: ${read.code} ${read.detail}`);
  return read.advice;
}

function refused(read: ReadAdvice) {
  if (read.ok) throw new Error(`accepted: ${JSON.stringify(read.advice)}`);
  return read;
}
