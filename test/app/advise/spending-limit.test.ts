// The month's budget for the LLM: set aside before a call, settled after it, never exceeded, and spread over the month.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSpendingLimit, type Reservation } from '../../../lib/app/advise/spending-limit.ts';
import type { AdviceStore } from '../../../lib/app/ports/advice-store.ts';
import type { Log, ModelReply } from '../../../lib/app/ports/world.ts';
import { NANO, priceOf } from '../../../lib/domain/advice/llm-price.ts';
import { type MemoryAdviceStore, makeMemoryAdviceStore } from '../../stand-ins/memory-advice-store.ts';

const FIRST = Date.UTC(2026, 10, 1);
const LAST_DAY = Date.UTC(2026, 10, 30, 12);
const DAY = 86_400_000;
const MODEL = 'openai/gpt-oss-20b';
/** 2,000 × 75 and 1,000 × 300 nano-dollars. */
const MOST = { promptTokens: 2000, completionTokens: 1000 };
const SET_ASIDE = 450_000;
/** 1,000 × 75, of which 800 at half, and 300 × 300. */
const USAGE = { promptTokens: 1000, cachedTokens: 800, completionTokens: 300 };
const REAL = 135_000;

function answer(usage: Partial<typeof USAGE> = {}): ModelReply {
  return { kind: 'text', text: '{}', finishReason: 'stop', usage: { ...USAGE, ...usage } };
}

function failure(code: Extract<ModelReply, { kind: 'failure' }>['code']): ModelReply {
  return { kind: 'failure', code, detail: code, retryAfterMs: null };
}

interface SetUp {
  readonly usd?: number;
  readonly at?: number;
  readonly store?: AdviceStore;
}

function setUp({ usd = 1, at = LAST_DAY, store = makeMemoryAdviceStore() }: SetUp = {}) {
  const lines: string[] = [];
  const say = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log: Log = { info: say('info'), warn: say('warn'), error: say('error') };
  const clock = { at, now: () => clock.at };
  const settings = { monthlyUsd: usd, priceOf: (model: string) => priceOf(model, {}, false) };
  const spendingLimit = makeSpendingLimit({ store, clock, log, settings });
  /** Calls until none is allowed any more. @returns how many were made, and why there were no more */
  async function exhaust(reply: ModelReply = answer(), most = 100_000) {
    for (let calls = 0; calls < most; calls++) {
      const paid = await spendingLimit.reserve(MODEL, MOST);
      if ('code' in paid) return { calls, why: paid };
      await spendingLimit.settle(paid, reply);
    }
    throw new Error('never closed');
  }
  const call = async (reply: ModelReply) => {
    const paid = await spendingLimit.reserve(MODEL, MOST);
    if (!('code' in paid)) await spendingLimit.settle(paid, reply);
  };
  return { spendingLimit, clock, lines, store: store as MemoryAdviceStore, exhaust, call };
}

