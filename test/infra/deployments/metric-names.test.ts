// What dashboard, alerts, adapter rules and signals ask Prometheus for exists under that name.
import { describe, expect, it } from 'vitest';
import { startExporter } from '../../../lib/exporter/exporter.ts';
import type { Status } from '../../../lib/exporter/ledger.ts';
import { readSettings } from '../../../lib/exporter/settings.ts';
import { adapterExpressions, allExpressions } from './expressions.ts';
import { KNOWN_METRICS, metricsIn, OF_EXPORTER } from './metric-names.ts';

const STATUSES = Object.keys({ ok: 1, error: 1, cancelled: 1, rejected: 1 } satisfies Record<Status, 1>);

describe('metrics that expressions name', () => {
  it.each(Object.entries(allExpressions()))('%s: all exist', (where, expression) => {
    const unknown = metricsIn(expression).filter((name) => !KNOWN_METRICS.has(name));
    expect(unknown).toEqual([]);
    if (where !== 'adapter 0: series') expect(metricsIn(expression)).not.toEqual([]);
  });

  it('are told apart from functions, labels and texts', () => {
    const expression =
      'sum by (pod, le) (rate(a_total{b="c_d{x}", e=~"f"}[5m])) / on (namespace) group_left () max(g:h:i) > 0 or vector(1)';
    expect(metricsIn(expression)).toEqual(['a_total', 'g:h:i']);
    // As seed 5 has it, from kube-state-metrics before its second version.
    expect(metricsIn('kube_hpa_status_current_replicas{hpa="x"}').filter((name) => KNOWN_METRICS.has(name))).toEqual(
      [],
    );
  });

  it('the adapter makes those of pods that the two HPAs read', () => {
    const { 'adapter 0: series': selector = '' } = adapterExpressions('x', 'y');
    const pattern = new RegExp(`^(?:${/__name__=~"([^"]+)"/.exec(selector)?.[1]})$`);
    const made = [...KNOWN_METRICS].filter((name) => pattern.test(name));
    expect(made).toEqual([
      'litebrain_complexity_score',
      'litebrain_complexity_work',
      'litebrain_queue_seconds',
      'litebrain_tokens_in_flight',
    ]);
  });

  it('are those that the exporter tells, all of them', async () => {
    const settings = readSettings({ LITEBRAIN_PROXY_PORT: '0', LITEBRAIN_METRICS_PORT: '0' });
    if ('mistakes' in settings) throw new Error(settings.mistakes.join());
    const exporter = await startExporter(settings, () => undefined);
    const types = [...(await exporter.metrics()).matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    await exporter.stop();
    const series = types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_count', '_sum'].map((end) => name + end) : [name],
    );
    expect(series.toSorted()).toEqual(OF_EXPORTER);
  });

  it('ask for a status that a request can end with', () => {
    const asked = Object.values(allExpressions()).flatMap((one) => [...one.matchAll(/status!?="(\w+)"/g)]);
    expect(asked.length).toBeGreaterThan(5);
    for (const [, status] of asked) expect(STATUSES).toContain(status);
  });
});
