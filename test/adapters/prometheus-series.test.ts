// One demand of one workload: several clusters, replicas of Prometheus, hours at zero, and nothing at all.
import { afterEach, describe, expect, it } from 'vitest';
import { makePrometheusHistory, type PrometheusOptions } from '../../lib/adapters/prometheus/history.ts';
import { cpuUsageQuery, replicasQuery, scrapedNodesQuery } from '../../lib/adapters/prometheus/promql.ts';
import { historyTrace } from '../../lib/app/backtest/history-trace.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import {
  measured,
  type PromReply,
  type PromRequest,
  rowOf,
  startPrometheusServer,
  success,
} from '../stand-ins/prometheus-server.ts';

const NOW = Date.UTC(2026, 2, 4, 12);
const DAY = 86_400_000;
const WEB: WorkloadRef = { cluster: 'demo', namespace: 'shop', name: 'web' };

let server: Awaited<ReturnType<typeof startPrometheusServer>> | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function read(answer: (request: PromRequest) => PromReply, options: Partial<PrometheusOptions> = {}, ref = WEB) {
  server = await startPrometheusServer(answer);
  const { url, requests } = server;
  const found = await makePrometheusHistory({ url, ...options })
    .read(ref, NOW - 4 * DAY, NOW)
    .catch((error: unknown) => error as Error);
  return { found, queries: requests.map(({ parameters }) => parameters.query ?? '') };
}

/** Rows of these labels, each over its own part of the time. */
const rows =
  (...of: readonly (readonly [labels: Record<string, string>, from?: number, until?: number])[]) =>
  (request: PromRequest) =>
    request.path === 'query'
      ? success('vector', [])
      : success(
          'matrix',
          of.map(([labels, from = 0, until = NOW]) =>
            rowOf(labels, request, (seconds) => (seconds * 1000 >= from && seconds * 1000 <= until ? 1 : undefined)),
          ),
        );

