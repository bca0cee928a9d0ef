// The share of a model's quota that is kept for people: ticks never use it, people no more than it, and lists never ask at all.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeModelQuota } from '../../../lib/app/advise/quota.ts';
import { READ_ROUTES } from '../../../lib/app/api/read-contract.ts';
import type { BucketLimits } from '../../../lib/domain/advice/quota.ts';
import { ASKERS, type Asker, sharesOf } from '../../../lib/domain/advice/quota-share.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { NOW } from '../../make/workloads.ts';
import { stubReply } from '../../stand-ins/groq-answers.ts';
import { type GroqServer, startGroqServer } from '../../stand-ins/groq-server.ts';
import { makeMemoryAdviceStore } from '../../stand-ins/memory-advice-store.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const API = '/api/autoscaling';
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

const histories = fc.record({
  whole: fc.record({
    requestsPerMinute: fc.integer({ min: 2, max: 20 }),
    requestsPerDay: fc.integer({ min: 2, max: 60 }),
    tokensPerMinute: fc.integer({ min: 5_000, max: 40_000 }),
  }),
  percent: fc.integer({ min: 0, max: 90 }),
  steps: fc.array(
    fc.record({
      asker: fc.constantFrom<Asker>(...ASKERS),
      process: fc.integer({ min: 0, max: 1 }),
      asks: fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 12 }),
      passMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: 0, max: DAY })),
    }),
    { maxLength: 30 },
  ),
});

it('law: over any history each has no more than its share, and all of its share whatever the other does', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ whole, percent, steps }) => {
      const store = makeMemoryAdviceStore();
      const clock = { at: NOW, now: () => clock.at };
      const shares = sharesOf(whole, percent);
      const processOf = (asker: Asker) =>
        makeModelQuota('m', { store, clock, log: QUIET, limits: shares[asker], asker });
      const quotas = { people: [0, 1].map(() => processOf('people')), ticks: [0, 1].map(() => processOf('ticks')) };
      const made: (Call & { readonly asker: Asker })[] = [];
      for (const { asker, process, asks, passMs } of steps) {
        for (const tokens of asks) {
          const taken = await quotas[asker][process]?.take(tokens);
          if (taken !== undefined && 'tokens' in taken) made.push({ asker, at: clock.at, tokens });
        }
        clock.at += passMs;
      }
      for (const asker of ASKERS)
        expectWithin(
          made.filter((one) => one.asker === asker),
          shares[asker],
        );
      // A new day: one of them takes whatever it gets, and the other finds all that is his.
      for (const [first, second] of [ASKERS, ASKERS.toReversed()] as const) {
        clock.at = (Math.floor(clock.at / DAY) + 1) * DAY;
        const takeAll = async (asker: Asker = 'ticks') => {
          const quota = processOf(asker);
          let count = 0;
          while (count < 100 && 'tokens' in (await quota.take(1))) count++;
          return count;
        };
        const { requestsPerMinute, requestsPerDay } = shares[second ?? 'people'];
        await takeAll(first);
        expect(await takeAll(second)).toBe(Math.min(requestsPerMinute, requestsPerDay));
      }
    }),
    { numRuns: 60 },
  );
});

interface Call {
  readonly at: number;
  readonly tokens: number;
}

function expectWithin(calls: readonly Call[], share: BucketLimits): void {
  for (const ofMinute of Map.groupBy(calls, ({ at }) => Math.floor(at / MINUTE)).values()) {
    expect(ofMinute.length).toBeLessThanOrEqual(share.requestsPerMinute);
    expect(ofMinute.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(share.tokensPerMinute);
  }
  for (const ofDay of Map.groupBy(calls, ({ at }) => Math.floor(at / DAY)).values())
    expect(ofDay.length).toBeLessThanOrEqual(share.requestsPerDay);
}

describe('who asks the LLM', () => {
  let groq: GroqServer;
  let system: Embedded | undefined;
  beforeEach(async () => {
    groq = await startGroqServer((request) => stubReply('sensible', request));
  });
  afterEach(async () => {
    await system?.close();
    system = undefined;
    await groq.close();
  });

  async function start(names: readonly string[], env: Record<string, string> = {}): Promise<Embedded> {
    const all = { GROQ_BASE_URL: groq.url, GROQ_API_KEY: 'gsk_test', GROQ_MODELS: 'openai/gpt-oss-20b', ...env };
    const annotations = { 'ai4k8s.io/max-replicas': '40' };
    system = await startEmbedded(
      names.map((name) => simulated({ name, annotations })),
      { env: all },
    );
    await system.tick();
    return system;
  }

  const recommended = async (from: Embedded, name: string, more = '') =>
    (await from.get(`${API}/recommendations/demo?deployment=${name}&namespace=shop${more}`)).body;

  it('a list or a chart never does, however often; a recommendation does once in 300 s, for what nobody enabled, too', async () => {
    const from = await start(['web']);
    const of = 'deployment=web&namespace=shop';
    const [, id = ''] = /"id":"([^"]+)"/.exec(JSON.stringify((await from.get(`${API}/history/demo?${of}`)).body)) ?? [];
    const polled = READ_ROUTES.filter(({ path }) => !path.includes('/recommendations/')).map(({ path }) => {
      const isOfOne = /history|patterns/.test(path);
      return `${path.replace('{cluster}', 'demo').replace('{decision}', encodeURIComponent(id))}${isOfOne ? `?${of}` : ''}`;
    });
    for (let round = 0; round < 3; round++)
      for (const path of polled) expect([path, (await from.get(path)).status]).toEqual([path, 200]);
    for (let round = 0; round < 3; round++)
      expect((await recommended(from, 'web', '&ask=none')).recommendations.llm).toBeNull();
    expect(groq.requests).toHaveLength(0);

    expect((await recommended(from, 'web')).recommendations.llm).toMatchObject({ success: true, cached: false });
    for (let minute = 1; minute < 5; minute++) {
      await from.tick();
      expect((await recommended(from, 'web')).recommendations.llm).toMatchObject({ success: true, cached: true });
    }
    expect(groq.requests).toHaveLength(1);
    await from.tick(2);
    await recommended(from, 'web');
    expect(groq.requests).toHaveLength(2);
  });

  it('people who have used up their share are told so, and ticks go on', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const from = await start(names, { GROQ_RPM: '10', LLM_PEOPLE_PERCENT: '30', GROQ_TPM: '1000000' });
    for (const name of names.slice(0, 3)) await recommended(from, name);
    expect(groq.requests).toHaveLength(3);
    const { recommendations, rate_limited: isLimited } = await recommended(from, 'd');
    expect({ isLimited, llm: recommendations.llm }).toMatchObject({
      isLimited: true,
      llm: { error: 'quota_exhausted', detail: expect.stringContaining("people's share (LLM_PEOPLE_PERCENT)") },
    });
    expect(groq.requests).toHaveLength(3);
    await from.post(`${API}/predictive/enable/demo`, { deployment_name: 'e', namespace: 'shop', mode: 'recommend' });
    expect(groq.requests).toHaveLength(3);
    await from.tick();
    expect(groq.requests).toHaveLength(4);
  });

  it('with no share for people nobody who looks does', async () => {
    const from = await start(['web'], { LLM_PEOPLE_PERCENT: '0' });
    expect((await recommended(from, 'web')).recommendations.llm).toMatchObject({ error: 'quota_exhausted' });
    expect(groq.requests).toHaveLength(0);
  });
});
