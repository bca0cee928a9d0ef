// One call of one model over real HTTP: whatever a server answers comes back as text or as a named failure.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeGroqModel } from '../../lib/adapters/groq.ts';
import type { ModelRequest } from '../../lib/app/ports/world.ts';
import { ADVICE_SCHEMA } from '../../lib/domain/advice/validation.ts';
import * as replies from '../stand-ins/groq-replies.ts';
import { type GroqReply, type GroqServer, startGroqServer } from '../stand-ins/groq-server.ts';

const KEY = 'gsk_secret_of_the_test';
/** Where a server must answer; where it hangs, a short one keeps the tests fast. */
const PATIENT_MS = 20_000;
const IMPATIENT_MS = 150;

let server: GroqServer;
beforeAll(async () => {
  server = await startGroqServer(() => replies.completion('{}'));
});
beforeEach(() => server.answer(() => replies.completion('{"action":"maintain"}')));
afterAll(() => server.close());

function ask(changes: Partial<ModelRequest> = {}, options: { apiKey?: string; path?: string } = {}) {
  const model = makeGroqModel({ apiKey: options.apiKey ?? KEY, baseUrl: `${server.url}${options.path ?? ''}` });
  const request = { model: 'openai/gpt-oss-20b', system: 'Answer in JSON.', user: 'CPU: 90%', schema: ADVICE_SCHEMA };
  return model.complete({ ...request, timeoutMs: PATIENT_MS, ...changes });
}

function askAnswered(reply: GroqReply, changes: Partial<ModelRequest> = {}) {
  server.answer(() => reply);
  return ask(changes);
}

