// Who may speak to a port of ours on loopback: programs of this machine and our own pages, and no page from elsewhere.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { keepOtherPagesOut } from '../../web/loopback.ts';
import { sendProblem } from '../../web/plain-problems.ts';
import { simulated } from '../make/embedded.ts';
import { rawRequest, sendRaw } from '../make/raw-http.ts';
import { stubReply } from '../stand-ins/groq-answers.ts';
import { startGroqServer } from '../stand-ins/groq-server.ts';

const server = createServer((_request, response) => response.end('in'));
let url = '';
let port = 0;

beforeAll(async () => {
  keepOtherPagesOut(server, (response, { status, detail }) => sendProblem(response, status, detail));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => server.close());

/** `PORT` stands for the server's. */
const ask = (line: `${string} ${string}`, ...headers: readonly string[]) =>
  sendRaw(
    url,
    rawRequest(
      url,
      line,
      headers.map((header) => header.replaceAll('PORT', String(port))),
    ),
  );

describe('Host', () => {
  it.each(['127.0.0.1:PORT', 'localhost:PORT', 'LocalHost:PORT', '[::1]:PORT'])('%s is ours', async (host) => {
    expect(await ask('POST /', `Host: ${host}`)).toMatchObject({ status: 200, body: 'in' });
  });

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1.nip.io:PORT',
    'localhost.evil.example:PORT',
    'evil-localhost:PORT',
    'localhost.:PORT',
    'user@127.0.0.1:PORT',
    '127.0.0.1:PORT@evil.example',
    '127.0.0.1:PORT/',
    '127.0.0.1:1',
    '127.0.0.1',
    'localhost:',
    'localhost:0PORT',
    '0.0.0.0:PORT',
    '127.1:PORT',
    '127.0.0.2:PORT',
    '2130706433:PORT',
    '0x7f.0.0.1:PORT',
    '[::]:PORT',
    '[::ffff:127.0.0.1]:PORT',
    '[0:0:0:0:0:0:0:1]:PORT',
    'localhost:PORT, evil.example',
    '',
  ])('"%s" is not, and the answer says what is', async (host) => {
    const { status, body } = await ask('GET /', `Host: ${host}`);
    expect(status).toBe(403);
    expect(JSON.parse(body).detail).toContain(`expected 127.0.0.1:${port}, localhost:${port} or [::1]:${port}`);
  });

  it('twice is once too often, and none is none', async () => {
    expect((await ask('GET /', 'Host: 127.0.0.1:PORT', 'hOST: evil.example')).status).toBe(400);
    expect((await ask('GET /', 'Host: 127.0.0.1:PORT', 'Host: 127.0.0.1:PORT')).status).toBe(400);
    expect((await sendRaw(url, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(400);
  });

  it('let in is only what a browser, too, takes for this machine and this port', async () => {
    const part = fc.constantFrom(
      '127.0.0.1',
      'localhost',
      '[::1]',
      'evil',
      '.',
      ':',
      '@',
      '/',
      '#',
      '0',
      ' ',
      ',',
      '%',
    );
    const hosts = fc.array(fc.oneof({ weight: 3, arbitrary: part }, fc.constant('PORT')), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(hosts, async (parts) => {
        const host = parts.join('').replaceAll('PORT', String(port)).trim();
        const { status } = await ask('GET /', `Host: ${host}`);
        if (status !== 200) return;
        const seen = new URL(`http://${host}`);
        expect(['127.0.0.1', 'localhost', '[::1]']).toContain(seen.hostname);
        expect({ port: seen.port, href: seen.href }).toEqual({ port: String(port), href: `http://${host}/` });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a target with a host of its own', () => {
  it('is taken where the host is ours', async () => {
    expect((await ask(`GET ${url}/health`)).status).toBe(200);
  });

  it.each(['http://evil.example/', 'http://127.0.0.1:1/', 'https://127.0.0.1:PORT/', 'evil.example', '*'])(
    '%s is refused',
    async (target) => {
      expect((await ask(`OPTIONS ${target.replace('PORT', String(port))}`)).status).toBe(400);
    },
  );

  it('is not deceived by userinfo', async () => {
    expect((await ask(`GET ${url}@evil.example/`)).status).toBe(400);
  });
});

describe('the page that asks', () => {
  it.each([
    ['our own', 'Origin: http://127.0.0.1:PORT', 'Sec-Fetch-Site: same-origin'],
    ['our own by name', 'Origin: http://localhost:PORT'],
    ['our own over IPv6', 'Origin: http://[::1]:PORT'],
    ['our own by Referer', 'Referer: http://127.0.0.1:PORT/autoscaling/demo?deployment=web'],
    ['the address bar', 'Sec-Fetch-Site: none'],
    ['none: a program', 'User-Agent: curl/8'],
  ])('may write: %s', async (_what, ...headers) => {
    expect((await ask('POST /', ...headers)).status).toBe(200);
  });

  it.each([
    ['another site', 'Origin: https://evil.example'],
    ['another site that says it is ours', 'Origin: https://evil.example', 'Sec-Fetch-Site: same-origin'],
    ['another port of this machine', 'Origin: http://localhost:3000'],
    ['another port of this machine, by site', 'Sec-Fetch-Site: same-site'],
    ['no origin, a sandboxed frame or a file', 'Origin: null'],
    ['an empty origin', 'Origin: '],
    ['our origin as a beginning', 'Origin: http://127.0.0.1:PORT.evil.example'],
    ['our origin as userinfo', 'Origin: http://127.0.0.1:PORT@evil.example'],
    ['our host over TLS', 'Origin: https://127.0.0.1:PORT'],
    ['two origins', 'Origin: http://127.0.0.1:PORT', 'Origin: https://evil.example'],
    ['an extension', 'Origin: chrome-extension://abcdef'],
    ['another site by Referer alone', 'Referer: https://evil.example/page'],
    ['another site by a Referer that begins as ours', 'Referer: http://127.0.0.1:PORT@evil.example/'],
    ['another site by Sec-Fetch-Site alone', 'Sec-Fetch-Site: cross-site'],
    ['a form of another site', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'],
    ['sites of two kinds', 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'],
  ])('may not write: %s', async (_what, ...headers) => {
    const { status, headers: answered } = await ask('POST /', ...headers);
    expect(status).toBe(403);
    expect(answered['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    ['a script', 'Origin: https://evil.example'],
    ['an image', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'],
    ['a frame', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'],
  ])('may not read from another site: %s', async (_what, ...headers) => {
    expect((await ask('GET /', ...headers)).status).toBe(403);
  });

  it('may link to us', async () => {
    const followed = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'];
    expect((await ask('GET /', ...followed, 'Referer: https://wiki.example/')).status).toBe(200);
  });

  it('gets no leave by asking for it first', async () => {
    const preflight = await ask('OPTIONS /', 'Origin: https://evil.example', 'Access-Control-Request-Method: POST');
    expect(preflight).toMatchObject({ status: 403 });
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('the other ports of npm start', () => {
  const FOREIGN = [
    ['a name of its own', 'Host: evil.example'],
    ['a page of another site', 'Origin: https://evil.example'],
    ['a page of another port', 'Origin: http://localhost:3000'],
  ] as const;

  it.each(FOREIGN)('the simulated cluster turns away %s, in the words of Kubernetes', async (_what, header) => {
    const cluster = await startSimulatedCluster({ name: 'demo', workloads: [simulated()], clock: { now: () => 0 } });
    const scale = '/apis/apps/v1/namespaces/shop/deployments/web/scale';
    const headers = [header, 'Content-Type: application/merge-patch+json'];
    const request = rawRequest(cluster.url, `PATCH ${scale}`, headers, '{"spec":{"replicas":1}}');
    const { status, body } = await sendRaw(cluster.url, request);
    expect({ status, kind: JSON.parse(body).kind }).toEqual({ status: 403, kind: 'Status' });
    expect(cluster.replicas('shop/web')).toBe(10);
    await cluster.close();
  });

  it.each(FOREIGN)('the table turns away %s, though its engine would let it in', async (_what, header) => {
    const { endpoint, close } = await startEmbeddedTable();
    const target = 'X-Amz-Target: DynamoDB_20120810.ListTables';
    const signed = 'Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=x';
    const headers = [target, signed, 'X-Amz-Date: 20260101T000000Z', 'Content-Type: application/x-amz-json-1.0'];
    const answered = await sendRaw(endpoint, rawRequest(endpoint, 'POST /', [...headers, header], '{}'));
    expect(answered.status).toBe(403);
    expect(answered.headers['access-control-allow-origin']).toBeUndefined();
    expect((await sendRaw(endpoint, rawRequest(endpoint, 'POST /', headers, '{}'))).body).toContain('ai4k8s');
    await close();
  });

  it.each(FOREIGN)('the stand-in for Groq turns away %s', async (_what, header) => {
    const groq = await startGroqServer((request) => stubReply('sensible', request));
    const path = 'POST /openai/v1/chat/completions';
    expect((await sendRaw(groq.url, rawRequest(groq.url, path, [header], '{"messages":[]}'))).status).toBe(403);
    expect(groq.requests).toEqual([]);
    await groq.close();
  });
});
