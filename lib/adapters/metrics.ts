// Meter through Powertools: lines of JSON in the function's log (EMF), which CloudWatch makes metrics of without a call or a right.
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { CLUSTER_DIMENSION, CLUSTER_METRICS, type Meter } from '../app/ports/meter.ts';

/**
 * A metric is paid for by the hours in which it is sent: one is sent by every tick, the others while there is something to tell.
 * @param namespace of the installation, so that two of one account do not count as one
 */
export function makeMeter(namespace: string): Meter {
  const metrics = new Metrics({ namespace });
  /** Of this cluster alone: Powertools would add the function's name, and a tick may be closed by either of two. */
  const of = (cluster: string) => {
    metrics.clearDefaultDimensions();
    return metrics.addDimension(CLUSTER_DIMENSION, cluster);
  };
  return {
    tickFinished({ cluster, seconds, problems, isOnHold }) {
      of(cluster).addMetric(CLUSTER_METRICS.tickSeconds, MetricUnit.Seconds, seconds);
      if (problems > 0) metrics.addMetric(CLUSTER_METRICS.problems, MetricUnit.Count, problems);
      if (isOnHold) metrics.addMetric(CLUSTER_METRICS.onHold, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
    blastRadiusReached(cluster) {
      of(cluster).addMetric(CLUSTER_METRICS.blastRadius, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
  };
}
