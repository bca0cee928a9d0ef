// Whoever goes, and whenever: the other side is told as it was, and nothing stays behind in the metrics.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { line, startModelServer } from '../stand-ins/model-server.ts';
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

const PROMPT = JSON.stringify({ model: 'codellama', prompt: 'x' });
const chat = () => begin(`${running.url}/api/chat`, { method: 'POST' });

describe('a client that hangs up', () => {
  it.each([
    ['before an answer', (_: unknown, __: { write(text: string): void }) => undefined],
    [
      'within an answer',
      (_: unknown, response: { write(text: string): void }) => response.write(line({ done: false })),
    ],
  ])('%s ends the request upstream at once', async (when, answer) => {
    let gone = false;
    running = await startRunning((request, response) => {
      request.resume();
      response.on('close', () => {
        gone = true;
      });
      answer(request, response);
    });
    const { sent, answered } = chat();
    sent.end(PROMPT);
    if (when === 'within an answer') await answered;
    await eventually(async () => expect((await seriesOf(running.exporter)).get('litebrain_active_requests')).toBe(1));
    sent.destroy();
    await eventually(() => expect(gone).toBe(true));
    await expectNothingInFlight(running.exporter);
    expect(await requestsBy(running.exporter, 'cancelled')).toBe(1);
    expect(running.logged.join()).not.toContain('down');
  });

  it('within its own body is cancelled as well, and scored by what was seen', async () => {
    running = await startRunning();
    const { sent } = chat();
    sent.write(PROMPT.slice(0, -5));
    await eventually(async () => expect((await seriesOf(running.exporter)).get('litebrain_active_requests')).toBe(1));
    sent.destroy();
    await expectNothingInFlight(running.exporter);
    const series = await seriesOf(running.exporter);
    expect(series.get('litebrain_requests_total{model="codellama",complexity="low",status="cancelled"}')).toBe(1);
  });

  it('that does not read is given up after the time-out', async () => {
    const long = Buffer.alloc(30 * 1024 * 1024, 'x');
    running = await startRunning(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        response.end(long);
      },
      { LITEBRAIN_TIMEOUT_SECONDS: '3' },
    );
    const { sent, answered } = chat();
    sent.end(PROMPT);
    (await answered).pause();
    await sleep(2500);
    await expectNothingInFlight(running.exporter);
    expect(await requestsBy(running.exporter, 'cancelled')).toBe(1);
    sent.destroy();
  });
});

describe('a server that hangs up', () => {
  it.each([
    ['in chunks', {}],
    ['with a length', { 'content-length': '1000' }],
  ])('within an answer %s breaks it off for the client: it is never completed', async (_, headers) => {
    running = await startRunning((request, response) => {
      request.resume();
      response.writeHead(200, headers);
      response.write('half');
      setTimeout(() => response.destroy(), 50);
    });
    const { sent, got } = chat();
    sent.end(PROMPT);
    await expect(got()).rejects.toThrow('aborted');
    await expectNothingInFlight(running.exporter);
    expect(await requestsBy(running.exporter, 'error')).toBe(1);
  });

  it('before an answer is a 502 in the words of the endpoint', async () => {
    running = await startRunning((request) => void request.socket.destroy());
    const ollama = await ask(`${running.url}/api/generate`, PROMPT);
    expect(ollama.answer.statusCode).toBe(502);
    expect(JSON.parse(ollama.body)).toEqual({
      error: 'litebrain exporter: the server at OLLAMA_HOST broke off before an answer (ECONNRESET)',
      code: 'upstream_broke_off',
    });
    const openai = await ask(`${running.url}/v1/chat/completions`, PROMPT);
    expect(JSON.parse(openai.body).error).toMatchObject({
      type: 'upstream_error',
      param: null,
      code: 'upstream_broke_off',
    });
    await expectNothingInFlight(running.exporter);
    expect(await requestsBy(running.exporter, 'error')).toBe(2);
  });
});

