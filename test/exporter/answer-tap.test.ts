// Figures are found however an answer is cut into chunks, and nothing that a model says is taken for one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAnswerTap } from '../../lib/exporter/answer-tap.ts';
import { event, line, OLLAMA_FIGURES } from '../stand-ins/model-server.ts';

const SAID = '"eval_count":999, "usage":{"prompt_tokens":999,"completion_tokens":999}\ndata: {}\n';
const OLLAMA = [
  line({ message: { content: SAID }, done: false }),
  line({ message: { content: '', tool_calls: [{ function: { arguments: { eval_count: 999 } } }] }, done: false }),
  line({ done: true, context: Array.from({ length: 5000 }, (_, i) => i), ...OLLAMA_FIGURES }),
].join('');
const EVENTS = [
  event({ choices: [{ delta: { content: SAID } }] }),
  ': ping\r\n\r\n',
  event({ choices: [{ delta: { content: 'b' } }] }),
  event({
    choices: [],
    usage: { prompt_tokens: 11, completion_tokens: 4, completion_tokens_details: { reasoning_tokens: 9 } },
  }),
  'data: [DONE]\n\n',
].join('');
const PRETTY = JSON.stringify(
  { choices: [{ text: SAID }], usage: { completion_tokens: 6, prompt_tokens: 5 } },
  null,
  2,
);
const VECTORS = JSON.stringify({
  data: [{ embedding: Array(50_000).fill(0.25) }],
  usage: { prompt_tokens: 8, total_tokens: 8 },
});
const CUT = [event({ choices: [1] }), event({ choices: [2] })].join('');

const CASES = [
  ['application/x-ndjson', OLLAMA, { promptTokens: 26, outputTokens: 3, loadSeconds: 5.025959 }, 3],
  ['text/event-stream; charset=utf-8', EVENTS, { promptTokens: 11, outputTokens: 4, loadSeconds: null }, 3],
  ['application/json', PRETTY, { promptTokens: 5, outputTokens: 6, loadSeconds: null }, 0],
  ['application/json', VECTORS, { promptTokens: 8, outputTokens: null, loadSeconds: null }, 0],
  ['text/event-stream', CUT, { promptTokens: null, outputTokens: 2, loadSeconds: null }, 2],
  ['application/octet-stream', '\0\x01', { promptTokens: null, outputTokens: null, loadSeconds: null }, 0],
] as const;

describe('a tap on an answer', () => {
  it.each(CASES)('of %s finds its figures in any chunks (%#)', (type, text, told, pieces) => {
    const bytes = Buffer.from(text);
    const cuts = fc
      .array(fc.nat(bytes.length), { maxLength: 30 })
      .map((at) => [0, ...at.sort((a, b) => a - b), bytes.length]);
    fc.assert(
      fc.property(cuts, (at) => {
        const tap = makeAnswerTap(type, true);
        const came = at.slice(1).map((end, i) => tap.add(bytes.subarray(at[i], end)));
        expect(tap.told()).toEqual(told);
        expect(came.reduce((total, each) => total + each, 0)).toBe(pieces);
      }),
      { numRuns: 50 },
    );
  });

  it.each(CASES.slice(0, 3))('of %s finds the same byte by byte', (type, text, told) => {
    const tap = makeAnswerTap(type, true);
    for (const byte of Buffer.from(text)) tap.add(Buffer.of(byte));
    expect(tap.told()).toEqual(told);
  });

  it('takes no figure that no answer has', () => {
    const tap = makeAnswerTap('application/json', true);
    tap.add(
      Buffer.from('{"eval_count":-4,"completion_tokens":"7","prompt_tokens":1e99,"input_tokens":99999999999999999999}'),
    );
    expect(tap.told()).toEqual({ promptTokens: null, outputTokens: null, loadSeconds: null });
  });
});
