// What ticks count of each cluster (lib/app/ports/meter.ts), seen from CloudWatch: a line in a function's log makes it, and no right.
import { type Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { CLUSTER_DIMENSION, CLUSTER_METRICS } from '../lib/app/ports/meter.ts';
import type { Grant } from './grant.ts';

export type ClusterMetric = keyof typeof CLUSTER_METRICS;

export class ClusterMetrics extends Construct {
  private readonly namespace: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.namespace = `AI4K8s/${Stack.of(this).stackName}`;
  }

  /** For the functions that may finish a tick. */
  emit(): Grant {
    return { environment: { METRICS_NAMESPACE: this.namespace }, statements: [] };
  }

  /** @param statistic `SampleCount`: in how many ticks it was sent */
  of(cluster: string, name: ClusterMetric, statistic: 'SampleCount' | 'Maximum', period: Duration): IMetric {
    const { namespace } = this;
    return new Metric({
      namespace,
      metricName: CLUSTER_METRICS[name],
      dimensionsMap: { [CLUSTER_DIMENSION]: cluster },
      statistic,
      period,
    });
  }

  /** All clusters, a line each, in one expression however many there are. */
  ofAll(name: ClusterMetric, statistic: 'Sum' | 'Maximum', period: Duration): IMetric {
    const search = `{${this.namespace},${CLUSTER_DIMENSION}} MetricName="${CLUSTER_METRICS[name]}"`;
    return new MathExpression({
      expression: `SEARCH('${search}', '${statistic}', ${period.toSeconds()})`,
      period,
      label: '',
      usingMetrics: {},
    });
  }
}
