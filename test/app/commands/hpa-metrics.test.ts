// An HPA of ours measures the loads that a workload names, where an API of the cluster serves them.
import { describe, expect, it } from 'vitest';
import { hpaMetricsOf } from '../../../lib/app/commands/hpa-metrics.ts';
import type { SignalPolicy } from '../../../lib/domain/workload/policy.ts';
import type { HpaMeasure, SignalKind } from '../../../lib/domain/workload/signal.ts';
import { observation } from '../../make/workloads.ts';

const named = (kind: SignalKind, hpa: HpaMeasure | undefined, said: Partial<SignalPolicy> = {}) =>
  hpaMetricsOf(observation({ definitions: { requests: { kind, unit: 'requests/s', ...(hpa && { hpa }) } } }), {
    requests: { kind, target: 80, direction: 'both', missing: 'hold', ...said },
  });

describe('the metrics of an HPA of ours', () => {
  it.each([
    [{ type: 'Pods', metric: 'http_requests' }, {}],
    [{ type: 'Object', metric: 'hits', selector: { tier: 'web' } }, { selector: { tier: 'web' } }],
    [
      { type: 'External', metric: 'queue', selector: { queue: 'orders' }, label: 'deployment' },
      { selector: { queue: 'orders', deployment: 'web' } },
    ],
  ] as const)('are what %j is, at the target that the workload states', (hpa, more) => {
    expect(named('load', hpa)).toEqual([{ type: hpa.type, metric: hpa.metric, averageValue: 80, ...more }]);
  });

  it('leave out what no API of the cluster serves, levels, and what may not raise', () => {
    const pods = { type: 'Pods', metric: 'http_requests' } as const;
    expect(named('load', undefined)).toEqual([]);
    expect(named('level', pods)).toEqual([]);
    expect(named('load', pods, { direction: 'down' })).toEqual([]);
    expect(named('load', pods, { target: null })).toEqual([]);
  });
});
