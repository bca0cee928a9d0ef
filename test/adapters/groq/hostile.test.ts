// Servers that mean harm: they cost no more than the time budget and a megabyte, take no key elsewhere, and are named.
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { makeGroqModel } from '../../../lib/adapters/groq.ts';
import { ADVICE_SCHEMA } from '../../../lib/domain/advice/validation.ts';

const KEY = 'gsk_secret_of_the_test';
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(server: Pick<Server, 'listen' | 'address' | 'close'>, close: () => void): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(close);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  return listening(server, () => {
    server.closeAllConnections();
    server.close();
  });
}

/** Below HTTP: whatever bytes it likes. */
function serveBytes(talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => talk(socket));
  });
  return listening(server as unknown as Server, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
}

async function ask(url: string, timeoutMs = 20_000) {
  const request = { model: 'openai/gpt-oss-20b', system: 's', user: 'u', schema: ADVICE_SCHEMA, timeoutMs };
  const reply = await makeGroqModel({ apiKey: KEY, baseUrl: `${url}/v1` }).complete(request);
  expect(JSON.stringify(reply)).not.toContain(KEY);
  return reply;
}

describe('a redirect', () => {
  it.each([301, 302, 307, 308])('%d is not followed: neither key nor prompt go elsewhere', async (status) => {
    const visits: (string | undefined)[] = [];
    const elsewhere = await serve((request, response) => {
      visits.push(request.headers.authorization);
      response.end('{}');
    });
    const location = `${elsewhere.replace('http://', 'http://user:hunter2@')}/v1?token=hunter2`;
    const url = await serve((_, response) => response.writeHead(status, { location }).end());
    const reply = await ask(url);
    expect(reply).toMatchObject({
      code: 'request_refused',
      detail: expect.stringContaining(`${status}: the server redirects to ${elsewhere}/v1, where no key is taken`),
    });
    expect(JSON.stringify(reply)).not.toContain('hunter2');
    expect(visits).toEqual([]);
  });

  it('on the same host is not followed either', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked++;
      response.writeHead(307, { location: '/v1/chat/completions' }).end();
    });
    expect(await ask(url)).toMatchObject({ code: 'request_refused' });
    expect(asked).toBe(1);
  });
});

describe('time', () => {
  it.each([
    ['a body that drips', (response: Parameters<RequestListener>[1]) => void response.writeHead(200).write(' ')],
    ['blank lines without end', (response: Parameters<RequestListener>[1]) => void response.writeHead(200).write('\n')],
  ])('is up in the middle of %s', async (_, drip) => {
    const url = await serve((_request, response) => {
      drip(response);
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    });
    expect(await ask(url, 150)).toMatchObject({ code: 'timeout' });
  });

  it('is up in the middle of the headers, and of answers that announce another', async () => {
    const headers = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-drip: y\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await ask(headers, 150)).toMatchObject({ code: 'timeout' });
    const informational = await serveBytes((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await ask(informational, 150)).toMatchObject({ kind: 'failure' });
  });
});

describe('size', () => {
  it('of the headers is bounded', async () => {
    const url = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const fill = () => {
        while (!socket.destroyed && socket.write(`x-fill: ${'y'.repeat(1_000)}\r\n`));
        if (!socket.destroyed) socket.once('drain', fill);
      };
      fill();
    });
    expect(await ask(url)).toMatchObject({ code: 'network', detail: expect.stringContaining('OVERFLOW') });
  });

  it.each([
    ['once', 1],
    ['three times', 3],
  ])('is that of what was packed %s', async (_, times) => {
    let body: Buffer = Buffer.alloc(50_000_000, ' ');
    for (let i = 0; i < times; i++) body = gzipSync(body);
    let accepted: unknown;
    const url = await serve((request, response) => {
      accepted = request.headers['accept-encoding'];
      response.writeHead(200, { 'content-encoding': Array(times).fill('gzip').join(', ') }).end(body);
    });
    expect(await ask(url)).toMatchObject({ code: 'too_large' });
    expect(accepted).toBe('identity');
  });

  it('without end is not read to it', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      const fill = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', fill);
      };
      fill();
    });
    expect(await ask(url)).toMatchObject({ code: 'too_large' });
  });
});

describe('a status', () => {
  it.each([299, 418, 599])('%d is named', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end('no'));
    expect(await ask(url)).toMatchObject({ kind: 'failure', detail: expect.stringContaining(String(status)) });
  });

  it.each(['199', '600', '999', '000'])('%s that is none is a failure all the same', async (status) => {
    const url = await serveBytes((socket) => socket.end(`HTTP/1.1 ${status} Odd\r\ncontent-length: 2\r\n\r\n{}`));
    expect(await ask(url, 500)).toMatchObject({ kind: 'failure', detail: expect.stringMatching(/.{5,}/) });
  });

  it.each([204, 205, 304])('%d without a body is named', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    expect(await ask(url)).toMatchObject({ kind: 'failure', detail: expect.stringContaining(String(status)) });
  });
});

describe('bytes', () => {
  it('that are no UTF-8 cost no answer', async () => {
    const text = JSON.stringify({ choices: [{ message: { content: 'caf\u00e9 {"action":"maintain"}' } }] });
    const url = await serve((_, response) => response.end(Buffer.from(text, 'latin1')));
    expect(await ask(url)).toMatchObject({ kind: 'text', text: 'caf\ufffd {"action":"maintain"}' });
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 9\r\n\r\n{}'],
    ['a packing that is none', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}'],
  ])('that are %s are a network failure', async (_, bytes) => {
    const url = await serveBytes((socket) => socket.end(bytes));
    expect(await ask(url, 2_000)).toMatchObject({ code: 'network' });
  });

  it.each([
    ['nested without end', '['.repeat(240_000)],
    ['nested under choices', `{"choices":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['errors within errors', `${'{"error":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['quotes within quotes', JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify('x')))))],
    ['failed generations', `{"a":[${'"failed_generation {",'.repeat(8_000)}1]}`],
    ['percent signs', `<p>${'%25'.repeat(80_000)}`],
  ])('that are %s cost no exception', async (_, body) => {
    for (const status of [200, 400, 404])
      expect(await ask(await serve((_request, response) => response.writeHead(status).end(body)))).toMatchObject({
        kind: 'failure',
      });
  });
});
