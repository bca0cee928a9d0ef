// The command line's requests to API Gateway carry the very signatures of the AWS SDK for Python; others carry none.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { askApi, signed } from '../../cli/api-client.ts';

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const API = 'https://abc.execute-api.eu-west-1.amazonaws.com/api/autoscaling';
const AT = new Date('2026-01-02T03:04:05Z');

// botocore 1.43.11, SigV4Auth for execute-api, the same keys, requests and time.
it.each([
  [
    `${API}/history/prod?deployment=web&namespace=shop%20a&limit=5`,
    { method: 'GET' },
    undefined,
    'deaa30ba9fb9942ae871cb0d5005585caa30751859cb9f7e12aecf61ad4e25e5',
  ],
  [
    `${API}/release/prod`,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"hold_minutes":30}' },
    'tok/en==',
    'db8e3271bf9f5633425981e16b5a091e675686312077def7310ff5abd77f5ff4',
  ],
])('%s is signed as the AWS SDK signs it', async (url, asked, sessionToken, signature) => {
  const credentials = async () => ({ ...KEYS, ...(sessionToken !== undefined && { sessionToken }) });
  const { headers, ...rest } = await signed(new URL(url), asked, 'eu-west-1', credentials, AT);
  expect(headers?.authorization).toContain(`Signature=${signature}`);
  expect(rest).toMatchObject({ method: asked.method });
});

it('asks an API of our own without a signature, with a space that a signature would survive', async () => {
  const seen: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ url, headers }, response) => {
    seen.push({ url, headers });
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await askApi({ url: `http://127.0.0.1:${port}`, cluster: 'de mo' }, 'history', { query: { deployment: 'a b' } });
  server.close();
  expect(seen).toMatchObject([{ url: '/api/autoscaling/history/de%20mo?deployment=a%20b' }]);
  expect(seen[0]?.headers.authorization).toBeUndefined();
});