describe('a call', () => {
  it('sets aside the most it can cost, and is settled with what it did cost, cached prompts at half', async () => {
    const { spendingLimit, store } = setUp();
    const paid = (await spendingLimit.reserve(MODEL, MOST)) as Reservation;
    expect(await store.spent('2026-11')).toBe(SET_ASIDE);
    await spendingLimit.settle(paid, answer());
    expect(await store.spent('2026-11')).toBe(REAL);
  });

  it.each([
    ['an answer that does not say', answer({ promptTokens: 0, cachedTokens: 0, completionTokens: 0 }), SET_ASIDE],
    ['one that was not waited for', failure('timeout'), SET_ASIDE],
    ['one too large to be read', failure('too_large'), SET_ASIDE],
    ['an empty one that does not say', failure('empty'), SET_ASIDE],
    ['an empty one that does', { ...failure('empty'), usage: USAGE } as ModelReply, REAL],
    ['a refusal', failure('request_refused'), 0],
    ['a quota of the server', failure('rate_limited'), 0],
    ['a server out of reach', failure('network'), 0],
    ['a server that fails', failure('server_error'), 0],
    ['more than can be', answer({ promptTokens: 1e6, completionTokens: 1e6 }), 10 * SET_ASIDE],
  ])('costs as it should: %s', async (_, reply, nano) => {
    const { call, store } = setUp();
    await call(reply);
    expect(await store.spent('2026-11')).toBe(nano);
  });

  it('of a model without a price is charged that of a dear one, and said once', async () => {
    const { spendingLimit, store, lines } = setUp();
    await spendingLimit.reserve('who/knows', MOST);
    await spendingLimit.reserve('who/knows', MOST);
    expect(await store.spent('2026-11')).toBe(2 * (2000 * 3000 + 1000 * 15_000));
    expect(lines).toEqual(['warn LLM price not known, a dear one is assumed; state it in LLM_PRICES']);
  });

  it('is not made where the table is away: nothing is set aside, and nothing is owed', async () => {
    const { spendingLimit, store } = setUp();
    const paid = (await spendingLimit.reserve(MODEL, MOST)) as Reservation;
    store.failOn('spend');
    await spendingLimit.settle(paid, answer());
    await expect(spendingLimit.reserve(MODEL, MOST)).rejects.toThrow('told to fail');
    expect(await store.spent('2026-11')).toBe(SET_ASIDE);
  });
});

