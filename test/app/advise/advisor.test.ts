// Asking the LLM: cached, limited, within a budget, first model that answers; whatever fails leaves the rules in charge.
import { describe, expect, it } from 'vitest';
import { makeGroqModel } from '../../../lib/adapters/groq.ts';
import { type AdvisorSettings, DEFAULT_ADVISOR_SETTINGS, makeAdvisor } from '../../../lib/app/advise/advisor.ts';
import type { AdviceStore } from '../../../lib/app/ports/advice-store.ts';
import type { Log, LogFields, Model, ModelReply, ModelRequest } from '../../../lib/app/ports/world.ts';
import type { NotAsked } from '../../../lib/domain/advice/advice.ts';
import { adviceText, stubReply } from '../../stand-ins/groq-answers.ts';
import { CUT, HANG } from '../../stand-ins/groq-replies.ts';
import { readScenario } from '../../stand-ins/groq-scenario.ts';
import { type GroqRequest, startGroqServer } from '../../stand-ins/groq-server.ts';
import { type MemoryAdviceStore, makeMemoryAdviceStore } from '../../stand-ins/memory-advice-store.ts';
import { NOW, type SampleChanges, sampleAssessment } from '../../stand-ins/sample-assessment.ts';

const [FIRST, SECOND] = DEFAULT_ADVISOR_SETTINGS.models as [string, string];
const SECONDS = 1_000;
const NOT_ASKED = 'LLM not asked: no advice could change the decision';

describe('advice', () => {
  it('comes from the first model, in the words of the seeds, with the names put back', async () => {
    const { advise, asked, lines } = setUp();
    const result = await advise();
    expect(result).toMatchObject({ kind: 'advice', model: FIRST, at: NOW, cached: false });
    expect(result).toHaveProperty('advice.targetReplicas', 12);
    expect(result).toHaveProperty('advice.reasoning', expect.stringContaining('test-app-autoscaling needs'));
    expect(asked[0]).toMatchObject({ model: FIRST, schema: { name: 'scaling_advice' }, timeoutMs: 5_000 });
    expect(lines).toEqual(['info LLM advisor enabled', 'info LLM recommendation: scale_up -> 12 replicas']);
  });

  it('is not asked for where the policy says off', async () => {
    const { advise, asked, lines } = setUp();
    expect(await advise({ policy: { llm: 'off' } })).toBeNull();
    expect([asked.length, lines.length]).toEqual([0, 0]);
  });

  it('is asked for in shadow mode: what becomes of it is for others to decide', async () => {
    expect(await setUp().advise({ policy: { llm: 'shadow' } })).toMatchObject({ kind: 'advice' });
  });

  it('without a key is a rejection, said once', async () => {
    const { advise, lines } = setUp({ model: null });
    expect(await advise()).toMatchObject({ kind: 'rejection', code: 'no_api_key', model: null, raw: null });
    await advise();
    expect(lines).toEqual(['warn LLM advisor requested but no API key available']);
  });

  it('that could not matter costs nothing: no store, no quota, no call, and is told once by its reason', async () => {
    const { advise, asked, store, lines, fields } = setUp();
    store.failOn('get', 'put', 'claimCall', 'reserve');
    const why = { code: 'held', detail: 'not asked: a rollout', until: null } as const;
    for (let i = 0; i < 3; i++)
      expect(await advise({}, undefined, () => why)).toMatchObject({ kind: 'rejection', code: 'held', notAsked: why });
    expect(await advise({}, undefined, () => ({ ...why, code: 'no_room' }))).toMatchObject({ code: 'no_room' });
    expect(asked.length).toBe(0);
    expect(lines).toEqual(['info LLM advisor enabled', ...Array(2).fill(`info ${NOT_ASKED}`)]);
    expect(fields.at(-1)).toMatchObject({ deployment: 'test-app-autoscaling', code: 'no_room', detail: why.detail });
  });

  it('without a key is told to be so, whether or not it could matter', async () => {
    const why = { code: 'held', detail: 'not asked: a rollout', until: null } as const;
    expect(await setUp({ model: null }).advise({}, undefined, () => why)).toMatchObject({ code: 'no_api_key' });
  });

  it('keeps names that would break a log line out of it', async () => {
    const { advise, fields } = setUp();
    const workload = { cluster: 'demo\n', namespace: 'shop\u001b[2J', name: 'web\nERROR all is lost' };
    await advise({ observation: { workload } });
    expect(fields.at(-1)).toMatchObject({
      cluster: 'demo',
      namespace: 'shop [2J',
      deployment: 'web ERROR all is lost',
    });
  });
});

