// What goes through the proxy comes out as it went in, piece by piece, in both directions.
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { event, line } from '../stand-ins/model-server.ts';
import {
  ask,
  begin,
  expectNothingInFlight,
  type Running,
  requestsBy,
  seriesOf,
  startRunning,
} from './running-exporter.ts';

let running: Running;
afterEach(() => running.stop());

const PROMPT = JSON.stringify({ model: 'codellama', prompt: 'design the architecture of a queue' });

describe('an answer', () => {
  it.each([
    ['/api/chat', 'application/x-ndjson', (i: number) => line({ message: { content: `${i}` }, done: false })],
    ['/v1/chat/completions', 'text/event-stream', (i: number) => event({ choices: [{ delta: { content: `${i}` } }] })],
    ['/api/pull', 'application/x-ndjson', (i: number) => line({ status: `${i}` })],
  ])('of %s comes in the same pieces, each before the next one is made', async (path, type, piece) => {
    let next = (): void => undefined;
    running = await startRunning((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': type });
      let i = 0;
      next = () => (i < 5 ? response.write(piece(i++)) : response.end());
      next();
    });
    const { sent, answered } = begin(`${running.url}${path}`, { method: 'POST' });
    sent.end(PROMPT);
    const answer = await answered;
    const chunks: string[] = [];
    for await (const chunk of answer) {
      chunks.push(String(chunk));
      next();
    }
    expect(chunks).toEqual([0, 1, 2, 3, 4].map(piece));
    expect(answer.headers['content-type']).toBe(type);
  });

  it('is begun for the client when the server begins it, long before its first piece', async () => {
    let finish = (): void => undefined;
    running = await startRunning((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      finish = () => response.end('data: {}\n\n');
    });
    const { sent, answered, got } = begin(`${running.url}/v1/chat/completions`, { method: 'POST' });
    sent.end(PROMPT);
    expect((await answered).statusCode).toBe(200);
    expect((await seriesOf(running.exporter)).get('litebrain_requests_waiting')).toBe(1);
    finish();
    expect((await got()).body).toBe('data: {}\n\n');
  });

  it('keeps its trailers, its repeated headers, its status and its status text', async () => {
    running = await startRunning((_, response) => {
      response.writeHead(203, 'As Told', {
        trailer: 'x-sum',
        'set-cookie': ['a=1', 'b=2'],
        'content-type': 'text/plain',
      });
      response.write('x');
      response.addTrailers({ 'x-sum': '42' });
      response.end();
    });
    const { answer } = await ask(`${running.url}/api/tags`);
    expect([answer.statusCode, answer.statusMessage]).toEqual([203, 'As Told']);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.trailers).toEqual({ 'x-sum': '42' });
  });

  it('that is compressed passes untouched, and its tokens are not known', async () => {
    const packed = gzipSync(line({ done: true, eval_count: 3, prompt_eval_count: 4 }));
    running = await startRunning((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' });
      response.end(packed);
    });
    const { answer, chunks } = await ask(`${running.url}/api/generate`, PROMPT);
    expect(Buffer.concat(chunks)).toEqual(packed);
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect([...(await seriesOf(running.exporter)).keys()].join()).not.toContain('tokens_total{');
  });

  it('is not taken from the server faster than the client takes it', async () => {
    let written = 0;
    const MEGABYTE = Buffer.alloc(1024 * 1024, 'x');
    running = await startRunning((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const more = () => {
        while (written < 200) {
          written++;
          if (!response.write(MEGABYTE)) return response.once('drain', more);
        }
        return response.end();
      };
      more();
    });
    const { sent, answered } = begin(`${running.url}/api/generate`, { method: 'POST' });
    sent.end(PROMPT);
    const answer = await answered;
    answer.pause();
    await new Promise((resolve) => setTimeout(resolve, 500));
    // What the buffers of three sockets hold, and no more.
    expect(written).toBeLessThan(40);
    let bytes = 0;
    for await (const chunk of answer) bytes += chunk.length;
    expect(bytes).toBe(200 * MEGABYTE.length);
    await expectNothingInFlight(running.exporter);
  });
});

