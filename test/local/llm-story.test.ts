// The parts of the LLM story by themselves: the stand-in model server's queue and tokens, its prompts, and a replica as a process.
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { readPolicy } from '../../lib/domain/workload/policy-from-annotations.ts';
import { readSignals } from '../../lib/signals-config/read.ts';
import { LLM_REPLICA, LLM_SIGNALS, llmWorkload } from '../../local/llm-story/llm-workload.ts';
import { makeStandInModelServer } from '../../local/llm-story/model-server.ts';
import { startPrompts } from '../../local/llm-story/prompt-load.ts';
import { startReplica } from '../../local/toy/replica-process.ts';

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

async function serve(slots: number) {
  const server = makeStandInModelServer({ slots, tokensPerSecond: 1000, promptTokensPerSecond: 1e6 });
  ending.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = (tokens: number, signal?: AbortSignal) =>
    fetch(`${url}/api/generate`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', prompt: 'hello there', options: { num_predict: tokens } }),
      ...(signal && { signal }),
    });
  return { url, ask };
}

describe('the stand-in model server', () => {
  it('makes as many tokens as it is asked for, a line each, and says so at the end', async () => {
    const { ask } = await serve(2);
    const lines = (await (await ask(120)).text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(121);
    expect(lines.at(-1)).toMatchObject({ done: true, eval_count: 120, prompt_eval_count: 3 });
  });

  it('answers so many at a time and the others in their turn', async () => {
    const { ask } = await serve(1);
    const order: number[] = [];
    await Promise.all(
      [300, 10, 10].map(async (tokens, i) => {
        await sleep(20 * i);
        await (await ask(tokens)).text();
        order.push(i);
      }),
    );
    expect(order).toEqual([0, 1, 2]);
  });

  it('gives the place of who hung up to the next', async () => {
    const { ask } = await serve(1);
    const first = new AbortController();
    const hungUp = (signal: AbortSignal) =>
      ask(100_000, signal)
        .then((answer) => answer.text())
        .catch(() => 'gone');
    const gone = hungUp(first.signal);
    await sleep(100);
    const waiting = new AbortController();
    const never = hungUp(waiting.signal);
    await sleep(50);
    waiting.abort();
    first.abort();
    expect((await (await ask(5)).text()).trim().split('\n')).toHaveLength(6);
    expect(await Promise.all([gone, never])).toEqual(['gone', 'gone']);
  });

  it('refuses what is no request for tokens', async () => {
    const { url } = await serve(1);
    expect((await fetch(`${url}/api/generate`, { method: 'POST', body: 'no JSON' })).status).toBe(400);
    expect((await fetch(`${url}/api/tags`)).status).toBe(404);
  });
});

describe('the prompts', () => {
  it('come at the same pace, and what is felt is the first token', async () => {
    const { url } = await serve(50);
    const phases = [{ name: 'short', seconds: 2, from: 20, to: 20 }];
    const load = startPrompts(url, phases, AbortSignal.timeout(5000));
    await load.done;
    await sleep(300);
    const { requestsPerSecond, p95Ms, failed } = load.felt();
    expect(requestsPerSecond).toBeGreaterThan(2);
    expect(p95Ms).toBeGreaterThan(0);
    expect(failed).toBe(0);
  });
});

describe('a replica', () => {
  it('is the model server with the exporter in front, and tells what the exporter measures', async () => {
    const port = await new Promise<number>((ready) => {
      const replica = startReplica(
        LLM_REPLICA,
        { namespace: 'default', deployment: 'llm', pod: 'llm-1' },
        ready,
        () => undefined,
      );
      ending.push(replica.stop);
      const told = setInterval(() => {
        const values = replica.metrics()?.values;
        if (values !== undefined) metrics.push(values);
      }, 50);
      ending.push(() => clearInterval(told));
    });
    const body = JSON.stringify({
      model: 'qwen2.5:3b',
      prompt: 'Design the architecture.',
      options: { num_predict: 60 },
    });
    const answer = await fetch(`http://127.0.0.1:${port}/api/generate`, { method: 'POST', body });
    expect((await answer.text()).trim().split('\n')).toHaveLength(61);
    await expect.poll(() => metrics.at(-1)?.litebrain_queue_seconds, { timeout: 10_000 }).toBe(0);
    expect(metrics.at(-1)).toMatchObject({ litebrain_complexity_work: 0, litebrain_active_requests: 0 });
    expect(metrics.at(-1)?.litebrain_complexity_score).toBeGreaterThanOrEqual(80);
  });
  const metrics: Readonly<Record<string, number>>[] = [];

  it('has annotations and signals that are read without a problem', () => {
    const read = readSignals(JSON.stringify(LLM_SIGNALS));
    if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));
    const annotations = llmWorkload({ usage: () => null }).annotations ?? {};
    const definitions = Object.fromEntries(LLM_SIGNALS.signals.map(({ name, kind, unit }) => [name, { kind, unit }]));
    const policy = readPolicy({ annotations, record: null, hpa: null, definitions, tickSeconds: 10 });
    expect(policy.problems).toEqual([]);
    expect(Object.keys(policy.signals ?? {})).toEqual(LLM_SIGNALS.signals.map(({ name }) => name));
  });
});