describe('the cache', () => {
  it('answers for 300 s of assessment time, and not a moment longer', async () => {
    const { advise, asked, clock } = setUp();
    await advise();
    clock.at += 301 * SECONDS;
    expect(await advise({ now: NOW + 300 * SECONDS })).toMatchObject({ kind: 'advice', cached: true, at: NOW });
    expect(asked.length).toBe(1);
    expect(await advise({ now: NOW + 300 * SECONDS + 1 })).toMatchObject({ kind: 'advice', cached: false });
    expect(asked.length).toBe(2);
  });

  it('is silent: neither a call nor a fallback', async () => {
    const { advise, lines } = setUp();
    await advise();
    await advise();
    expect(lines.length).toBe(2);
  });

  it('knows what another process asked, through the table', async () => {
    const store = makeMemoryAdviceStore();
    await setUp({ store }).advise();
    const other = setUp({ store });
    expect(await other.advise({ now: NOW + 60 * SECONDS })).toMatchObject({ kind: 'advice', cached: true });
    expect(other.asked.length).toBe(0);
  });

  it('keeps advice on a state that has changed since as an open proposal, while no new call may be made', async () => {
    const { advise, asked, clock } = setUp();
    await advise();
    clock.at += 200 * SECONDS;
    const moved = {
      now: NOW + 200 * SECONDS,
      observation: { replicas: { spec: 12, ready: 12, running: 12, total: 12 } },
    };
    const kept = await advise(moved);
    expect(kept).toMatchObject({ kind: 'advice', cached: true, at: NOW });
    expect(kept).toHaveProperty('advice.action', 'maintain');
    expect(asked.length).toBe(1);
  });

  it('does not keep it past 300 s, or where the bounds have left it behind', async () => {
    const { advise } = setUp();
    await advise();
    expect(await advise({ policy: { max: 11 } })).toMatchObject({ kind: 'rejection', code: 'asked_recently' });
    expect(await advise({ ...loaded(90), now: NOW + 301 * SECONDS })).toMatchObject({ code: 'asked_recently' });
  });

  it('gives advice from the future to nobody', async () => {
    const { advise } = setUp();
    await advise();
    expect(await advise({ now: NOW - 1 })).toMatchObject({ code: 'asked_recently' });
  });

  it('keeps 100 entries, and lets the least recently used go', async () => {
    const { advise, asked } = setUp({ store: forgetful(), settings: { limits: UNLIMITED } });
    for (let i = 0; i < 100; i++) await advise(named(`w${i}`));
    await advise(named('w0'));
    await advise(named('w100'));
    expect(asked.length).toBe(101);
    await advise(named('w0'));
    expect(asked.length).toBe(101);
    await advise(named('w1'));
    expect(asked.length).toBe(102);
  });

  it('shares one call between two who ask at once', async () => {
    const { advise, asked } = setUp();
    const both = await Promise.all([advise(), advise()]);
    expect(both[0]).toEqual(both[1]);
    expect(asked.length).toBe(1);
  });
});

