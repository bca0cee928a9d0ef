// What a time series database is told after a tick, when all else is done: bounded in time, and its failure is one line in the log.
import type { MetricSink, Sample } from '../ports/metric-sink.ts';
import type { TickSummary } from '../ports/tick-store.ts';
import type { Clock, Log } from '../ports/world.ts';

export const CLUSTER_METRICS = {
  workloads: 'ai4k8s_workloads',
  enabled: 'ai4k8s_enabled_workloads',
  applied: 'ai4k8s_applied_changes',
  problems: 'ai4k8s_problems',
  seconds: 'ai4k8s_tick_seconds',
} as const;

/** All requests of a tick together. */
const BUDGET_MS = 6000;
/** With less it is not begun. */
const LEAST_MS = 500;
const NOT_WRITTEN = 'series were not written';

/** How one tick fared; nothing where that is not asked for. @param problems how many there are */
export function clusterSamples(
  metrics: MetricSink | undefined,
  { cluster, scheduledAt: at, finishedAt, workloads, enabled, applied }: TickSummary,
  problems: number,
): readonly Sample[] {
  if (metrics?.wants.groups.includes('cluster') !== true) return [];
  const values = { workloads, enabled, applied, problems, seconds: (finishedAt - at) / 1000 };
  return Object.entries(values).map(([key, value]) => ({
    name: CLUSTER_METRICS[key as keyof typeof CLUSTER_METRICS],
    labels: { cluster },
    value,
    at,
  }));
}

/** Never throws: what is done stays done. @param until on the wall clock; the function's own time ends some seconds later */
export async function tellSeries(
  { metrics, log, wall }: { readonly metrics?: MetricSink | undefined; readonly log: Log; readonly wall: Clock },
  cluster: string,
  samples: readonly Sample[],
  until: number,
): Promise<void> {
  if (metrics === undefined || samples.length === 0) return;
  const budgetMs = Math.min(BUDGET_MS, until - wall.now());
  try {
    if (budgetMs < LEAST_MS) throw new Error('the tick took too long to leave time for them');
    await metrics.write(samples, budgetMs);
  } catch (error) {
    log.warn(NOT_WRITTEN, { cluster, message: error instanceof Error ? error.message : String(error) });
  }
}
