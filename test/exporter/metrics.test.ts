// The metrics by their names, types and labels, and what each of them tells.
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { figuresIn } from '../../lib/exporter/upstream-metrics.ts';
import { event } from '../stand-ins/model-server.ts';
import {
  ask,
  begin,
  eventually,
  expectNothingInFlight,
  type Running,
  requestsBy,
  seriesOf,
  startRunning,
} from './running-exporter.ts';

let running: Running;
afterEach(() => running.stop());

const prompt = (model: string, text = 'x') => JSON.stringify({ model, prompt: text });

describe('the metrics', () => {
  it('are these, and no others', async () => {
    running = await startRunning();
    const types = [...(await running.exporter.metrics()).matchAll(/^# TYPE (\S+ \S+)$/gm)].map(([, type]) => type);
    expect(types.sort()).toEqual([
      'litebrain_active_requests gauge',
      'litebrain_complexity_score gauge',
      'litebrain_complexity_work gauge',
      'litebrain_kv_cache_usage_ratio gauge',
      'litebrain_model_load_seconds gauge',
      'litebrain_queue_seconds gauge',
      'litebrain_rank_correlation gauge',
      'litebrain_request_duration_seconds histogram',
      'litebrain_requests_total counter',
      'litebrain_requests_waiting gauge',
      'litebrain_scored_requests gauge',
      'litebrain_tokens_in_flight gauge',
      'litebrain_tokens_total counter',
      'litebrain_unread_requests_total counter',
    ]);
  });

  it('before anything was asked say 0 where that is so, and nothing where nothing is known', async () => {
    running = await startRunning();
    expect(Object.fromEntries(await seriesOf(running.exporter))).toEqual({
      litebrain_complexity_score: 0,
      litebrain_active_requests: 0,
      litebrain_requests_waiting: 0,
      litebrain_tokens_in_flight: 0,
      litebrain_complexity_work: 0,
    });
  });

  it('tell requests, tokens and loading by model', async () => {
    running = await startRunning();
    await ask(`${running.url}/api/generate`, prompt('codellama:7b'));
    await ask(`${running.url}/v1/chat/completions`, prompt('nobody/knows-me'));
    await expectNothingInFlight(running.exporter);
    const series = await seriesOf(running.exporter);
    expect(series.get('litebrain_requests_total{model="codellama",complexity="low",status="ok"}')).toBe(1);
    expect(series.get('litebrain_requests_total{model="other",complexity="low",status="ok"}')).toBe(1);
    expect(series.get('litebrain_tokens_total{model="codellama",kind="prompt"}')).toBe(26);
    expect(series.get('litebrain_tokens_total{model="codellama",kind="output"}')).toBe(3);
    expect(series.get('litebrain_tokens_total{model="other",kind="output"}')).toBe(3);
    expect(series.get('litebrain_model_load_seconds{model="codellama"}')).toBeCloseTo(5.026, 3);
    expect(series.get('litebrain_request_duration_seconds_count{model="codellama",complexity="low",status="ok"}')).toBe(
      1,
    );
    // Unknown while its server has been busy for less than ten milliseconds in all.
    expect(series.get('litebrain_queue_seconds') ?? 0).toBe(0);
    expect(series.get('litebrain_complexity_score')).toBeGreaterThan(0);
  });

  it('weigh what is in flight by its model, and count tokens down as they come', async () => {
    const { promise: answering, resolve: arrived } = Promise.withResolvers<ServerResponse>();
    running = await startRunning((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      arrived(response);
    });
    const { sent, got } = begin(`${running.url}/v1/chat/completions`, { method: 'POST' });
    sent.end(
      JSON.stringify({ model: 'deepseek-r1', max_tokens: 50, messages: [{ role: 'user', content: 'x'.repeat(400) }] }),
    );
    await eventually(async () => {
      const series = await seriesOf(running.exporter);
      expect(series.get('litebrain_tokens_in_flight')).toBe(150);
      expect(series.get('litebrain_requests_waiting')).toBe(1);
      const score = series.get('litebrain_complexity_score') ?? 0;
      expect(series.get('litebrain_complexity_work')).toBeCloseTo(2.5 * score, 9);
    });
    const whole = got();
    // It is in flight before the model's server has it.
    const response = await answering;
    response.write(event({ choices: [1] }));
    await eventually(async () => {
      const series = await seriesOf(running.exporter);
      expect([series.get('litebrain_tokens_in_flight'), series.get('litebrain_requests_waiting')]).toEqual([49, 0]);
    });
    response.end();
    await whole;
    await expectNothingInFlight(running.exporter);
  });

  it('count requests that were scored by their length alone', async () => {
    running = await startRunning(undefined, { LITEBRAIN_BODIES_MB: '1', LITEBRAIN_BODY_KB: '1024' });
    const long = prompt('codellama', 'word '.repeat(200_000));
    const open = [1, 2, 3].map(() => begin(`${running.url}/api/generate`, { method: 'POST' }));
    for (const { sent } of open) sent.write(long.slice(0, -1));
    await eventually(async () => expect((await seriesOf(running.exporter)).get('litebrain_active_requests')).toBe(3));
    await sleep(200);
    for (const { sent } of open) sent.end(long.slice(-1));
    await Promise.all(open.map(({ got }) => got()));
    await ask(`${running.url}/api/generate`, 'zzz', { headers: { 'content-encoding': 'br' } });
    await expectNothingInFlight(running.exporter);
    const series = await seriesOf(running.exporter);
    expect(series.get('litebrain_unread_requests_total{reason="memory"}')).toBeGreaterThanOrEqual(2);
    expect(series.get('litebrain_unread_requests_total{reason="compressed"}')).toBe(1);
    expect(await requestsBy(running.exporter, 'ok')).toBe(4);
  });

  it('tell how well scores ranked what came, once enough came, for models that the installation names only', async () => {
    let asked = 0;
    running = await startRunning((request, response) => {
      request.resume();
      const tokens = asked++ % 40;
      response.end(JSON.stringify({ usage: { prompt_tokens: 5, completion_tokens: tokens + 1 } }));
    });
    for (let i = 0; i < 60; i++)
      await ask(`${running.url}/v1/chat/completions`, prompt('codellama', 'word '.repeat(1 + (i % 40))));
    await expectNothingInFlight(running.exporter);
    const series = await seriesOf(running.exporter);
    expect(series.get('litebrain_scored_requests{model="codellama"}')).toBe(40);
    expect(series.get('litebrain_rank_correlation{model="codellama",estimator="learned"}')).toBeGreaterThan(0.5);
    expect(series.get('litebrain_rank_correlation{model="codellama",estimator="rule"}')).toBeGreaterThan(0.5);
  });

  it('are served beside health and readiness, which follows the model server', async () => {
    running = await startRunning();
    const url = `http://127.0.0.1:${running.exporter.metricsPort}`;
    expect((await ask(`${url}/metrics?x=1`)).body).toContain('litebrain_active_requests 0');
    expect((await ask(`${url}/healthz`)).answer.statusCode).toBe(200);
    expect((await ask(`${url}/readyz`)).answer.statusCode).toBe(200);
    expect((await ask(`${url}/else`)).answer.statusCode).toBe(404);
    expect((await ask(`${url}/metrics`, 'x')).answer.statusCode).toBe(405);
    await running.model.close();
    const { answer, body } = await ask(`${url}/readyz`);
    expect([answer.statusCode, body]).toEqual([503, 'the server at OLLAMA_HOST takes no connection\n']);
    expect((await ask(`${url}/healthz`)).answer.statusCode).toBe(200);
  });
});

describe('a page that a user visits', () => {
  it('does not reach the proxy under a name of its own', async () => {
    running = await startRunning();
    const { answer, body } = await ask(`${running.url}/api/tags`, undefined, {
      headers: { host: 'evil.example:11435' },
    });
    expect([answer.statusCode, JSON.parse(body).code]).toEqual([403, 'host_not_allowed']);
    expect(running.model.received).toEqual([]);
  });

  it('does not read the metrics under a name of its own', async () => {
    running = await startRunning();
    const url = `http://127.0.0.1:${running.exporter.metricsPort}/metrics`;
    const { answer, body } = await ask(url, undefined, { headers: { host: 'evil.example:9090' } });
    expect([answer.statusCode, body]).toEqual([403, 'ask it by a name of this machine\n']);
  });
});

describe("a model server's own metrics", () => {
  it("are vLLM's: the newer name first, queues of engines added, the fullest cache", () => {
    const old = 'vllm:gpu_cache_usage_perc{engine="0"} 0.9\n';
    const text = 'vllm:num_requests_waiting{engine="0",x="a } b"} 2.0\nvllm:num_requests_waiting{engine="1"} 3\n';
    const newer = 'vllm:kv_cache_usage_perc{engine="0"} 0.25\nvllm:kv_cache_usage_perc{engine="1"} 0.5\n';
    expect(figuresIn(text + old + newer)).toEqual({ waiting: 5, kvCacheRatio: 0.5 });
    expect(figuresIn(old)).toEqual({ waiting: null, kvCacheRatio: 0.9 });
    expect(figuresIn('vllm:kv_cache_usage_perc NaN\nvllm:num_requests_waiting -1\nother 3\n')).toEqual({
      waiting: null,
      kvCacheRatio: null,
    });
    expect(figuresIn('vllm:kv_cache_usage_perc 55\n')).toEqual({ waiting: null, kvCacheRatio: null });
  });

  it.each([
    [
      'tells',
      (_: unknown, response: import('node:http').ServerResponse) =>
        void response.end('vllm:kv_cache_usage_perc 0.4\nvllm:num_requests_waiting 7\n'),
      0.4,
      7,
    ],
    [
      'answers 500',
      (_: unknown, response: import('node:http').ServerResponse) =>
        void response.writeHead(500).end('vllm:kv_cache_usage_perc 0.4\n'),
      undefined,
      0,
    ],
    [
      'never ends',
      (_: unknown, response: import('node:http').ServerResponse) =>
        void response.write('vllm:kv_cache_usage_perc 0.4\n'),
      undefined,
      0,
    ],
    [
      'sends too much',
      (_: unknown, response: import('node:http').ServerResponse) =>
        void response.end('vllm:kv_cache_usage_perc 0.4\n'.repeat(100_000)),
      undefined,
      0,
    ],
    [
      'sends elsewhere',
      (_: unknown, response: import('node:http').ServerResponse) =>
        void response.writeHead(302, { location: '/else' }).end(),
      undefined,
      0,
    ],
  ])('are read where the server %s them, and absent else', async (_, answer, kvCache, waiting) => {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as import('node:net').AddressInfo;
    running = await startRunning(undefined, { LITEBRAIN_UPSTREAM_METRICS: `http://127.0.0.1:${port}/metrics` });
    await eventually(() => expect(running.logged.join()).toMatch(/upstream metrics (are read|cannot be read)/));
    const series = await seriesOf(running.exporter);
    expect(series.get('litebrain_kv_cache_usage_ratio')).toBe(kvCache);
    expect(series.get('litebrain_requests_waiting')).toBe(waiting);
    server.closeAllConnections();
    server.close();
  });
});