describe('limits', () => {
  it('allow one call per workload and 300 s', async () => {
    const { advise, asked, clock, lines } = setUp();
    await advise();
    clock.at += 299 * SECONDS;
    const later = { ...loaded(90), now: NOW + 301 * SECONDS };
    const until = NOW + 300 * SECONDS;
    const barred = { kind: 'rejection', code: 'asked_recently', model: null, notAsked: { until } };
    expect(await advise(later)).toMatchObject(barred);
    expect(lines).toHaveLength(2); // the call that began the interval has its line
    expect(await advise(named('another'))).toMatchObject({ kind: 'advice' });
    clock.at += 1 * SECONDS;
    expect(await advise(later)).toMatchObject({ kind: 'advice', cached: false });
    expect(asked.length).toBe(3);
  });

  it('count an unusable answer as the call it was', async () => {
    const { advise, asked } = setUp({ script: [text('no')] });
    await advise();
    expect(await advise()).toMatchObject({ code: 'unparsable', notAsked: { code: 'asked_recently' } });
    expect(asked.length).toBe(1);
  });

  it('count a call that failed', async () => {
    const { advise } = setUp({ script: [failure('server_error'), failure('server_error')] });
    await advise();
    expect(await advise()).toMatchObject({ code: 'server_error', notAsked: { code: 'asked_recently' } });
  });

  it('of one model send the question to the next', async () => {
    const limits = { ...UNLIMITED, requestsPerMinute: 1 };
    const { advise, asked } = setUp({ settings: { limits } });
    await advise(named('a'));
    expect(await advise(named('b'))).toMatchObject({ kind: 'advice', model: SECOND });
    expect(asked.map(({ model }) => model)).toEqual([FIRST, SECOND]);
  });

  it('count prompt and completion cap as tokens', async () => {
    const { advise, asked } = setUp({ settings: { limits: { ...UNLIMITED, tokensPerMinute: 1_500 } } });
    expect(await advise()).toMatchObject({
      code: 'quota_exhausted',
      detail: expect.stringContaining('tokens per minute'),
    });
    expect(asked.length).toBe(0);
    expect(await setUp({ settings: { limits: { ...UNLIMITED, tokensPerMinute: 3_000 } } }).advise()).toMatchObject({
      kind: 'advice',
    });
  });

  it('used up for all models leave the workload its call for the next minute', async () => {
    const limits = { ...UNLIMITED, requestsPerMinute: 1 };
    const { advise, clock, lines } = setUp({ settings: { limits } });
    await advise(named('a'));
    await advise(named('b'));
    expect(await advise(named('c'))).toMatchObject({ kind: 'rejection', code: 'quota_exhausted' });
    expect(lines.at(-1)).toBe('info LLM rate-limited, using fallback recommendation');
    clock.at += 60 * SECONDS;
    expect(await advise(named('c'))).toMatchObject({ kind: 'advice' });
  });
});

describe('the chain of models', () => {
  it('falls through a model that is gone, with one warning', async () => {
    const { advise, asked, lines } = setUp({
      script: [failure('model_not_found'), 'good', failure('model_not_found')],
    });
    expect(await advise(named('a'))).toMatchObject({ kind: 'advice', model: SECOND });
    expect(await advise(named('b'))).toMatchObject({ kind: 'advice', model: SECOND });
    expect(asked.map(({ model }) => model)).toEqual([FIRST, SECOND, FIRST, SECOND]);
    expect(lines.filter((line) => line.includes('not available'))).toHaveLength(1);
  });

  it('with nobody left is a rejection', async () => {
    const script = [failure('model_not_found'), failure('model_not_found')];
    expect(await setUp({ script }).advise()).toMatchObject({ code: 'no_model', model: SECOND });
    expect(await setUp({ settings: { models: [] } }).advise()).toMatchObject({ code: 'no_model', model: null });
  });

  it('reports what happened to the model that exists', async () => {
    const script = [failure('rate_limited', 60 * SECONDS), failure('model_not_found')];
    expect(await setUp({ script }).advise()).toMatchObject({ code: 'rate_limited', model: FIRST });
  });

  it.each([
    ['rate_limited', 'rate_limited', 2],
    ['too_many_tokens', 'quota_exhausted', 2],
    ['capacity', 'server_error', 2],
    ['server_error', 'server_error', 2],
    ['network', 'network', 2],
    ['timeout', 'timeout', 1],
    ['request_refused', 'request_refused', 1],
    ['too_large', 'too_large', 1],
    ['empty', 'empty', 2],
  ] as const)('calls %s a %s rejection after %d calls', async (code, rejection, calls) => {
    const { advise, asked, lines } = setUp({ script: [failure(code), failure(code)] });
    expect(await advise()).toMatchObject({ kind: 'rejection', code: rejection });
    expect(asked.length).toBe(calls);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/using fallback|using rule-based/);
  });
});

