// The dashboard of what remote write tells: laid out as Grafana has it, asking for series that exist, by labels that they have.
import { describe, expect, it } from 'vitest';
import { CLUSTER_METRICS } from '../../../lib/app/report/tick-series.ts';
import { WORKLOAD_METRICS } from '../../../lib/app/report/workload-series.ts';
import type { Dashboard } from './expressions.ts';
import { textOf } from './files.ts';
import { metricsIn } from './metric-names.ts';
import { checkExpressions, expectAnswers, hasPromtool } from './promtool.ts';

const FILE = 'ai4k8s-dashboard.json';
const { panels, templating }: Dashboard = JSON.parse(textOf(FILE));
const VALUES: Readonly<Record<string, string>> = {
  cluster: 'prod',
  namespace: 'shop',
  workload: 'web',
  signal: 'cpu',
};
const put = (expr: string) => expr.replace(/\$(\w+)/g, (whole, name: string) => VALUES[name] ?? whole);
const expressions = Object.fromEntries(
  panels.flatMap(({ title, targets }) => targets.map(({ refId, expr }) => [`${title} ${refId}`, put(expr)])),
);
const TOLD = [...Object.values(WORKLOAD_METRICS), ...Object.values(CLUSTER_METRICS)];
const LABELS = ['cluster', 'namespace', 'workload', 'kind', 'signal', 'within', 'outcome', 'code'];

describe(FILE, () => {
  it('has a place and a number for each panel, and no two in one place', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });

  it('uses the variables that it has, and no others', () => {
    const own = templating.list.map(({ name }) => name);
    const used = [...textOf(FILE).matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    expect(new Set(used)).toEqual(new Set(own));
    for (const expression of Object.values(expressions)) expect(expression).not.toContain('$');
  });

  it('asks for each series that is told, and for no other, by labels that they have', () => {
    const asked = Object.values(expressions).flatMap(metricsIn);
    expect([...new Set(asked)].toSorted()).toEqual(TOLD.toSorted());
    const labels = Object.values(expressions).flatMap((one) => [
      ...[...one.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
      ...[...one.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', ')),
    ]);
    for (const label of labels) expect(LABELS).toContain(label);
    const chosen = templating.list.flatMap(({ query }) => /^label_values\((\w+)/.exec(query)?.[1] ?? []);
    for (const metric of chosen) expect(TOLD).toContain(metric);
  });

  it('has one panel of forecast peak and demand, and one of wanted and ready', () => {
    const metricsOf = panels.map(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));
    expect(metricsOf[0]).toContain(WORKLOAD_METRICS.forecast);
    expect(metricsOf[0]).toContain(WORKLOAD_METRICS.signals);
    expect(metricsOf[1]).toEqual([WORKLOAD_METRICS.wanted, WORKLOAD_METRICS.replicas]);
  });
});

describe.skipIf(!hasPromtool())('what it asks', () => {
  it('parses', () => {
    checkExpressions(expressions);
  });

  it('is answered as it says', () => {
    const web = 'cluster="prod", namespace="shop", workload="web", kind="Deployment"';
    const api = web.replace('web', 'api');
    const at = (panel: string, samples: readonly (readonly [string, number])[], eval_time = '40m') => ({
      expr: expressions[panel] ?? '',
      eval_time,
      exp_samples: samples.map(([labels, value]) => ({ labels, value })),
    });
    expectAnswers(
      {
        [`ai4k8s_forecast_peak{${web}, signal="cpu", within="30m"}`]: '10+1x60',
        [`ai4k8s_forecast_peak{${web}, signal="memory", within="30m"}`]: '7e9x60',
        [`ai4k8s_signal_value{${web}, signal="cpu"}`]: '5+1x60',
        [`ai4k8s_wanted_replicas{${web}}`]: '9x60',
        [`ai4k8s_ready_replicas{${web}}`]: '6x60',
        [`ai4k8s_wanted_replicas{${api}}`]: '4x60',
        [`ai4k8s_ready_replicas{${api}}`]: '4x60',
        [`ai4k8s_decision_info{${web}, outcome="applied", code="scaled"}`]: '1x39 stale',
        [`ai4k8s_decision_info{${web}, outcome="refused", code="owned_by_keda"}`]: '_x39 1x20',
        'ai4k8s_tick_seconds{cluster="prod"}': '2x30',
      },
      [
        at('Forecast and demand A', [['{}', 45]]),
        at('Forecast and demand B', [['{}', 50]]),
        at('Forecast and demand C', [['{}', 20]]),
        at('Replicas wanted and ready A', [['{}', 9]]),
        at('Replicas wanted and ready B', [['{}', 6]]),
        at('What became of decisions A', [['{outcome="refused", code="owned_by_keda"}', 1]]),
        at('Furthest from what is wanted A', [['{namespace="shop", workload="web", kind="Deployment"}', 3]]),
        at('Workloads by outcome A', [['{outcome="refused", code="owned_by_keda"}', 1]]),
        at('Time of a tick B', [['{}', 240]], '34m'),
      ],
    );
  });
});
