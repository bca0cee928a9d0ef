// Whatever a Prometheus, or what stands before one, may answer: incomplete, elsewhere, of another shape, too much, later.
import { afterEach, describe, expect, it } from 'vitest';
import { makePrometheusHistory, type PrometheusOptions } from '../../lib/adapters/prometheus/history.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import {
  measured,
  type PromReply,
  type PromRequest,
  refused,
  startPrometheusServer,
  success,
} from '../stand-ins/prometheus-server.ts';

const NOW = Date.UTC(2026, 2, 4, 12);
const DAY = 86_400_000;
const WEB = { cluster: 'demo', namespace: 'shop', name: 'web' };

let server: Awaited<ReturnType<typeof startPrometheusServer>> | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function read(
  answer: (request: PromRequest) => PromReply | null,
  options: Partial<PrometheusOptions> = {},
  days = 1,
) {
  server = await startPrometheusServer(answer);
  const { url, requests } = server;
  const found = await makePrometheusHistory({ url, ...options })
    .read(WEB, NOW - days * DAY, NOW)
    .catch((error: unknown) => error);
  return { found, requests, url };
}

async function errorOf(answer: (request: PromRequest) => PromReply | null, options: Partial<PrometheusOptions> = {}) {
  const { found, requests } = await read(answer, options);
  expect(found).toBeInstanceOf(AdapterError);
  return { error: found as AdapterError, requests };
}

const steady = measured(() => 2, 0.5);
/** What `steady` answers, with remarks beside the data. */
const remarking = (more: object) => (request: PromRequest) => {
  const { status, data } = JSON.parse(steady(request).body);
  return { body: JSON.stringify({ status, data, ...more }) };
};

describe('an answer that is incomplete', () => {
  it.each([
    // Thanos, the wording of its store proxy (thanos-io/thanos issue 4777).
    [{ warnings: ['failed to receive any data in 5s from Addr: store-1:10901: deadline exceeded'] }, 'store-1:10901'],
    // Prometheus's own annotations and its truncation by `limit`.
    [{ warnings: ['PromQL warning: encountered a mix of histograms and floats for metric name "x"'] }, 'a mix of'],
    [{ warnings: ['results truncated due to limit'], infos: [] }, 'results truncated due to limit'],
    // VictoriaMetrics, app/vmselect/prometheus/query_range_response.qtpl.
    [{ isPartial: true, stats: { seriesFetched: '1' } }, 'it warns that its answer is incomplete'],
    [{ partial_response: true }, 'it warns that its answer is incomplete'],
    // Of another shape than Prometheus's own: of proxies and of gateways.
    [{ warnings: 'store gateway is down' }, 'store gateway is down'],
    [{ warnings: [{ store: 'store-2', error: 'no route to host' }] }, 'no route to host'],
    [{ warnings: { 'store-3': 'gone' } }, 'store-3'],
    [{ warnings: [null, 7] }, '("7")'],
    [{ isPartial: 'True' }, 'it warns that its answer is incomplete'],
    [{ partial: 1 }, 'it warns that its answer is incomplete'],
  ])('%j is refused in its own words, and taken with a note where the user says so', async (more, words) => {
    const { error } = await errorOf(remarking(more));
    expect(error.message).toContain(words);
    expect(error.message).toContain('--prometheus-partial');
    expect(error.retryable).toBe(true);
    await server?.close();
    const { found } = await read(remarking(more), { isPartialFine: true });
    expect(found).toMatchObject({ coresPerReplica: 0.5, notes: [expect.any(String)] });
  });

  it('many warnings are cut, and nothing in them reaches a terminal', async () => {
    const warnings = Array.from({ length: 500 }, (_, i) => `\u001b[2J\u202estore ${i} ${'x'.repeat(500)}`);
    const { error } = await errorOf(remarking({ warnings }));
    expect(error.message.length).toBeLessThan(700);
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('`infos`, and the infos that Prometheus 2 put under warnings, are said and nothing more', async () => {
    const info = 'PromQL info: metric might not be a counter, name does not end in _total: "x" (1:5)';
    for (const more of [{ infos: [info] }, { warnings: [info] }, { isPartial: false, warnings: [info] }]) {
      const { found } = await read(remarking(more));
      expect(found).toMatchObject({ notes: [info] });
      await server?.close();
    }
    expect((await read(remarking({ isPartial: false, warnings: null, infos: null }))).found).toMatchObject({
      notes: [],
    });
  });
});

describe('an answer from elsewhere', () => {
  it.each([
    [302, 'https://sso.example/login?next=%2Fprom&token=abcdefgh12', 'to https://sso.example/login ("Found"), and'],
    [307, '/oauth2/start?rd=x', '/oauth2/start ("Found"), and'],
    [301, undefined, 'it redirects (301) ("Found"), and'],
    [303, 'javascript:alert(1)', 'it redirects (303) ("Found"), and'],
  ])('a redirect (%i) is named and not followed', async (status, location, words) => {
    const { error, requests } = await errorOf(() => ({ status, body: 'Found', headers: location ? { location } : {} }));
    expect(error.message).toContain(words);
    expect(error.message).toContain('login page');
    expect(error.message).not.toContain('abcdefgh12');
    expect(requests).toHaveLength(1);
  });

  it('a redirect to https of the same host says what to write', async () => {
    const { error } = await errorOf(({ headers }) => ({
      status: 301,
      body: '',
      headers: { location: `https://${headers.host}/api/v1/query_range` },
    }));
    expect(error.message).toContain('give the URL with https://');
  });

  it.each([
    ['a login page', 200, '<!doctype html><html><head><title>Sign in\n · Corp</title></head>…', '("Sign in · Corp")'],
    ['an error page', 502, '<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>', '("502 Bad Gateway nginx")'],
    ['AWS', 403, '{"message":"Missing Authentication Token"}', '("Missing Authentication Token")'],
    ['Mimir without a tenant', 401, 'no org id', "--prometheus-header 'X-Scope-OrgID: NAME'"],
    // grafana/grafana#7459 and prometheus/codemirror-promql#144.
    [
      'Grafana',
      403,
      '{"message":"Posts not allowed on proxied Prometheus datasource"}',
      'Posts not allowed on proxied',
    ],
    ['the Kubernetes API', 403, '{"kind":"Status","message":"services is forbidden"}', '("services is forbidden")'],
    ['a gateway', 502, 'no healthy upstream', '502 ("no healthy upstream"): it cannot answer now'],
    ['a framework', 422, '{"detail":"field required: tenant_x"}', '("field required: tenant_x")'],
    ['an error in a shape of its own', 400, '{"status":"error","error":{"message":"too old"}}', '400 too old'],
    ['nobody', 404, '', 'give the URL that /api/v1 is under'],
    ['escapes', 500, '\u001b]0;x\u0007 bad\u202e', '("]0;x bad")'],
  ])('%s is quoted in its own words', async (_what, status, body, words) => {
    const { error } = await errorOf(() => ({ status, body }));
    expect(error.message).toContain(words);
    expect(error.message).toContain(String(status));
  });

  it('an answer without end fills no memory', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)) });
    const { error } = await errorOf(() => null, { fetch: async () => new Response(endless) });
    expect(error.message).toContain('its answer has over 64 MB');
  });
});