describe('back-off', () => {
  it.each(['rate_limited', 'too_many_tokens', 'capacity', 'network', 'server_error'] as const)(
    'leaves a model alone as long as it asks for after %s',
    async (code) => {
      const { advise, asked, clock, store } = setUp({ script: [failure(code, 90 * SECONDS)] });
      await advise(named('a'));
      expect(store.blockedUntil(FIRST)).toBe(NOW + 90 * SECONDS);
      clock.at += 89 * SECONDS;
      await advise(named('b'));
      clock.at += 1 * SECONDS;
      await advise(named('c'));
      expect(asked.map(({ model }) => model)).toEqual([FIRST, SECOND, SECOND, FIRST]);
    },
  );

  it('doubles from 10 s to 300 s where no time is named, and starts anew after an answer', async () => {
    const waits: number[] = [];
    const script = [...Array(7).fill(failure('capacity')), 'good', failure('capacity')];
    const { advise, clock, store } = setUp({ script, settings: { models: [FIRST], limits: UNLIMITED } });
    for (let i = 0; i < 9; i++) {
      await advise(named(`w${i}`));
      if (i !== 7) waits.push(((store.blockedUntil(FIRST) ?? 0) - clock.at) / SECONDS);
      clock.at += 301 * SECONDS;
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 10]);
  });

  it('counts those that were under way together as one', async () => {
    const script = Array(4).fill(failure('network'));
    const { advise, clock, store } = setUp({ script, settings: { models: [FIRST], limits: UNLIMITED } });
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => advise(named(name))));
    expect((store.blockedUntil(FIRST) ?? 0) - clock.at).toBe(10 * SECONDS);
  });

  it('is called by its name while it lasts, and costs the workload no call', async () => {
    const { advise, clock } = setUp({ script: [failure('capacity', 60 * SECONDS)], settings: { models: [FIRST] } });
    await advise(named('a'));
    expect(await advise(named('b'))).toMatchObject({ code: 'backing_off', detail: expect.stringContaining(FIRST) });
    clock.at += 60 * SECONDS;
    expect(await advise(named('b'))).toMatchObject({ kind: 'advice' });
  });

  it('waits once for a time that fits the budget', async () => {
    const { advise, asked, slept } = setUp({ script: [failure('rate_limited', 2 * SECONDS), 'good'] });
    expect(await advise()).toMatchObject({ kind: 'advice', model: FIRST });
    expect(asked.map(({ model }) => model)).toEqual([FIRST, FIRST]);
    expect(slept).toEqual([2_020]);
    expect(asked[1]?.timeoutMs).toBe(2_980);
  });

  it('waits once only', async () => {
    const again = failure('rate_limited', 1 * SECONDS);
    const { advise, asked, slept } = setUp({ script: [again, again, again] });
    expect(await advise()).toMatchObject({ code: 'rate_limited' });
    expect(asked.map(({ model }) => model)).toEqual([FIRST, FIRST, SECOND]);
    expect(slept).toHaveLength(1);
  });

  it('never waits past the budget', async () => {
    const { advise, asked, slept } = setUp({
      script: [failure('rate_limited', 5 * SECONDS), failure('rate_limited', 1 * SECONDS)],
    });
    expect(await advise({}, 1_200)).toMatchObject({ code: 'rate_limited' });
    expect([asked.length, slept.length]).toEqual([2, 0]);
  });
});

