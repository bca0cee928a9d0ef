// `ai4k8s forecast`: what a person reads, what KEDA is given, and that neither can be turned into something else by a name.
import { dumpYaml, loadAllYaml, loadYaml } from '@kubernetes/client-node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForecasts } from '../../cli/forecast/ask.ts';
import { forecastsIn, type WorkloadForecast } from '../../cli/forecast/forecasts.ts';
import { kedaObjects } from '../../cli/forecast/keda.ts';
import { forecastText } from '../../cli/forecast/text.ts';
import { WORKLOAD_METRICS } from '../../lib/app/report/workload-series.ts';
import { checkExpressions, hasPromtool } from '../infra/deployments/promtool.ts';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';

const NOW = '2026-03-04T12:00:00.000Z';
const MINUTE = 60_000;
const PROMETHEUS = 'http://prometheus.monitoring:9090';
const OPTIONS = { prometheus: PROMETHEUS, series: 'forecast' } as const;

function points() {
  return Array.from({ length: 32 }, (_, i) => ({
    timestamp: new Date(Date.parse(NOW) + (i < 12 ? i + 1 : 12 + 3 * (i - 11)) * 5 * MINUTE).toISOString(),
    p50: 2 + i / 8,
    p90: 3 + i / 8,
  }));
}

function forecast(change: Partial<WorkloadForecast> = {}): WorkloadForecast {
  const cpu = {
    current: 2,
    served: 2.625,
    peak: 5.875,
    skill: 0.31,
    acted_on: true,
    unit: 'cores',
    target_per_replica: 0.35,
    points: points(),
  };
  return {
    cluster: 'prod',
    namespace: 'shop',
    deployment: 'web',
    kind: 'Deployment',
    timestamp: NOW,
    replicas: 7,
    ready: 7,
    target_replicas: 8,
    enabled: true,
    mode: 'recommend',
    min_replicas: 2,
    max_replicas: 20,
    signals: { cpu },
    ...change,
  };
}

interface Trigger {
  readonly metadata: Readonly<Record<string, string>>;
  readonly authenticationRef?: object;
}
interface ScaledObject {
  readonly metadata: object;
  readonly spec: { readonly triggers: readonly Trigger[]; readonly fallback: object; readonly scaleTargetRef: object };
}
const scaledObject = (of: WorkloadForecast, options: Parameters<typeof kedaObjects>[1] = OPTIONS) =>
  kedaObjects(of, options).at(-1) as ScaledObject;

