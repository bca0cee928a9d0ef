// Remote write as a receiver sees it: what a request holds, how it is proven, and what becomes of it when the receiver will not have it.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Credentials } from '../../lib/adapters/prometheus/remote-write/post.ts';
import { makeRemoteWrite } from '../../lib/adapters/prometheus/remote-write/sink.ts';
import { type Sample, SERIES_GROUPS } from '../../lib/app/ports/metric-sink.ts';
import { makeSafeFetch } from '../../lib/net/safe-fetch.ts';
import { signatureProblem } from '../stand-ins/aws-signature-check.ts';
import { startRemoteWriteServer, type WriteReply, type WriteRequest } from '../stand-ins/remote-write-server.ts';

const AT = Date.parse('2026-03-04T12:00:00.250Z');
const OK: WriteReply = { status: 204 };
const sample = (change: Partial<Sample> = {}): Sample => ({
  name: 'ai4k8s_wanted_replicas',
  labels: { workload: 'web', namespace: 'shop', cluster: 'prod' },
  value: 7,
  at: AT,
  ...change,
});
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => sample({ labels: { workload: `w${i}`, cluster: 'prod' } }));

let server: Awaited<ReturnType<typeof startRemoteWriteServer>>;
afterEach(() => server.close());

interface Options {
  readonly credentials?: Credentials;
  readonly requestMs?: number;
  readonly query?: string;
}

async function open(answer: (request: WriteRequest, number: number) => WriteReply, options: Options = {}) {
  const { credentials = { kind: 'none' }, requestMs = 20_000, query = '' } = options;
  server = await startRemoteWriteServer(answer);
  const fetch = makeSafeFetch({ allow: ['127.0.0.1'], budgetMs: requestMs, mostBytes: 65_536, repeats: false });
  const wants = { workloads: 'enabled', groups: SERIES_GROUPS } as const;
  return makeRemoteWrite({ url: server.url + query, credentials, wants, fetch, version: '1.2.3' });
}

describe('a request of remote write', () => {
  it('is a snappy block of protobuf with the headers of version 1.0, labels sorted, time in milliseconds', async () => {
    const sink = await open(() => OK);
    await sink.write([sample()], 20_000);
    const [request] = server.requests;
    expect(request?.method).toBe('POST');
    expect(request?.url).toBe('/api/v1/write');
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
      'user-agent': 'ai4k8s/1.2.3',
    });
    expect(request?.headers).not.toHaveProperty('authorization');
    expect(request?.series).toMatchObject([
      {
        labels: [
          ['__name__', 'ai4k8s_wanted_replicas'],
          ['cluster', 'prod'],
          ['namespace', 'shop'],
          ['workload', 'web'],
        ],
        value: 7,
        timestamp: AT,
      },
    ]);
  });

  it('ends a series by the one NaN that means it', async () => {
    const sink = await open(() => OK);
    await sink.write([sample({ value: null }), sample({ name: 'x', value: 0 })], 20_000);
    expect(server.requests[0]?.series.map(({ bits }) => bits)).toEqual(['7ff0000000000002', '0000000000000000']);
  });

  it('holds no more than 2,000 series, and each sample once', async () => {
    const sink = await open(() => OK);
    await sink.write([...many(4500)], 20_000);
    expect(server.requests.map(({ series }) => series.length).toSorted()).toEqual([2000, 2000, 500]);
    const names = server.requests.flatMap(({ series }) => series.map(({ labels }) => JSON.stringify(labels)));
    expect(new Set(names).size).toBe(4500);
  });

  it('holds no series twice: a receiver refuses the whole request for it', async () => {
    const sink = await open(() => OK);
    await sink.write([sample(), sample({ value: 8 }), sample({ labels: { workload: 'other' } })], 20_000);
    expect(server.requests[0]?.series.map(({ value }) => value)).toEqual([7, 7]);
  });

  it('has valid labels in order, whatever they are named and hold', async () => {
    const sink = await open(() => OK);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constant('"}\n\\{a="'),
      fc.constant('__name__'),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, text), fc.double(), async (labels, value) => {
        await sink.write([{ name: 'a_metric', labels, value, at: AT }], 20_000);
        const series = server.requests.at(-1)?.series[0];
        const names = series?.labels.map(([name]) => name) ?? [];
        expect(names).toEqual([...names].sort());
        expect(names.filter((name) => name.startsWith('__'))).toEqual(['__name__']);
        for (const [name, held] of series?.labels ?? []) {
          expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
          expect(held).not.toBe('');
          expect(held).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        }
        expect(series?.value).toEqual(value === 0 ? expect.closeTo(0) : value);
      }),
      { numRuns: 40 },
    );
  });
});