describe('the budget', () => {
  it('is shared by all models', async () => {
    const { advise, asked } = setUp({ script: [failure('server_error'), 'good'], callMs: 1_700 });
    await advise();
    expect(asked.map(({ timeoutMs }) => timeoutMs)).toEqual([5_000, 3_300]);
  });

  it('used up is a timeout, and no model is asked any more', async () => {
    const { advise, asked } = setUp({ script: [failure('server_error'), 'good'], callMs: 4_990 });
    expect(await advise()).toMatchObject({ kind: 'rejection', code: 'timeout' });
    expect(asked.length).toBe(1);
  });

  it('can be given by the caller', async () => {
    const { advise, asked } = setUp();
    await advise({}, 700);
    expect(asked[0]?.timeoutMs).toBe(700);
    expect(await advise(named('b'), 0)).toMatchObject({ code: 'timeout' });
    expect(await advise(named('b'))).toMatchObject({ kind: 'advice' });
  });

  it('of a model that hangs spares the next workload the wait', async () => {
    const { advise, asked } = setUp({ script: [failure('timeout')] });
    expect(await advise(named('a'))).toMatchObject({ code: 'timeout' });
    await advise(named('b'));
    expect(asked.map(({ model }) => model)).toEqual([FIRST, SECOND]);
  });
});

describe('answers that cannot be used', () => {
  it.each([
    ['unparsable', text('I am sorry')],
    ['schema', text('{"action":"explode"}')],
    ['truncated', { ...text('{"action": "scale_up", "target_replicas": 1'), finishReason: 'length' }],
    ['unparsable', { ...text('{"action": "scale_up", "target_replicas": 1'), finishReason: 'failed_generation' }],
    ['too_large', text('x'.repeat(10_000_000))],
  ] as const)('are rejected as %s and keep what came', async (code, reply) => {
    const { advise, lines } = setUp({ script: [reply] });
    const result = await advise();
    expect(result).toMatchObject({ kind: 'rejection', code, model: FIRST, at: NOW });
    expect(result).toHaveProperty('raw', reply.text.slice(0, 2_000));
    expect(lines[1]).toBe('warn LLM advisor available but using rule-based recommendation');
  });
});

describe('a table out of reach', () => {
  it.each(['get', 'claimCall', 'reserve'] as const)('on %s means rules, without a call', async (method) => {
    const { advise, asked, store, lines } = setUp();
    store.failOn(method);
    expect(await advise()).toMatchObject({ kind: 'rejection', code: 'network', detail: 'advice store unavailable' });
    expect(asked.length).toBe(0);
    expect(lines[1]).toBe('warn LLM recommendation failed: advice store unavailable, using fallback');
  });

  it.each(['put', 'block'] as const)('on %s costs no advice', async (method) => {
    const { advise, store } = setUp({ script: [failure('capacity'), 'good'] });
    store.failOn(method);
    expect(await advise()).toMatchObject({ kind: 'advice' });
  });

  it('does not matter for advice already in this process', async () => {
    const { advise, store } = setUp();
    await advise();
    store.failOn('get');
    expect(await advise()).toMatchObject({ kind: 'advice', cached: true });
  });

  it('is told apart from a mistake of ours, which is not hidden', async () => {
    const store: AdviceStore = { ...makeMemoryAdviceStore(), get: () => Promise.reject(new TypeError('a bug')) };
    await expect(setUp({ store }).advise()).rejects.toThrow('a bug');
  });
});

describe('over real HTTP', () => {
  it.each([
    ['the seed example', (request: GroqRequest) => stubReply('seed-example', request), 20_000, 'scale_down'],
    ['the sensible stub', (request: GroqRequest) => stubReply('sensible', request), 20_000, 'scale_up'],
    ['a server that hangs', () => HANG, 150, 'timeout'],
    ['a server that hangs up', () => CUT, 20_000, 'network'],
  ] as const)('%s ends as it should', async (_, script, budgetMs, expected) => {
    const server = await startGroqServer(script);
    const advisor = makeAdvisor({
      model: makeGroqModel({ apiKey: 'gsk_test', baseUrl: server.url }),
      store: makeMemoryAdviceStore(),
      limitClock: { now: () => NOW },
      log: recordingLog([], []),
      settings: DEFAULT_ADVISOR_SETTINGS,
    });
    const result = await advisor.advise(sampleAssessment(), { budgetMs });
    await server.close();
    expect(result?.kind === 'advice' ? result.advice.action : result?.code).toBe(expected);
  });
});

