// Prometheus as a source of history: what is asked, and what becomes of everything a server may answer.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { makePrometheusHistory } from '../../lib/adapters/prometheus/history.ts';
import { cpuRequestQuery, cpuUsageQuery } from '../../lib/adapters/prometheus/promql.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import { historySourceContract } from '../contracts/history-source.ts';
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

historySourceContract('Prometheus', async (ref, cpuAt, now) => {
  const known = measured((seconds) => (seconds * 1000 > now - 10 * DAY ? cpuAt(seconds * 1000) : undefined), 0.5);
  const none = measured(() => undefined);
  const isKnown = ({ parameters }: PromRequest) =>
    [cpuUsageQuery(ref), cpuRequestQuery(ref)].includes(parameters.query ?? '');
  const server = await startPrometheusServer((request) => (isKnown(request) ? known(request) : none(request)));
  return { source: makePrometheusHistory({ url: server.url }), close: server.close };
});

let server: Awaited<ReturnType<typeof startPrometheusServer>> | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(answer: (request: PromRequest) => PromReply | null, prefix?: string) {
  server = await startPrometheusServer(answer, prefix);
  return server;
}

describe('what is asked', () => {
  it('the CPU of the Deployment’s own pods, and of no other with a longer name', () => {
    expect(cpuUsageQuery(WEB)).toContain(
      'rate(container_cpu_usage_seconds_total{namespace="shop",pod=~"web-[a-z0-9]{1,10}-[a-z0-9]{5}",container!="",container!="POD"}[2m])',
    );
    const pattern = new RegExp(`^(?:${/pod=~"([^"]*)"/.exec(cpuUsageQuery(WEB))?.[1]})$`);
    const pods = ['web-7d4b9c5f6-x2x8k', 'web-api-7d4b9c5f6-x2x8k', 'web-0', 'myweb-7d4b9c5f6-x2x8k', 'web-7d4b9c5f6'];
    expect(pods.filter((pod) => pattern.test(pod))).toEqual(['web-7d4b9c5f6-x2x8k']);
  });

  it('dots in a name are dots, and a name whose pods’ names are cut is matched by what is left of it', () => {
    expect(cpuUsageQuery({ namespace: 'shop', name: 'db', kind: 'StatefulSet' })).toContain('pod=~"db-[0-9]{1,10}"');
    expect(cpuUsageQuery({ ...WEB, kind: 'Rollout' })).toBe(cpuUsageQuery(WEB));
    expect(cpuRequestQuery({ namespace: 'shop', name: 'v1.web' })).toContain('pod=~"v1\\\\.web-[a-z0-9]{1,10}-');
    const long = 'a'.repeat(70);
    expect(cpuUsageQuery({ namespace: 'shop', name: long })).toContain(`pod=~"${'a'.repeat(58)}.*"`);
  });

  it('law: no name and no label’s value can end its quotes and ask something else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (namespace, name, cluster) => {
        const text = '"(?:[^"\\\\\\n\\r]|\\\\.)*"';
        const shape = new RegExp(
          `\\(rate\\(container_cpu_usage_seconds_total\\{namespace=${text},pod=~${text},container!="",container!="POD",cluster=${text}\\}\\[2m\\]\\)\\)\\)$`,
          's',
        );
        expect(cpuUsageQuery({ namespace, name }, { cluster })).toMatch(shape);
      }),
    );
  });

  it('in pieces of 10,000 points at most, which join without a seam', async () => {
    const { url, requests } = await serve(measured(() => 1));
    const { series } = await makePrometheusHistory({ url }).read(WEB, NOW - 14 * DAY, NOW);
    const ranges = requests.filter(({ path }) => path === 'query_range').map(({ parameters }) => parameters);
    expect(ranges.map(({ start, end }) => (Number(end) - Number(start)) / 60 + 1)).toEqual([10_000, 10_000, 161]);
    expect(series.at.length).toBe(14 * 1440 + 1);
    expect(series.at.every((at, i) => i === 0 || at - (series.at[i - 1] ?? 0) === 60_000)).toBe(true);
  });

  it('a query of the user’s own, of which nothing is known per replica', async () => {
    const { url, requests } = await serve(measured(() => 7, 0.5));
    const { series, coresPerReplica } = await makePrometheusHistory({ url, query: 'sum(rps)' }).read(
      WEB,
      NOW - DAY,
      NOW,
    );
    expect(requests.map(({ parameters }) => parameters.query)).toEqual(['sum(rps)']);
    expect([series.demand.cpu[0], coresPerReplica]).toEqual([7, null]);
  });

  it('below the path of the URL, with its user and password, or a token, in a header', async () => {
    const { url, requests } = await serve(
      measured(() => 1),
      '/prom',
    );
    await makePrometheusHistory({ url: `${url.replace('//', '//me:p%40ss@')}/` }).read(WEB, NOW - DAY, NOW);
    expect(requests.map(({ path }) => path)).toEqual(['query_range', 'query']);
    expect(requests[0]?.authorization).toBe(`Basic ${btoa('me:p@ss')}`);
    await makePrometheusHistory({ url, token: 'abc' }).read(WEB, NOW - DAY, NOW);
    expect(requests.at(-1)?.authorization).toBe('Bearer abc');
  });
});

