// HorizontalPodAutoscalers in autoscaling/v2 and v1, written and read.
import type { Hpa, HpaSpec, HpaState } from './hpa.ts';
import { cpuQuantity, isObject, type Json, type JsonObject, type KubeObject, timestamp } from './kube-object.ts';
import { StatusError } from './status.ts';

export type HpaVersion = 'v1' | 'v2';

export function hpaObject(hpa: Hpa, version: HpaVersion): KubeObject {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: hpa.spec.target };
  const bounds = { scaleTargetRef, minReplicas: hpa.spec.min, maxReplicas: hpa.spec.max };
  const { current, desired } = hpa.condition;
  const status = {
    ...(hpa.lastScaledAt === null ? {} : { lastScaleTime: timestamp(hpa.lastScaledAt) }),
    currentReplicas: current,
    desiredReplicas: desired,
  };
  const percent = hpa.condition.readings[cpuIndex(hpa)]?.percent;
  return {
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: metadata(hpa),
    spec:
      version === 'v1'
        ? { ...bounds, targetCPUUtilizationPercentage: hpa.spec.metrics[cpuIndex(hpa)]?.targetPercent }
        : { ...bounds, metrics: hpa.spec.metrics.map(metricSpec), ...behavior(hpa.spec) },
    status:
      version === 'v1'
        ? { ...status, currentCPUUtilizationPercentage: percent }
        : { ...status, currentMetrics: currentMetrics(hpa), conditions: conditions(hpa) },
  };
}

/**
 * Reads the spec of a v1 or v2 object.
 * @throws StatusError 422 for what the simulation cannot act on
 */
export function readHpaSpec(object: KubeObject): HpaSpec {
  const spec = isObject(object.spec) ? object.spec : {};
  const target = isObject(spec.scaleTargetRef) ? spec.scaleTargetRef : {};
  const min = spec.minReplicas ?? 1;
  const max = spec.maxReplicas;
  if (target.kind !== 'Deployment' || typeof target.name !== 'string')
    throw invalid('spec.scaleTargetRef must name a Deployment');
  if (!isCount(max) || max < 1) throw invalid('spec.maxReplicas must be a whole number from 1');
  if (!isCount(min) || min < 1 || min > max) throw invalid('spec.minReplicas must lie between 1 and spec.maxReplicas');
  const behavior = isObject(spec.behavior) ? spec.behavior : null;
  return { target: target.name, min, max, metrics: readMetrics(object.apiVersion, spec), behavior };
}

function readMetrics(apiVersion: string, spec: JsonObject): HpaSpec['metrics'] {
  // 80 % CPU is what Kubernetes assumes where nothing is stated.
  const assumed = [{ resource: 'cpu', targetPercent: 80 }] as const;
  if (apiVersion === 'autoscaling/v1') {
    const targetPercent = spec.targetCPUUtilizationPercentage;
    return isCount(targetPercent) ? [{ resource: 'cpu', targetPercent }] : assumed;
  }
  if (!Array.isArray(spec.metrics) || spec.metrics.length === 0) return assumed;
  return spec.metrics.map((metric: Json) => {
    const { resource, container } = resourceOf(metric);
    const target = isObject(resource.target) ? resource.target : {};
    const { name } = resource;
    if ((name !== 'cpu' && name !== 'memory') || !isCount(target.averageUtilization))
      throw invalid('spec.metrics: the simulated cluster knows averageUtilization of cpu and memory only');
    const of = { resource: name, targetPercent: target.averageUtilization } as const;
    return typeof container === 'string' ? { ...of, container } : of;
  });
}

function resourceOf(metric: Json): { readonly resource: JsonObject; readonly container?: Json | undefined } {
  if (!isObject(metric)) return { resource: {} };
  if (isObject(metric.containerResource))
    return { resource: metric.containerResource, container: metric.containerResource.container };
  return { resource: isObject(metric.resource) ? metric.resource : {} };
}