const UNLIMITED = { requestsPerMinute: 1e6, requestsPerDay: 1e6, tokensPerMinute: 1e9 };

type Answer = ModelReply | 'good';

interface SetUp {
  readonly model?: null;
  readonly store?: AdviceStore;
  /** What the model answers, call by call; good advice from there on. */
  readonly script?: readonly Answer[];
  readonly settings?: Partial<AdvisorSettings>;
  /** What each call takes of the budget. */
  readonly callMs?: number;
}

/** An advisor whose time passes only in calls and waits. */
function setUp({ model, store = makeMemoryAdviceStore(), script = [], settings, callMs = 0 }: SetUp = {}) {
  const asked: ModelRequest[] = [];
  const lines: string[] = [];
  const fields: (LogFields | undefined)[] = [];
  const slept: number[] = [];
  const clock = { at: NOW, now: () => clock.at };
  let elapsed = 0;
  const remaining = [...script];
  const scripted: Model = {
    complete: async (request) => {
      asked.push(request);
      elapsed += callMs;
      const answer = remaining.shift() ?? 'good';
      return answer === 'good' ? goodAdvice(request) : answer;
    },
  };
  const advisor = makeAdvisor({
    model: model === undefined ? scripted : model,
    store,
    limitClock: clock,
    log: recordingLog(lines, fields),
    settings: { ...DEFAULT_ADVISOR_SETTINGS, ...settings },
    timer: {
      now: () => elapsed,
      sleep: async (ms) => {
        slept.push(ms);
        elapsed += ms;
        clock.at += ms;
      },
    },
  });
  const advise = (changes: SampleChanges = {}, budgetMs?: number, whyNot?: () => NotAsked | null) =>
    advisor.advise(sampleAssessment(changes), {
      ...(budgetMs !== undefined && { budgetMs }),
      ...(whyNot && { whyNot }),
    });
  return { advise, asked, lines, fields, slept, clock, store: store as MemoryAdviceStore };
}

function goodAdvice({ user }: ModelRequest): ModelReply {
  const scenario = readScenario(user);
  const reasoning = `workload-1 needs ${scenario.ceiling} replicas: its CPU is far over the target of its policy.`;
  return text(adviceText(scenario, scenario.ceiling, reasoning));
}

function text(answer: string) {
  return {
    kind: 'text',
    text: answer,
    finishReason: 'stop',
    usage: { promptTokens: 450, cachedTokens: 0, completionTokens: 180 },
  } as const;
}

type FailureCode = Extract<ModelReply, { kind: 'failure' }>['code'];

function failure(code: FailureCode, retryAfterMs: number | null = null): ModelReply {
  return { kind: 'failure', code, detail: `the server said ${code}`, retryAfterMs };
}

/** The same situation of another workload. */
function named(name: string): SampleChanges {
  return { observation: { workload: { cluster: 'demo', namespace: 'shop', name } } };
}

/** The same workload in another situation. */
function loaded(cpu: number): SampleChanges {
  return { rest: { utilisation: { cpu, memory: 11.7 } } };
}

/** A table that neither keeps advice nor counts calls: what is cached then is cached in this process. */
function forgetful(): AdviceStore {
  return { ...makeMemoryAdviceStore(), get: async () => null, claimCall: async () => ({ ok: true }) };
}

function recordingLog(lines: string[], fields: (LogFields | undefined)[]): Log {
  const at = (level: string) => (message: string, more?: LogFields) => {
    lines.push(`${level} ${message}`);
    fields.push(more);
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
