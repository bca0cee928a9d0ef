// The page's proxy: signs for whoever has the token of its start, and for nobody else on the machine.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openInBrowser } from '../../cli/dashboard/open.ts';
import { startDashboard } from '../../cli/dashboard/server.ts';
import { addressWith, newToken } from '../../cli/dashboard/token.ts';
import type { LocalServer } from '../../web/listen.ts';
import { type SignedGateway, startSignedGateway } from '../stand-ins/signed-gateway.ts';

const SECRET = 'a-secret-key';
const TOKEN = newToken();
const STATUS = '/api/autoscaling/status/demo?namespace=a%20b';
const WITH_TOKEN = { 'x-ai4k8s-token': TOKEN };

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | null | undefined;
}
const asked: Asked[] = [];
let api: SignedGateway;
let dashboard: LocalServer;
let readOnly: LocalServer;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  api = await startSignedGateway(SECRET, (method, { rawPath, rawQueryString, headers, body }) => {
    asked.push({ method, path: `${rawPath}?${rawQueryString}`, headers, body });
    return { statusCode: 200, headers: { etag: '"1"', 'x-other': 'no' }, body: '{"success":true}' };
  });
  const target = { url: api.url, cluster: 'demo', region: 'eu-west-1' };
  dashboard = await startDashboard(0, { target, isReadOnly: false, token: TOKEN });
  readOnly = await startDashboard(0, { target, isReadOnly: true, token: TOKEN });
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(async () => {
  await Promise.all([dashboard.close(), readOnly.close()]);
  api.close();
  vi.unstubAllEnvs();
});

it('signs what comes with the token, and hands on neither token nor cookies', async () => {
  const headers = { ...WITH_TOKEN, cookie: 'a=b', 'if-none-match': '"0"' };
  const answer = await fetch(`${dashboard.url}${STATUS}`, { headers });
  expect([answer.status, await answer.json(), answer.headers.get('etag'), answer.headers.get('x-other')]).toEqual([
    200,
    { success: true },
    '"1"',
    null,
  ]);
  expect(asked).toMatchObject([{ method: 'GET', path: '/api/autoscaling/status/demo?namespace=a%20b' }]);
  expect(asked[0]?.headers).toMatchObject({ 'if-none-match': '"0"' });
  expect(Object.keys(asked[0]?.headers ?? {})).not.toContain('cookie');
  expect(JSON.stringify(asked)).not.toContain(TOKEN);
});

it('signs a write with its body and key', async () => {
  const body = '{"deployment_name":"web","namespace":"söhne"}';
  const headers = { ...WITH_TOKEN, 'content-type': 'application/json', 'idempotency-key': 'k1' };
  const answer = await fetch(`${dashboard.url}/api/autoscaling/predictive/pause/demo`, {
    method: 'POST',
    headers,
    body,
  });
  expect(answer.status).toBe(200);
  expect(asked[0]).toMatchObject({ method: 'POST', body, headers: { 'idempotency-key': 'k1' } });
});

it.each([
  ['none', {}],
  ['another', { 'x-ai4k8s-token': newToken() }],
  ['a part', { 'x-ai4k8s-token': TOKEN.slice(0, -1) }],
  ['as a bearer', { authorization: `Bearer ${TOKEN}` }],
])('asks nothing without the token: %s', async (_name, headers: Record<string, string>) => {
  for (const path of [STATUS, '/autoscaling/-/session', '/health', '/api/autoscaling/clusters']) {
    const answer = await fetch(`${dashboard.url}${path}`, { headers });
    const { type, detail } = (await answer.json()) as { type: string; detail: string };
    expect([answer.status, type]).toEqual([401, 'urn:ai4k8s:problem:token-missing']);
    expect(detail).toContain('ai4k8s dashboard');
  }
  const query = await fetch(`${dashboard.url}${STATUS}&token=${TOKEN}`, { headers });
  expect(query.status).toBe(401);
  expect(asked).toEqual([]);
});