describe('an answer of another shape', () => {
  it('a row that lists no native histograms is one of numbers', async () => {
    for (const none of [[], null]) {
      const { found } = await read((request) => {
        const { data } = JSON.parse(steady(request).body);
        const rows = data.result.map((row: object) => ({ ...row, histograms: none, histogram: none }));
        return success(data.resultType, rows);
      });
      expect(found).toMatchObject({ coresPerReplica: 0.5, notes: [] });
      await server?.close();
    }
  });

  it('native histograms are named, in a range and in an instant', async () => {
    // https://prometheus.io/docs/prometheus/latest/querying/api/#native-histograms
    const histogram = { count: '3', sum: '1.5', buckets: [[0, '0.5', '1', '3']] };
    for (const row of [
      { metric: {}, histograms: [[NOW / 1000, histogram]] },
      { metric: {}, values: [[NOW / 1000, '1']], histograms: [[NOW / 1000, histogram]] },
    ]) {
      const { error } = await errorOf(() => success('matrix', [row]));
      expect(error.message).toContain('native histograms');
      expect(error.message).toContain('histogram_count');
      await server?.close();
    }
    const { error } = await errorOf((request) =>
      request.path === 'query'
        ? success('vector', [{ metric: {}, histogram: [NOW / 1000, histogram] }])
        : steady(request),
    );
    expect(error.message).toContain('native histograms');
  });

  it('samples in disorder, doubled, outside of the range, or with half a second more are one ascending series', async () => {
    const t = NOW / 1000;
    const values = [
      [t - 60, '3'],
      [t - 180, '1'],
      [t - 119.5, '2'],
      [t - 180, '1.5'],
      [t + 600, '9'],
      [1e300, '9'],
      [t - 400 * 86_400, '9'],
      [t - 240, ''],
      [t - 300, '0x10'],
    ];
    const { found } = await read(({ path }) =>
      path === 'query' ? success('vector', null) : success('matrix', [{ metric: {}, values }]),
    );
    const { series } = found as { series: { at: Float64Array; demand: { cpu: Float64Array } } };
    expect([...series.at].map((at) => at / 1000 - t)).toEqual([-300, -240, -180, -119.5, -60]);
    expect([...series.demand.cpu]).toEqual([Number.NaN, Number.NaN, 1.5, 2, 3]);
  });
});

