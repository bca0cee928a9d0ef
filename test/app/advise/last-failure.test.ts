// A failing LLM through the deployed handlers: what failed, and what to do, is seen until the next call, whoever asks and wherever.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import * as replies from '../../stand-ins/groq-replies.ts';
import { type GroqReply, type GroqServer, startGroqServer } from '../../stand-ins/groq-server.ts';

const API = '/api/autoscaling';
const ENABLED = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/max-replicas': '12' };
const KEY = 'gsk_secret_of_this_test';

let groq: GroqServer;
beforeAll(async () => {
  groq = await startGroqServer(() => replies.UNAUTHORIZED);
});
afterAll(() => groq.close());

/** One workload that ticks ask about, one that only people do. */
async function withLlm<T>(reply: GroqReply, play: (system: Embedded) => Promise<T>): Promise<T> {
  groq.answer(() => reply);
  const env = { GROQ_BASE_URL: groq.url, GROQ_API_KEY: KEY, GROQ_MODELS: 'openai/gpt-oss-20b' };
  const system = await startEmbedded([simulated({ annotations: ENABLED }), simulated({ name: 'asked' })], { env });
  try {
    await system.tick();
    return await play(system);
  } finally {
    await system.close();
  }
}

async function llmInStatus(system: Embedded, deployment = 'web') {
  const { body } = await system.get(`${API}/status/demo`);
  return body.workloads.find((row: { deployment: string }) => row.deployment === deployment).llm;
}

async function recommended(system: Embedded, deployment = 'web') {
  return (await system.get(`${API}/recommendations/demo?deployment=${deployment}&namespace=shop`)).body;
}

describe.each([
  ['a refused key', replies.UNAUTHORIZED, 'request_refused', 'check GROQ_API_KEY', 'Invalid API Key'],
  ['a 500', replies.SERVER_ERROR, 'server_error', 'groqstatus.com', 'Internal Server Error'],
  ['a page of a proxy', replies.HTML_OK, 'server_error', 'check GROQ_BASE_URL', '<html><body>Sign in'],
  ['an answer that is no advice', replies.completion('I am sorry'), 'unparsable', 'JSON', 'I am sorry'],
] as const)('after %s', (_, reply, error, todo, raw) => {
  it('status and recommendations show it until the next call, and say when that is due', async () => {
    await withLlm(reply, async (system) => {
      const failedAt = new Date(system.now()).toISOString();
      const dueAt = new Date(system.now() + 300_000).toISOString();
      const shown = {
        success: false,
        error,
        detail: expect.stringContaining(todo),
        raw: expect.stringContaining(raw),
        llm_model: 'openai/gpt-oss-20b',
        timestamp: failedAt,
      };
      expect(await llmInStatus(system)).toMatchObject({ ...shown, rate_limited: false, limited_by: null });
      const asked = groq.requests.length;
      for (let minute = 1; minute < 5; minute++) {
        await system.tick();
        const waiting = { ...shown, rate_limited: true, limited_by: 'asked_recently', next_call_at: dueAt };
        expect(await llmInStatus(system)).toMatchObject(waiting);
        expect((await recommended(system)).recommendations.llm).toMatchObject(waiting);
      }
      expect(groq.requests.length).toBe(asked);
      groq.answer(() => replies.HTML_BAD_GATEWAY);
      await system.tick();
      expect(await llmInStatus(system)).toMatchObject({ detail: expect.stringContaining('502'), limited_by: null });
    });
  });
});

describe('who asks through the API about a workload that is not enabled', () => {
  it('sees the same failure again, from the table', async () => {
    await withLlm(replies.UNAUTHORIZED, async (system) => {
      const first = await recommended(system, 'asked');
      expect(first).toMatchObject({ rate_limited: false, recommendations: { llm: { error: 'request_refused' } } });
      await system.tick();
      const again = await recommended(system, 'asked');
      expect(again).toMatchObject({
        rate_limited: true,
        limited_by: 'asked_recently',
        recommendations: { llm: { error: 'request_refused', detail: expect.stringContaining('GROQ_API_KEY') } },
      });
      expect(again.decision.verdicts[0]).toMatchObject({ guardrail: 'advice', code: 'request_refused' });
    });
  });

  it('does not hide what ticks see', async () => {
    await withLlm(replies.UNAUTHORIZED, async (system) => {
      await recommended(system, 'asked');
      await system.post(`${API}/predictive/enable/demo`, { deployment_name: 'asked', namespace: 'shop' });
      await system.tick();
      expect(await llmInStatus(system, 'asked')).toMatchObject({
        error: 'request_refused',
        limited_by: 'asked_recently',
      });
    });
  });
});

describe('history', () => {
  it("tells Groq's limit from our own interval", async () => {
    await withLlm(replies.rateLimited({ 'retry-after': '7200' }), async (system) => {
      await system.tick(70);
      const { body } = await system.get(`${API}/history/demo?deployment=web&namespace=shop&limit=100`);
      const limits = body.decisions.map((line: { llm_error: string; limited_by: string }) => [
        line.llm_error,
        line.limited_by,
      ]);
      expect(limits).toContainEqual(['rate_limited', 'rate_limited']);
      // An hour later the model is still left alone, as Groq asked; the last word is Groq's.
      expect(limits).toContainEqual(['rate_limited', 'backing_off']);
    });
  });
});

describe('the key', () => {
  it('is nowhere in what is shown', async () => {
    await withLlm(replies.json(401, { error: { message: `bad key ${KEY}` } }), async (system) => {
      await system.tick();
      const seen = JSON.stringify([await system.get(`${API}/status/demo`), await recommended(system)]);
      expect(seen).toContain('bad key ***');
      expect(seen).not.toContain('gsk_');
    });
  });
});

describe('a tick', () => {
  it('leaves its failures in what it writes anyway: no item of their own', async () => {
    await withLlm(replies.HTML_OK, async (system) => {
      await system.tick(2);
      expect(await llmInStatus(system)).toMatchObject({ error: 'server_error' });
      expect(await system.ports.table.query('ADVICE#demo#shop/web', { from: 'ADVICE', to: 'ADVICE' })).toEqual([]);
    });
  });
});
