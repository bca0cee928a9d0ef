// As whom a Prometheus is asked: headers, AWS signatures, and that no secret ever stands in a message.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { signedHeaders } from '../../lib/adapters/prometheus/aws-signature.ts';
import { endpointOf } from '../../lib/adapters/prometheus/endpoint.ts';
import { makePrometheusHistory, type PrometheusOptions } from '../../lib/adapters/prometheus/history.ts';
import { regionOfWorkspace } from '../../lib/aws/workspace.ts';
import { signatureProblem } from '../stand-ins/aws-signature-check.ts';
import { measured, type PromReply, type PromRequest, startPrometheusServer } from '../stand-ins/prometheus-server.ts';

const NOW = Date.UTC(2026, 2, 4, 12);
const WEB = { cluster: 'demo', namespace: 'shop', name: 'web' };
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const steady = measured(() => 2, 0.5);

let server: Awaited<ReturnType<typeof startPrometheusServer>> | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function read(answer: (request: PromRequest) => PromReply, optionsFor: (url: string) => PrometheusOptions) {
  server = await startPrometheusServer(answer, '/workspaces/ws-1a2b');
  const found = await makePrometheusHistory(optionsFor(server.url))
    .read(WEB, NOW - 86_400_000, NOW)
    .catch((error: unknown) => error as Error);
  return { found, requests: server.requests };
}

describe('headers', () => {
  it('of the user’s own go along, and an authorization among them counts before all else', async () => {
    const headers = { 'X-Scope-OrgID': 'team|other', Authorization: 'Token xyz' };
    const { requests } = await read(steady, (url) => ({ url, headers, token: 'abc' }));
    for (const request of requests)
      expect(request.headers).toMatchObject({ 'x-scope-orgid': 'team|other', authorization: 'Token xyz' });
  });

  it('parameters of the URL go with every request, and what is pasted from a browser is cut down', async () => {
    const { requests, found } = await read(steady, (url) => ({ url: `${url}/api/v1/query?dedup=true&key=s%20x` }));
    expect(found).toMatchObject({ coresPerReplica: 0.5 });
    expect(requests.map((request) => request.url)).toEqual([
      '/workspaces/ws-1a2b/api/v1/query_range?dedup=true&key=s%20x',
      '/workspaces/ws-1a2b/api/v1/query?dedup=true&key=s%20x',
    ]);
    for (const url of [
      'http://p/x/',
      'http://p/x/graph?g0.expr=up#a',
      'http://u:p@p/x/api/v1/',
      'http://p/x/api/v1/query_range',
    ])
      expect(endpointOf({ url }).url).toBe('http://p/x');
    expect(endpointOf({ url: 'http://%zz:50%25%@p' }).url).toBe('http://p');
  });
});

