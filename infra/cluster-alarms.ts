// Alarms of each cluster by itself: in a sum over clusters one that is dead, or on hold for days, would hide the next.
import type { Alarms } from './alarms.ts';
import type { ClusterMetrics } from './cluster-metrics.ts';
import type { DeployedCluster } from './deployment.ts';
import type { Pace } from './pace.ts';

/** One tick may meet an API server that is just being replaced. */
const SILENT_TICKS = 5;
/** One tick at its limit is a busy minute; five of six are a backlog. Two that end in one minute are one of them. */
const AT_LIMIT = { ticks: 6, of: 5 };
/** A problem stands where it is there in twelve of fifteen ticks, twice: what comes and goes with a rollout does not. */
const STANDING = { window: 15, of: 12, windows: 2 };

export function raiseClusterAlarms(
  alarms: Alarms,
  metrics: ClusterMetrics,
  clusters: readonly DeployedCluster[],
  pace: Pace,
): void {
  const silent = pace.ticks(SILENT_TICKS);
  for (const { id } of clusters) {
    alarms.raise(`${id}-stale`, {
      // Skipped and failed ticks send nothing.
      metric: metrics.of(id, 'tickSeconds', 'SampleCount', silent),
      threshold: 1,
      silence: true,
      description: `No tick of cluster ${id} has finished for ${silent.toHumanString()}. Impact: nothing of it is scaled; after twice as long the watchdog raises what has no HPA. Look at "tick failed" and "tick skipped" in the log of tick, and at the cluster's schedule.`,
    });
    alarms.raise(`${id}-on-hold`, {
      metric: metrics.of(id, 'onHold', 'SampleCount', pace.ticks(SILENT_TICKS)),
      threshold: 1,
      description: `Pods of cluster ${id} stopped serving after changes made here, or its kill switch is on. Impact: in the first case nothing of it is scaled down, in the second nothing is changed at all. Status says which, since when and why.`,
    });
    alarms.raise(`${id}-blast-radius`, {
      metric: metrics.of(id, 'blastRadius', 'SampleCount', pace.tick),
      threshold: 1,
      periods: AT_LIMIT.ticks,
      inPeriods: AT_LIMIT.of,
      description: `Five of six ticks wanted more changes in cluster ${id} than one may make. Impact: workloads wait their turn. Look at what moves them all.`,
    });
    alarms.raise(`${id}-problems`, {
      metric: metrics.of(id, 'problems', 'SampleCount', pace.ticks(STANDING.window)),
      threshold: STANDING.of,
      periods: STANDING.windows,
      description: `Problems of cluster ${id} have stood for ${pace.ticks(STANDING.window * STANDING.windows).toHumanString()}. Impact: the workloads that status names under problems are not scaled as their policies say, mostly not scaled in.`,
    });
  }
}
