// Signals from a Prometheus: by template, one question per signal, and each failure named where it is met.
import { afterEach, describe, expect, it } from 'vitest';
import { makePrometheusSignals, type PrometheusSignalsOptions } from '../../lib/adapters/prometheus/signals.ts';
import { makeSafeFetch } from '../../lib/net/safe-fetch.ts';
import { HOSTILE, patienceMs, SIGNAL, signalSourceContract, type World } from '../contracts/signal-source.ts';
import { naming, snapshotOf } from '../make/naming.ts';
import {
  type PromReply,
  type PromRequest,
  refused,
  startPrometheusServer,
  success,
} from '../stand-ins/prometheus-server.ts';

const LOAD = { kind: 'load', unit: 'requests/s' } as const;
const LABELS = { namespace: 'namespace', workload: 'deployment' };
const QUERY = 'sum by (namespace, deployment) (rate(http_requests_total{cluster="{cluster}"}[2m]))';

function sourceAt(url: string, change: Partial<PrometheusSignalsOptions> = {}) {
  return makePrometheusSignals({
    name: 'prom',
    url,
    definitions: { [SIGNAL]: LOAD },
    signals: [{ name: SIGNAL, kind: 'load', query: QUERY, labels: LABELS }],
    isPartialFine: false,
    budgetMs: 20_000,
    fetch: makeSafeFetch({ allow: ['127.0.0.1'], budgetMs: 21_000, mostBytes: 16 * 1024 ** 2 }),
    ...change,
  });
}

type Metric = Readonly<Record<string, string>>;
const row = (deployment: string, value: unknown, at = Date.now(), more: Metric = {}) => ({
  metric: { namespace: 'shop', deployment, ...more },
  value: [at / 1000, String(value)],
});
const vector = (...rows: readonly object[]) => success('vector', rows);

