// custom.metrics.k8s.io, as an adapter such as Prometheus' would serve it: of Deployments with a queue, and of pods that somebody scrapes.
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

/** Whether there is anything to serve: without it the group is not there. */
export function servesCustomMetrics(world: World): boolean {
  return queued(world, null).length > 0 || scraped(world, null).length > 0;
}

/** For discovery. */
export function customMetricEntries(world: World): JsonObject[] {
  const ofQueues = queued(world, null).length === 0 ? [] : Object.keys(METRICS);
  return [
    ...OBJECTS.flatMap((of) => ofQueues.map((metric) => entry(of, metric))),
    ...[...scrapedNames(world)].map((metric) => entry('pods', metric)),
  ];
}

function entry(of: string, metric: string): JsonObject {
  return {
    name: `${of}/${metric}`,
    singularName: '',
    namespaced: true,
    kind: 'MetricValueList',
    verbs: ['get'],
  };
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
  const isKnown = isMetric(metric) || scrapedNames(world).has(metric);
  if (namespaces !== 'namespaces' || more.length > 0 || !isKnown) throw unknownPath();
  const filter = selectorFilter(query.get('labelSelector'), null);
  const isAsked = (one: Measured) => (name === '*' ? filter(asItem(namespace, one)) : one.name === name);
  const items = isMetric(metric)
    ? objectsOf(queued(world, namespace), of)
        .filter(isAsked)
        .flatMap((one) => metricOf(namespace, one, metric))
    : objectsOf(scraped(world, namespace), of)
        .filter(isAsked)
        .flatMap((one) => scrapedOf(namespace, one, metric));
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

function objectsOf(workloads: readonly Workload[], of: string): Measured[] {
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

/** Of a pod only: what all of them together have is for whoever asks to say. */
function scrapedOf(namespace: string, { name, kind, apiVersion, workload }: Measured, metric: string): JsonObject[] {
  const found = kind === 'Pod' ? (workload.spec.runner?.metrics?.(name) ?? null) : null;
  const value = found !== null && Object.hasOwn(found.values, metric) ? found.values[metric] : undefined;
  if (found === null || value === undefined || !Number.isFinite(value)) return [];
  return [
    {
      describedObject: { kind, namespace, name, apiVersion },
      metric: { name: metric, selector: null },
      timestamp: new Date(found.at).toISOString(),
      value: quantity(Math.round(1000 * value)),
    },
  ];
}

function scrapedNames(world: World): ReadonlySet<string> {
  const pods = scraped(world, null).flatMap(({ spec, pods: all }) =>
    all.map(({ name }) => spec.runner?.metrics?.(name)),
  );
  return new Set(pods.flatMap((pod) => Object.keys(pod?.values ?? {})));
}

function scraped(world: World, namespace: string | null): Workload[] {
  return world.workloads(namespace).filter(({ spec }) => spec.runner?.metrics !== undefined);
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
