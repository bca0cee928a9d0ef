// What asking the LLM costs the table, in units, over ticks of a full shard: no key, a healthy quota, one that is used up.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulated, startEmbedded } from '../../make/embedded.ts';
import { stubReply } from '../../stand-ins/groq-answers.ts';
import * as replies from '../../stand-ins/groq-replies.ts';
import { type GroqServer, startGroqServer } from '../../stand-ins/groq-server.ts';

const WORKLOADS = 64;
const WARM_TICKS = 2;
const TICKS = 6;
/** Asked about at each tick: nothing that is only recommended is pointless. */
const ASKING = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'recommend',
  'ai4k8s.io/max-replicas': '40',
};
const PLENTY = { GROQ_RPM: '10000', GROQ_RPD: '1000000', GROQ_TPM: '10000000', LLM_MONTHLY_USD: '10000' };
/** A price, so that the budget is kept, too: a stub's calls cost nothing unless one is stated. */
const PRICED = { LLM_PRICES: '{"*":[0.075,0.3]}' };

let groq: GroqServer;
beforeAll(async () => {
  groq = await startGroqServer((request) => stubReply('sensible', request));
});
afterAll(() => groq.close());

interface Cost {
  /** Per tick, after the first ones, which find out what there is. */
  readonly writes: number;
  readonly reads: number;
  readonly lines: number;
  readonly calls: number;
}

async function costOf(env: Record<string, string>): Promise<Cost> {
  const workloads = Array.from({ length: WORKLOADS }, (_, i) => simulated({ name: `w${i}`, annotations: ASKING }));
  const system = await startEmbedded(workloads, { env });
  try {
    const of = async (ticks: number) => {
      const before = { ...system.ports.table.capacity, lines: system.lines.length, calls: groq.requests.length };
      await system.tick(ticks);
      const { readUnits, writeUnits } = system.ports.table.capacity;
      return {
        writes: (writeUnits - before.writeUnits) / ticks,
        reads: (readUnits - before.readUnits) / ticks,
        lines: system.lines.length - before.lines,
        calls: (groq.requests.length - before.calls) / ticks,
      };
    };
    await of(WARM_TICKS);
    return await of(TICKS);
  } finally {
    await system.close();
  }
}

const KEY = { GROQ_API_KEY: 'gsk_test', GROQ_MODELS: 'a,b', ...PRICED };
const withServer = (more: Record<string, string>) => ({ ...KEY, GROQ_BASE_URL: groq.url, ...more });

describe(`a tick of ${WORKLOADS} workloads that all want advice`, () => {
  let noKey: Cost;
  beforeAll(async () => {
    noKey = await costOf({});
  }, 120_000);

  it.each([
    ['by requests per day', { GROQ_RPD: '3' }, null],
    ['by the server, for hours', PLENTY, replies.rateLimited({ 'retry-after': '7200' })],
    ['in dollars', { ...PLENTY, LLM_MONTHLY_USD: '0.001' }, null],
  ] as const)(
    'with the quota used up %s costs as much as without a key',
    async (_what, env, reply) => {
      groq.answer((request) => reply ?? stubReply('sensible', request));
      const usedUp = await costOf(withServer(env));
      expect(usedUp.writes - noKey.writes).toBeLessThanOrEqual(0.05 * WORKLOADS);
      expect(usedUp.reads - noKey.reads).toBeLessThanOrEqual(0.05 * WORKLOADS);
      expect(usedUp.calls).toBe(0);
      expect(usedUp.lines).toBe(noKey.lines);
    },
    120_000,
  );

  it('with a quota of which each minute is used up costs what its few calls cost', async () => {
    groq.answer((request) => stubReply('sensible', request));
    const paced = await costOf(withServer({ GROQ_RPM: '2', LLM_PEOPLE_PERCENT: '0' }));
    expect(paced.calls).toBe(4);
    // A claim and a row each; of quota and budget a share per model and what is given back; in LATEST, until when.
    expect(paced.writes - noKey.writes).toBeLessThanOrEqual(2 * paced.calls + 0.15 * WORKLOADS);
  }, 120_000);

  it('with a healthy one costs two small writes a call and a handful for all of them', async () => {
    groq.answer((request) => stubReply('sensible', request));
    const healthy = await costOf(withServer(PLENTY));
    expect(healthy.calls).toBeGreaterThan(WORKLOADS / 8);
    expect(healthy.writes - noKey.writes).toBeLessThanOrEqual(2.2 * healthy.calls + 8);
  }, 120_000);
});
