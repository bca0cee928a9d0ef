// A refused parameter: asked once more without it, within the same budget and quota, remembered, and only then the next model.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeGroqModel } from '../../../lib/adapters/groq.ts';
import { makeModelChain } from '../../../lib/app/advise/model-chain.ts';
import { BOTTOMLESS } from '../../../lib/app/advise/spending-limit.ts';
import type { Model, ModelReply, ModelRequest, OptionalParameter, Refused } from '../../../lib/app/ports/world.ts';
import { ADVICE_SCHEMA } from '../../../lib/domain/advice/validation.ts';
import { completion } from '../../stand-ins/groq-replies.ts';
import { type GroqRequest, startGroqServer } from '../../stand-ins/groq-server.ts';
import { PARAMETER_REFUSALS } from '../../stand-ins/llm-refusals.ts';
import { VENDORS } from '../../stand-ins/llm-vendors.ts';
import { makeMemoryAdviceStore } from '../../stand-ins/memory-advice-store.ts';
import { NOW } from '../../stand-ins/sample-assessment.ts';

const NO_TOKENS = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
const TEXT: ModelReply = { kind: 'text', text: 'advice', finishReason: 'stop', usage: NO_TOKENS };
const QUESTION = { system: 'Answer in JSON.', user: 'CPU: 90%', schema: ADVICE_SCHEMA };
const PLENTY = { requestsPerMinute: 1e6, requestsPerDay: 1e6, tokensPerMinute: 1e9 };

function refusal(parameters: readonly OptionalParameter[], named = true): ModelReply {
  const refused: Refused = { parameters, named };
  return { kind: 'failure', code: 'request_refused', detail: '400', retryAfterMs: null, refused };
}

