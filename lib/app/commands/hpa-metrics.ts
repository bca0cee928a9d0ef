// The loads that a workload names as metrics of an HPA of ours: those that an API of the cluster serves, at the targets it states.
import type { PlannedMetric } from '../../domain/hpa/manifest.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { SignalPolicy } from '../../domain/workload/policy.ts';
import type { HpaMeasure, PerSignal } from '../../domain/workload/signal.ts';

/** Those that may only keep what runs are left out: an HPA cannot be told so. */
export function hpaMetricsOf(
  { definitions = {}, workload }: Observation,
  signals: PerSignal<SignalPolicy>,
): readonly PlannedMetric[] {
  return Object.entries(signals).flatMap(([name, { kind, target, direction }]) => {
    const measure = Object.hasOwn(definitions, name) ? definitions[name]?.hpa : undefined;
    if (measure === undefined || kind !== 'load' || target === null || direction === 'down') return [];
    const selector = selectorOf(measure, workload.name);
    const { type, metric } = measure;
    return [{ type, metric, averageValue: target, ...(Object.keys(selector).length > 0 && { selector }) }];
  });
}

function selectorOf({ selector = {}, label }: HpaMeasure, name: string): Readonly<Record<string, string>> {
  return label === undefined ? selector : { ...selector, [label]: name };
}
