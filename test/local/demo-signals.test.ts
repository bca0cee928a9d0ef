// `npm start -- --signals`: one workload more, with a past of its requests, and the configuration that measures it.
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { DEMO_SIGNALS } from '../../local/demo-signals.ts';
import { demoWorkloads, historyOf } from '../../local/demo-workloads.ts';

const NOW = Date.UTC(2026, 10, 26, 12);

describe('npm start --signals', () => {
  it('has one workload more, whose requests have a past as its CPU has', async () => {
    const without = await demoWorkloads({ trace: [], now: NOW, since: {} });
    const all = await demoWorkloads({ trace: [], now: NOW, since: {}, signals: true });
    expect(all.slice(0, without.length).map(({ workload }) => workload.name)).toEqual(
      without.map(({ workload }) => workload.name),
    );
    const [orders] = all.slice(without.length);
    if (orders === undefined) throw new Error('none');
    const { demand } = historyOf(orders);
    // Half a core is forty requests a second.
    expect(demand.requests?.at(-1)).toBeCloseTo(80 * (demand.cpu.at(-1) ?? 0), 6);
  });

  it('is measured by a configuration that is one', () => {
    const { SIGNALS } = readConfig({ TABLE_NAME: 'table', CLUSTERS: '[{"id":"demo"}]', SIGNALS: DEMO_SIGNALS });
    expect(JSON.stringify(SIGNALS)).toContain('latency_p95_ms');
  });
});
