// How forecasts look from outside: the seeds' six hourly values, and the points of a chart with their quantiles.
import type { Assessment } from '../../domain/assessment/assessment.ts';
import { type Forecast, hasSkill } from '../../domain/forecast/forecast.ts';
import { targetsOf } from '../../domain/sizing/capacity.ts';
import { perReplicaOf } from '../../domain/workload/loads.ts';
import type { SignalName } from '../../domain/workload/signal.ts';
import { digits } from './digits.ts';
import { iso } from './iso.ts';

export function presentForecasts(assessment: Assessment) {
  const entries = Object.entries(assessment.forecasts).map(([signal, forecast]) => [
    signal,
    { ...presentForecast(forecast), target_per_replica: digits(targetPerReplica(assessment, signal)) },
  ]);
  return { horizon_hours: 6, history_hours: digits(assessment.historyHours), ...Object.fromEntries(entries) };
}

/** What one replica is to take, by the policy's target; undefined where that is not known, or where demand is no plain share. */
function targetPerReplica({ observation, policy }: Assessment, signal: SignalName): number | undefined {
  if (signal === 'memory') return undefined;
  const perReplica = perReplicaOf(observation, policy)[signal];
  return perReplica === undefined ? undefined : (perReplica * (targetsOf(policy)[signal] ?? 100)) / 100;
}

function presentForecast(forecast: Forecast) {
  return {
    method: forecast.method,
    current: digits(forecast.current),
    peak: digits(forecast.peak),
    trend: forecast.trend,
    predictions: forecast.hourly.map(digits),
    points: forecast.points.map(({ at, p50, p90, p99 }) => ({
      timestamp: iso(at),
      p50: digits(p50),
      p90: digits(p90),
      p99: digits(p99),
    })),
    skill: digits(forecast.skill ?? undefined),
    acted_on: hasSkill(forecast),
    anomalous: forecast.anomalous,
  };
}
