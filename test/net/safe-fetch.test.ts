// A request goes to a host of the list, to an address that was checked, once, within its time and size; or nowhere.
import type { LookupAddress, lookup } from 'node:dns';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesOf, makeSafeFetch, type SafeFetchOptions } from '../../lib/net/safe-fetch.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A resolver that says what it is told, and counts. */
function resolver(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const answer = (name: string, _options: unknown, done: (error: null, found: LookupAddress[]) => void) => {
    const found = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(name);
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { asked, lookup: answer as unknown as typeof lookup };
}

const OPTIONS: SafeFetchOptions = {
  allow: ['localhost', '127.0.0.1', '*.internal.example'],
  budgetMs: 2000,
  mostBytes: 10_000,
};
const get = async (url: string, options: Partial<SafeFetchOptions> = {}) => {
  const reply = await makeSafeFetch({ ...OPTIONS, ...options })(new URL(url), { method: 'GET', headers: {} });
  return { status: reply.status, text: (await bytesOf(reply)).toString(), location: reply.headers.get('location') };
};
/** The message of an error, or of what caused it. */
const refusal = async (asking: Promise<unknown>): Promise<string> => {
  const error: unknown = await asking.then(
    () => new Error('it was answered'),
    (thrown: unknown) => thrown,
  );
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
};

describe('a safe fetch', () => {
  it('asks a host of the list', async () => {
    const port = await serve((_, response) => response.end('here'));
    expect(await get(`http://127.0.0.1:${port}/a`)).toMatchObject({ status: 200, text: 'here' });
    expect(await get(`http://localhost:${port}/a`)).toMatchObject({ status: 200, text: 'here' });
  });

  it.each([
    ['http://elsewhere.example/', 'its host elsewhere.example is not on the list'],
    ['http://internal.example/', 'its host internal.example is not on the list'],
    ['http://a.internal.example.evil.example/', 'is not on the list'],
    ['http://169.254.169.254/latest/meta-data/', '169.254.169.254 is never asked'],
    ['http://[::ffff:169.254.169.254]/', 'is never asked'],
    ['http://0xa9fea9fe/', '169.254.169.254 is never asked'],
    ['http://[fd00:ec2::254]/', 'fd00:ec2::254 is never asked'],
    ['ftp://a.internal.example/', 'expected http:// or https://'],
  ])('does not ask %s', async (url, message) => {
    expect(await refusal(get(url))).toContain(message);
  });

  it.each([
    [['169.254.169.254'], 'a.internal.example is 169.254.169.254, which is link-local'],
    [['::ffff:a9fe:a9fe'], 'which is link-local'],
    [['fe80::1%eth0'], 'which is link-local'],
    [['fd00:ec2::254'], 'which is link-local'],
    [['10.0.0.1', '169.254.169.254'], 'a.internal.example is 169.254.169.254'],
    [['127.0.0.1'], 'a.internal.example is 127.0.0.1, this machine itself, which its name does not say'],
    [['::1'], 'this machine itself'],
    [['::ffff:127.0.0.1'], 'this machine itself'],
    [[], 'a.internal.example has no address'],
  ])('does not connect to a name that is %j', async (addresses, message) => {
    const port = await serve((_, response) => response.end('here'));
    const { lookup } = resolver(addresses);
    expect(await refusal(get(`http://a.internal.example:${port}/`, { lookup }))).toContain(message);
  });

  it('resolves once: what a name becomes a moment later does not count', async () => {
    const port = await serve((_, response) => response.end('here'));
    const { asked, lookup } = resolver(['127.0.0.1'], ['169.254.169.254']);
    expect(await get(`http://localhost:${port}/`, { lookup })).toMatchObject({ text: 'here' });
    expect(asked).toEqual(['localhost']);
  });

  it.each(['http://elsewhere.example/', '/other', 'http://169.254.169.254/'])(
    'hands a redirect to %s over and does not follow it',
    async (location) => {
      const seen: (string | undefined)[] = [];
      const port = await serve(({ url }, response) => {
        seen.push(url);
        response.writeHead(302, { location }).end();
      });
      expect(await get(`http://127.0.0.1:${port}/a`)).toMatchObject({ status: 302, location });
      expect(seen).toEqual(['/a']);
    },
  );

  it('gives up in time, also where the answer drips', async () => {
    const hung = await serve(() => undefined);
    const drips = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    });
    for (const port of [hung, drips])
      expect(await refusal(get(`http://127.0.0.1:${port}/`, { budgetMs: 150 }))).toMatch(/timeout|aborted/i);
  });

  it('stops reading what is too long, packed or not', async () => {
    const { gzipSync } = await import('node:zlib');
    const port = await serve(({ url }, response) => {
      const long = 'x'.repeat(20_000);
      if (url === '/packed') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(long));
      else response.end(long);
    });
    for (const path of ['/plain', '/packed'])
      expect(await refusal(get(`http://127.0.0.1:${port}${path}`))).toContain('its answer has over');
  });

  it('asks again where a kept connection had died, but not where each request is counted', async () => {
    let requests = 0;
    const port = await serve(({ socket }, response) => {
      requests += 1;
      if (requests % 2 === 1) socket.destroy();
      else response.end('here');
    });
    expect(await get(`http://127.0.0.1:${port}/`)).toMatchObject({ text: 'here' });
    expect(await refusal(get(`http://127.0.0.1:${port}/`, { repeats: false }))).not.toBe('it was answered');
  });
});