/** A chain over a model that answers by a script, then with text; time passes in calls only. */
function setUp(script: readonly ModelReply[], more: { limits?: typeof PLENTY; callMs?: number; model?: Model } = {}) {
  const asked: ModelRequest[] = [];
  const remaining = [...script];
  let elapsed = 0;
  const scripted: Model = {
    complete: async (request) => {
      asked.push(request);
      elapsed += more.callMs ?? 0;
      return remaining.shift() ?? TEXT;
    },
  };
  const chain = makeModelChain({
    model: more.model ?? scripted,
    store: makeMemoryAdviceStore(),
    limitClock: { now: () => NOW },
    timer: { now: () => elapsed, sleep: async () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    models: ['first', 'second'],
    limits: more.limits ?? PLENTY,
    asker: 'ticks',
    spendingLimit: BOTTOMLESS,
  });
  const seen = () => asked.map(({ model, without = [] }) => [model, ...without].join(' -'));
  return { ask: () => chain.ask(QUESTION, 5_000 + elapsed, async () => true), asked, seen };
}

describe('a refused parameter', () => {
  it('is left out in one more try of the same model, with all in which vendors differ', async () => {
    const { ask, seen } = setUp([refusal(['temperature'])]);
    expect(await ask()).toMatchObject({ kind: 'text', model: 'first' });
    expect(seen()).toEqual(['first', 'first -temperature -response_format -reasoning_effort']);
  });

  it('stays left out from then on, and no other', async () => {
    const { ask, seen } = setUp([refusal(['json_schema'])]);
    await ask();
    await ask();
    expect(seen().at(-1)).toBe('first -json_schema');
  });

  it('of one model is not left out for another', async () => {
    const { ask, seen } = setUp([refusal(['json_schema']), refusal(['temperature'])]);
    expect(await ask()).toMatchObject({ kind: 'text', model: 'second' });
    expect(seen().at(-1)).toBe('second');
  });

  it('is followed by the next model where the one more try is refused too; both refusals are remembered', async () => {
    const { ask, seen } = setUp([refusal(['json_schema']), refusal(['temperature']), TEXT]);
    await ask();
    await ask();
    expect(seen()).toHaveLength(4);
    expect(seen().at(-1)).toBe('first -json_schema -temperature');
  });

  it('that is only guessed is remembered once the model answers without it', async () => {
    const helped = setUp([refusal(['reasoning_effort'], false)]);
    await helped.ask();
    await helped.ask();
    expect(helped.seen().at(-1)).toBe('first -reasoning_effort');
    const pointless = setUp([refusal(['reasoning_effort'], false), refusal([], false)]);
    await pointless.ask();
    await pointless.ask();
    expect(pointless.seen().slice(-2)).toEqual(['second', 'first']);
  });

  it('that is none of ours sends the question to the next model at once', async () => {
    const { ask, seen } = setUp([refusal([], false)]);
    expect(await ask()).toMatchObject({ kind: 'text', model: 'second' });
    expect(seen()).toEqual(['first', 'second']);
  });

  it('by every model is a refused request', async () => {
    const { ask, asked } = setUp(Array(9).fill(refusal(['json_schema'])));
    expect(await ask()).toMatchObject({ kind: 'failure', code: 'request_refused', called: true });
    expect(asked).toHaveLength(4);
  });
});

describe('the one more try', () => {
  it('counts as the request it is', async () => {
    const { ask, seen } = setUp([refusal(['json_schema'])], { limits: { ...PLENTY, requestsPerMinute: 1 } });
    expect(await ask()).toMatchObject({ kind: 'text', model: 'second' });
    expect(seen()).toEqual(['first', 'second']);
  });

  it('has what is left of the time, and is not made without any', async () => {
    const slow = setUp([refusal(['json_schema'])], { callMs: 3_000 });
    await slow.ask();
    expect(slow.asked.map(({ timeoutMs }) => timeoutMs)).toEqual([5_000, 2_000]);
    const late = setUp([refusal(['json_schema'])], { callMs: 4_980 });
    expect(await late.ask()).toMatchObject({ code: 'timeout' });
    expect(late.asked).toHaveLength(1);
  });

  it('is one for each model and question, whatever servers answer', async () => {
    const parameters = fc.subarray<OptionalParameter>([
      'json_schema',
      'response_format',
      'reasoning_effort',
      'temperature',
    ]);
    const reply = fc.oneof(
      fc.record({ parameters, named: fc.boolean() }).map((r) => refusal(r.parameters, r.named)),
      fc.constant(TEXT),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(reply, { maxLength: 12 }), async (script) => {
        const { ask, asked } = setUp(script);
        for (let question = 0; question < 3; question++) {
          const before = asked.length;
          await ask();
          expect(asked.length - before).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});

describe('an empty completion', () => {
  const empty: ModelReply = { kind: 'failure', code: 'empty', detail: 'empty', retryAfterMs: null };
  const cut: ModelReply = { ...TEXT, text: ' \n', finishReason: 'length' };
  it.each([
    ['of nothing', empty, 'empty'],
    ['whose length went to reasoning', cut, 'truncated'],
  ] as const)('%s sends the question to the next model', async (_, reply, code) => {
    expect(await setUp([reply]).ask()).toMatchObject({ kind: 'text', model: 'second' });
    expect(await setUp([reply, reply]).ask()).toMatchObject({ kind: 'failure', code, model: 'second' });
  });
});

describe('over real HTTP', () => {
  it.each(PARAMETER_REFUSALS)(
    'a server that takes no %s, in the words of %s, answers at the second try',
    async (parameter, _, reply) => {
      const has = ({ body }: GroqRequest) =>
        parameter === 'json_schema'
          ? JSON.stringify(body.response_format ?? '').includes('json_schema')
          : body[parameter] !== undefined;
      const server = await startGroqServer((request) => (has(request) ? reply : completion('advice')));
      const model = makeGroqModel({ apiKey: 'sk-test-of-a-key', baseUrl: server.url });
      const gptOss: Model = {
        complete: (request) => model.complete({ ...request, model: `${request.model}/gpt-oss-20b` }),
      };
      const { ask } = setUp([], { model: gptOss });
      for (const requests of [2, 3]) {
        expect(await ask()).toMatchObject({ kind: 'text', model: 'first', text: 'advice' });
        expect(server.requests).toHaveLength(requests);
      }
      await server.close();
    },
  );

  it('LiteLLM before Groq is asked without reasoning_effort, once known', async () => {
    const { litellm } = VENDORS;
    const server = await startGroqServer(
      litellm.script(() => completion('advice')),
      0,
      litellm.place,
    );
    const model = makeGroqModel({ apiKey: 'sk-test-of-a-key', baseUrl: server.url });
    const renamed: Model = { complete: (request) => model.complete({ ...request, model: litellm.model }) };
    const { ask } = setUp([], { model: renamed });
    await ask();
    expect(await ask()).toMatchObject({ kind: 'text', model: 'first' });
    expect(server.requests.map(({ body }) => 'reasoning_effort' in body)).toEqual([true, false, false]);
    expect(server.requests.at(-1)?.body).toMatchObject({ response_format: { type: 'json_schema' } });
    await server.close();
  });
});