describe('proof of who writes', () => {
  it.each([
    ['bearer', 'tok-en', 'Bearer tok-en'],
    ['basic', 'user:pass word', `Basic ${Buffer.from('user:pass word').toString('base64')}`],
  ] as const)('%s comes from the secret', async (kind, secret, authorization) => {
    const sink = await open(() => OK, { credentials: { kind, secret: async () => secret } });
    await sink.write([sample()], 20_000);
    expect(server.requests[0]?.headers.authorization).toBe(authorization);
  });

  it('is a signature for the service aps over the very bytes that are sent', async () => {
    const credentials = async () => ({ accessKeyId: 'AKID', secretAccessKey: 'sekrit', sessionToken: 'tok' });
    const sink = await open(
      (request) => {
        const problem = signatureProblem(request, 'sekrit', 'aps');
        return problem === null ? OK : { status: 403, body: problem };
      },
      { credentials: { kind: 'sigv4', signing: { region: 'eu-west-1', credentials } }, query: '?a=b%20c' },
    );
    await sink.write(many(300), 20_000);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers['x-amz-security-token']).toBe('tok');
  });

  it('that cannot be had is said, and nothing is sent', async () => {
    const secret = () => Promise.reject(new Error('the secret prom has no value yet'));
    const sink = await open(() => OK, { credentials: { kind: 'bearer', secret } });
    await expect(sink.write(many(5000), 20_000)).rejects.toThrow(
      /5000 of 5000 samples are dropped: the request has no credentials \(the secret prom has no value yet\)/,
    );
    expect(server.requests).toEqual([]);
  });

  it('is in no message, however the server says it back', async () => {
    const sink = await open(({ headers }) => ({ status: 400, body: `you sent ${headers.authorization}` }), {
      credentials: { kind: 'basic', secret: async () => 'user:hunter2hunter2' },
    });
    const error = await sink.write([sample()], 20_000).catch(String);
    expect(error).toContain('you sent Basic ***');
    expect(error).not.toContain(Buffer.from('user:hunter2hunter2').toString('base64'));
  });
});

describe('a receiver that', () => {
  it.each([
    ['is busy (429)', { status: 429 }],
    ['fails (500)', { status: 500, body: 'oh no' }],
    ['hangs up', 'reset'],
    ['hangs', null],
  ] as const)('%s is tried once more', async (_how, reply) => {
    const sink = await open((_, number) => (number === 1 ? reply : OK), { requestMs: 300 });
    await sink.write([sample()], 20_000);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [
      'busy',
      { status: 429, body: 'too many samples' },
      /10 of 10 samples are dropped: 429 \("too many samples"\), at the second try too/,
    ],
    ['broken', { status: 503 }, /10 of 10 samples are dropped: 503, at the second try too/],
    ['gone', 'reset', /10 of 10 samples are dropped: it cannot be reached \(.+\), at the second try too/],
    ['hanging', null, /10 of 10 samples are dropped: it did not answer in time, at the second try too/],
  ] as const)('stays %s loses the samples, which is said', async (_how, reply, said) => {
    const sink = await open(() => reply, { requestMs: 200 });
    await expect(sink.write(many(10), 20_000)).rejects.toThrow(said);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [400, 'out of order sample', /400 \("out of order sample"\)$/],
    [401, '', /401: it wants credentials, see REMOTE_WRITE_AUTH$/],
    [404, '404 page not found', /404 .*is REMOTE_WRITE_URL the whole address, path included\?/],
    [308, '', /308: it points elsewhere \("http:\/\/other\/"\); state that address$/],
  ])('answers %i is not tried again', async (status, body, said) => {
    const sink = await open(() => ({ status, body, headers: { location: 'http://other/' } }));
    await expect(sink.write([sample()], 20_000)).rejects.toThrow(said);
    expect(server.requests).toHaveLength(1);
  });

  it('refuses one request takes the others', async () => {
    const sink = await open((_, number) => (number === 2 ? { status: 400, body: 'bad' } : OK));
    await expect(sink.write(many(6500), 20_000)).rejects.toThrow(/ of 6500 samples are dropped: 400 \("bad"\)/);
    expect(server.requests).toHaveLength(4);
  });

  it('refuses everybody is not asked about the rest', async () => {
    const sink = await open(() => ({ status: 403 }));
    await expect(sink.write(many(40_000), 20_000)).rejects.toThrow(/40000 of 40000 samples are dropped: 403/);
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });

  it('asks for more patience than there is is left alone', async () => {
    const sink = await open(() => ({ status: 429, headers: { 'retry-after': '60' } }));
    await expect(sink.write([sample()], 1000)).rejects.toThrow(/429; no time for a second try/);
    expect(server.requests).toHaveLength(1);
  });

  it('is slow keeps nobody longer than the budget', async () => {
    const sink = await open(() => ({ status: 204, afterMs: 30_000 }));
    await expect(sink.write(many(10_000), 400)).rejects.toThrow(
      /10000 of 10000 samples are dropped: it did not answer in time/,
    );
  });

  it('answers without end is read no further than a few words', async () => {
    const sink = await open(() => ({ status: 400, body: 'x'.repeat(5_000_000) }));
    const error = await sink.write([sample()], 20_000).catch((thrown: Error) => thrown.message);
    expect(error).toMatch(/^Prometheus at .*: 1 of 1 samples are dropped: 400 /);
    expect(String(error).length).toBeLessThan(700);
  });
});