describe('what is sent', () => {
  it('is the prompt at temperature 0.3 with at most 1,000 completion tokens, and the key', async () => {
    await ask();
    const request = server.requests.at(-1);
    expect(request?.body).toMatchObject({
      model: 'openai/gpt-oss-20b',
      messages: [
        { role: 'system', content: 'Answer in JSON.' },
        { role: 'user', content: 'CPU: 90%' },
      ],
      temperature: 0.3,
      max_completion_tokens: 1000,
      reasoning_effort: 'low',
    });
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it.each([
    ['openai/gpt-oss-20b', 'json_schema', 'low'],
    ['openai/gpt-oss-120b', 'json_schema', 'low'],
    ['openai/gpt-oss-safeguard-20b', 'json_object', 'low'],
    ['llama-3.1-8b-instant', 'json_object', undefined],
  ])('asks %s for %s with reasoning effort %s', async (model, type, effort) => {
    await ask({ model });
    const body = server.requests.at(-1)?.body;
    expect(body?.response_format).toMatchObject({ type });
    expect(body?.reasoning_effort).toBe(effort);
    const schema = { name: 'scaling_advice', strict: true, schema: ADVICE_SCHEMA.schema };
    if (type === 'json_schema') expect(body?.response_format).toEqual({ type, json_schema: schema });
  });

  it.each(['', '/', '/openai/v1', '/openai/v1/'])('goes to the same path with base URL …%s', async (path) => {
    expect(await ask({}, { path })).toMatchObject({ kind: 'text' });
  });

  it('takes the key from where it is, before every call', async () => {
    const keys = ['gsk_first', 'gsk_second'];
    const apiKey = { current: async () => keys.shift() ?? '', refused: async () => null };
    const model = makeGroqModel({ apiKey, baseUrl: server.url });
    await model.complete(REQUEST);
    await model.complete(REQUEST);
    expect(keysSent(2)).toEqual(['Bearer gsk_first', 'Bearer gsk_second']);
  });

  it('is sent once more with the key that came in place of a refused one', async () => {
    server.answer(({ headers }) => (headers.authorization === 'Bearer gsk_new' ? replies.completion('{}') : REFUSED));
    const told: string[] = [];
    const apiKey = {
      current: async () => 'gsk_old',
      refused: async (key: string) => {
        told.push(key);
        return 'gsk_new';
      },
    };
    expect(await makeGroqModel({ apiKey, baseUrl: server.url }).complete(REQUEST)).toMatchObject({ kind: 'text' });
    expect(keysSent(2)).toEqual(['Bearer gsk_old', 'Bearer gsk_new']);
    expect(told).toEqual(['gsk_old']);
  });

  it.each([
    ['none', null],
    ['the same', 'gsk_old'],
  ])('is not sent again where %s came in place of it', async (_, newer) => {
    server.answer(() => REFUSED);
    const before = server.requests.length;
    const apiKey = { current: async () => 'gsk_old', refused: async () => newer };
    const reply = await makeGroqModel({ apiKey, baseUrl: server.url }).complete(REQUEST);
    expect(reply).toMatchObject({ kind: 'failure', code: 'request_refused' });
    expect(server.requests.length - before).toBe(1);
  });
});

const REQUEST = { model: 'm', system: 's', user: 'u', schema: ADVICE_SCHEMA, timeoutMs: PATIENT_MS };
const REFUSED = { kind: 'send', status: 401, body: '{"error":{"message":"Invalid API Key"}}' } as const;

function keysSent(count: number) {
  return server.requests.slice(-count).map(({ headers }) => headers.authorization);
}

describe('text', () => {
  it('comes back as it is, with what it cost', async () => {
    expect(await askAnswered(replies.completion('<think>hm</think> ok'))).toEqual({
      kind: 'text',
      text: '<think>hm</think> ok',
      finishReason: 'stop',
      usage: { promptTokens: 450, cachedTokens: 0, completionTokens: 180 },
    });
  });

  it('that failed validation at Groq is still text', async () => {
    expect(await askAnswered(replies.jsonValidateFailed('{"action": "scale_up",'))).toMatchObject({
      kind: 'text',
      text: '{"action": "scale_up",',
      finishReason: 'failed_generation',
    });
  });

  it('that is empty because its length was reached says so', async () => {
    expect(await askAnswered(replies.CUT_EMPTY)).toMatchObject({ kind: 'text', text: '', finishReason: 'length' });
  });
});

describe('failures', () => {
  it.each([
    ['404', replies.modelNotFound({ model: 'llama-3.1-8b-instant' }), 'model_not_found'],
    ['400 model_decommissioned', replies.modelDecommissioned({ model: 'old' }), 'model_not_found'],
    ['400 json_validate_failed without text', replies.jsonValidateFailed(''), 'request_refused'],
    ['401', replies.UNAUTHORIZED, 'request_refused'],
    ['413', replies.TOO_MANY_TOKENS, 'too_many_tokens'],
    ['429', replies.rateLimited({ 'retry-after': '2' }), 'rate_limited'],
    ['498', replies.FLEX_CAPACITY, 'capacity'],
    ['503', replies.UNAVAILABLE, 'capacity'],
    ['500', replies.SERVER_ERROR, 'server_error'],
    ['502 in HTML', replies.HTML_BAD_GATEWAY, 'server_error'],
    ['200 in HTML', replies.HTML_OK, 'server_error'],
    ['200 with half a JSON', replies.INVALID_JSON, 'server_error'],
    ['200 without a body', replies.NO_BODY, 'server_error'],
    ['200 in another shape', replies.WRONG_SHAPE, 'server_error'],
    ['no choices', replies.NO_CHOICES, 'empty'],
    ['empty content', replies.completion(' \n'), 'empty'],
    ['10 MB', replies.TEN_MEGABYTES, 'too_large'],
    ['a 10 MB error', replies.json(500, { error: { message: 'x'.repeat(10_000_000) } }), 'too_large'],
    ['a connection cut at once', replies.CUT, 'network'],
    ['a connection cut in the body', replies.CUT_MID_BODY, 'network'],
  ])('%s', async (_, reply, code) => {
    const failure = await askAnswered(reply);
    expect(failure).toMatchObject({ kind: 'failure', code });
    expect(failure).toHaveProperty('detail', expect.stringMatching(/^.{5,300}$/));
  });

  it.each([
    ['before the headers', replies.HANG],
    ['in the body', replies.STALL],
  ])('a server that hangs %s is a timeout', async (_, reply) => {
    expect(await askAnswered(reply, { timeoutMs: IMPATIENT_MS })).toMatchObject({ code: 'timeout' });
  });

  it('nobody listening is a network failure', async () => {
    const gone = await startGroqServer(() => replies.HANG);
    await gone.close();
    const model = makeGroqModel({ apiKey: KEY, baseUrl: gone.url });
    const request = { model: 'm', system: 's', user: 'u', schema: ADVICE_SCHEMA, timeoutMs: PATIENT_MS };
    expect(await model.complete(request)).toMatchObject({
      code: 'network',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('is asked once, whatever it answers', async () => {
    const before = server.requests.length;
    await askAnswered(replies.SERVER_ERROR);
    expect(server.requests.length).toBe(before + 1);
  });
});

describe('what to do about it', () => {
  it.each([
    ['401', replies.UNAUTHORIZED, 'request_refused', /^401 invalid_api_key Invalid API Key: check GROQ_API_KEY/],
    ['403 in HTML', replies.FORBIDDEN_PAGE, 'request_refused', /GROQ_API_KEY .*firewall, proxy/],
    [
      '404 in HTML: not even the model was looked for',
      replies.NOT_FOUND_PAGE,
      'request_refused',
      /check GROQ_BASE_URL/,
    ],
    ['404 of another path', replies.UNKNOWN_URL, 'request_refused', /check GROQ_BASE_URL/],
    ['404 of a model', replies.modelNotFound({ model: 'llama-3.1-8b-instant' }), 'model_not_found', /GROQ_MODELS/],
    ['413', replies.TOO_MANY_TOKENS, 'too_many_tokens', /GROQ_TPM/],
    ['429', replies.rateLimited({}), 'rate_limited', /Groq's own limit/],
    ['500', replies.SERVER_ERROR, 'server_error', /500 .*groqstatus\.com/],
    ['502 in HTML', replies.HTML_BAD_GATEWAY, 'server_error', /502 .*proxy.*check GROQ_BASE_URL/],
    ['200 in HTML', replies.HTML_OK, 'server_error', /sign-in page: check GROQ_BASE_URL/],
    ['200 without a body', replies.NO_BODY, 'server_error', /check GROQ_BASE_URL/],
    ['empty content', replies.completion(''), 'empty', /another model first in GROQ_MODELS/],
  ])('is said of a %s', async (_, reply, code, detail) => {
    expect(await askAnswered(reply)).toMatchObject({ code, detail: expect.stringMatching(detail) });
  });

  it('is said of a name that nobody knows', async () => {
    const model = makeGroqModel({ apiKey: KEY, baseUrl: 'http://groq.invalid' });
    const request = { model: 'm', system: 's', user: 'u', schema: ADVICE_SCHEMA, timeoutMs: PATIENT_MS };
    expect(await model.complete(request)).toMatchObject({
      code: 'network',
      detail: expect.stringMatching(/cannot be resolved: check GROQ_BASE_URL, and the DNS/),
    });
  });

  it('is never cut, however much a server says', async () => {
    const said = replies.json(401, { error: { message: 'x'.repeat(5_000), code: 'invalid_api_key' } });
    expect(await askAnswered(said)).toHaveProperty('detail', expect.stringMatching(/^.{1,300}$/));
    expect(await askAnswered(said)).toHaveProperty('detail', expect.stringContaining('check GROQ_API_KEY'));
  });
});

describe('what came back', () => {
  it.each([
    ['a page', replies.HTML_BAD_GATEWAY, '<html><body><h1>502 Bad Gateway</h1></body></html>'],
    ['a page that says 200', replies.HTML_OK, '<html><body>Sign in to the hotel network</body></html>'],
    ['half a JSON', replies.INVALID_JSON, '{"id":"chatcmpl-abc123","choices":['],
    ['nothing', replies.NO_BODY, null],
    [
      'a page of many lines',
      { ...replies.NO_BODY, status: 500, body: 'one\r\n\u001b[2Jtwo' } as GroqReply,
      'one [2Jtwo',
    ],
  ])('is kept with the failure: %s', async (_, reply, raw) => {
    expect(await askAnswered(reply)).toHaveProperty('raw', raw);
  });

  it('is cut', async () => {
    const page = { ...replies.NO_BODY, status: 500, body: 'y'.repeat(50_000) } as GroqReply;
    expect(await askAnswered(page)).toHaveProperty('raw', 'y'.repeat(2_000));
  });

  it.each([
    ['our key', `denied for ${KEY}`],
    ['our key across the cut', `${'z'.repeat(1_995)}${KEY}`],
    ["somebody else's key", 'denied for gsk_AbCdEf0123456789'],
    ['a header', 'Authorization: Bearer eyJhbGciOi.abc-def'],
  ])('has no key in it: %s', async (_, body) => {
    const failure = await askAnswered({ ...replies.NO_BODY, status: 403, body } as GroqReply);
    expect(JSON.stringify(failure)).not.toMatch(/gsk_|eyJ/);
    expect(failure).toHaveProperty('raw', expect.stringContaining(body.slice(0, 8)));
  });
});

describe('retry-after', () => {
  const usedUp = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '7.66s' };
  it.each([
    ['seconds', { 'retry-after': '2' }, 2_000],
    ['parts of seconds', { 'retry-after': '0.35' }, 350],
    ['minutes', { 'retry-after': '2m59.56s' }, 179_560],
    ['hours', { 'retry-after': '1h2m' }, 3_720_000],
    ['milliseconds', { 'retry-after': '500ms' }, 500],
    ['the reset of the quota that is used up', usedUp, 7_660],
    ['the later of two resets', { ...usedUp, 'x-ratelimit-remaining-requests': '0' }, 179_560],
    ['something unreadable', { 'retry-after': 'when the moon is full' }, null],
    ['nothing', {}, null],
  ])('as %s', async (_, headers, retryAfterMs) => {
    expect(await askAnswered(replies.rateLimited(headers))).toMatchObject({ code: 'rate_limited', retryAfterMs });
  });
});

describe('the key', () => {
  it.each([
    ['quoted whole', `Incorrect API key provided: ${KEY}.`],
    ['quoted where the detail is cut', `${'x'.repeat(280)} ${KEY}`],
  ])('is not in what a server said about it, %s', async (_, message) => {
    const failure = await askAnswered(replies.json(401, { error: { message, code: 'invalid_api_key' } }));
    expect(failure).toMatchObject({ code: 'request_refused' });
    expect(JSON.stringify(failure)).not.toContain(KEY.slice(0, 8));
  });

  it.each([
    ['line ends inside', 'gsk_secret\nx-evil: 1'],
    ['no characters', '  '],
  ])('with %s is refused here, and not quoted', async (_, apiKey) => {
    const before = server.requests.length;
    const failure = await ask({}, { apiKey });
    expect(failure).toMatchObject({ kind: 'failure', code: 'request_refused' });
    expect(JSON.stringify(failure)).not.toContain('gsk_');
    expect(server.requests.length).toBe(before);
  });

  it('that cannot be fetched is a failure, not a throw', async () => {
    const current = () => Promise.reject(new Error('secret gsk_hidden is gone'));
    const apiKey = { current, refused: async () => null };
    const model = makeGroqModel({ apiKey, baseUrl: server.url });
    const failure = await model.complete({ model: 'm', system: 's', user: 'u', schema: ADVICE_SCHEMA, timeoutMs: 100 });
    expect(failure).toMatchObject({ kind: 'failure', code: 'network' });
    expect(JSON.stringify(failure)).not.toContain('gsk_');
  });
});
