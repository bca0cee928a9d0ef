// Bedrock's OpenAI-shaped endpoint, LiteLLM, vLLM, Ollama: stand-ins with answers in the shapes that are public, over real HTTP.
import { afterEach, describe, expect, it } from 'vitest';
import { makeGroqModel } from '../../../lib/adapters/groq.ts';
import type { ModelRequest } from '../../../lib/app/ports/world.ts';
import { ADVICE_SCHEMA } from '../../../lib/domain/advice/validation.ts';
import { completion, json } from '../../stand-ins/groq-replies.ts';
import { type GroqReply, type GroqServer, startGroqServer } from '../../stand-ins/groq-server.ts';
import { MODEL_REFUSALS, PARAMETER_REFUSALS, PATH_REFUSALS } from '../../stand-ins/llm-refusals.ts';
import { VENDORS } from '../../stand-ins/llm-vendors.ts';

const ANSWER = '{"action":"maintain"}';
const open: GroqServer[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

async function start(...how: Parameters<typeof startGroqServer>) {
  const server = await startGroqServer(...how);
  open.push(server);
  return server;
}

function ask(baseUrl: string, changes: Partial<ModelRequest> = {}, apiKey: string | null = 'sk-test-of-a-key') {
  const request = { model: 'openai/gpt-oss-20b', system: 's', user: 'u', schema: ADVICE_SCHEMA, timeoutMs: 20_000 };
  return makeGroqModel({ apiKey, baseUrl }).complete({ ...request, ...changes });
}

async function refusedWith(reply: GroqReply, changes: Partial<ModelRequest> = {}) {
  const server = await start(() => reply);
  return ask(`${server.url}/openai/v1`, changes);
}

describe.each(Object.values(VENDORS))('$name', (vendor) => {
  const stand = () =>
    start(
      vendor.script(() => completion(ANSWER)),
      0,
      vendor.place,
    );

  it('answers at its documented address, and its reasoning is never the answer alone', async () => {
    const { url, requests } = await stand();
    const without = ['reasoning_effort'] as const;
    const reply = await ask(url + vendor.root, { model: vendor.model, without });
    expect(reply).toMatchObject({ kind: 'text', text: expect.stringContaining(ANSWER) });
    expect(requests).toHaveLength(1);
  });

  it('is found where only its host is given', async () => {
    const { url } = await stand();
    const model = makeGroqModel({ apiKey: 'sk-test-of-a-key', baseUrl: url });
    const request = {
      system: 's',
      user: 'u',
      schema: ADVICE_SCHEMA,
      timeoutMs: 20_000,
      without: ['reasoning_effort'] as const,
    };
    for (const _ of [1, 2])
      expect(await model.complete({ ...request, model: vendor.model })).toMatchObject({ kind: 'text' });
  });

  it.skipIf(vendor.name === 'groq')('names a model it does not know as such', async () => {
    const { url } = await stand();
    expect(await ask(url + vendor.root, { model: 'nobodys' })).toMatchObject({ code: 'model_not_found' });
  });

  it('is asked under a strict schema with little reasoning, whatever it calls the model', async () => {
    const { url, requests } = await stand();
    await ask(url + vendor.root, { model: vendor.model });
    expect(requests[0]?.body).toMatchObject({ response_format: { type: 'json_schema' }, reasoning_effort: 'low' });
  });
});

describe('a refusal of a parameter', () => {
  it.each(PARAMETER_REFUSALS)('%s, in the words of %s, is known as one', async (parameter, _, reply) => {
    const without = parameter === 'response_format' ? (['json_schema'] as const) : [];
    expect(await refusedWith(reply, { without })).toMatchObject({
      code: 'request_refused',
      refused: { parameters: [parameter], named: true },
    });
  });

  it('that was not sent is about something else', async () => {
    const reply = json(400, { error: { message: '`reasoning_effort` is not supported with this model' } });
    expect(await refusedWith(reply, { model: 'llama-3.1-8b-instant' })).toMatchObject({ refused: { named: false } });
  });

  it('that gives no reason may be about whatever vendors differ in', async () => {
    expect(await refusedWith(json(400, { error: { message: 'Bad Request' } }))).toMatchObject({
      refused: { named: false, parameters: expect.arrayContaining(['response_format', 'reasoning_effort']) },
    });
  });

  it.each([
    "This model's maximum context length is 2048 tokens. However, you requested 2700 tokens (1700 in the messages).",
    'The response was filtered due to the content management policy.',
    'Your credit balance is too low.',
  ])('is not seen in “%s”', async (message) => {
    expect(await refusedWith(json(400, { error: { message } }))).toMatchObject({
      code: 'request_refused',
      refused: { parameters: [] },
    });
  });

  it('is not seen in the name of a model', async () => {
    const message = 'Invalid model name passed in model=think-tool-json_schema-1';
    const reply = json(400, { error: { message, type: 'invalid_request_error' } });
    expect(await refusedWith(reply, { model: 'think-tool-json_schema-1' })).toMatchObject({ code: 'model_not_found' });
  });

  it('is not seen where it is the key that is refused', async () => {
    const key = json(400, [{ error: { code: 400, message: 'API key not valid. Please pass a valid API key.' } }]);
    const refused = await refusedWith(key);
    expect(refused).toMatchObject({ code: 'request_refused', detail: expect.stringContaining('check GROQ_API_KEY') });
    expect(refused).not.toHaveProperty('refused');
    expect(await refusedWith(json(401, { error: { message: 'temperature' } }))).not.toHaveProperty('refused');
  });

  it.each([
    [['json_schema'], { response_format: { type: 'json_object' } }, []],
    [['response_format'], {}, ['response_format']],
    [['reasoning_effort'], {}, ['reasoning_effort']],
    [['temperature'], {}, ['temperature']],
    [['max_completion_tokens'], { max_tokens: 1000 }, ['max_completion_tokens']],
    [['max_completion_tokens', 'max_tokens'], {}, ['max_completion_tokens', 'max_tokens']],
  ] as const)('without %j the request has it no more', async (without, has, hasNot) => {
    const { url, requests } = await start(() => completion(ANSWER));
    await ask(url, { without });
    expect(requests[0]?.body).toMatchObject(has);
    for (const name of hasNot) expect(requests[0]?.body).not.toHaveProperty(name);
  });
});

it.each(MODEL_REFUSALS)(
  'a model that is gone or not allowed, in the words of %s, is known as one',
  async (_, reply) => {
    expect(await refusedWith(reply)).toMatchObject({ code: 'model_not_found' });
  },
);

describe('an address where nobody knows of models', () => {
  it.each(PATH_REFUSALS)('is named with what to set, as %s answers', async (_, reply) => {
    const server = await start(() => reply);
    const detail = `${server.url}/openai/v1/chat/completions`;
    expect(await ask(`${server.url}/openai/v1?key=sk-in-a-query`)).toMatchObject({
      code: 'request_refused',
      detail: expect.stringContaining(detail),
    });
    const refusal = JSON.stringify(await ask(server.url));
    expect(refusal).toContain('check GROQ_BASE_URL: give what comes before /chat/completions');
    expect(refusal).not.toContain('sk-in-a-query');
  });

  it('is tried once more elsewhere only where the base URL leaves it open', async () => {
    const paths: string[] = [];
    const elsewhere = (path: string) => {
      paths.push(path);
      return json(404, { detail: 'Not Found' });
    };
    const { url } = await start(() => completion(ANSWER), 0, { paths: [], elsewhere });
    await ask(`${url}/v1`);
    expect(paths).toEqual(['/v1/chat/completions']);
    await ask(url);
    expect(paths.slice(1)).toEqual(['/openai/v1/chat/completions', '/v1/chat/completions', '/chat/completions']);
  });

  it.each(['http://user:hunter2hunter2@127.0.0.1:1/v1', 'localhost:11434', 'nonsense'])(
    'and cannot be one at all: %s',
    async (baseUrl) => {
      const refusal = await ask(baseUrl);
      expect(refusal).toMatchObject({
        code: 'request_refused',
        detail: expect.stringMatching(/GROQ_BASE_URL: give http/),
      });
      expect(JSON.stringify(refusal)).not.toContain('hunter2');
    },
  );
});

describe('failed_generation', () => {
  const inner = {
    message: 'Failed to generate JSON.',
    type: 'invalid_request_error',
    code: 'json_validate_failed',
    failed_generation: ANSWER,
  };
  const quoted = JSON.stringify({ error: inner });
  it.each([
    ['with a code of its own', json(400, { error: { ...inner, code: 'tool_use_failed' } })],
    ['without a code', json(400, { error: { message: 'no', failed_generation: ANSWER } })],
    ['beside the error', json(400, { error: { message: 'no' }, failed_generation: ANSWER })],
    ['in a list', json(400, [{ error: inner }])],
    ['deeper', json(422, { error: { error: { details: [{ cause: inner }] } } })],
    ['as an object', json(400, { error: { ...inner, failed_generation: JSON.parse(ANSWER) } })],
    ['in a string', json(400, quoted)],
    ['in an error that is a string', json(400, { error: quoted })],
    [
      'quoted by LiteLLM',
      json(400, {
        error: {
          message: `litellm.BadRequestError: GroqException - ${quoted}. Received Model Group=x\nAvailable Model Group Fallbacks=[{'a': ['b']}]`,
          code: '400',
        },
      }),
    ],
    ['quoted by a gateway that says 500', json(500, { error: { message: `Error from provider(400): ${quoted}` } })],
    [
      'as Python prints it',
      json(400, {
        error: {
          message: `Error code: 400 - {'error': {'message': 'no', 'code': 'json_validate_failed', 'failed_generation': '${ANSWER}'}}`,
        },
      }),
    ],
    [
      'in OpenRouter’s metadata',
      json(400, { error: { message: 'Provider returned error', code: 400, metadata: { raw: quoted } } }),
    ],
    ['in an answer that says 200', json(200, { error: inner })],
  ])('%s is the answer', async (_, reply) => {
    expect(await refusedWith(reply)).toMatchObject({ kind: 'text', text: ANSWER, finishReason: 'failed_generation' });
  });

  it.each([
    ['is empty', json(400, { error: { ...inner, failed_generation: ' ' } })],
    [
      'is only spoken of',
      json(400, { error: { message: "See 'failed_generation' for more details.", code: 'json_validate_failed' } }),
    ],
  ])('that %s is none', async (_, reply) => {
    expect(await refusedWith(reply)).toMatchObject({
      kind: 'failure',
      code: 'request_refused',
      refused: { named: true },
    });
  });
});

describe('a server without keys', () => {
  it('is asked without a header for one', async () => {
    const { url, requests } = await start(() => completion(ANSWER));
    expect(await ask(url, {}, null)).toMatchObject({ kind: 'text' });
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('that wants one after all says so', async () => {
    const server = await start(() => json(401, { error: { message: 'Authentication Error, No api key passed in.' } }));
    expect(await ask(server.url, {}, null)).toMatchObject({
      code: 'request_refused',
      detail: expect.stringContaining('check GROQ_API_KEY'),
    });
  });
});