describe('an AWS signature', () => {
  const address = 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1a2b/api/v1/query';
  const form = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
  const body = 'query=sum%28rate%28a%7Bb%3D%22c+d%22%7D%5B2m%5D%29%29&time=1767323045';

  // botocore 1.43.11, SigV4Auth for aps, the same keys, requests and time.
  it.each([
    ['POST', address, form, body, undefined, '4e636256ed43669fdbc9a200df1e332a059dab5943d4e0e1ee88e90454e43742'],
    ['POST', address, form, body, 'tok/en==', '86363b19f8a4c98e9d90e91305f369751745f88313cfff0088ba82d6db00cf1d'],
    [
      'GET',
      `${address}?query=sum%28rate%28a%7Bb%3D%22c%20d%22%7D%5B2m%5D%29%29&time=1767323045`,
      { accept: 'application/json' },
      undefined,
      undefined,
      '4da96ca36fb5ce34afc54d4a682e030828c23977a3b6f47683bb40a9e33b14dd',
    ],
  ] as const)(
    'of a %s is the one that the AWS SDK for Python makes',
    async (method, url, headers, sent, sessionToken, signature) => {
      const credentials = async () => ({ ...KEYS, ...(sessionToken !== undefined && { sessionToken }) });
      const request = { method, address: new URL(url), headers, body: sent };
      const signed = await signedHeaders({ region: 'eu-west-1', credentials }, request, Date.UTC(2026, 0, 2, 3, 4, 5));
      expect(signed.authorization).toContain(`Signature=${signature}`);
      expect(signed).not.toHaveProperty('host');
    },
  );

  it('holds for what really arrives, as POST and as GET, with a header of the user’s own', async () => {
    const problems: (string | null)[] = [];
    const check = (isPostFine: boolean) => (request: PromRequest) => {
      if (!isPostFine && request.method === 'POST') return { status: 405, body: '' };
      problems.push(signatureProblem(request, KEYS.secretAccessKey, 'aps'));
      return problems.at(-1) === null ? steady(request) : { status: 403, body: `{"message":"${problems.at(-1)}"}` };
    };
    const signing = { region: 'eu-west-1', credentials: async () => ({ ...KEYS, sessionToken: 'a/b+c==' }) };
    for (const isPostFine of [true, false]) {
      const { found } = await read(check(isPostFine), (url) => ({
        url: `${url}?b=1&a=x%20y`,
        signing,
        headers: { 'X-Team': "it's (a) *test*" },
        labels: { cluster: "p*r'o(d)! ü" },
      }));
      expect(found).toMatchObject({ coresPerReplica: 0.5 });
      await server?.close();
    }
    expect(problems).toEqual([null, null, null, null]);
    const { found } = await read(check(true), (url) => ({ url, token: 'x' }));
    expect(String(found)).toContain('403 ("Missing Authentication Token")');
    expect(String(found)).toContain('--prometheus-sigv4');
  });

  it('without credentials says where to give them', async () => {
    const credentials = () => Promise.reject(new Error('Could not load credentials from any providers'));
    const { found } = await read(steady, (url) => ({ url, signing: { region: 'eu-west-1', credentials } }));
    expect(String(found)).toMatch(/cannot be signed \(Could not load credentials.*AWS_PROFILE/);
  });

  it.each([
    ['https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/x', 'eu-central-1'],
    ['https://aps-workspaces.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
    ['https://aps-workspaces.us-gov-west-1.amazonaws.com/', 'us-gov-west-1'],
    ['https://aps-workspaces-fips.us-east-1.amazonaws.com/', 'us-east-1'],
    ['https://aps-workspaces.eusc-de-east-1.amazonaws.eu/', 'eusc-de-east-1'],
    ['https://aps-workspaces.eu-west-1.api.aws/', 'eu-west-1'],
    ['https://vpce-0a1.aps-workspaces.eu-west-1.vpce.amazonaws.com/', 'eu-west-1'],
    ['https://prometheus.example.com/', null],
    ['https://aps-workspaces.example.com/', null],
    ['https://aps-workspaces.eu-west-1.example.com/', null],
  ])('%s: region %s', (url, region) => {
    expect(regionOfWorkspace(new URL(url))).toBe(region);
  });
});

describe('secrets', () => {
  it('law: whatever a server says back, no message shows password, token, header or parameter', async () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=_.-]{8,40}$/);
    await fc.assert(
      fc.asyncProperty(
        secret,
        fc.constantFrom('url', 'token', 'header', 'parameter'),
        fc.constantFrom(200, 400, 401, 500),
        async (hidden, where, status) => {
          const fetch = async (_: unknown, { headers }: RequestInit = {}) => {
            const { authorization = '' } = headers as Record<string, string>;
            const words = `bad ${authorization} ${hidden} ${encodeURIComponent(hidden)} ${btoa(hidden)}`;
            return new Response(JSON.stringify({ status: 'error', errorType: 'x', error: words }), { status });
          };
          const url = new URL('http://prom.test/x');
          if (where === 'url') url.password = hidden;
          if (where === 'parameter') url.searchParams.set('key', hidden);
          const source = makePrometheusHistory({
            url: url.href,
            ...(where === 'token' && { token: hidden }),
            ...(where === 'header' && { headers: { 'X-Key': hidden } }),
            fetch: fetch as typeof globalThis.fetch,
          });
          const error = await source.read(WEB, NOW - 3_600_000, NOW).catch((thrown: unknown) => String(thrown));
          expect(error).toContain('bad');
          for (const spelled of [hidden, encodeURIComponent(hidden), btoa(hidden)]) {
            expect(error).not.toContain(spelled);
            expect(source.name).not.toContain(spelled);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