describe('a GET where a POST is refused', () => {
  const lost = 'invalid parameter "query": 1:1: parse error: no expression found in input';
  it.each([
    ['405', { status: 405, body: 'Method Not Allowed' }],
    ['403 of a read-only proxy', { status: 403, body: '{"message":"GET is only allowed on proxied datasource"}' }],
    ['411', { status: 411, body: 'Length Required' }],
    ['501', { status: 501, body: '' }],
    ['400 of a proxy', { status: 400, body: '<html><title>400</title>' }],
    // A proxy that drops the body: Prometheus's words, and VictoriaMetrics's (grafana/mcp-grafana#993).
    ['a lost body, Prometheus', refused(400, 'bad_data', lost)],
    ['a lost body, VictoriaMetrics', refused(422, '422', 'missing `query` arg')],
    // grafana/grafana#47205.
    ['a result of null', { body: '{"status":"success","data":{"resultType":"matrix","result":null}}' }],
  ])('%s', async (_what, reply) => {
    const { found, requests } = await read((request) => (request.method === 'POST' ? reply : steady(request)));
    expect(found).toMatchObject({ coresPerReplica: 0.5 });
    // Once it is known, the next question is asked so at once.
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    expect(requests[1]?.parameters).toEqual(requests[0]?.parameters);
  });

  it('the answer to a question that is wrong itself is not asked for twice', async () => {
    const { error, requests } = await errorOf(() => refused(400, 'bad_data', 'parse error: unexpected "}"'));
    expect(error.message).toContain('400 bad_data: parse error');
    expect(requests).toHaveLength(1);
  });

  it('a query that no URL holds is not sent in one', async () => {
    const query = `sum(rps{path=~"${'x'.repeat(8000)}"})`;
    const { error, requests } = await errorOf(() => ({ status: 405, body: 'no POST' }), { query });
    expect(error.message).toContain('405');
    expect(requests).toHaveLength(1);
  });
});

describe('too much, and later', () => {
  it.each([
    ['422', refused(422, 'execution', 'query processing would load too many samples into memory in query execution')],
    ['503 timeout', refused(503, 'timeout', 'query timed out in expression evaluation')],
    // grafana/mimir#4245.
    [
      'Mimir',
      refused(422, 'bad_data', 'the query time range exceeds the limit (query length: 24h0m0s, limit: 6h0m0s)'),
    ],
    ['VictoriaMetrics', refused(422, '422', 'too many points for the given step=60: 1441; cannot exceed 400 points')],
  ])('%s: the range is cut down until it is answered, and joins without a seam', async (_what, reply) => {
    const { found, requests } = await read((request) => {
      const { start, end } = request.parameters;
      return Number(end) - Number(start) > 6 * 3600 ? reply : steady(request);
    });
    const { series } = found as { series: { at: Float64Array } };
    expect(series.at.length).toBe(1441);
    expect(series.at.every((at, i) => i === 0 || at - (series.at[i - 1] ?? 0) === 60_000)).toBe(true);
    expect(requests.length).toBeLessThan(10);
  });

  it('429 and 503 are asked again when they say, in seconds or as a date', async () => {
    const replies = [
      { status: 429, body: 'too many outstanding requests', headers: { 'retry-after': '0' } },
      { status: 503, body: 'busy', headers: { 'retry-after': new Date(Date.now() - 5000).toUTCString() } },
      { status: 429, body: '' },
    ];
    const { found } = await read((request) => replies.shift() ?? steady(request));
    expect(found).toMatchObject({ coresPerReplica: 0.5 });
    expect(replies).toEqual([]);
  });

  it('who asks for longer than there is time is believed at once', async () => {
    const reply = { status: 429, body: 'slow down', headers: { 'retry-after': '3600' } };
    const { error, requests } = await errorOf(() => reply);
    expect(error.message).toContain('429: it asks to be left alone for 3600 s');
    expect([error.retryable, requests.length]).toEqual([true, 1]);
  });
});
