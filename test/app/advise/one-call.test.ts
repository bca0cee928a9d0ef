// One call per workload and interval, whoever asks: ticks keep it in LATEST, the API in the table, and the claim of the call is for both.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { packJson } from '../../../lib/adapters/dynamo/items.ts';
import { advicePk } from '../../../lib/adapters/dynamo/keys.ts';
import { openTable } from '../../../lib/adapters/dynamo/table.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { stubReply } from '../../stand-ins/groq-answers.ts';
import { type GroqServer, startGroqServer } from '../../stand-ins/groq-server.ts';

vi.setConfig({ testTimeout: 120_000 });

const API = '/api/autoscaling';
const KEYS = { 'ai4k8s.io/mode': 'recommend', 'ai4k8s.io/max-replicas': '40' };
const OPTED_IN = { ...KEYS, 'ai4k8s.io/predictive-autoscaling-enabled': 'true' };
const REF = { cluster: 'demo', namespace: 'shop', name: 'web' };

let groq: GroqServer;
let system: Embedded;
beforeEach(async () => {
  groq = await startGroqServer((request) => stubReply('sensible', request));
});
afterEach(async () => {
  await system.close();
  await groq.close();
});

async function start(annotations: Record<string, string>): Promise<void> {
  const env = { GROQ_BASE_URL: groq.url, GROQ_API_KEY: 'gsk_test', GROQ_MODELS: 'openai/gpt-oss-20b' };
  system = await startEmbedded([simulated({ annotations })], { env });
}

const calls = () => groq.requests.length;
const ask = async () => (await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`)).body;
const shown = async () => (await system.get(`${API}/status/demo`)).body.workloads[0].llm;
const enable = () => system.post(`${API}/predictive/enable/demo`, { deployment_name: 'web', namespace: 'shop' });
const items = (from: string, to = from) => system.ports.table.query(advicePk(REF), { from, to });

describe('one call per workload and interval', () => {
  it('of ticks is none for the API, which is shown what they were told; the table has a row of it, and no advice', async () => {
    await start(OPTED_IN);
    await system.tick();
    expect((await ask()).recommendations.llm).toMatchObject({ success: true, cached: true });
    await system.tick(5);
    expect((await ask()).recommendations.llm).toMatchObject({ success: true, cached: true });
    expect(calls()).toBe(1);
    expect(await items('ADVICE')).toEqual([]);
    expect(await items('ROW#', 'ROW#~')).toHaveLength(1);
    await system.tick(1); // the same state is served for 300 s, the last moment included
    expect(calls()).toBe(2);
    expect(await items('ROW#', 'ROW#~')).toHaveLength(2);
  });

  it('of the API is none for ticks: they find it when they would ask, and keep it', async () => {
    await start(KEYS);
    await system.tick();
    expect((await ask()).recommendations.llm).toMatchObject({ success: true, cached: false });
    expect(await items('ROW#', 'ROW#~')).toHaveLength(1);
    await enable();
    await system.tick(4);
    expect(await shown()).toMatchObject({ success: true, cached: true });
    expect(calls()).toBe(1);
    expect(await items('ROW#', 'ROW#~')).toHaveLength(1);
    await system.tick(3);
    expect(calls()).toBe(2);
  });

  it('holds where a tick, and the API twice, ask at the same moment', async () => {
    await start(KEYS);
    await system.tick();
    await enable();
    system.advance(1);
    await Promise.all([system.tickAt(system.now()), ask(), ask()]);
    expect(calls()).toBe(1);
    await system.tick(2);
    expect(calls()).toBe(1);
  });

  it('holds where a tick died between its call and LATEST', async () => {
    await start(OPTED_IN);
    const { series } = system.ports;
    const { writeLatest } = series;
    Object.assign(series, { writeLatest: () => Promise.reject(new Error('died')) });
    system.advance(1);
    await system.tickAt(system.now()).catch(() => undefined);
    Object.assign(series, { writeLatest });
    expect(calls()).toBe(1);
    await system.tick(3);
    expect(calls()).toBe(1);
    await system.tick(3);
    expect(calls()).toBe(2);
  });

  it('is known from what an older release left in LATEST, too', async () => {
    await start(OPTED_IN);
    await system.tick();
    const { series } = system.ports;
    const [shard] = await series.shards('demo');
    if (shard === undefined) throw new Error('no shard');
    const latest = [...(await series.readLatest('demo', shard))].map(([key, { call: _call, ...memory }]) => {
      const { advice } = memory.record;
      if (advice?.kind !== 'advice') throw new Error('no advice');
      const { key: _key, nextCallAt: _next, ...older } = advice;
      return [key, { ...memory, record: { ...memory.record, advice: older } }] as const;
    });
    await series.writeLatest('demo', shard, new Map(latest));
    await system.tick(4);
    expect(calls()).toBe(1);
    expect(await shown()).toMatchObject({ success: true, cached: true });
    await system.tick(3);
    expect(calls()).toBe(2);
  });
});

describe('what somebody has written over the advice of a workload', () => {
  const advice = (targetReplicas: number, reasoning: string) => ({
    key: 'k',
    result: {
      kind: 'advice',
      advice: { action: 'scale_up', targetReplicas, confidence: 1, reasoning },
      model: 'm',
      at: 0,
    },
  });

  it.each([
    ['more than max', () => packJson('a', advice(4000, 'x'.repeat(60)))],
    ['without a reasoning', () => packJson('a', advice(20, 'go'))],
    ['no advice at all', () => packJson('a', ['rm -rf'])],
    ['a bomb', () => packJson('a', 'x'.repeat(5_000_000))],
    ['no body', () => new Uint8Array([1, 2, 3])],
  ])('is dropped with a line where it is %s, and costs the tick nothing else', async (_what, body) => {
    await start(OPTED_IN);
    const table = openTable({ ...system.table, now: system.now });
    const pk = advicePk(REF);
    await table.put({ pk, sk: 'ADVICE', v: 1, until: system.now() + 1e9, body: body() });
    await table.put({ pk, sk: 'CALL', v: 1, called_at: system.now(), called_by: 'somebody' });
    table.close();
    await system.tick();
    expect(system.lines.filter((line) => line === 'stored advice dropped')).toHaveLength(1);
    expect(await shown()).toMatchObject({ success: false, limited_by: 'asked_recently' });
    expect(calls()).toBe(0);
  });
});