describe('a ScaledObject', () => {
  it('asks for the series of one workload, divides it by what a replica takes, and falls back to what runs', () => {
    expect(loadYaml(dumpYaml(scaledObject(forecast())))).toEqual({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'web-ai4k8s', namespace: 'shop' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicaCount: 2,
        maxReplicaCount: 20,
        fallback: { failureThreshold: 3, replicas: 7 },
        triggers: [
          {
            type: 'prometheus',
            name: 'ai4k8s-cpu',
            metricType: 'AverageValue',
            metadata: {
              serverAddress: PROMETHEUS,
              query:
                'max(ai4k8s_forecast_peak{cluster="prod",namespace="shop",workload="web",kind="Deployment",signal="cpu"})',
              threshold: '0.35',
              activationThreshold: '0',
              ignoreNullValues: 'false',
            },
          },
        ],
      },
    });
  });

  it('may ask for the replicas that we would have, one each', () => {
    const [trigger] = scaledObject(forecast({ signals: {} }), { ...OPTIONS, series: 'wanted' }).spec.triggers;
    expect(trigger?.metadata).toMatchObject({
      query: `max(${WORKLOAD_METRICS.wanted}{cluster="prod",namespace="shop",workload="web",kind="Deployment"})`,
      threshold: '1',
    });
  });

  it('has a trigger per load that has a target, or for the one that is named', () => {
    const { cpu } = forecast().signals;
    if (cpu === undefined) throw new Error('no cpu');
    const many = forecast({
      signals: { cpu, memory: { ...cpu, target_per_replica: null }, requests: { ...cpu, target_per_replica: 80 } },
    });
    const thresholds = (signal?: string) =>
      scaledObject(many, { ...OPTIONS, signal })?.spec.triggers.map(({ metadata }) => metadata.threshold);
    expect(thresholds()).toEqual(['0.35', '80']);
    expect(thresholds('requests')).toEqual(['80']);
    expect(kedaObjects(many, { ...OPTIONS, signal: 'memory' })).toEqual([]);
  });

  it.each([
    ['http://prom:9090/', 'http://prom:9090'],
    ['http://prom:9090/api/v1/write', 'http://prom:9090'],
    ['https://mimir/prometheus/api/v1/query', 'https://mimir/prometheus'],
  ])('asks %s at its root', (prometheus, serverAddress) => {
    expect(scaledObject(forecast(), { ...OPTIONS, prometheus }).spec.triggers[0]?.metadata).toMatchObject({
      serverAddress,
    });
  });

  it("asks Amazon's with its region and KEDA's own role", () => {
    const workspace = 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-12';
    const objects = kedaObjects(forecast(), { ...OPTIONS, prometheus: `${workspace}/api/v1/remote_write` });
    expect(objects).toMatchObject([
      { kind: 'TriggerAuthentication', metadata: { namespace: 'shop' }, spec: { podIdentity: { provider: 'aws' } } },
      { kind: 'ScaledObject' },
    ]);
    const [trigger] = (objects[1] as ScaledObject).spec.triggers;
    expect(trigger?.metadata).toMatchObject({ serverAddress: workspace, awsRegion: 'eu-west-1' });
    expect(trigger?.authenticationRef).toEqual({ name: 'ai4k8s-amazon-prometheus' });
  });

  it('names Rollouts and StatefulSets as Kubernetes does, and never falls below one or outside the bounds', () => {
    expect(scaledObject(forecast({ kind: 'Rollout', replicas: 0, min_replicas: 0 })).spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' },
      minReplicaCount: 1,
      fallback: { replicas: 1 },
    });
    expect(scaledObject(forecast({ kind: 'StatefulSet', replicas: 50 })).spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet' },
      fallback: { replicas: 20 },
    });
  });

  it('holds hostile names as names: in the YAML and in the query', () => {
    const name = fc.oneof(
      fc.constantFrom(
        '"} or vector(1e9){x="',
        "a'b: {c}\n---\nkind: Secret",
        '\\',
        '{{ x }}',
        '- a',
        'yes',
        '1e3',
        '~',
        '*a',
        '!!b c',
        '#',
      ),
      fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
    );
    const queries: Record<string, string> = {};
    fc.assert(
      fc.property(name, name, name, name, (cluster, namespace, deployment, signal) => {
        const { cpu } = forecast().signals;
        if (cpu === undefined) throw new Error('no cpu');
        const objects = kedaObjects(forecast({ cluster, namespace, deployment, signals: { [signal]: cpu } }), OPTIONS);
        const [read, ...more] = loadAllYaml(dumpYaml(objects[0], { lineWidth: -1 })) as unknown as ScaledObject[];
        expect(more).toEqual([]);
        expect(read).toEqual(objects[0]);
        const query = read?.spec.triggers[0]?.metadata.query ?? '';
        // What is left without texts is what we wrote.
        expect(query.replace(/"(\\.|[^"\\])*"/gs, '""')).toBe(
          'max(ai4k8s_forecast_peak{cluster="",namespace="",workload="",kind="",signal=""})',
        );
        if (query.isWellFormed() && !/[\p{Cc}\p{Cs}]/u.test(query)) queries[query] = query;
      }),
      { numRuns: 100 },
    );
    expect(Object.keys(queries).length).toBeGreaterThan(5);
    if (hasPromtool()) checkExpressions(queries);
  });
});