it.each([
  ['a page of another site', { origin: 'https://evil.example' }],
  ['a page of another port', { origin: 'http://127.0.0.1:1' }],
  ['a fetch from elsewhere', { 'sec-fetch-site': 'cross-site' }],
])('takes the token from no %s', async (_name, headers: Record<string, string>) => {
  const answer = await fetch(`${dashboard.url}${STATUS}`, { headers: { ...WITH_TOKEN, ...headers } });
  expect(answer.status).toBe(403);
  expect(asked).toEqual([]);
});

it('changes nothing when it is read-only, and says so to the page', async () => {
  const url = `${readOnly.url}/api/autoscaling/predictive/enable/demo`;
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const answer = await fetch(url, {
      method,
      headers: { ...WITH_TOKEN, 'content-type': 'application/json' },
      body: '{}',
    });
    expect([answer.status, await answer.json()]).toMatchObject([403, { type: 'urn:ai4k8s:problem:read-only' }]);
  }
  expect(asked).toEqual([]);
  const session = await fetch(`${readOnly.url}/autoscaling/-/session`, { headers: WITH_TOKEN });
  expect(await session.json()).toEqual({ served_by: 'proxy', read_only: true, url: api.url });
});

it('forwards to no other host, whatever path it is given', async () => {
  for (const path of ['/api/../../etc', '//evil.example/api/x', '/evil', '/api/%2e%2e/x'])
    await fetch(`${dashboard.url}${path}`, { headers: WITH_TOKEN });
  expect(asked.every(({ path }) => path.startsWith('/'))).toBe(true);
  const answer = await fetch(`${dashboard.url}//evil.example/api/x`, { headers: WITH_TOKEN });
  expect(answer.status).toBe(404);
});

it('serves what is static to any program, and the token to none', async () => {
  for (const path of ['/docs', '/openapi.json']) {
    const answer = await fetch(`${dashboard.url}${path}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain(TOKEN);
  }
  expect(asked).toEqual([]);
});

it('says what to do where the API is gone', async () => {
  const target = { url: 'http://127.0.0.1:9', cluster: 'demo' };
  const alone = await startDashboard(0, { target, isReadOnly: false, token: TOKEN });
  const answer = await fetch(`${alone.url}${STATUS}`, { headers: WITH_TOKEN });
  expect([answer.status, await answer.json()]).toMatchObject([
    502,
    { type: 'urn:ai4k8s:problem:no-answer-of-the-api' },
  ]);
  await alone.close();
});

it('says what credentials lack where the gateway turns them away', async () => {
  const target = { url: api.url, cluster: 'demo', region: 'eu-west-1' };
  const credentials = async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'another' });
  const stranger = await startDashboard(0, { target: { ...target, credentials }, isReadOnly: false, token: TOKEN });
  const answer = await fetch(`${stranger.url}${STATUS}`, { headers: WITH_TOKEN });
  const { detail } = (await answer.json()) as { detail: string };
  expect([answer.status, detail]).toEqual([502, '403: Forbidden: these credentials lack execute-api:Invoke']);
  await stranger.close();
});

it('opens the browser by a file of this user alone, and tells no program the token', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opener-'));
  const opener = join(folder, process.platform === 'darwin' ? 'open' : 'xdg-open');
  writeFileSync(
    opener,
    '#!/bin/sh\nprintf "%s\\n" "$@" > "$(dirname "$0")/given.new"; mv "$(dirname "$0")/given.new" "$(dirname "$0")/given"\n',
    {
      mode: 0o755,
    },
  );
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  const address = addressWith('http://127.0.0.1:1', TOKEN);
  expect(await openInBrowser(address)).toBe(true);
  const given = join(folder, 'given');
  await vi.waitFor(() => expect(existsSync(given)).toBe(true), { timeout: 20_000 });
  const [file = ''] = readFileSync(given, 'utf8').split('\n');
  expect(file).not.toContain(TOKEN);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(statSync(dirname(file)).mode & 0o077).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain(address);
  vi.stubEnv('PATH', folder.replace('opener-', 'none-'));
  expect(await openInBrowser(address)).toBe(false);
  rmSync(folder, { recursive: true });
});

it('has the token in the address behind the #, which no server is sent', () => {
  const { hash, search, pathname } = new URL(addressWith('http://127.0.0.1:1', TOKEN));
  expect([hash, search, pathname]).toEqual([`#token=${TOKEN}`, '', '/autoscaling']);
});
