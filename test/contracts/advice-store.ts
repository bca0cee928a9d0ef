// What every AdviceStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AdviceStore, StoredAdvice } from '../../lib/app/ports/advice-store.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { advised, NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const INTERVAL = 300_000;
const ROOMY = { requestsPerMinute: 30, requestsPerDay: 1000, tokensPerMinute: 8000 };

export function adviceStoreContract(kind: string, make: (now: () => EpochMs) => AdviceStore): void {
  const open = () => make(() => NOW);

  describe(`an AdviceStore: ${kind}`, () => {
    describe('advice', () => {
      test('is given until it expires, to the millisecond', async () => {
        const [store, ref, advice] = [open(), workload(), stored('a')];
        await store.put(ref, advice, NOW + 1500);
        expect(await store.get(ref, NOW + 1499)).toEqual(advice);
        expect(await store.get(ref, NOW + 1500)).toBeNull();
      });

      test('may be how a call failed, and comes back as it was', async () => {
        const [store, ref] = [open(), workload()];
        const failed = { kind: 'rejection', code: 'request_refused', detail: '401', model: 'm', at: NOW } as const;
        const result = { ...failed, raw: '<html>', nextCallAt: NOW + INTERVAL };
        await store.put(ref, { key: 'a', result }, NOW + DAY);
        expect(await store.get(ref, NOW + INTERVAL)).toEqual({ key: 'a', result });
      });

      test('the last one stands, for its workload only', async () => {
        const [store, ref] = [open(), workload()];
        expect(await store.get(ref, NOW)).toBeNull();
        await store.put(ref, stored('a'), NOW + INTERVAL);
        await store.put(ref, stored('b'), NOW + INTERVAL);
        expect(await store.get(ref, NOW)).toMatchObject({ key: 'b' });
        expect(await store.get({ ...ref, name: 'api' }, NOW)).toBeNull();
      });
    });

    describe('the one call per interval', () => {
      test.each([
        { after: 0, granted: false },
        { after: INTERVAL - 1, granted: false },
        { after: INTERVAL, granted: true },
      ])('$after ms after the last: $granted', async ({ after, granted }) => {
        const [store, ref] = [open(), workload()];
        expect(await store.claimCall(ref, NOW, INTERVAL)).toEqual({ ok: true });
        const again = granted ? { ok: true } : { ok: false, calledAt: NOW };
        expect(await store.claimCall(ref, NOW + after, INTERVAL)).toEqual(again);
      });

      test('is not disturbed by advice stored meanwhile', async () => {
        const [store, ref] = [open(), workload()];
        await store.claimCall(ref, NOW, INTERVAL);
        await store.put(ref, stored('a'), NOW + INTERVAL);
        expect(await store.claimCall(ref, NOW + 1, INTERVAL)).toEqual({ ok: false, calledAt: NOW });
      });

      test('has one winner among many', async () => {
        const ref = workload();
        const claims = await Promise.all(Array.from({ length: 8 }, () => open().claimCall(ref, NOW, INTERVAL)));
        expect(claims.filter(({ ok }) => ok).length).toBe(1);
      });
    });

    describe('the quota of a model', () => {
      const reserve = async (store: AdviceStore, model: string, at: EpochMs, tokens: number, limits = ROOMY) => {
        const { granted, short } = await store.reserve(model, at, { tokens: [tokens] }, limits);
        return short ?? granted;
      };

      test.each([
        {
          what: 'requests per minute',
          change: { requestsPerMinute: 2 },
          limit: 'requests_per_minute',
          until: NOW + MINUTE,
        },
        {
          what: 'tokens per minute',
          change: { tokensPerMinute: 299 },
          limit: 'tokens_per_minute',
          until: NOW + MINUTE,
        },
        { what: 'requests per day', change: { requestsPerDay: 2 }, limit: 'requests_per_day', until: endOfDay(NOW) },
      ])('the third request meets the limit of $what', async ({ change, limit, until }) => {
        const [store, model, limits] = [open(), randomUUID(), { ...ROOMY, ...change }];
        expect(await reserve(store, model, NOW, 100, limits)).toBe(1);
        expect(await reserve(store, model, NOW + 1, 100, limits)).toBe(1);
        expect(await reserve(store, model, NOW + 2, 100, limits)).toEqual({ limit, until });
        expect(await reserve(store, model, until, 100, limits)).toBe(1);
      });

      test.each([
        { what: 'requests', limits: { ...ROOMY, requestsPerMinute: 3 }, limit: 'requests_per_minute' },
        { what: 'tokens', limits: { ...ROOMY, tokensPerMinute: 450 }, limit: 'tokens_per_minute' },
      ])('of many at once, as many of the first are granted as $what allow', async ({ limits, limit }) => {
        const [store, model] = [open(), randomUUID()];
        const tokens = [100, 200, 150, 1];
        const short = { limit, until: NOW + MINUTE };
        const windows = { minute: NOW, day: endOfDay(NOW) - DAY };
        expect(await store.reserve(model, NOW, { tokens }, limits)).toEqual({ granted: 3, ...windows, short });
        expect(await store.reserve(model, NOW, { tokens }, limits)).toEqual({ granted: 0, ...windows, short });
      });

      test('what was not used goes back to its day, and to no other', async () => {
        const [store, model, limits] = [open(), randomUUID(), { ...ROOMY, requestsPerDay: 4 }];
        const { day } = await store.reserve(model, NOW, { tokens: [1, 1, 1] }, limits);
        const later = NOW + MINUTE;
        const of = (requests: number, on: EpochMs) => ({ tokens: [1, 1, 1], unused: { day: on, requests } });
        expect(await store.reserve(model, later, of(2, day - DAY), limits)).toMatchObject({ granted: 1 });
        expect(await store.reserve(model, later, of(2, day), limits)).toMatchObject({ granted: 2 });
        expect(await reserve(store, model, later + MINUTE, 1, limits)).toMatchObject({ limit: 'requests_per_day' });
      });

      test('a day counts through its minutes', async () => {
        const [store, model, limits] = [open(), randomUUID(), { ...ROOMY, requestsPerDay: 3 }];
        const answers = [];
        for (let i = 0; i < 4; i++) answers.push(await reserve(store, model, NOW + i * MINUTE, 1, limits));
        expect(answers).toEqual([1, 1, 1, expect.objectContaining({ limit: 'requests_per_day' })]);
      });

      test('a clock that lags counts into the minute it finds', async () => {
        const [store, model, limits] = [open(), randomUUID(), { ...ROOMY, requestsPerMinute: 2 }];
        const answers = [];
        for (const at of [NOW, NOW - MINUTE, NOW]) answers.push(await reserve(store, model, at, 1, limits));
        expect(answers).toEqual([1, 1, expect.objectContaining({ limit: 'requests_per_minute' })]);
      });

      test('a model that asked to be left alone is, for the longest it asked', async () => {
        const [store, model] = [open(), randomUUID()];
        await store.block(model, NOW + 2 * MINUTE);
        await store.block(model, NOW + MINUTE);
        expect(await reserve(store, model, NOW + MINUTE, 1)).toEqual({ limit: 'blocked', until: NOW + 2 * MINUTE });
        expect(await reserve(store, model, NOW + 2 * MINUTE, 1)).toBe(1);
        await store.block(model, NOW + 3 * MINUTE);
        expect(await reserve(store, model, NOW + 2 * MINUTE, 1)).toMatchObject({ limit: 'blocked' });
      });

      test('law: however many ask at once, no limit is exceeded, and what it allows is given', async () => {
        await fc.assert(
          fc.asyncProperty(bursts(), async ({ callers, each, tokens, limits }) => {
            const model = randomUUID();
            const request = { tokens: Array<number>(each).fill(tokens) };
            const takes = Array.from({ length: callers }, (_, i) => open().reserve(model, NOW + i, request, limits));
            const answers = await Promise.all(takes);
            const taken = answers.reduce((sum, { granted }) => sum + granted, 0);
            const contended = answers.filter(({ short }) => short?.limit === 'contention').length;
            const allowed = Math.min(
              callers * each,
              limits.requestsPerMinute,
              limits.requestsPerDay,
              Math.floor(limits.tokensPerMinute / tokens),
            );
            expect(taken).toBeLessThanOrEqual(allowed);
            expect(taken + contended * each).toBeGreaterThanOrEqual(allowed);
          }),
          { numRuns: 10 },
        );
      });
    });

    describe('what was spent in a month', () => {
      test('adds up to a bound, corrections included, by month', async () => {
        const [store, month] = [open(), randomUUID()];
        expect(await store.spent(month)).toBe(0);
        expect(await store.spend(month, 60, 100)).toEqual({ ok: true, spent: 60 });
        expect(await store.spend(month, 41, 100)).toEqual({ ok: false, spent: 60 });
        expect(await store.spend(month, 40, 100)).toEqual({ ok: true, spent: 100 });
        expect(await store.spend(month, -30, Number.POSITIVE_INFINITY)).toEqual({ ok: true, spent: 70 });
        expect(await store.spend(month, 1, 0)).toEqual({ ok: false, spent: 70 });
        expect(await store.spent(month)).toBe(70);
        expect(await store.spent(`${month}-`)).toBe(0);
      });

      test('a sum that never fits leaves nothing behind', async () => {
        const [store, month] = [open(), randomUUID()];
        expect(await store.spend(month, 11, 10)).toEqual({ ok: false, spent: 0 });
        expect(await store.spend(month, 10, 10)).toEqual({ ok: true, spent: 10 });
      });

      test('law: however many spend at once, the bound is kept, and all that it allows is given', async () => {
        const sums = fc.record({
          callers: fc.integer({ min: 2, max: 16 }),
          sum: fc.integer({ min: 1, max: 10_000_000_000 }),
          atMost: fc.integer({ min: 0, max: 100_000_000_000 }),
        });
        await fc.assert(
          fc.asyncProperty(sums, async ({ callers, sum, atMost }) => {
            const month = randomUUID();
            const all = await Promise.all(Array.from({ length: callers }, () => open().spend(month, sum, atMost)));
            const taken = all.filter(({ ok }) => ok).length;
            expect(taken).toBe(Math.min(callers, Math.floor(atMost / sum)));
            expect(await open().spent(month)).toBe(taken * sum);
          }),
          { numRuns: 10 },
        );
      });
    });
  });
}

function workload(): WorkloadRef {
  return { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' };
}

function stored(key: string): StoredAdvice {
  const result = advised(4);
  if (result.kind !== 'advice') throw new Error('no advice');
  return { key, result };
}

function endOfDay(at: EpochMs): EpochMs {
  return Math.floor(at / DAY) * DAY + DAY;
}

function bursts() {
  return fc.record({
    callers: fc.integer({ min: 2, max: 16 }),
    each: fc.integer({ min: 1, max: 4 }),
    tokens: fc.integer({ min: 1, max: 100 }),
    limits: fc.record({
      requestsPerMinute: fc.integer({ min: 1, max: 12 }),
      requestsPerDay: fc.integer({ min: 1, max: 12 }),
      tokensPerMinute: fc.integer({ min: 1, max: 1000 }),
    }),
  });
}
