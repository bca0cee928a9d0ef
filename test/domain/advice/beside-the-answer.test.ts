// What stands around an answer: legitimate words cost nothing, words against it cost the answer, and strings are only strings.
import { describe, expect, it } from 'vitest';
import { readAdvice } from '../../../lib/domain/advice/validation.ts';

const LIMITS = { current: 5, min: 2, max: 20 };
const REASONING = 'CPU is at 182 % of requests, far over its target of 70 %, and the forecast stays there.';
const GOOD = { action: 'scale_up', target_replicas: 8, confidence: 0.85, reasoning: REASONING };
const ANSWER = JSON.stringify(GOOD);
const DRAFT = JSON.stringify({
  action: 'scale_down',
  target_replicas: 3,
  reasoning: 'The load is low all day and the forecast is flat, so that fewer replicas would do as well.',
});
const block = (json: string, info = 'json') => `\`\`\`${info}\n${json}\n\`\`\``;

function outcome(text: string) {
  const read = readAdvice(text, LIMITS);
  return read.ok ? read.advice.targetReplicas : read.code;
}

describe('words behind an answer', () => {
  it.each([
    'It goes from 5 to 8 replicas, within min 2 and max 20. Scaling down later may be considered.',
    'Once the peak is over, you can scale down to 5 replicas again.',
    'If CPU stays above 80 %, scale up to 10 replicas.',
    'The HPA alone would scale up to 12 replicas, which is costly.',
    'Alternative: scale up to 10 replicas for more headroom.',
    'In the worst case we scale down again to 5 replicas.',
    'Then maintain 8 replicas.',
    'The deployment is not at max, 12 replicas are left.',
    'Do not scale up beyond 20 replicas.',
    'I would not scale up to 10 replicas, because of the cost.',
    'Scaling up to 10 replicas is not needed.',
    'Scaling down is not safe.',
    'Wait 5 minutes before you look at the effect.',
    'Please wait for the pods to be ready.',
    'Actually used CPU: 910m.',
    'This is the final answer.',
    'Final answer: scale_up',
    '### Summary\n- Action: scale_up\n- Target: 8 replicas\n- Confidence: 85 %',
  ])('that say nothing against it cost nothing: %s', (words) => {
    expect(outcome(`${ANSWER}\n\n${words}`)).toBe(8);
    expect(outcome(`Mine:\n${block(ANSWER)}\n\n${words}\n`)).toBe(8);
  });

  it.each([
    'I would not keep that. Scale up to 8 replicas.',
    'Rather than scaling down, scale up to 8.',
    'But do not scale down yet.',
    'Final answer: do not scale down.',
    'Scaling down is not recommended.',
    'Scaling down to 3 replicas would be not safe.',
    'Correct answer: scale_up, 8',
    'action = "scale_up"\ntarget = 8',
    'If I think about it, scale up to 8 replicas.',
    'This should be 8, not 3.',
    'I choose 8 replicas.',
    "That can't be right.",
    'That would be too few.',
    'Let me reconsider.',
    'Discard this draft.',
    'The above is just an example of the format.',
    'I made a mistake: the demand is rising.',
  ])('that say something against it cost it: %s', (words) => {
    expect(outcome(`${DRAFT}\n\n${words}`)).toBe('several_answers');
    expect(outcome(`${block(DRAFT)}\n${words}\n`)).toBe('several_answers');
  });
});

describe('words between two answers', () => {
  it.each([
    'Corrected:',
    '**Correction**:',
    'Revised JSON:',
    'Let me correct that:',
    'I apologize for the error. Here it is again:',
    'Upon further reflection, that is too risky.',
    '## Final Recommendation\n',
  ])('leave the first one behind: %s', (words) => {
    expect(outcome(`${block(DRAFT)}\n\n${words}\n${block(ANSWER)}`)).toBe(8);
  });

  it.each([
    ['Thought and Answer', `Thought: ${DRAFT}\nAnswer: ${ANSWER}`],
    ['a block of thought', `${block(DRAFT, 'thinking')}\n${block(ANSWER)}`],
  ])('need not be there where the first is named a thought: %s', (_, text) => expect(outcome(text)).toBe(8));

  it.each(['Final answer (not a draft): ', 'My answer, not an example:\n'])(
    'that deny a draft cost nothing: %s',
    (lead) => expect(outcome(lead + ANSWER)).toBe(8),
  );
});

describe('markers', () => {
  it.each([
    '<think>',
    '</think>',
    '[draft]',
    'the <output> tag',
    'Assistant final',
    'assistant analysis',
    '<|channel|>analysis',
  ])('within the strings of a whole object are part of what it says: %s', (marker) => {
    const answer = JSON.stringify({ ...GOOD, reasoning: `${marker} ${REASONING}` });
    expect(outcome(block(answer))).toBe(8);
    expect(outcome(`<think>${DRAFT}</think>Here: ${answer}`)).toBe(8);
  });

  it.each(['cot', 'rationale', 'self_check', 'considerations', 'planning', 'evaluation', 'internal_notes'])(
    'may be called %s',
    (name) => expect(outcome(`<${name}>${DRAFT}</${name}>${ANSWER}`)).toBe(8),
  );

  it('that are only spoken about, in quotes or backticks, are none', () => {
    expect(outcome(`I print no \`<think>\` tags and no "<reasoning>".\n${ANSWER}`)).toBe(8);
  });

  it('name whom a call is for before its channel, too', () => {
    const call = `<|start|>assistant to=functions.advice<|channel|>commentary <|constrain|>json<|message|>${ANSWER}<|call|>`;
    expect(outcome(`<|channel|>analysis<|message|>${DRAFT}<|end|>${call}`)).toBe(8);
    expect(outcome(call.replace(' to=functions.advice', ''))).toBe('empty');
  });

  it('are no headings: "Assistant analysis: …" is prose', () => {
    expect(outcome(`Assistant analysis: the CPU is high.\n${ANSWER}`)).toBe(8);
    expect(outcome(`assistant analysis We draft ${DRAFT} assistant final ${ANSWER}`)).toBe(8);
  });
});

describe('fields', () => {
  it.each([
    'scale.up',
    'scale/up',
    'Action.SCALE_UP',
    'ScalingAction.scale_up',
    'scaling_up',
    'upscale',
    'scale_up ↑',
    '🔼 Scale Up',
  ])('read the action %s', (action) => expect(outcome(JSON.stringify({ ...GOOD, action }))).toBe(8));

  it.each(['scale_up|scale_down', 'scale_up/scale_down', 'no scale_up', 'Action.OTHER', 'not upscale'])(
    'refuse the action %s',
    (action) => expect(outcome(JSON.stringify({ ...GOOD, action }))).toBe('schema'),
  );

  it.each(['85/100', '85 out of 100', '0.85/1.0', '8.5/10', '~85 %', 'about 0.85', '85 per cent.'])(
    'read a confidence of %s',
    (confidence) => {
      expect(readAdvice(JSON.stringify({ ...GOOD, confidence }), LIMITS)).toMatchObject({
        advice: { confidence: 0.85 },
      });
    },
  );

  it('stand beside the advice they are about, too; what decides never does', () => {
    const { reasoning, ...decision } = GOOD;
    const wrapped = { reasoning, risk_assessment: 'high', recommendation: decision };
    expect(readAdvice(JSON.stringify(wrapped), LIMITS)).toMatchObject({ advice: { reasoning, risk: 'high' } });
    expect(outcome(JSON.stringify({ reasoning, target_replicas: 8, recommendation: { action: 'scale_up' } }))).toBe(
      'schema',
    );
  });
});