describe('a forecast in a terminal', () => {
  it('is a few lines with numbers, a curve and the hours', () => {
    const lines = forecastText(forecast()).split('\n');
    expect(lines).toEqual([
      'shop/web in prod at 2026-03-04T12:00:00Z: 7 replicas, 8 decided, recommend',
      '  cpu       now 2, within 30 min 2.63, within 6 h 5.88 cores; 31 % less wrong than "as now"',
      expect.stringMatching(/^ {12}[▁▂▃▄▅▆▇█]{33}$/),
      expect.stringMatching(/^ {12}\+1 h 3\.38 \(4\.38\) {2}\+2 h .* {2}\+3 h \S+ \(\S+\)$/),
      expect.stringMatching(/^ {12}\+4 h .* {2}\+6 h 5\.88 \(6\.88\) {2}median \(90 % stay under\)$/),
    ]);
    expect(lines[2]?.trim().at(-1)).toBe('█');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('says that a forecast without skill is not acted on, and that there is none', () => {
    const { cpu } = forecast().signals;
    if (cpu === undefined) throw new Error('no cpu');
    expect(forecastText(forecast({ signals: { cpu: { ...cpu, acted_on: false, skill: null } } }))).toContain(
      'not acted on: no skill shown yet',
    );
    expect(forecastText(forecast({ signals: {} }))).toContain('no load of it is forecast yet');
  });
});

describe('what comes from the API', () => {
  let system: Embedded;
  const ENABLED = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/max-replicas': '40' };
  beforeAll(async () => {
    system = await startEmbedded([
      simulated({ load: () => 5, annotations: ENABLED }),
      simulated({ name: 'off', load: () => 1 }),
    ]);
    await system.tick();
  });
  afterAll(() => system.close());
  const target = () => ({ url: system.url, cluster: 'demo' });

  it('is of the enabled workloads, or of the one that is named, with what a replica is to take', async () => {
    const all = await askForecasts(target(), { kind: 'Deployment' });
    expect(all.map(({ deployment }) => deployment)).toEqual(['web']);
    expect(all[0]?.signals.cpu).toMatchObject({
      served: expect.closeTo(5, 1),
      unit: 'cores',
      target_per_replica: 0.35,
    });
    expect(all[0]?.signals.memory?.target_per_replica).toBe(null);
    const [off] = await askForecasts(target(), { kind: 'Deployment', deployment: 'off', namespace: 'shop' });
    expect(off).toMatchObject({ deployment: 'off', enabled: false });
    expect(await askForecasts(target(), { kind: 'Deployment', namespace: 'elsewhere' })).toEqual([]);
  });

  it('comes back from a file as it was printed', async () => {
    const forecasts = await askForecasts(target(), { kind: 'Deployment' });
    expect(forecastsIn(JSON.stringify({ forecasts }), 'f.json')).toEqual(forecasts);
  });

  it.each([
    [{ deployment: 'nope' }, /^Unknown workload: no tick has seen Deployment nope in namespace default/],
    [{ deployment: 'A b' }, /expected a Kubernetes name/],
  ])('is one line where it is refused: %j', async (asked, said) => {
    const error = await askForecasts(target(), { kind: 'Deployment', ...asked }).catch(
      (thrown: Error) => thrown.message,
    );
    expect(error).toMatch(said);
    expect(error).not.toContain('\n');
  });
});

describe('a file that was not printed by us', () => {
  it.each([
    ['', /^f is no JSON/],
    ['[]', /^f is not as expected: all of it: /],
    ['{"forecasts":[{}]}', /^f is not as expected: forecasts\.0\.cluster: /],
    [
      JSON.stringify({ forecasts: [forecast({ max_replicas: 0 })] }),
      /^f is not as expected: forecasts\.0\.max_replicas: /,
    ],
  ])('%s is refused by the field', (text, said) => {
    expect(() => forecastsIn(text, 'f')).toThrow(said);
  });
});