describe('several clusters', () => {
  it('the question keeps them apart, and counts what is scraped twice once', () => {
    const query = cpuUsageQuery(WEB, { cluster: 'prod' });
    expect(query).toMatch(
      /^sum by \([\w,]*\bk8s_cluster\b[\w,]*\) \(max by \([\w,]*,namespace,pod,container,cpu\) \(rate\(/,
    );
    expect(query).toContain('container!="POD",cluster="prod"}');
    expect(cpuUsageQuery(WEB, { cluster: 'a"} or up{x="\\\n' })).toContain('cluster="a\\"} or up{x=\\"\\\\\\n"}');
  });

  it.each([
    [[{ cluster: 'prod' }], [{ cluster: 'staging' }], 'cluster: prod, staging', '--prometheus-label cluster=prod'],
    [[{ k8s_cluster: 'b' }], [{ k8s_cluster: 'a' }], 'k8s_cluster: a, b', '--prometheus-label k8s_cluster=a'],
    [[{ eks_cluster: 'x' }], [{}], 'eks_cluster: x', '--prometheus-label eks_cluster=x'],
    [[{ __tenant_id__: '1' }], [{ __tenant_id__: '2' }], '__tenant_id__: 1, 2', '--prometheus-label'],
    [
      [{ cluster: 'a', env: 'live' }],
      [{ cluster: 'a', env: 'test' }],
      'env: live, test',
      '--prometheus-label env=live',
    ],
    [[{ dc: 'fra' }], [{ dc: 'ams' }], 'dc: ams, fra', '--prometheus-label dc=ams'],
    [[{ project_id: 'p' }], [{ project_id: 'q' }], 'project_id: p, q', '--prometheus-label project_id=p'],
    // One of them ended before the other began, and is another cluster all the same.
    [[{ cluster: 'a' }, 0, NOW - 2 * DAY], [{ cluster: 'b' }, NOW - DAY], 'cluster: a, b', '--prometheus-label'],
    [[{ cluster: '$(reboot)' }], [{ cluster: '~' }], 'several clusters', "'cluster=$(reboot)'"],
  ] as const)('%j and %j are refused by name, with the option that chooses', async (one, other, words, option) => {
    const { found } = await read(rows(one, other));
    expect(String(found)).toContain('several clusters answer');
    expect(String(found)).toContain(words);
    expect(String(found)).toContain(option);
  });

  it('a label that somebody added one day does not make two clusters of one', async () => {
    const { found } = await read(rows([{}, 0, NOW - 2 * DAY], [{ cluster: 'prod' }, NOW - 2 * DAY]));
    expect(found).toMatchObject({ notes: [expect.stringContaining('have no label cluster')] });
    expect((found as { series: { at: Float64Array } }).series.at.length).toBe(4 * 1440 + 1);
  });

  it('several series of a query of the user’s own are named by what they differ in', async () => {
    const query = 'rps';
    const clusters = await read(rows([{ cluster: 'a' }], [{ cluster: 'b' }]), { query });
    expect(String(clusters.found)).toContain('several clusters answer (cluster: a, b)');
    await server?.close();
    const replicas = await read(rows([{ prometheus_replica: 'p-0' }], [{ prometheus_replica: 'p-1' }]), { query });
    expect(String(replicas.found)).toMatch(/prometheus_replica: p-0, p-1.*several Prometheus replicas.*max\(/);
    await server?.close();
    const pods = await read(rows([{ pod: 'a' }], [{ pod: 'b' }], [{ pod: 'c' }]), { query });
    expect(String(pods.found)).toMatch(/answers 3 series where one is expected \(pod: a, b, c\): wrap it in sum\(/);
  });
});

/** 22 to 6 o'clock UTC. */
const isNight = (seconds: number) => (seconds / 3600 + 2) % 24 < 8;

describe('nights at zero replicas', () => {
  const awake = (seconds: number) => (isNight(seconds) ? undefined : 2);
  const answering =
    (replicas: (seconds: number) => number | undefined, nodes: (seconds: number) => number | undefined) =>
    (request: PromRequest) => {
      const { query = '' } = request.parameters;
      if (/replicas/.test(query)) return measured(replicas)(request);
      if (/machine_cpu_cores/.test(query)) return measured(nodes)(request);
      return measured(awake, 0.5)(request);
    };

  it('are no demand where kube-state-metrics tells them, and the whole history is there', async () => {
    const { found, queries } = await read(
      answering(
        (seconds) => (isNight(seconds) ? 0 : 3),
        () => undefined,
      ),
    );
    const { series } = found as Awaited<ReturnType<ReturnType<typeof makePrometheusHistory>['read']>>;
    expect(queries).toContain(replicasQuery(WEB));
    expect(queries).not.toContain(scrapedNodesQuery());
    const trace = historyTrace(series);
    expect(trace).toMatchObject({ kind: 'trace', leftOutHours: 0 });
    expect(trace.kind === 'trace' && trace.zeroHours).toBeCloseTo(32, 0);
    expect(trace.kind === 'trace' && new Set(trace.demand)).toEqual(new Set([0, 2]));
  });

  it('are taken from the nodes’ being scraped where nobody tells replicas, and that is said', async () => {
    const { found } = await read(
      answering(
        () => undefined,
        () => 16,
      ),
    );
    expect(found).toMatchObject({ notes: [expect.stringContaining('no kube-state-metrics')] });
    const { series } = found as Awaited<ReturnType<ReturnType<typeof makePrometheusHistory>['read']>>;
    expect(historyTrace(series)).toMatchObject({ kind: 'trace', leftOutHours: 0 });
  });

  it('are a gap where nothing was scraped, or pods ran unmeasured: that is not zero', async () => {
    for (const answer of [
      answering(() => undefined, awake),
      answering(
        () => 3,
        () => 16,
      ),
    ]) {
      const { found } = await read(answer);
      const { series } = found as Awaited<ReturnType<ReturnType<typeof makePrometheusHistory>['read']>>;
      expect(historyTrace(series)).toMatchObject({
        kind: 'too_young',
        hours: 16,
        spanHours: expect.closeTo(96, 0),
        gaps: 4,
      });
      await server?.close();
    }
  });

  it('the CPU request is asked of the last moment at which there were pods', async () => {
    server = await startPrometheusServer(
      answering(
        (seconds) => (isNight(seconds) ? 0 : 3),
        () => undefined,
      ),
    );
    const night = Date.UTC(2026, 2, 4, 3);
    await makePrometheusHistory({ url: server.url }).read(WEB, night - 4 * DAY, night);
    const { time } = server.requests.find(({ path }) => path === 'query')?.parameters ?? {};
    expect(isNight(Number(time))).toBe(false);
  });

  it.each([
    [WEB, 'kube_deployment_status_replicas{namespace="shop",deployment="web"'],
    [{ ...WEB, kind: 'StatefulSet' }, 'kube_statefulset_status_replicas{namespace="shop",statefulset="web"'],
    [{ ...WEB, kind: 'Rollout' }, 'rollout_info_replicas_available{namespace="shop",name="web"'],
  ] as const)('%j is asked for by its kind, with the labels that were given', (ref, words) => {
    expect(replicasQuery(ref, { cluster: 'prod' })).toContain(`${words},cluster="prod"}`);
  });
});

describe('nothing at all', () => {
  const metric = 'container_cpu_usage_seconds_total';
  /** Answers counts alone: 1 for what matches. */
  const counting =
    (has: RegExp, byLabel: object[] = []) =>
    (request: PromRequest) => {
      const { query = '' } = request.parameters;
      if (query.startsWith('count by')) return success('matrix', byLabel);
      if (!query.startsWith('count(') || !has.test(query)) return success('matrix', []);
      return success('matrix', [rowOf({}, request, () => 1)]);
    };
  const bare = new RegExp(`^count\\(${metric}\\)$`);
  const inShop = new RegExp(`^count\\(${metric}(\\)|\\{namespace="shop"\\}\\))`);
  const pods = new RegExp(`^count\\(${metric}(\\)|\\{namespace="shop"(\\}|,pod=))`);

  it.each([
    ['no metric', /^never$/, {}, `it has no ${metric} at all`],
    ['no namespace', bare, {}, 'nothing runs in the namespace shop: check --namespace'],
    ['another label', new RegExp(`${bare.source}|exported_namespace`), {}, 'exported_namespace in place of namespace'],
    ['no pods of it', inShop, {}, 'the namespace shop has pods, but none of web'],
    [
      'pod_name',
      new RegExp(`${inShop.source}|pod_name=`),
      {},
      'its series carry pod_name in place of pod: give --prometheus-query',
    ],
    ['no rate', pods, {}, 'less than every minute, give --prometheus-query'],
    ['no container', new RegExp(`${pods.source}(?!.*container!=)`), {}, 'its series have no label container'],
    [
      'no such cluster',
      bare,
      { cluster: 'prod' },
      'no container_cpu_usage_seconds_total has cluster="prod": check --prometheus-label; cluster is live, test',
    ],
  ] as const)('%s: the reason is found and said', async (_what, has, labels, words) => {
    const values = ['test', 'live'].map((cluster) => ({ metric: { cluster }, values: [[NOW / 1000, '4']] }));
    const { found } = await read(counting(has, values), { labels });
    expect(found).toMatchObject({ series: { at: new Float64Array() }, coresPerReplica: null });
    expect((found as { whyEmpty: string }).whyEmpty).toContain(words);
  });

  it('a server that does not tell costs no more than the reason', async () => {
    const { found } = await read((request) =>
      request.parameters.query?.startsWith('count(') ? { status: 500, body: '' } : success('matrix', []),
    );
    expect(found).toMatchObject({ whyEmpty: null });
  });
});
