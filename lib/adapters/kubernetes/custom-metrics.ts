// Signals from custom.metrics.k8s.io, as HPAs of types Object and Pods read them: of Deployments, or of their pods.
import type { PodInfo, SignalSource, WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import type { Connections } from './connection.ts';
import { asking } from './errors.ts';
import {
  type Found,
  type MetricSignal,
  type MetricSourceOptions,
  makeMetricSource,
  type RawValue,
  type Values,
  valueOfMetric,
} from './metric-values.ts';

export interface CustomSignal extends MetricSignal {
  /** Whose metric it is: the Deployment's own, or that of each of its pods. */
  readonly on: 'deployments' | 'pods';
  /** Of a level of pods; loads are summed. */
  readonly across?: 'mean' | 'max' | undefined;
}

export type CustomMetricsOptions = MetricSourceOptions<CustomSignal>;

const API = '/apis/custom.metrics.k8s.io/v1beta2';

export function makeCustomMetrics(connect: Connections, options: CustomMetricsOptions): SignalSource {
  return makeMetricSource(connect, options, {
    ask(client, { metric, selector, on }, namespace) {
      const resource = on === 'pods' ? 'pods' : 'deployments.apps';
      const path = `${API}/namespaces/${encodeURIComponent(namespace)}/${resource}/*/${encodeURIComponent(metric)}`;
      const ask = {
        cluster: client.cluster,
        verb: 'get',
        resource: `${resource}/${metric}.custom.metrics.k8s.io`,
      } as const;
      const query = selector === undefined ? {} : { metricLabelSelector: selector };
      return asking({ ...ask, subject: `namespace ${namespace}` }, () => client.getJson(path, query));
    },
    nameIn: (value, { on }) => nameOf(value, on === 'pods' ? 'Pod' : 'Deployment'),
    find: (values, { on, across }, of) =>
      on === 'pods' ? overPods(values, of, OVER_PODS[across ?? 'sum']) : ofDeployment(values, of),
  });
}

function ofDeployment(values: Values, { workload }: WorkloadSnapshot): Found {
  const kind = kindOf(workload);
  if (kind !== 'Deployment') return `this signal is of Deployments, and this is a ${kind}: "on": "pods" measures both`;
  const own = values.of(workload.name);
  const [only] = own;
  if (only === undefined) return `none of the metric's ${values.count} values is of it`;
  if (own.length > 1) return `${own.length} values are of it: narrow them by "selector"`;
  return valueOfMetric(only);
}

const OVER_PODS: Readonly<Record<'sum' | 'mean' | 'max', (all: readonly number[]) => number>> = {
  sum: (all) => all.reduce((sum, value) => sum + value, 0),
  mean: (all) => OVER_PODS.sum(all) / all.length,
  max: (all) => Math.max(...all),
};

/** A pod without a value is no pod at zero: it lowers how much of the load is known. */
function overPods(values: Values, { pods }: WorkloadSnapshot, over: (all: readonly number[]) => number): Found {
  const carrying = pods.filter(mayCarry);
  if (carrying.length === 0) return 'no pod of it serves';
  const measured: number[] = [];
  let oldest = Number.POSITIVE_INFINITY;
  let leftOut: string | undefined;
  for (const { name } of carrying) {
    const own = values.of(name);
    const [only] = own;
    const found =
      only === undefined ? 'it has no value' : own.length > 1 ? `it has ${own.length} values` : valueOfMetric(only);
    if (typeof found === 'string') {
      leftOut ??= `pod ${name}: ${found}`;
      continue;
    }
    measured.push(found.value);
    oldest = Math.min(oldest, found.at);
  }
  if (measured.length === 0) return `none of its ${carrying.length} serving pods is measured (${leftOut})`;
  const coverage = measured.length / carrying.length;
  return { value: over(measured), at: oldest, coverage, ...(leftOut !== undefined && { leftOut }) };
}

function mayCarry({ ready, lostReadiness }: PodInfo): boolean {
  return ready || lostReadiness === true;
}

function nameOf(value: RawValue, kind: string): unknown {
  const described: unknown = Reflect.get(value, 'describedObject');
  if (typeof described !== 'object' || described === null || Reflect.get(described, 'kind') !== kind) return null;
  return Reflect.get(described, 'name');
}
