// A process's share of a model's quota: many requests for one write, a refusal that is remembered, and never more than there is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeMemoryAdviceStore } from '../../../lib/adapters/memory-advice-store.ts';
import { type ModelQuota, makeModelQuota, type Ticket } from '../../../lib/app/advise/quota.ts';
import type { AdviceStore } from '../../../lib/app/ports/advice-store.ts';
import type { LogFields } from '../../../lib/app/ports/world.ts';
import type { BucketLimits, OutOfQuota } from '../../../lib/domain/advice/quota.ts';
import { NOW } from '../../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const ROOMY: BucketLimits = { requestsPerMinute: 10_000, requestsPerDay: 1_000_000, tokensPerMinute: 100_000_000 };

describe('a process that makes many calls', () => {
  it('takes one share for all who ask at once', async () => {
    const { quota, counts } = setUp(ROOMY);
    const taken = await Promise.all(Array.from({ length: 64 }, () => quota.take(2000)));
    expect(taken.filter(isTicket)).toHaveLength(64);
    expect(counts.reserve).toBe(1);
  });

  it('takes a handful of shares in its first minute, and a few in those that follow', async () => {
    const { quota, counts, clock } = setUp(ROOMY);
    for (let i = 0; i < 2000 / 16; i++) await Promise.all(Array.from({ length: 16 }, () => quota.take(2000)));
    expect(counts.reserve).toBeLessThanOrEqual(9);
    counts.reserve = 0;
    clock.at += MINUTE;
    for (let i = 0; i < 2000 / 16; i++) await Promise.all(Array.from({ length: 16 }, () => quota.take(2000)));
    expect(counts.reserve).toBeLessThanOrEqual(2);
  });

  it('leaves the others most of a small quota: of what nobody waits for, it takes a quarter of a minute at most', async () => {
    const { quota, asked } = setUp({ ...ROOMY, requestsPerMinute: 40 });
    for (let i = 0; i < 20; i++) await quota.take(100);
    expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(11);
  });

  it('gives back to the day what it did not use, with its next share', async () => {
    const limits = { ...ROOMY, requestsPerDay: 1000, requestsPerMinute: 100 };
    const { quota, clock, store } = setUp(limits);
    let used = 0;
    for (let minute = 0; minute < 20; minute++, clock.at += MINUTE)
      for (let i = 0; i < (minute % 2 === 0 ? 12 : 1); i++) if (isTicket(await quota.take(10))) used++;
    await quota.take(10);
    // What is left of the day, in another minute: all but what was used and what the last share still holds.
    let left = 0;
    for (clock.at += MINUTE; ; clock.at += MINUTE) {
      const { granted } = await store.reserve('m', clock.at, { tokens: Array<number>(100).fill(1) }, limits);
      left += granted;
      if (granted === 0) break;
    }
    expect(1000 - left - used).toBeLessThanOrEqual(12);
  });

  it('uses a ticket that was given back', async () => {
    const { quota, counts } = setUp({ ...ROOMY, requestsPerMinute: 1 });
    const ticket = await quota.take(10);
    expect(await quota.take(10)).toMatchObject({ limit: 'requests_per_minute' });
    if (!isTicket(ticket)) throw new Error('no ticket');
    quota.giveBack(ticket);
    expect(quota.closed()).toBeNull();
    expect(await quota.take(10)).toEqual(ticket);
    expect(counts.reserve).toBe(2);
  });
});

describe('a refusal', () => {
  it.each([
    ['requests_per_day', { requestsPerDay: 1 }, DAY],
    ['requests_per_minute', { requestsPerMinute: 1 }, MINUTE],
    ['tokens_per_minute', { tokensPerMinute: 15 }, MINUTE],
  ] as const)('by %s is remembered until it is over: the table is not asked', async (limit, change, lengthMs) => {
    const { quota, counts, clock } = setUp({ ...ROOMY, ...change });
    await quota.take(10);
    expect(await quota.take(10)).toMatchObject({ limit });
    counts.reserve = 0;
    const until = Math.floor(NOW / lengthMs) * lengthMs + lengthMs;
    for (let i = 0; i < 50; i++) expect(await quota.take(10)).toEqual({ limit, until, at: NOW });
    clock.at = until - 1;
    expect(quota.closed()).toMatchObject({ limit, until });
    expect(counts.reserve).toBe(0);
    clock.at = until;
    expect(quota.closed()).toBeNull();
    expect(isTicket(await quota.take(10))).toBe(true);
  });

  it('of a server holds in this process at once, for what it has in its share, too, and is written once for each share', async () => {
    const { quota, counts, clock } = setUp(ROOMY);
    for (let i = 0; i < 5; i++) await quota.take(10);
    const until = NOW + 7_200_000;
    for (let i = 0; i < 5; i++) await quota.block(until - i);
    counts.reserve = 0;
    expect(await quota.take(10)).toMatchObject({ limit: 'blocked', until });
    clock.at = until - 1;
    expect(quota.closed()).toMatchObject({ limit: 'blocked' });
    expect(counts).toMatchObject({ reserve: 0, block: 2 });
    clock.at = until;
    expect(isTicket(await quota.take(10))).toBe(true);
  });

  it('that comes while a share is asked for keeps it from being used', async () => {
    const { quota } = setUp(ROOMY);
    const taking = Promise.all([quota.take(10), quota.take(10)]);
    await quota.block(NOW + DAY);
    for (const one of await taking) expect(one).toMatchObject({ limit: 'blocked' });
  });

  it('of a clock that has gone back since is none', async () => {
    const { quota, clock } = setUp({ ...ROOMY, requestsPerDay: 1 });
    await quota.take(10);
    await quota.take(10);
    clock.at = NOW - 2 * DAY;
    expect(quota.closed()).toBeNull();
  });
});

