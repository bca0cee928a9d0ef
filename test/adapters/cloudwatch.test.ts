// Signals from CloudWatch: 500 metrics a call, whole periods only, and each number in the signal's own unit.
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudWatchMetric } from '../../lib/adapters/cloudwatch/queries.ts';
import { makeCloudWatch } from '../../lib/adapters/cloudwatch/source.ts';
import { patienceMs, SIGNAL, signalSourceContract, type World } from '../contracts/signal-source.ts';
import { naming, snapshotOf } from '../make/naming.ts';
import {
  type CloudWatchReply,
  type MetricRequest,
  results,
  startCloudWatchServer,
} from '../stand-ins/cloudwatch-server.ts';

const DEPTH: CloudWatchMetric = {
  namespace: 'AWS/SQS',
  name: 'ApproximateNumberOfMessagesVisible',
  stat: 'Maximum',
  period: 60,
  dimensions: { QueueName: '{name}' },
  perSecond: false,
  scale: 1,
};

function sourceAt(endpoint: string, metric: Partial<CloudWatchMetric> = {}, now = Date.now, budgetMs = 20_000) {
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  return makeCloudWatch({
    name: 'cw',
    definitions: { [SIGNAL]: { kind: 'load', unit: 'messages' } },
    signals: [{ name: SIGNAL, kind: 'load', metric: { ...DEPTH, ...metric } }],
    budgetMs,
    client: { region: 'eu-west-1', endpoint, credentials, maxAttempts: 1 },
    now,
  });
}

const workloadOf = ({ MetricStat }: MetricRequest['MetricDataQueries'][number]) =>
  MetricStat.Metric.Dimensions[0]?.Value ?? '';

function answerOf(world: World, request: MetricRequest): CloudWatchReply | null {
  switch (world.says) {
    case 'values':
      return results(request, (query) => [[world.values[workloadOf(query)], world.at]]);
    case 'no number':
      return results(request, (query) => [[workloadOf(query) === 'web' ? 'NaN' : 3, Date.now() - 60_000]]);
    case 'nothing':
      return results(request, () => undefined);
    case 'an error':
      return {
        status: 400,
        body: JSON.stringify({ __type: 'AccessDeniedException', message: 'not\u001b[31m you\u202E' }),
      };
    case 'rubbish':
      return { body: '<html>' };
    case 'half an answer':
      return { body: JSON.stringify({ MetricDataResults: [] }), cutAt: 5 };
    case 'elsewhere':
      return { status: 302, body: '' };
    default:
      return null;
  }
}

signalSourceContract('CloudWatch', {
  kind: 'load',
  cannot: ['several', 'strangers'],
  datedAfterMs: 60_000,
  async make(world) {
    const server = await startCloudWatchServer((request) => answerOf(world, request));
    const source = sourceAt(server.url, {}, Date.now, patienceMs(world));
    return { source, calls: () => server.requests.length, close: server.close };
  },
});

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
async function serve(answer: (request: MetricRequest) => CloudWatchReply | null) {
  const server = await startCloudWatchServer(answer);
  closers.push(server.close);
  return server;
}

const NOW = Date.parse('2026-03-04T12:00:40Z');
const START = Date.parse('2026-03-04T11:58:00Z');
const web = naming({ namespace: 'shop', name: 'web' }, [SIGNAL], 4);

describe('signals from CloudWatch', () => {
  it('cost three calls for 1,200 workloads', async () => {
    const { url, requests } = await serve((request) => results(request, () => [[5, START]]));
    const many = Array.from({ length: 1200 }, (_, i) => naming({ namespace: 'shop', name: `app-${i}` }, [SIGNAL]));
    const batch = await sourceAt(url).read(snapshotOf(many));
    expect(requests.map(({ MetricDataQueries }) => MetricDataQueries.length).toSorted()).toEqual([200, 500, 500]);
    expect(batch.readings.size).toBe(1200);
  });

  it('are of whole periods, the newest, dated by its end', async () => {
    const { url, requests } = await serve((request) =>
      results(request, () => [
        [7, START],
        [900, START - 60_000],
      ]),
    );
    const batch = await sourceAt(url, {}, () => NOW).read(snapshotOf([web]));
    expect(batch.readings.get('shop/web')?.[SIGNAL]).toMatchObject({ demand: 7, at: START + 60_000 });
    expect(requests[0]?.EndTime).toBe(Date.parse('2026-03-04T12:00:00Z') / 1000);
  });

  it.each([
    ['a sum per period as a rate', { stat: 'Sum', perSecond: true }, 600, 10],
    ['seconds as milliseconds', { stat: 'p95', scale: 1000 }, 0.25, 250],
    ['requests per target as their total', { stat: 'Sum', perSecond: true, times: 'replicas' as const }, 600, 40],
  ])('%s', async (_, metric, value, expected) => {
    const { url } = await serve((request) => results(request, () => [[value, START]]));
    const batch = await sourceAt(url, metric).read(snapshotOf([web]));
    expect(batch.readings.get('shop/web')?.[SIGNAL]?.demand).toBe(expected);
  });

  it('that are counted per target say nothing where no pod serves', async () => {
    const { url } = await serve((request) => results(request, () => [[600, START]]));
    const none = naming({ namespace: 'shop', name: 'web' }, [SIGNAL], 0);
    const batch = await sourceAt(url, { times: 'replicas' }).read(snapshotOf([none]));
    expect(batch.unread?.get('shop/web')?.[SIGNAL]).toBe('it is counted per target, and no pod serves');
  });

  it('are asked for by dimensions of the workload, laid over those of all', async () => {
    const { url, requests } = await serve((request) => results(request, () => [[1, START]]));
    const dimensions = { LoadBalancer: 'app/{namespace}/1', TargetGroup: 'none' };
    const of = { 'shop/web': { TargetGroup: 'targetgroup/{name}/2' } };
    const api = naming({ namespace: 'shop', name: 'api' }, [SIGNAL]);
    const batch = await sourceAt(url, { dimensions, of }).read(snapshotOf([web, api]));
    expect(requests[0]?.MetricDataQueries.map(({ MetricStat }) => MetricStat.Metric.Dimensions)).toEqual([
      [
        { Name: 'LoadBalancer', Value: 'app/shop/1' },
        { Name: 'TargetGroup', Value: 'targetgroup/web/2' },
      ],
    ]);
    expect(batch.unread?.get('shop/api')?.[SIGNAL]).toContain('add it to "of"');
  });

  it('come in pages', async () => {
    const { url } = await serve((request) =>
      request.NextToken === undefined
        ? results(request, () => [], { NextToken: 'more' })
        : results(request, () => [[3, START]]),
    );
    const batch = await sourceAt(url).read(snapshotOf([web]));
    expect(batch.readings.get('shop/web')?.[SIGNAL]?.demand).toBe(3);
  });

  it('end where pages never do', async () => {
    const { url, requests } = await serve((request) => results(request, () => [], { NextToken: 'more' }));
    const batch = await sourceAt(url).read(snapshotOf([web]));
    expect(requests.length).toBeLessThanOrEqual(20);
    expect(batch.unread?.get('shop/web')?.[SIGNAL]).toContain('CloudWatch has no value of it');
  });
});