describe('a server that is not there', () => {
  it('is a 502, is logged once, and once more when it is back; a connection goes on all the while', async () => {
    running = await startRunning();
    const { port } = running.model;
    await running.model.close();
    for (let i = 0; i < 3; i++) {
      const { answer, body } = await ask(`${running.url}/v1/completions`, Buffer.alloc(1024 * 1024, 'x'));
      expect(answer.statusCode).toBe(502);
      expect(JSON.parse(body).error.code).toBe('upstream_unreachable');
    }
    const again = await startModelServer(undefined, port);
    await ask(`${running.url}/api/generate`, PROMPT);
    await ask(`${running.url}/api/generate`, PROMPT);
    await again.close();
    expect(running.logged.filter((text) => text.includes('upstream down'))).toHaveLength(1);
    expect(running.logged.filter((text) => text.includes('upstream up'))).toHaveLength(1);
    await expectNothingInFlight(running.exporter);
    expect([await requestsBy(running.exporter, 'error'), await requestsBy(running.exporter, 'ok')]).toEqual([3, 2]);
  });
});

describe('a server that never answers', () => {
  it('is given up after the time-out with 504, and the request upstream is ended', async () => {
    let gone = false;
    running = await startRunning(
      (request, response) => {
        request.resume();
        response.on('close', () => {
          gone = true;
        });
      },
      { LITEBRAIN_TIMEOUT_SECONDS: '1' },
    );
    const { answer, body } = await ask(`${running.url}/v1/chat/completions`, PROMPT);
    expect(answer.statusCode).toBe(504);
    expect(JSON.parse(body).error.message).toBe('litebrain exporter: the server at OLLAMA_HOST said nothing for 1 s');
    await eventually(() => expect(gone).toBe(true));
    await expectNothingInFlight(running.exporter);
    expect(await requestsBy(running.exporter, 'error')).toBe(1);
  });

  it('within an answer is given up too, and the answer breaks off', async () => {
    running = await startRunning((_, response) => void response.write('half'), { LITEBRAIN_TIMEOUT_SECONDS: '1' });
    await expect(ask(`${running.url}/api/chat`, PROMPT)).rejects.toThrow('aborted');
    await expectNothingInFlight(running.exporter);
    expect(await requestsBy(running.exporter, 'error')).toBe(1);
  });

  it('for long, but tells a little now and then, is not given up', async () => {
    running = await startRunning(
      async (_, response) => {
        for (let i = 0; i < 6; i++) {
          response.write(line({ done: false }));
          await sleep(300);
        }
        response.end();
      },
      { LITEBRAIN_TIMEOUT_SECONDS: '1' },
    );
    expect((await ask(`${running.url}/api/chat`, PROMPT)).chunks).toHaveLength(6);
  });
});

describe('a server that refuses', () => {
  it.each([
    [429, 'rejected'],
    [404, 'rejected'],
    [500, 'error'],
    [503, 'error'],
  ])('with %i is counted as %s, and teaches nothing', async (code, status) => {
    running = await startRunning((request, response) => {
      request.resume();
      response.writeHead(code, { 'content-type': 'application/json' }).end('{"eval_count":7}\n');
    });
    const { answer } = await ask(`${running.url}/api/chat`, PROMPT);
    expect(answer.statusCode).toBe(code);
    await expectNothingInFlight(running.exporter);
    expect(await requestsBy(running.exporter, status)).toBe(1);
    expect((await running.exporter.metrics()).includes('tokens_total{')).toBe(false);
  });

  it('before it has read the body is heard by a client that still sends', async () => {
    running = await startRunning((_, response) => void response.writeHead(413).end('too large'));
    const { answer, body } = await ask(`${running.url}/api/chat`, Buffer.alloc(3 * 1024 * 1024, 'x'));
    expect([answer.statusCode, body]).toEqual([413, 'too large']);
    await expectNothingInFlight(running.exporter);
  });
});