function metadata(hpa: Hpa): JsonObject {
  return {
    name: hpa.name,
    namespace: hpa.namespace,
    uid: hpa.uid,
    resourceVersion: String(hpa.resourceVersion),
    creationTimestamp: timestamp(hpa.createdAt),
    ...(Object.keys(hpa.labels).length === 0 ? {} : { labels: hpa.labels }),
    ...(Object.keys(hpa.annotations).length === 0 ? {} : { annotations: hpa.annotations }),
  };
}

function cpuIndex(hpa: Hpa): number {
  return hpa.spec.metrics.findIndex((metric) => metric.resource === 'cpu');
}

function metricSpec({ resource, targetPercent, container }: HpaSpec['metrics'][number]): JsonObject {
  const target = { type: 'Utilization', averageUtilization: targetPercent };
  if (container !== undefined)
    return { type: 'ContainerResource', containerResource: { name: resource, container, target } };
  return { type: 'Resource', resource: { name: resource, target } };
}

function behavior({ behavior: stated }: HpaSpec): JsonObject {
  return stated === null ? {} : { behavior: stated };
}

function currentMetrics(hpa: Hpa): JsonObject[] | null {
  const metrics = hpa.spec.metrics.flatMap(({ resource: name, container }, i): JsonObject[] => {
    const reading = hpa.condition.readings[i];
    if (reading === null || reading === undefined) return [];
    const averageValue = name === 'cpu' ? cpuQuantity(reading.average) : String(Math.round(reading.average));
    const current = { averageUtilization: reading.percent, averageValue };
    if (container !== undefined)
      return [{ type: 'ContainerResource', containerResource: { name, container, current } }];
    return [{ type: 'Resource', resource: { name, current } }];
  });
  return metrics.length === 0 ? null : metrics;
}

/** Status and reason of AbleToScale, ScalingActive and ScalingLimited, by what the last sync came to. */
const ABLE: Partial<Record<HpaState, readonly [string, string]>> = {
  target_missing: ['False', 'FailedGetScale'],
  above_max: ['True', 'SucceededRescale'],
  below_min: ['True', 'SucceededRescale'],
  scale_up: ['True', 'SucceededRescale'],
  scale_down: ['True', 'SucceededRescale'],
  stabilised: ['True', 'ScaleDownStabilized'],
};
const ACTIVE: Partial<Record<HpaState, readonly [string, string]>> = {
  target_missing: ['False', 'FailedGetScale'],
  ambiguous: ['False', 'AmbiguousSelector'],
  metrics_failed: ['False', 'FailedGetResourceMetric'],
  switched_off: ['False', 'ScalingDisabled'],
};
const LIMITED: Partial<Record<HpaState, readonly [string, string]>> = {
  at_max: ['True', 'TooManyReplicas'],
  above_max: ['True', 'TooManyReplicas'],
  at_min: ['True', 'TooFewReplicas'],
  below_min: ['True', 'TooFewReplicas'],
  up_limited: ['True', 'ScaleUpLimit'],
  down_limited: ['True', 'ScaleDownLimit'],
};

function conditions(hpa: Hpa): JsonObject[] {
  const { state } = hpa.condition;
  if (state === 'not_yet_synced') return [];
  const at = timestamp(hpa.lastScaledAt ?? hpa.createdAt);
  const message = `last sync: ${state.replaceAll('_', ' ')}`;
  const condition = (type: string, [status, reason]: readonly [string, string]): JsonObject => {
    return { type, status, reason, message, lastTransitionTime: at };
  };
  return [
    condition('AbleToScale', ABLE[state] ?? ['True', 'ReadyForNewScale']),
    condition('ScalingActive', ACTIVE[state] ?? ['True', 'ValidMetricFound']),
    condition('ScalingLimited', LIMITED[state] ?? ['False', 'DesiredWithinRange']),
  ];
}

function isCount(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function invalid(message: string): StatusError {
  return new StatusError(422, 'Invalid', `HorizontalPodAutoscaler is invalid: ${message}`);
}
