// Signals from external.metrics.k8s.io, as HPAs of type External read them: values of a namespace, told apart by a label.
import type { SignalSource, WorkloadSnapshot } from '../../app/ports/cluster.ts';
import type { Connections } from './connection.ts';
import { asking } from './errors.ts';
import {
  type MetricSignal,
  type MetricSourceOptions,
  makeMetricSource,
  type RawValue,
  valueOfMetric,
} from './metric-values.ts';

interface ExternalSignal extends MetricSignal {
  /** Whose value names the workload. */
  readonly label: string;
}

export type ExternalMetricsOptions = MetricSourceOptions<ExternalSignal>;

const API = '/apis/external.metrics.k8s.io/v1beta1';

export function makeExternalMetrics(connect: Connections, options: ExternalMetricsOptions): SignalSource {
  return makeMetricSource(connect, options, {
    ask(client, { metric, selector }, namespace) {
      const path = `${API}/namespaces/${encodeURIComponent(namespace)}/${encodeURIComponent(metric)}`;
      const ask = { cluster: client.cluster, verb: 'list', resource: `${metric}.external.metrics.k8s.io` } as const;
      const query = selector === undefined ? {} : { labelSelector: selector };
      return asking({ ...ask, subject: `namespace ${namespace}` }, () => client.getJson(path, query));
    },
    nameIn: labelOf,
    find(values, { label }, { workload }, others) {
      if (isShared(workload.name, others))
        return `another workload of this name in its namespace names the signal too, and the label ${label} does not tell them apart`;
      const own = values.of(workload.name);
      const [only] = own;
      if (only === undefined) return `none of the metric's ${values.count} values has ${label}=${workload.name}`;
      if (own.length > 1) return `${own.length} values have ${label}=${workload.name}: narrow them by "selector"`;
      return valueOfMetric(only);
    },
  });
}

function isShared(name: string, others: readonly WorkloadSnapshot[]): boolean {
  return others.filter(({ workload }) => workload.name === name).length > 1;
}

function labelOf(value: RawValue, { label }: ExternalSignal): unknown {
  const labels: unknown = Reflect.get(value, 'metricLabels');
  return typeof labels === 'object' && labels !== null && Object.hasOwn(labels, label)
    ? Reflect.get(labels, label)
    : undefined;
}
