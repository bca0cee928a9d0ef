// Deployments found in Prometheus: from the series of kube-state-metrics to requests, start-ups, bounds and HPAs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelledSamples } from '../../lib/adapters/prometheus/answer.ts';
import type { FleetAnswers } from '../../lib/adapters/prometheus/fleet/answers.ts';
import { discover } from '../../lib/adapters/prometheus/fleet/discover.ts';
import { makePrometheusFleet } from '../../lib/adapters/prometheus/fleet/find.ts';
import { missingSeries } from '../../lib/adapters/prometheus/fleet/missing.ts';
import { startPrometheusServer, success } from '../stand-ins/prometheus-server.ts';

type Labels = Readonly<Record<string, string>>;

const row = (labels: Labels, ...values: number[]): LabelledSamples => ({
  labels,
  samples: values.map((value, i) => [i, value]),
});
const SHOP = { namespace: 'shop' };
const WEB = { ...SHOP, deployment: 'web' };
const HPA = { ...SHOP, horizontalpodautoscaler: 'web' };
const pod = (name: string) => ({ ...SHOP, pod: name });

/** Of `shop/web`, with everything there. */
const ALL: FleetAnswers = {
  deployments: [row(WEB, 4)],
  ranFewest: [row(WEB, 2)],
  ranMost: [row(WEB, 9)],
  requests: [row(pod('web-7d4b9c5f6-x2x8k'), 0.25), row(pod('web-55d9d6d9c-aaaaa'), 0.5)],
  hpaTargets: [row({ ...HPA, scaletargetref_kind: 'Deployment', scaletargetref_name: 'web' }, 1)],
  hpaMin: [row(HPA, 2)],
  hpaMax: [row(HPA, 20)],
  hpaMetrics: [row({ ...HPA, metric_name: 'cpu', metric_target_type: 'utilization' }, 60)],
  startups: [
    row(pod('web-7d4b9c5f6-x2x8k'), 41, 3000),
    row(pod('web-55d9d6d9c-aaaaa'), 43),
    row(pod('web-55d9d6d9c-bbbbb'), 80_000),
  ],
};
const NONE = Object.fromEntries(Object.keys(ALL).map((name) => [name, []])) as unknown as FleetAnswers;
const only = (answers: Partial<FleetAnswers>) => discover({ ...ALL, ...answers }, []).deployments[0];

describe('a Deployment that Prometheus knows of', () => {
  it('has its larger request, the median start-up of believable pods, what it ran, and its HPA', () => {
    expect(only({})).toEqual({
      namespace: 'shop',
      name: 'web',
      requestCores: 0.5,
      startupSeconds: 42,
      ran: { fewest: 2, most: 9 },
      hpa: { name: 'web', min: 2, max: 20, cpuTargetPercent: 60, otherMetrics: [], scaledObject: null },
      problem: null,
    });
  });

  it('is told apart from one with a longer name, and found where a scrape moved the labels aside', () => {
    const aside = (labels: Labels) => {
      const { namespace = '', pod: name, ...rest } = labels;
      const moved = { ...rest, namespace: 'monitoring', exported_namespace: namespace };
      return name === undefined ? moved : { ...moved, pod: 'ksm-0', exported_pod: name };
    };
    const answers = {
      ...ALL,
      deployments: [row(WEB, 4), row({ ...SHOP, deployment: 'web-api' }, 1)],
      requests: [row(pod('web-api-7d4b9c5f6-x2x8k'), 2), ...ALL.requests],
    };
    const moved = Object.fromEntries(
      Object.entries(answers).map(([name, rows]) => [name, rows.map((one) => ({ ...one, labels: aside(one.labels) }))]),
    ) as unknown as FleetAnswers;
    expect(discover(moved, [])).toEqual(discover(answers, []));
    expect(discover(answers, []).deployments.map(({ name, requestCores }) => [name, requestCores])).toEqual([
      ['web', 0.5],
      ['web-api', 2],
    ]);
  });

  it('has a pod whose name was cut', () => {
    const long = 'a'.repeat(60);
    const deployments = [row({ ...SHOP, deployment: long }, 1)];
    expect(only({ deployments, requests: [row(pod(`${long.slice(0, 58)}x2x8k`), 1.5)] })?.requestCores).toBe(1.5);
  });

  it.each([
    ['in cores', { metric_name: 'cpu', metric_target_type: 'average' }, 0.3, 60, []],
    ['by memory too', { metric_name: 'memory', metric_target_type: 'utilization' }, 80, null, ['memory']],
  ])('has an HPA with a target %s', (_, labels, value, cpuTargetPercent, otherMetrics) => {
    expect(only({ hpaMetrics: [row({ ...HPA, ...labels }, value)] })?.hpa).toMatchObject({
      cpuTargetPercent,
      otherMetrics,
    });
  });

  it('has an HPA by its name where nothing says what it targets, also as KEDA names it', () => {
    const keda = { ...SHOP, horizontalpodautoscaler: 'keda-hpa-web' };
    const hpaMetrics = [row({ ...keda, metric_name: 'cpu', metric_target_type: 'utilization' }, 55)];
    const found = only({ hpaTargets: [], hpaMin: [], hpaMax: [row(keda, 12)], hpaMetrics });
    expect(found?.hpa).toEqual({
      name: 'keda-hpa-web',
      min: 1,
      max: 12,
      cpuTargetPercent: 55,
      otherMetrics: [],
      scaledObject: 'web',
    });
  });

  it('cannot be replayed where its HPA scales by something else, has no target that is told, or is not alone', () => {
    const second = { ...SHOP, horizontalpodautoscaler: 'other' };
    const both = {
      hpaTargets: [
        ...ALL.hpaTargets,
        row({ ...second, scaletargetref_kind: 'Deployment', scaletargetref_name: 'web' }, 1),
      ],
      hpaMax: [...ALL.hpaMax, row(second, 9)],
    };
    expect(only(both)?.problem).toMatch(/^2 HPAs target it/);
    expect(only({ hpaMetrics: [] })?.problem).toContain('kube_horizontalpodautoscaler_spec_target_metric');
    const jobs = { ...HPA, metric_name: 's0-rabbitmq-jobs', metric_target_type: 'average' };
    expect(only({ hpaMetrics: [row(jobs, 5)] })?.problem).toBe(
      'its HPA scales by s0-rabbitmq-jobs and not by CPU, which is what is replayed',
    );
  });

  it('of Kubernetes’ own namespaces is passed over unless it is named', () => {
    const answers = { ...ALL, deployments: [row(WEB, 4), row({ namespace: 'kube-system', deployment: 'coredns' }, 2)] };
    expect(discover(answers, [])).toMatchObject({ deployments: [{ name: 'web' }], passedOver: ['kube-system'] });
    expect(discover(answers, ['kube-system'])).toMatchObject({
      deployments: [{ name: 'coredns' }],
      passedOver: ['shop'],
    });
  });

  it('law: whatever labels and values a server answers, nothing throws, and no number is absurd', () => {
    const labels = fc.dictionary(
      fc.constantFrom('namespace', 'exported_namespace', 'pod', 'deployment', 'horizontalpodautoscaler', 'metric_name'),
      fc.oneof(fc.string(), fc.constantFrom('shop', 'web', '__proto__', 'cpu')),
    );
    const rows = fc.array(
      fc.tuple(labels, fc.array(fc.double(), { maxLength: 3 })).map(([of, values]) => row(of, ...values)),
    );
    const answers = fc.record(
      Object.fromEntries(Object.keys(ALL).map((name) => [name, rows])),
    ) as fc.Arbitrary<unknown>;
    fc.assert(
      fc.property(answers, (given) => {
        for (const { requestCores, startupSeconds, ran, hpa } of discover(given as FleetAnswers, []).deployments) {
          expect(requestCores ?? 1).toBeGreaterThan(0);
          expect(startupSeconds ?? 0).toBeGreaterThanOrEqual(0);
          expect(ran?.fewest ?? 0).toBeLessThanOrEqual(ran?.most ?? 0);
          expect(hpa?.min ?? 1).toBeLessThanOrEqual(hpa?.max ?? 1);
        }
      }),
    );
  });
});

