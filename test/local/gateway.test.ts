// The edges of HTTP at the local API, over the wire: every refusal is a problem document, and nothing keeps others waiting.
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';
import { type RawAnswer, rawRequest, sendRaw } from '../make/raw-http.ts';

const JSON_TYPE = 'Content-Type: application/json';
const CLEAR = 'POST /api/autoscaling/hold/clear/demo';
const ENABLE = 'POST /api/autoscaling/predictive/enable/demo';
let system: Embedded;

beforeAll(async () => {
  system = await startEmbedded([simulated()]);
  await system.tick();
});
afterAll(() => system.close());

const ask = (line: `${string} ${string}`, headers: readonly string[] = [], body: string | Buffer = '') =>
  sendRaw(system.url, rawRequest(system.url, line, headers, body));

/** What is checked of every refusal: its form, and that it tells nothing of the machine. */
function expectProblem({ status, headers, body }: RawAnswer, expected: number): void {
  expect({ status, type: headers['content-type'] }).toEqual({ status: expected, type: 'application/problem+json' });
  const problem = JSON.parse(body);
  expect(problem).toMatchObject({ status: expected, success: false, request_id: headers['x-request-id'] });
  expect(problem.type).toMatch(/^urn:ai4k8s:problem:[a-z]+(-[a-z]+)*$/);
  expect(problem.title).toBeTypeOf('string');
  expect(problem.detail.length).toBeLessThan(1000);
  expect(body).not.toMatch(/node_modules|\.ts\b|\/work\/|\/tmp\/| at \S+:\d+/);
}

