// A round of many calls takes the budget in a handful of writes, and at its end nothing is set aside that was not spent.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeMemoryAdviceStore } from '../../../lib/adapters/memory-advice-store.ts';
import { makeSpendingLimit, type SpendingLimit } from '../../../lib/app/advise/spending-limit.ts';
import type { AdviceStore } from '../../../lib/app/ports/advice-store.ts';
import { AdapterError, type ModelReply } from '../../../lib/app/ports/world.ts';
import { priceOf } from '../../../lib/domain/advice/llm-price.ts';

const LAST_DAY = Date.UTC(2026, 10, 30, 12);
const MODEL = 'openai/gpt-oss-20b';
const MOST = { promptTokens: 2000, completionTokens: 1000 };
/** 1,000 × 75 and 300 × 300 nano-dollars. */
const REAL = 165_000;
const ANSWER: ModelReply = {
  kind: 'text',
  text: '{}',
  finishReason: 'stop',
  usage: { promptTokens: 1000, cachedTokens: 0, completionTokens: 300 },
};
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

function process(store: Pick<AdviceStore, 'spend'>, monthlyUsd: number, clock = { now: () => LAST_DAY }) {
  const settings = { monthlyUsd, priceOf: (name: string) => priceOf(name, {}, false) };
  return makeSpendingLimit({ store, clock, log: QUIET, settings });
}

function counting() {
  const store = makeMemoryAdviceStore();
  const counts = { spend: 0, spent: () => store.spent('2026-11') };
  const spend: AdviceStore['spend'] = (...args) => {
    counts.spend++;
    return store.spend(...args);
  };
  return { store: { ...store, spend }, counts };
}

/** @returns whether the call was made */
async function call(limit: SpendingLimit, reply: ModelReply | null = ANSWER): Promise<boolean> {
  const paid = await limit.reserve(MODEL, MOST);
  if ('code' in paid) return false;
  await new Promise((resolve) => setImmediate(resolve));
  await limit.settle(paid, reply);
  return true;
}

describe('a round', () => {
  it('of two thousand calls, sixteen at once, takes a handful of writes, and leaves what they did cost', async () => {
    const { store, counts } = counting();
    const limit = process(store, 100);
    await limit.round(async () => {
      for (let i = 0; i < 2000 / 16; i++) await Promise.all(Array.from({ length: 16 }, () => call(limit)));
    });
    expect(counts.spend).toBeLessThanOrEqual(12);
    expect(await counts.spent()).toBe(2000 * REAL);
  });

  it('within another ends with the outer one', async () => {
    const { store, counts } = counting();
    const limit = process(store, 100);
    await limit.round(async () => {
      for (let i = 0; i < 10; i++) await limit.round(() => call(limit));
    });
    expect(counts.spend).toBeLessThanOrEqual(6);
    expect(await counts.spent()).toBe(10 * REAL);
  });

  it('that fails gives back all the same, and a call that was not made after all costs nothing', async () => {
    const { store, counts } = counting();
    const limit = process(store, 100);
    const failing = limit.round(async () => {
      await call(limit);
      await call(limit, null);
      throw new Error('a shard failed');
    });
    await expect(failing).rejects.toThrow('a shard failed');
    expect(await counts.spent()).toBe(REAL);
  });

  it('whose end the table misses is settled with the next', async () => {
    const { store, counts } = counting();
    let isAway = false;
    const spend: AdviceStore['spend'] = async (...args) => {
      if (isAway) throw new AdapterError('dynamodb', 'away', { retryable: true });
      return store.spend(...args);
    };
    const limit = process({ spend }, 100);
    await limit.round(async () => {
      await call(limit);
      isAway = true;
    });
    isAway = false;
    await limit.round(() => call(limit));
    expect(await counts.spent()).toBe(2 * REAL);
  });
});

describe('a refusal', () => {
  it('is looked at again after five minutes: others may have given back what they had set aside', async () => {
    const { store } = counting();
    const clock = { at: LAST_DAY, now: () => clock.at };
    const limit = process(store, 0.001, clock);
    await store.spend('2026-11', 1_000_000, Number.POSITIVE_INFINITY);
    expect(await call(limit)).toBe(false);
    await store.spend('2026-11', -1_000_000, Number.POSITIVE_INFINITY);
    expect(limit.closed([MODEL])).toMatchObject({ code: 'budget_used_up' });
    clock.at += 300_000;
    expect(limit.closed([MODEL])).toBeNull();
    expect(await call(limit)).toBe(true);
  });
});

it('law: rounds of several processes never exceed the budget together, and what they leave is what they cost', async () => {
  const rounds = fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 5 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(rounds, fc.integer({ min: 0, max: 12_000_000 }), async (plans, nano) => {
      const { store, counts } = counting();
      let highest = 0;
      const spend: AdviceStore['spend'] = async (...args) => {
        const answer = await store.spend(...args);
        highest = Math.max(highest, answer.spent);
        return answer;
      };
      let made = 0;
      const play = async (plan: readonly number[]) => {
        const limit = process({ spend }, nano / 1e9);
        await limit.round(async () => {
          for (const calls of plan) {
            const done = await Promise.all(Array.from({ length: calls }, () => call(limit)));
            made += done.filter(Boolean).length;
          }
        });
      };
      await Promise.all(plans.map(play));
      expect(highest).toBeLessThanOrEqual(nano);
      expect(await counts.spent()).toBe(made * REAL);
    }),
    { numRuns: 100 },
  );
});
