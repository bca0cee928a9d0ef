// What is the text of a completion, and what is none: parts, function calls, reasoning, errors that say 200, streams.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGroqModel } from '../../../lib/adapters/groq.ts';
import { ADVICE_SCHEMA } from '../../../lib/domain/advice/validation.ts';
import { json } from '../../stand-ins/groq-replies.ts';
import { type GroqReply, type GroqServer, startGroqServer } from '../../stand-ins/groq-server.ts';

const ANSWER = '{"action":"scale_up"}';
const DRAFT = '{"action":"scale_down"}';
const USAGE = { prompt_tokens: 450, completion_tokens: 180, prompt_tokens_details: { cached_tokens: 400 } };

let server: GroqServer;
beforeAll(async () => {
  server = await startGroqServer(() => json(500, {}));
});
afterAll(() => server.close());

function answered(reply: GroqReply) {
  server.answer(() => reply);
  const request = { model: 'm', system: 's', user: 'u', schema: ADVICE_SCHEMA, timeoutMs: 20_000 };
  return makeGroqModel({ apiKey: 'gsk_of_the_test', baseUrl: server.url }).complete(request);
}
const said = (message: unknown, more: object = {}) =>
  answered(json(200, { choices: [{ message, finish_reason: 'stop' }], usage: USAGE, ...more }));
const called = (given: unknown) => ({ id: '1', type: 'function', function: { name: 'advise', arguments: given } });

describe('the text', () => {
  it.each([
    ['a string', { content: ANSWER }],
    [
      'parts',
      {
        content: [
          { type: 'text', text: '{"action":' },
          { type: 'text', text: '"scale_up"}' },
        ],
      },
    ],
    ['parts without a type', { content: [{ text: ANSWER }] }],
    [
      'parts with thoughts among them',
      {
        content: [
          { type: 'thinking', thinking: DRAFT, text: DRAFT },
          { type: 'text', text: ANSWER },
        ],
      },
    ],
    ['an object', { content: { action: 'scale_up' } }],
    ['what a function was called with', { content: null, tool_calls: [called(ANSWER)] }],
    ['the same as an object', { content: '', tool_calls: [called({ action: 'scale_up' })] }],
    ['the same in the older form', { content: null, function_call: { name: 'advise', arguments: ANSWER } }],
    ['the same after a preamble', { content: 'I call the function.', tool_calls: [called(ANSWER)] }],
    ['beside reasoning', { content: ANSWER, reasoning: DRAFT, reasoning_content: DRAFT }],
    ['beside empty calls', { content: ANSWER, tool_calls: [] }],
    ['beside odd calls', { content: ANSWER, tool_calls: 'none', function_call: 7, refusal: {} }],
  ])('may be %s', async (_, message) => {
    expect(await said({ role: 'assistant', ...message })).toMatchObject({ kind: 'text', text: ANSWER });
  });

  it('stands behind a byte order mark or without a content type, too', async () => {
    const body = `\uFEFF${JSON.stringify({ choices: [{ message: { content: ANSWER } }] })}`;
    expect(await answered({ kind: 'send', status: 200, body, contentType: 'text/plain' })).toMatchObject({
      text: ANSWER,
    });
  });
});

describe('no text', () => {
  it.each([
    ['reasoning', { content: null, reasoning: ANSWER }, 'empty but for its reasoning'],
    ['reasoning by its other name', { content: '', reasoning_content: ANSWER }, 'empty but for its reasoning'],
    ['a refusal', { content: null, refusal: 'I cannot help with that.' }, 'the model refuses: I cannot help'],
    ['thoughts', { content: [{ type: 'thinking', thinking: ANSWER }] }, 'the completion is empty'],
  ])('is %s; it costs what any answer does', async (_, message, detail) => {
    expect(await said(message)).toMatchObject({
      kind: 'failure',
      code: 'empty',
      detail: expect.stringContaining(detail),
      usage: { promptTokens: 450, cachedTokens: 400, completionTokens: 180 },
    });
  });
});

describe('what was billed', () => {
  it.each([
    ['nothing said', undefined, [0, 0, 0]],
    ['nonsense', 'many', [0, 0, 0]],
    ['less than nothing', { prompt_tokens: -5, completion_tokens: 1.5 }, [0, 0, 0]],
    ['more than can be', { prompt_tokens: 1e12, completion_tokens: 180 }, [0, 0, 180]],
    [
      'more from the cache than there was',
      { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 99 } },
      [10, 10, 0],
    ],
    ['no word of a cache', { prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: null }, [10, 0, 2]],
  ])('with %s', async (_, usage, [promptTokens, cachedTokens, completionTokens]) => {
    expect(await said({ content: ANSWER }, { usage })).toMatchObject({
      kind: 'text',
      usage: { promptTokens, cachedTokens, completionTokens },
    });
  });
});

describe('an answer that says 200 and is none', () => {
  it.each([
    [
      'an error',
      { error: { message: 'Provider returned error', code: 502 } },
      'server_error',
      'Provider returned error',
    ],
    [
      'an error beside no choices',
      { choices: [], error: { message: 'overloaded', code: 503 } },
      'capacity',
      'overloaded',
    ],
    ['a rate limit', { error: { message: 'slow down', code: 429 } }, 'rate_limited', '429 slow down'],
    ['a rate limit by name', { error: { message: 'slow', code: 'rate_limit_exceeded' } }, 'rate_limited', 'slow'],
    ['an error in a word', { error: 'boom' }, 'server_error', 'boom'],
    [
      'a wrong key',
      { error: { message: 'Invalid API Key', code: 'invalid_api_key' } },
      'request_refused',
      'GROQ_API_KEY',
    ],
    [
      'a list of errors',
      { errors: [{ message: 'AiError: Bad input', code: 5006 }], success: false },
      'server_error',
      'AiError',
    ],
    ['an error by its type', { type: 'error', message: 'overloaded_error' }, 'server_error', 'overloaded'],
    ['null', null, 'server_error', 'no completion'],
    ['a number', 7, 'server_error', 'no completion'],
    ['a list', [], 'server_error', 'no completion'],
    ['no message', { choices: [{}] }, 'server_error', 'no completion'],
  ])('is named: %s', async (_, body, code, detail) => {
    expect(await answered(json(200, body))).toMatchObject({ code, detail: expect.stringContaining(detail) });
  });

  it.each(['data: {"choices":[]}\n\ndata: [DONE]\n\n', ': ping\n\ndata: {}\n\n', 'event: message\ndata: {}\n\n'])(
    'is named: the stream %j',
    async (body) => {
      expect(await answered({ kind: 'send', status: 200, body, contentType: 'text/event-stream' })).toMatchObject({
        code: 'server_error',
        detail: expect.stringMatching(/stream of events.*turn streaming off/),
      });
    },
  );
});