describe('who asks', () => {
  it('a page of our own may clear a hold, and a page from elsewhere may not', async () => {
    expect((await ask(CLEAR, [JSON_TYPE, `Origin: ${system.url}`, 'Sec-Fetch-Site: same-origin'], '{}')).status).toBe(
      200,
    );
    const foreign = ['Content-Type: text/plain', 'Origin: https://evil.example', 'Sec-Fetch-Site: cross-site'];
    expectProblem(await ask(CLEAR, foreign), 403);
    expectProblem(await ask('GET /api/autoscaling/status/demo', ['Host: evil.example']), 403);
  });

  it('a request without a Host, or with two, is 400', async () => {
    expectProblem(await sendRaw(system.url, 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n'), 400);
    expectProblem(await ask('GET /health', ['Host: a', 'Host: b']), 400);
  });

  it('no answer may be loaded or framed by another site', async () => {
    for (const line of ['GET /health', 'GET /nowhere', 'PUT /health'] as const)
      expect((await ask(line)).headers).toMatchObject({
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': "frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      });
  });
});

describe('methods', () => {
  it.each([
    ['GET /api/autoscaling/hold/clear/demo', 'POST'],
    ['HEAD /api/autoscaling/release/demo', 'POST'],
    ['POST /api/autoscaling/status/demo', 'GET, HEAD'],
    ['POST /openapi.json', 'GET, HEAD'],
    ['PUT /api/autoscaling/predictive/enable/demo', 'POST'],
    ['DELETE /api/autoscaling/schedule/demo', 'GET, HEAD'],
    ['OPTIONS /api/autoscaling/hpa/create/demo', 'POST'],
    ['TRACE /health', 'GET, HEAD'],
    ['PROPFIND /health', 'GET, HEAD'],
  ] as const)('%s is 405 and says what is allowed', async (line, allow) => {
    const answer = await ask(line, [JSON_TYPE], line.startsWith('HEAD') ? '' : '{}');
    if (!line.startsWith('HEAD')) expectProblem(answer, 405);
    expect(answer).toMatchObject({ status: 405, headers: { allow } });
  });

  it.each([
    'PUT /nowhere',
    'TRACE /api',
    'POST /api/autoscaling/x/y',
    'GET //health',
    'GET /%2e%2e/%2e%2e/etc/passwd',
  ] as const)('%s is 404', async (line) => expectProblem(await ask(line, [JSON_TYPE], ''), 404));

  it('HEAD answers as GET does, without the body; a body of a GET is not looked at', async () => {
    expect(await ask('HEAD /health')).toMatchObject({ status: 200, body: '' });
    expect((await ask('GET /health', [JSON_TYPE], '{"a":')).status).toBe(200);
  });

  it('it is no proxy', async () => {
    const host = new URL(system.url).host;
    expectProblem(await sendRaw(system.url, `CONNECT evil.example:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`), 405);
    expectProblem(await ask('GET http://169.254.169.254/latest/meta-data'), 400);
  });
});

describe('the shape of a request', () => {
  it.each([
    ['two lengths', ['Content-Length: 2', 'Content-Length: 30'], '{}'],
    ['a length and chunks', ['Transfer-Encoding: chunked', 'Content-Length: 4'], '2\r\n{}\r\n0\r\n\r\n'],
    ['a transfer coding that is hidden', ['Transfer-Encoding : chunked', 'Content-Length: 2'], '{}'],
    ['a length below zero', ['Content-Length: -2'], '{}'],
    ['a transfer coding that does not end', ['Transfer-Encoding: gzip'], '{}'],
  ])('%s are 400', async (_what, headers, body) => {
    expectProblem(await ask(CLEAR, [JSON_TYPE, ...headers], body), 400);
  });

  it('what is no HTTP at all is 400', async () => {
    expectProblem(await sendRaw(system.url, 'hello\r\n\r\n'), 400);
    expectProblem(await sendRaw(system.url, Buffer.from([0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3])), 400);
  });

  it('headers and paths that are too long are 431', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => `X-${i}: ${'a'.repeat(20)}`);
    expectProblem(await ask('GET /health', many), 431);
    expectProblem(await ask(`GET /${'a'.repeat(20_000)}`), 431);
    expectProblem(await ask(`GET /${'a'.repeat(8000)}`), 404);
  });

  it('chunks, an expectation of 100 and a body in parts are read; another expectation is 417', async () => {
    expect((await ask(CLEAR, [JSON_TYPE, 'Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n')).status).toBe(200);
    expect((await ask(CLEAR, [JSON_TYPE, 'Expect: 100-continue'], '{}')).status).toBe(200);
    expectProblem(await ask(CLEAR, [JSON_TYPE, 'Expect: magic'], '{}'), 417);
    const whole = rawRequest(system.url, CLEAR, [JSON_TYPE], '{}');
    expect((await sendRaw(system.url, whole.subarray(0, -1), whole.subarray(-1))).status).toBe(200);
  });

  it('of two requests sent at once each is judged by itself', async () => {
    const host = new URL(system.url).host;
    const first = `GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const { status, body } = await sendRaw(system.url, first, rawRequest(system.url, 'GET /health', ['Host: evil']));
    expect({ status, second: /HTTP\/1\.1 (\d+)/.exec(body)?.[1] }).toEqual({ status: 200, second: '403' });
  });

  it('requests that never end keep nobody waiting', async () => {
    const { port, host } = new URL(system.url);
    const start = `${ENABLE} HTTP/1.1\r\nHost: ${host}\r\n${JSON_TYPE}\r\nContent-Length: 100\r\n\r\n{`;
    const half = Array.from({ length: 50 }, () => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(start));
      return socket.on('error', () => undefined);
    });
    expect((await ask('GET /health')).status).toBe(200);
    for (const socket of half) socket.destroy();
    expect((await ask(CLEAR, [JSON_TYPE], '{}')).status).toBe(200);
  });
});

describe('bodies', () => {
  it.each([
    ['a content coding', ['Content-Encoding: gzip'], gzipSync('{}'), 415],
    ['2 MB', [], `{"deployment_name":"${'a'.repeat(2_000_000)}"}`, 413],
    ['2 MB of spaces', [], ' '.repeat(2_000_000), 413],
    ['15 MB', [], Buffer.alloc(15_000_000, ' '), 413],
    ['30 MB', [], Buffer.alloc(30_000_000, ' '), 413],
    [
      '2 MB in chunks',
      ['Transfer-Encoding: chunked'],
      `${(2_000_000).toString(16)}\r\n${' '.repeat(2_000_000)}\r\n0\r\n\r\n`,
      413,
    ],
    ['bytes that are not UTF-8', [], Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['UTF-16', [], Buffer.from('{"deployment_name":"web"}', 'utf16le'), 400],
    ['lists 5,000 deep', [], `{"deployment_name":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400],
  ] as const)('%s: refused, and said', async (_what, headers, body, status) => {
    expectProblem(await ask(ENABLE, [JSON_TYPE, ...headers], body), status);
  });
});