describe('what comes back', () => {
  it('NaN, infinities and negatives are missing, not zero', async () => {
    const values = ['1', 'NaN', '+Inf', '-Inf', '-3', '0'].map((value, i) => [NOW / 1000 + 60 * i, value]);
    const { url } = await serve(({ path }) =>
      path === 'query' ? success('vector', []) : success('matrix', [{ metric: {}, values }]),
    );
    const { series } = await makePrometheusHistory({ url }).read(WEB, NOW, NOW + 300_000);
    expect([...series.demand.cpu]).toEqual([1, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 0]);
  });

  const two = { metric: {}, values: [[NOW / 1000, '1']] };
  it.each([
    ['several series', success('matrix', [two, two]), 'answers 2 series where one is expected: wrap it in sum', false],
    ['a bad query', refused(400, 'bad_data', 'parse error: unexpected "}"'), '400 bad_data: parse error', false],
    ['a server that has had enough', refused(503, 'timeout', 'query timed out'), '503 timeout: query timed out', true],
    ['a login page', { body: '<html>Sign in</html>' }, 'give the URL that /api/v1 is under', false],
    ['a refusal', { status: 401, body: 'Unauthorized' }, 'a token in PROMETHEUS_TOKEN', false],
    ['another shape', success('matrix', [{ values: 'none' }]), 'something that is no Prometheus answer', false],
    ['another kind of result', success('matrix', 7), 'something that is no Prometheus answer', false],
  ])('%s is one AdapterError that says so', async (_what, reply, words, retryable) => {
    const { url } = await serve(() => reply);
    const error = await makePrometheusHistory({ url })
      .read(WEB, NOW - DAY, NOW)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AdapterError);
    expect(error).toMatchObject({ source: 'prometheus', retryable });
    expect(String(error)).toContain(words);
    expect(String(error)).toContain(url);
    expect(String(error)).not.toContain('\n');
  });

  it('a server that hangs costs no more than the time budget', async () => {
    const { url } = await serve(() => null);
    const started = performance.now();
    const reading = makePrometheusHistory({ url, budgetMs: 150 }).read(WEB, NOW - DAY, NOW);
    await expect(reading).rejects.toThrow(/no answer within the time budget: ask for fewer --days/);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('a server that is not there is one AdapterError, and the password is not in it', async () => {
    const { url, close } = await startPrometheusServer(() => null);
    await close();
    const reading = makePrometheusHistory({ url: url.replace('//', '//me:secret@') }).read(WEB, NOW - DAY, NOW);
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ source: 'prometheus', retryable: true });
    expect(String(error)).toMatch(/cannot be reached \(.*ECONNREFUSED/);
    expect(String(error)).not.toContain('secret');
  });
});