describe('a request', () => {
  it('goes on as it comes: the server has the first piece before the second is sent', async () => {
    const seen: string[] = [];
    let arrived = (): void => undefined;
    running = await startRunning((request, response) => {
      request.on('data', (chunk) => {
        seen.push(String(chunk));
        arrived();
      });
      request.on('end', () => response.end('{}'));
    });
    const { sent, got } = begin(`${running.url}/api/chat`, { method: 'POST' });
    for (const piece of ['{"model":"codellama",', '"messages":[', ']}']) {
      const arrival = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      sent.write(piece);
      await arrival;
    }
    sent.end();
    await got();
    expect(seen).toEqual(['{"model":"codellama",', '"messages":[', ']}']);
  });

  it.each([
    ['with a length', { 'content-length': String(PROMPT.length) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('%s arrives byte for byte, with its headers and its query', async (_, headers) => {
    running = await startRunning();
    await ask(`${running.url}/api/generate?x=%2F..%2f&x=2`, PROMPT, {
      headers: { ...headers, authorization: 'Bearer t', 'x-twice': ['1', '2'], 'content-type': 'application/json' },
    });
    const [received] = running.model.received;
    expect(received?.body.toString()).toBe(PROMPT);
    expect(received?.url).toBe('/api/generate?x=%2F..%2f&x=2');
    expect(received?.headers).toMatchObject({ ...headers, authorization: 'Bearer t', 'x-twice': '1, 2' });
    expect(received?.headers.host).toBe(running.model.host);
    expect(await requestsBy(running.exporter, 'ok')).toBe(1);
  });

  it('keeps its trailers', async () => {
    running = await startRunning();
    const { sent, got } = begin(`${running.url}/api/generate`, { method: 'POST', headers: { trailer: 'x-end' } });
    sent.write(PROMPT);
    sent.addTrailers({ 'x-end': 'yes' });
    sent.end();
    await got();
    expect(running.model.received[0]?.trailers).toEqual({ 'x-end': 'yes' });
  });

  it.each([
    ['10 MB of text', Buffer.from(JSON.stringify({ model: 'codellama', prompt: 'word '.repeat(2_000_000) }))],
    ['bytes that are no text', Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256))],
    ['JSON that is cut short', Buffer.from('{"model":"codellama","messages":[{"role":"user","content":"half')],
    ['JSON as deep as it goes', Buffer.from(`{"model":"codellama","x":${'['.repeat(500_000)}`)],
    ['the same key twice', Buffer.from('{"model":"a","model":"codellama","prompt":"x","prompt":"y"}')],
    ['nothing', Buffer.alloc(0)],
    ['what says it is compressed', gzipSync(PROMPT)],
  ])('of %s is no error of ours: it arrives as it was sent and is counted', async (what, body) => {
    running = await startRunning();
    const headers = what.includes('compressed') ? { 'content-encoding': 'gzip' } : {};
    const { answer } = await ask(`${running.url}/api/chat`, body, { headers });
    expect(answer.statusCode).toBe(200);
    expect(running.model.received[0]?.body.equals(body)).toBe(true);
    await expectNothingInFlight(running.exporter);
    expect(await requestsBy(running.exporter, 'ok')).toBe(1);
  });

  it('with 100 kB of headers passes', async () => {
    running = await startRunning();
    const long = 'h'.repeat(100_000);
    await ask(`${running.url}/api/generate`, PROMPT, { headers: { 'x-long': long } });
    expect(running.model.received[0]?.headers['x-long']).toBe(long);
  });

  it.each(['HEAD', 'OPTIONS', 'DELETE', 'GET'])('of %s is answered as the server answers it', async (method) => {
    running = await startRunning((_, response) => {
      response.writeHead(200, { 'content-length': '5', allow: 'GET' });
      response.end('hello');
    });
    const { answer, body } = await ask(`${running.url}/api/tags`, undefined, { method });
    expect(answer.headers).toMatchObject({ 'content-length': '5', allow: 'GET' });
    expect(body).toBe(method === 'HEAD' ? '' : 'hello');
    expect(running.model.received[0]?.method).toBe(method);
  });

  it('that asks for leave to go on has it from the server, not from us', async () => {
    running = await startRunning();
    running.model.server.on('checkContinue', (request, response) => {
      if (request.headers['x-no'] === 'no') return void response.writeHead(417, { connection: 'close' }).end();
      response.writeContinue();
      running.model.server.emit('request', request, response);
    });
    const headers = { expect: '100-continue', 'content-length': String(PROMPT.length) };
    const welcome = begin(`${running.url}/api/generate`, { method: 'POST', headers });
    await new Promise<void>((resolve) => welcome.sent.on('continue', resolve));
    welcome.sent.end(PROMPT);
    expect((await welcome.got()).answer.statusCode).toBe(200);
    const refused = begin(`${running.url}/api/generate`, { method: 'POST', headers: { ...headers, 'x-no': 'no' } });
    refused.sent.flushHeaders();
    expect((await refused.answered).statusCode).toBe(417);
    refused.sent.destroy();
    expect(await requestsBy(running.exporter, 'rejected')).toBe(1);
    await expectNothingInFlight(running.exporter);
  });
});

describe('a connection', () => {
  it('is used again, by clients and towards the server', async () => {
    running = await startRunning();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 5; i++) await ask(`${running.url}/api/generate`, PROMPT, { agent });
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    expect(running.model.sockets.size).toBe(1);
    agent.destroy();
  });

  it('is closed where the client wants it closed, and not because the server closes its own', async () => {
    running = await startRunning((request, response) => {
      request.resume();
      response.writeHead(200, { connection: 'close' }).end('{}');
    });
    const kept = await ask(`${running.url}/api/generate`, PROMPT, { agent: new Agent({ keepAlive: true }) });
    expect(kept.answer.headers.connection).toBe('keep-alive');
    const closed = await ask(`${running.url}/api/generate`, PROMPT, { headers: { connection: 'close' } });
    expect(closed.answer.headers.connection).toBe('close');
  });

  it('of HTTP/1.0 gets a whole answer without chunks', async () => {
    running = await startRunning();
    const socket = connect(running.exporter.proxyPort, '127.0.0.1');
    socket.write(`POST /api/generate HTTP/1.0\r\ncontent-length: ${PROMPT.length}\r\n\r\n${PROMPT}`);
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toContain('200 OK');
    expect(text).toContain('\r\n\r\n{"response":"a"');
    expect(text).not.toContain('chunked');
  });

  it('cannot make us drop how a body is delimited, and takes away what it names', async () => {
    running = await startRunning();
    const headers = {
      connection: 'content-length, x-hop, close',
      'x-hop': '1',
      'content-length': String(PROMPT.length),
    };
    await ask(`${running.url}/api/generate`, PROMPT, { headers });
    expect(running.model.received[0]?.headers['content-length']).toBe(String(PROMPT.length));
    expect(running.model.received[0]?.headers['x-hop']).toBeUndefined();
  });
});