function answerOf(world: World): PromReply | null {
  switch (world.says) {
    case 'values':
      return vector(...Object.entries(world.values).map(([name, value]) => row(name, value, world.at)));
    case 'nothing':
      return vector();
    case 'no number':
      return vector(row('web', 'NaN'), row('api', 3));
    case 'several':
      return vector(
        row('web', 1, Date.now(), { code: '200' }),
        row('web', 2, Date.now(), { code: '500' }),
        row('api', 3),
      );
    case 'strangers': {
      const strangers = Array.from({ length: 10_000 }, (_, i) => row(`other-${i}`, i));
      return vector(
        ...strangers,
        ...HOSTILE.map((name) => row(name, 1)),
        { metric: {}, value: [1, '9'] },
        row('web', 7),
      );
    }
    case 'an error':
      return refused(422, 'execution', 'query\u001b[31m processing\u202E would load too many samples');
    case 'rubbish':
      return { body: '<html><title>Sign in</title>' };
    case 'half an answer':
      return { headers: { 'content-length': '1000' }, body: '{"status":"success","data":{"resu' };
    case 'never':
      return null;
    case 'elsewhere':
      return { status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' };
  }
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(answer: (request: PromRequest) => PromReply | null) {
  const server = await startPrometheusServer(answer);
  closers.push(server.close);
  return server;
}

signalSourceContract('Prometheus', {
  kind: 'load',
  async make(world) {
    const server = await startPrometheusServer(() => answerOf(world));
    return {
      source: sourceAt(server.url, { budgetMs: patienceMs(world) }),
      calls: () => server.requests.length,
      close: server.close,
    };
  },
});

const web = naming({ namespace: 'shop', name: 'web' }, [SIGNAL, 'latency']);
const api = naming({ namespace: 'shop', name: 'api' }, [SIGNAL]);

describe('signals from a Prometheus', () => {
  it('are asked for with the name of the cluster in the query, and for now', async () => {
    const { url, requests } = await serve(() => vector(row('web', 40)));
    await sourceAt(url).read(snapshotOf([web]));
    expect(requests.map(({ path, parameters }) => [path, parameters])).toEqual([
      ['query', { query: QUERY.replace('{cluster}', 'prod') }],
    ]);
  });

  it('are not asked for in a cluster whose name could change the query', async () => {
    const { url, requests } = await serve(() => vector(row('web', 40)));
    const batch = await sourceAt(url).read(snapshotOf([web], 'a"} or up{x="'));
    expect(batch.unread?.get('shop/web')?.[SIGNAL]).toContain('the name of this cluster');
    expect(requests).toEqual([]);
  });

  it('fail one by one: what is wrong with one query leaves the other its readings', async () => {
    const { url } = await serve(({ parameters }) =>
      parameters.query === 'broken' ? refused(400, 'bad_data', 'parse error') : vector(row('web', 250)),
    );
    const definitions = { [SIGNAL]: LOAD, latency: { kind: 'level', unit: 'ms' } } as const;
    const signals = [
      { name: SIGNAL, kind: 'load', query: 'broken', labels: LABELS },
      { name: 'latency', kind: 'level', query: 'fine', labels: LABELS },
    ] as const;
    const batch = await sourceAt(url, { definitions, signals }).read(snapshotOf([web, api]));
    expect(batch.levels?.get('shop/web')?.latency?.value).toBe(250);
    expect(batch.unread?.get('shop/web')).toEqual({ [SIGNAL]: expect.stringContaining('parse error') });
    expect(batch.problems).toEqual([expect.stringMatching(/^prom: Prometheus at .*parse error/)]);
  });

  it('are told apart by the labels that the signal says', async () => {
    const { url } = await serve(() => vector({ metric: { ns: 'shop', app: 'web' }, value: [Date.now() / 1000, '4'] }));
    const signals = [{ name: SIGNAL, kind: 'load', query: 'x', labels: { namespace: 'ns', workload: 'app' } }] as const;
    expect((await sourceAt(url, { signals }).read(snapshotOf([web]))).readings.get('shop/web')?.[SIGNAL]?.demand).toBe(
      4,
    );
    const other = await sourceAt(url).read(snapshotOf([web]));
    expect(other.unread?.get('shop/web')?.[SIGNAL]).toContain(
      'has both labels namespace and deployment: group it by them',
    );
  });

  it('are of a StatefulSet too, but not of two workloads that the labels cannot tell apart', async () => {
    const { url } = await serve(() => vector(row('web', 4)));
    const set = naming({ namespace: 'shop', name: 'web', kind: 'StatefulSet' }, [SIGNAL]);
    const alone = await sourceAt(url).read(snapshotOf([set]));
    expect(alone.readings.get('shop/statefulset:web')?.[SIGNAL]?.demand).toBe(4);
    const both = await sourceAt(url).read(snapshotOf([set, web]));
    expect(both.readings.size).toBe(0);
    for (const key of ['shop/web', 'shop/statefulset:web'])
      expect(both.unread?.get(key)?.[SIGNAL]).toContain('does not tell them apart');
  });

  it('are refused where the server warns that they are incomplete, unless the source takes such', async () => {
    const { url } = await serve(() => success('vector', [row('web', 4)], { warnings: ['one store is away'] }));
    const strict = await sourceAt(url).read(snapshotOf([web]));
    expect(strict.unread?.get('shop/web')?.[SIGNAL]).toMatch(/one store is away.*"partial": true/);
    const lax = await sourceAt(url, { isPartialFine: true }).read(snapshotOf([web]));
    expect(lax.readings.get('shop/web')?.[SIGNAL]?.demand).toBe(4);
  });

  it('are asked for with a token that is read anew, and which no message shows', async () => {
    const tokens = ['first-token-of-all', 'second-token-of-all'];
    const { url, requests } = await serve(({ authorization }) => refused(401, 'unauthorized', `no ${authorization}`));
    const source = sourceAt(url, { token: async () => tokens.shift() });
    const said = [await source.read(snapshotOf([web])), await source.read(snapshotOf([web]))];
    expect(requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer first-token-of-all',
      'Bearer second-token-of-all',
    ]);
    for (const { unread } of said) {
      expect(unread?.get('shop/web')?.[SIGNAL]).toContain('give the source a "tokenSecretId"');
      expect(unread?.get('shop/web')?.[SIGNAL]).not.toContain('token-of-all');
    }
  });

  it('without the secret that holds the token are unread, and nothing is asked', async () => {
    const { url, requests } = await serve(() => vector(row('web', 4)));
    const token = () => Promise.reject(new Error('could not read the secret prom'));
    const batch = await sourceAt(url, { token }).read(snapshotOf([web]));
    expect(batch.unread?.get('shop/web')?.[SIGNAL]).toContain('could not read the secret prom');
    expect(requests).toEqual([]);
  });

  it('are signed for Amazon', async () => {
    const { url, requests } = await serve(() => vector(row('web', 4)));
    const credentials = async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret' });
    await sourceAt(url, { signing: { region: 'eu-west-1', credentials } }).read(snapshotOf([web]));
    expect(requests[0]?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d+\/eu-west-1\/aps\//);
  });

  it('are not asked of a server that is not on the list', async () => {
    const { url, requests } = await serve(() => vector(row('web', 4)));
    const fetch = makeSafeFetch({ allow: ['prom.example'], budgetMs: 1000, mostBytes: 1000 });
    const batch = await sourceAt(url, { fetch }).read(snapshotOf([web]));
    expect(batch.unread?.get('shop/web')?.[SIGNAL]).toContain('its host 127.0.0.1 is not on the list');
    expect(requests).toEqual([]);
  });
});
