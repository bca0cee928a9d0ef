// custom.metrics.k8s.io: what those who ask feel of Deployments with a queue, as an adapter such as Prometheus' would serve it.
import { visibleUsage } from '../../lib/domain/simulation/workload-model.ts';
import { type JsonObject, timestamp } from './kube-object.ts';
import { podLabels } from './pod-objects.ts';
import { selectorFilter } from './selectors.ts';
import { StatusError, unknownPath } from './status.ts';
import type { Workload } from './workload.ts';
import type { World } from './world.ts';

export const CUSTOM_METRICS = { group: 'custom.metrics.k8s.io', version: 'v1beta2' } as const;

/** Of one object, in thousandths: quantities have no further digits. Null where nobody was answered. */
const METRICS = {
  requests_per_second: ({ queue, ready }, share) =>
    queue === undefined ? null : 1000 * queue.requestsPerSecond * (share ? 1 / Math.max(1, ready) : 1),
  latency_p95_ms: ({ queue }) => (queue?.latency == null ? null : 1e6 * queue.latency.p95),
} as const satisfies Record<string, (reading: Visible, share: boolean) => number | null>;

type Visible = NonNullable<ReturnType<typeof visibleUsage>>;
type Metric = keyof typeof METRICS;

/** What can be asked of whom. */
const OBJECTS = ['deployments.apps', 'pods'] as const;

/** Whether there is anything to serve: without a queue the group is not there. */
export function servesCustomMetrics(world: World): boolean {
  return queued(world, null).length > 0;
}

/** For discovery. */
export function customMetricEntries(): JsonObject[] {
  return OBJECTS.flatMap((of) =>
    Object.keys(METRICS).map((metric) => ({
      name: `${of}/${metric}`,
      singularName: '',
      namespaced: true,
      kind: 'MetricValueList',
      verbs: ['get'],
    })),
  );
}

/**
 * `/apis/custom.metrics.k8s.io/v1beta2/namespaces/NS/deployments.apps/NAME/METRIC`, or of `pods`; a star as the name is every one.
 * @returns null for a path of another API
 * @throws StatusError 404 for what is not measured, 503 where metrics are away
 */
export function customMetrics(world: World, path: string, query: URLSearchParams): JsonObject | null {
  const { group, version } = CUSTOM_METRICS;
  const prefix = `/apis/${group}/${version}/`;
  if (!path.startsWith(prefix) || !servesCustomMetrics(world)) return null;
  if (world.faults.metricsAway === true)
    throw new StatusError(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
  const [namespaces, namespace = '', of = '', name = '', metric = '', ...more] = path.slice(prefix.length).split('/');
  if (namespaces !== 'namespaces' || more.length > 0 || !isMetric(metric)) throw unknownPath();
  const filter = selectorFilter(query.get('labelSelector'), null);
  const items = objectsOf(world, namespace, of)
    .filter((one) => (name === '*' ? filter(asItem(namespace, one)) : one.name === name))
    .flatMap((one) => metricOf(namespace, one, metric));
  if (items.length === 0 && name !== '*')
    throw new StatusError(404, 'NotFound', `the server could not find the metric ${metric} for ${of} ${name}`);
  return { kind: 'MetricValueList', apiVersion: `${group}/${version}`, metadata: {}, items };
}

/** What a metric can be of. */
interface Measured {
  readonly name: string;
  readonly kind: 'Deployment' | 'Pod';
  readonly apiVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly workload: Workload;
}

function objectsOf(world: World, namespace: string, of: string): Measured[] {
  const workloads = queued(world, namespace);
  if (of === 'deployments.apps')
    return workloads.map((workload) => {
      const { name, labels } = workload;
      return { name, kind: 'Deployment', apiVersion: 'apps/v1', labels, workload };
    });
  if (of !== 'pods') throw unknownPath();
  return workloads.flatMap((workload) =>
    workload.pods
      .filter(({ ready }) => ready)
      .map(({ name }) => ({ name, kind: 'Pod', apiVersion: 'v1', labels: podLabels(workload), workload })),
  );
}

function metricOf(namespace: string, { name, kind, apiVersion, workload }: Measured, metric: Metric): JsonObject[] {
  const reading = visibleUsage(workload.state);
  const value = reading === null ? null : METRICS[metric](reading, kind === 'Pod');
  if (reading === null || value === null) return [];
  return [
    {
      describedObject: { kind, namespace, name, apiVersion },
      metric: { name: metric, selector: null },
      timestamp: timestamp(reading.at),
      windowSeconds: Math.max(1, Math.round(workload.state.seconds - reading.at)),
      value: quantity(Math.round(value)),
    },
  ];
}

function quantity(thousandths: number): string {
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

function queued(world: World, namespace: string | null): Workload[] {
  return world.workloads(namespace).filter(({ config }) => config.queue !== undefined);
}

function isMetric(name: string): name is Metric {
  return Object.hasOwn(METRICS, name);
}

function asItem(namespace: string, { name, labels }: Measured) {
  return { namespace, name, labels, object: () => ({ apiVersion: '', kind: '', metadata: {} }), cells: () => [] };
}
