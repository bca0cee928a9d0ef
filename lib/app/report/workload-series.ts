// What a time series database is told of one workload after a tick. Labels have few values, so that series stay few.
import type { Assessment } from '../../domain/assessment/assessment.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import { SERVED_MINUTES, servedPeak } from '../../domain/forecast/served-peak.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import { loadsOf } from '../../domain/workload/loads.ts';
import type { Sample, SeriesChoice, SeriesGroup } from '../ports/metric-sink.ts';

/** Names of the series of a workload. */
export const WORKLOAD_METRICS = {
  forecast: 'ai4k8s_forecast_peak',
  wanted: 'ai4k8s_wanted_replicas',
  replicas: 'ai4k8s_ready_replicas',
  reason: 'ai4k8s_decision_info',
  signals: 'ai4k8s_signal_value',
} as const satisfies Record<Exclude<SeriesGroup, 'cluster'>, string>;

/** @param before what became of the decision before it: where that was another, its series ends */
export function workloadSamples(
  record: DecisionRecord,
  before: Outcome | undefined,
  { workloads, groups }: SeriesChoice,
): readonly Sample[] {
  const { assessment, decision, outcome } = record;
  if (workloads === 'enabled' && !assessment.policy.enabled) return [];
  const { cluster, namespace, name: workload } = decision.workload;
  const labels = { cluster, namespace, workload, kind: kindOf(decision.workload) };
  const of = (group: keyof typeof WORKLOAD_METRICS, value: number | null, more = {}): readonly Sample[] => {
    const isUseful = value === null || Number.isFinite(value);
    if (!groups.includes(group) || !isUseful) return [];
    return [{ name: WORKLOAD_METRICS[group], labels: { ...labels, ...more }, value, at: decision.at }];
  };
  return [
    ...forecastsOf(assessment).flatMap(([signal, peak]) =>
      of('forecast', peak, { signal, within: `${SERVED_MINUTES}m` }),
    ),
    ...of('wanted', decision.wanted ?? decision.target),
    ...of('replicas', assessment.observation.replicas.ready),
    ...of('reason', 1, reasonOf(outcome)),
    ...(isOther(before, outcome) ? of('reason', null, reasonOf(before)) : []),
    ...measured(assessment).flatMap(([signal, value]) => of('signals', value, { signal })),
  ];
}

/** Of the loads that replicas are counted by: memory that does not follow load is none of them. */
function forecastsOf({ forecasts, policy, memoryKind }: Assessment): readonly (readonly [string, number])[] {
  const sized = loadsOf(policy).filter((signal) => signal !== 'memory' || memoryKind === 'follows_load');
  return sized.flatMap((signal) => {
    const forecast = forecasts[signal];
    return forecast === undefined ? [] : [[signal, servedPeak(forecast)] as const];
  });
}

/** What cannot be relied on is no number to draw. */
function measured({ observation, unusable }: Assessment): readonly (readonly [string, number])[] {
  const loads = Object.entries(observation.signals).map(([signal, { demand }]) => [signal, demand] as const);
  const levels = Object.entries(observation.levels ?? {}).map(([signal, { value }]) => [signal, value] as const);
  return [...loads, ...levels].filter(([signal]) => !Object.hasOwn(unusable, signal));
}

function reasonOf({ kind, code }: Outcome) {
  return { outcome: kind, code: code ?? 'unknown' };
}

function isOther(before: Outcome | undefined, now: Outcome): before is Outcome {
  return before !== undefined && (before.kind !== now.kind || before.code !== now.code);
}
