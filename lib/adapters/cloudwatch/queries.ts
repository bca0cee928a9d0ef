// What CloudWatch is asked about a workload, and what an answer's numbers are in the signal's unit.
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { SignalKind, SignalName } from '../../domain/workload/signal.ts';

type Dimensions = Readonly<Record<string, string>>;

export interface CloudWatchMetric {
  readonly namespace: string;
  readonly name: string;
  readonly stat: string;
  /** Seconds. */
  readonly period: number;
  /** `{namespace}` and `{name}` are replaced by the workload's. */
  readonly dimensions: Dimensions;
  /** By workload, laid over `dimensions`; where it is there, others are not asked for. */
  readonly of?: Readonly<Record<string, Dimensions>> | undefined;
  /** Divided by the period's seconds. */
  readonly perSecond: boolean;
  /** Of what is counted per target: times the replicas that serve. */
  readonly times?: 'replicas' | undefined;
  readonly scale: number;
}

export interface CloudWatchSignal {
  readonly name: SignalName;
  readonly kind: SignalKind;
  readonly metric: CloudWatchMetric;
}

/** Null where the table names other workloads only. @param id unique within one call */
export function queryOf(id: string, { metric }: CloudWatchSignal, of: WorkloadSnapshot): MetricDataQuery | null {
  const { namespace, name } = of.workload;
  const key = workloadKey(of.workload);
  const own = metric.of !== undefined && Object.hasOwn(metric.of, key) ? metric.of[key] : undefined;
  if (metric.of !== undefined && own === undefined) return null;
  const dimensions = Object.entries({ ...metric.dimensions, ...own }).map(([Name, value]) => ({
    Name,
    Value: value.replaceAll(/\{(namespace|name)\}/g, (_, what) => (what === 'name' ? name : namespace)),
  }));
  return {
    Id: id,
    ReturnData: true,
    MetricStat: {
      Metric: { Namespace: metric.namespace, MetricName: metric.name, Dimensions: dimensions },
      Period: metric.period,
      Stat: metric.stat,
    },
  };
}

/** @returns in the signal's unit, or why that cannot be told, as part of a sentence */
export function inUnit(value: number, { metric }: CloudWatchSignal, { replicas }: WorkloadSnapshot): number | string {
  if (!Number.isFinite(value)) return 'CloudWatch answers no number';
  const rate = (metric.perSecond ? value / metric.period : value) * metric.scale;
  if (metric.times === undefined) return rate;
  // Nobody knows how many targets there were: those that serve now are taken for them.
  return replicas.ready > 0 ? rate * replicas.ready : 'it is counted per target, and no pod serves';
}