describe('the budget', () => {
  it('closes before it is exceeded, until the next month, said once, and asks no table meanwhile', async () => {
    const { exhaust, spendingLimit, store, lines, clock } = setUp({ usd: 0.01, at: Date.UTC(2026, 10, 30, 23) });
    const { calls, why } = await exhaust();
    expect(calls).toBe(Math.floor((0.01 * NANO - SET_ASIDE) / REAL) + 1);
    expect(why).toMatchObject({ code: 'budget_used_up', until: Date.UTC(2026, 11, 1) });
    expect(why.detail).toMatch(/\$0\.00\d\d of the \$0\.01 of 2026-11 \(LLM_MONTHLY_USD\)/);
    expect(await store.spent('2026-11')).toBeLessThanOrEqual(0.01 * NANO);
    store.failOn('spend', 'spent');
    for (let i = 0; i < 3; i++) expect(await spendingLimit.reserve(MODEL, MOST)).toEqual(why);
    expect(spendingLimit.closed([MODEL])).toEqual(why);
    expect(spendingLimit.closed([MODEL, 'cheaper'])).toBeNull();
    expect(lines.filter((line) => line.startsWith('warn LLM budget used up'))).toHaveLength(1);
    clock.at = Date.UTC(2026, 11, 1);
    expect(spendingLimit.closed([MODEL])).toBeNull();
  });

  it('that calls under way have set aside is open again once they have cost less', async () => {
    const { spendingLimit, store } = setUp({ usd: 0.002 });
    const paid: Reservation[] = [];
    for (let i = 0; i < 4; i++) paid.push((await spendingLimit.reserve(MODEL, MOST)) as Reservation);
    expect(await spendingLimit.reserve(MODEL, MOST)).toMatchObject({ code: 'budget_used_up' });
    for (const one of paid.slice(1))
      await spendingLimit.settle(one, answer({ completionTokens: 1000, promptTokens: 2000, cachedTokens: 0 }));
    expect(spendingLimit.closed([MODEL])).not.toBeNull();
    await spendingLimit.settle(paid[0] as Reservation, answer());
    expect(spendingLimit.closed([MODEL])).toBeNull();
    expect(await spendingLimit.reserve(MODEL, MOST)).toMatchObject({ nano: SET_ASIDE });
    expect(await store.spent('2026-11')).toBeLessThanOrEqual(0.002 * NANO);
  });

  it('warns once from 80 % on', async () => {
    const { exhaust, lines } = setUp({ usd: 0.01 });
    await exhaust();
    expect(lines[0]).toMatch(/^warn LLM budget: \$0\.00[89]\d of \$0\.01 of 2026-11/);
    expect(lines).toHaveLength(2);
  });

  it('of 0 means never, whatever a call costs', async () => {
    const { spendingLimit } = setUp({ usd: 0 });
    expect(spendingLimit.closed(['free'])).toMatchObject({ code: 'budget_used_up', until: null });
    expect(await spendingLimit.reserve(MODEL, MOST)).toMatchObject({ code: 'budget_used_up' });
  });

  it('is earned by the day: one day ahead at first, all of it in the last', async () => {
    const { exhaust, spendingLimit, clock, store } = setUp({ usd: 0.3, at: FIRST });
    const { why } = await exhaust();
    expect(why.code).toBe('budget_paced');
    expect(await store.spent('2026-11')).toBeLessThanOrEqual(0.01 * NANO);
    expect(await store.spent('2026-11')).toBeGreaterThan(0.0095 * NANO);
    clock.at = why.until ?? 0;
    expect(clock.at - FIRST).toBeLessThan(2 * 3_600_000);
    expect(await spendingLimit.reserve(MODEL, MOST)).toMatchObject({ nano: SET_ASIDE });
    clock.at = FIRST + 29 * DAY;
    expect((await exhaust()).why.code).toBe('budget_used_up');
  });

  it('is the next month’s after its end, also for a call that began before, and this month’s where a clock goes back', async () => {
    const { spendingLimit, store, clock } = setUp();
    const before = (await spendingLimit.reserve(MODEL, MOST)) as Reservation;
    clock.at = Date.UTC(2026, 11, 1);
    const after = (await spendingLimit.reserve(MODEL, MOST)) as Reservation;
    await spendingLimit.settle(before, answer());
    await spendingLimit.settle(after, answer());
    clock.at = LAST_DAY;
    await spendingLimit.reserve(MODEL, MOST);
    expect([await store.spent('2026-11'), await store.spent('2026-12')]).toEqual([REAL + SET_ASIDE, REAL]);
  });

  it('law: however many processes call at once, and whatever answers cost up to what was set aside, it is kept', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.record({ process: fc.nat(3), tokens: fc.integer({ min: 1, max: 1000 }) }), { maxLength: 60 }),
        fc.scheduler(),
        async (calls, script, scheduler) => {
          const store = makeMemoryAdviceStore();
          const usd = (calls * SET_ASIDE) / NANO;
          let most = 0;
          const slow: AdviceStore = {
            ...store,
            spend: async (...args) => {
              await scheduler.schedule(Promise.resolve(), 'spend');
              const answered = await store.spend(...args);
              most = Math.max(most, answered.spent);
              return answered;
            },
          };
          const processes = Array.from({ length: 4 }, () => setUp({ usd, store: slow }));
          const all = script.map(async ({ process, tokens }) => {
            await processes[process]?.call(answer({ promptTokens: tokens, cachedTokens: 0, completionTokens: tokens }));
            return 75 * tokens + 300 * tokens;
          });
          await scheduler.waitFor(Promise.all(all));
          expect(most).toBeLessThanOrEqual(calls * SET_ASIDE);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('prices', () => {
  it.each([
    ['a known model has its list price', MODEL, {}, false, { in: 0.075, out: 0.3 }],
    ['a stated one wins', MODEL, { [MODEL]: [1, 2] as const }, false, { in: 1, out: 2 }],
    ['a star is every other', 'llama3.2', { '*': [0, 0] as const }, false, { in: 0, out: 0 }],
    ['a server on this machine is free', 'llama3.2', {}, true, { in: 0, out: 0 }],
    ['unless its price is stated', 'llama3.2', { 'llama3.2': [1, 1] as const }, true, { in: 1, out: 1 }],
    ['whatever else is dear', 'constructor', {}, false, { in: 3, out: 15 }],
  ])('%s', (_, model, stated, isOwn, price) => {
    expect(priceOf(model, stated, isOwn).price).toMatchObject(price);
  });
});