describe('series that are missing', () => {
  it('are named with what is taken instead and what to do', () => {
    expect(missingSeries(ALL)).toEqual([]);
    const said = missingSeries(NONE).join('\n');
    for (const series of [
      'kube_pod_container_resource_requests',
      'kube_horizontalpodautoscaler_spec_max_replicas',
      'kube_pod_status_ready_time',
      'kube_deployment_status_replicas',
    ])
      expect(said).toContain(series);
    expect(missingSeries({ ...ALL, hpaTargets: [] })).toEqual([
      expect.stringContaining('kube_horizontalpodautoscaler_info'),
    ]);
  });
});

describe('the server', () => {
  const find = async (deployments: readonly Labels[], namespaces: readonly string[] = []) => {
    const server = await startPrometheusServer(({ path, parameters: { query = '', time } }) =>
      path === 'query' && query.includes('(max_over_time(kube_deployment_spec_replicas')
        ? success(
            'vector',
            deployments.map((metric) => ({ metric, value: [Number(time), '3'] })),
          )
        : success(path === 'query' ? 'vector' : 'matrix', []),
    );
    const now = Date.UTC(2026, 2, 4);
    return makePrometheusFleet({ url: server.url })
      .find(namespaces, now - 14 * 86_400_000, now)
      .finally(() => server.close());
  };

  it('that knows of Deployments alone still finds them', async () => {
    const { deployments, notes } = await find([WEB]);
    expect(deployments).toEqual([
      {
        ...{ namespace: 'shop', name: 'web', requestCores: null, startupSeconds: null },
        ...{ ran: { fewest: 3, most: 3 }, hpa: null, problem: null },
      },
    ]);
    expect(notes).toHaveLength(4);
  });

  it.each([
    [
      'no kube-state-metrics',
      [],
      [],
      /it has no kube_deployment_spec_replicas .*: give --kubeconfig, .* or scrape kube-state-metrics into it/,
    ],
    [
      'several clusters',
      [
        { ...WEB, cluster: 'prod' },
        { ...WEB, cluster: 'staging' },
      ],
      [],
      /several clusters answer \(cluster: prod, staging\).*--prometheus-label cluster=prod/,
    ],
    ['another namespace', [WEB], ['nope'], /no Deployment runs in nope: check --namespace; there are shop/],
    ['Kubernetes’ own', [{ ...WEB, namespace: 'kube-system' }], [], /kube-system alone.*name them by --namespace/],
  ])('with %s says what to do', async (_, deployments, namespaces, message) => {
    await expect(find(deployments, namespaces)).rejects.toThrow(message);
  });
});