describe('the log', () => {
  it('has a line when the quota is used up and one when it is back, however many go without', async () => {
    const { quota, lines, clock } = setUp({ ...ROOMY, requestsPerDay: 3 });
    for (let i = 0; i < 60; i++, clock.at += MINUTE) for (let j = 0; j < 10; j++) await quota.take(10);
    const midnight = Math.floor(NOW / DAY) * DAY + DAY;
    expect(lines).toEqual([
      [
        'LLM rate-limited, using fallback recommendation',
        {
          model: 'm',
          limit: 'requests_per_day',
          since: new Date(NOW).toISOString(),
          until: new Date(midnight).toISOString(),
        },
      ],
    ]);
    clock.at = midnight + MINUTE;
    await quota.take(10);
    expect(lines.slice(1)).toEqual([['LLM quota back', { model: 'm', since: new Date(NOW).toISOString() }]]);
  });

  it('has one line for a quota of which each minute is used up', async () => {
    const { quota, lines, clock } = setUp({ ...ROOMY, requestsPerMinute: 2 });
    for (let i = 0; i < 30; i++, clock.at += MINUTE) for (let j = 0; j < 3; j++) await quota.take(10);
    expect(lines.map(([message]) => message)).toEqual(['LLM rate-limited, using fallback recommendation']);
    for (let i = 0; i < 3; i++, clock.at += MINUTE) await quota.take(10);
    expect(lines.map(([message]) => message).slice(1)).toEqual(['LLM quota back']);
  });
});

it('law: several processes, at any times and with any tickets given back, never make more calls than the limits allow', async () => {
  await fc.assert(
    fc.asyncProperty(histories(), async ({ limits, steps }) => {
      const store = makeMemoryAdviceStore();
      const clock = { at: NOW, now: () => clock.at };
      const quotas = [0, 1, 2].map(() => makeModelQuota('m', { store, clock, log: QUIET, limits }));
      const made: { at: number; tokens: number }[] = [];
      for (const { process, asks, passMs, givesBack, blocks } of steps) {
        const quota = quotas[process] as ModelQuota;
        const taken = await Promise.all(asks.map((tokens) => quota.take(tokens)));
        for (const [i, one] of taken.filter(isTicket).entries())
          if (i < givesBack) quota.giveBack(one);
          else made.push({ at: clock.at, tokens: one.tokens });
        if (blocks) await quota.block(clock.at + 30_000);
        clock.at += passMs;
      }
      for (const [lengthMs, requests] of [
        [MINUTE, limits.requestsPerMinute],
        [DAY, limits.requestsPerDay],
      ] as const) {
        const windows = Map.groupBy(made, ({ at }) => Math.floor(at / lengthMs));
        for (const calls of windows.values()) expect(calls.length).toBeLessThanOrEqual(requests);
      }
      for (const calls of Map.groupBy(made, ({ at }) => Math.floor(at / MINUTE)).values())
        expect(calls.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(limits.tokensPerMinute);
    }),
    { numRuns: 200 },
  );
});

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

function setUp(limits: BucketLimits) {
  const clock = { at: NOW, now: () => clock.at };
  const store = makeMemoryAdviceStore();
  const counts = { reserve: 0, block: 0 };
  const asked: (readonly number[])[] = [];
  const lines: [string, LogFields | undefined][] = [];
  const counting: Pick<AdviceStore, 'reserve' | 'block'> = {
    reserve: (...args) => {
      counts.reserve++;
      asked.push(args[2].tokens);
      return store.reserve(...args);
    },
    block: (...args) => {
      counts.block++;
      return store.block(...args);
    },
  };
  const write = (message: string, fields?: LogFields) => void lines.push([message, fields]);
  const log = { info: write, warn: write, error: write };
  return { quota: makeModelQuota('m', { store: counting, clock, log, limits }), counts, asked, lines, clock, store };
}

function isTicket(taken: Ticket | OutOfQuota): taken is Ticket {
  return 'tokens' in taken;
}

function histories() {
  const step = fc.record({
    process: fc.integer({ min: 0, max: 2 }),
    asks: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 8 }),
    givesBack: fc.integer({ min: 0, max: 3 }),
    passMs: fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.constant(MINUTE), fc.integer({ min: 0, max: DAY })),
    blocks: fc.boolean(),
  });
  return fc.record({
    limits: fc.record({
      requestsPerMinute: fc.integer({ min: 1, max: 20 }),
      requestsPerDay: fc.integer({ min: 1, max: 60 }),
      tokensPerMinute: fc.integer({ min: 1, max: 300 }),
    }),
    steps: fc.array(step, { maxLength: 40 }),
  });
}
