// What an HPA's specification asks for: metrics of every kind, and its behaviour in each direction.

import { cleanText } from '../../domain/text/clean-text.ts';
import type { HpaMetricSpec, HpaRules, HpaStatus } from '../../domain/workload/hpa-status.ts';
import type { Hpa } from './api-types.ts';
import { parseQuantity } from './quantity.ts';

/** More metrics than anybody has; the rest of an absurd list is not carried along. */
const METRICS_KEPT = 20;
const PACES_KEPT = 10;
/** For people. */
const METRIC_NAME_CHARS = 55;

type Spec = NonNullable<Hpa['spec']>;
type Metric = NonNullable<Spec['metrics']>[number];
type Scaling = NonNullable<NonNullable<Spec['behavior']>['scaleUp']>;

/** Only what is stated: what is absent is Kubernetes' own default. */
export function wishesOf(hpa: Hpa): Pick<HpaStatus, 'metrics' | 'up' | 'down' | 'scaledToZero'> {
  const metrics = (hpa.spec?.metrics ?? []).slice(0, METRICS_KEPT).map(toMetric);
  const [up, down] = [rulesOf(hpa.spec?.behavior?.scaleUp), rulesOf(hpa.spec?.behavior?.scaleDown)];
  const asleep = hpa.status?.conditions?.find(({ type }) => type === 'ScaledToZero')?.status;
  return {
    ...(metrics.length > 0 && { metrics }),
    ...(up !== null && { up }),
    ...(down !== null && { down }),
    ...((asleep === 'True' || asleep === 'False') && { scaledToZero: asleep === 'True' }),
  };
}

function toMetric(metric: Metric): HpaMetricSpec {
  const { kind, name, target } = sourceOf(metric);
  const targetPercent = target?.averageUtilization;
  const targetAverage = parseQuantity(target?.averageValue ?? '');
  const targetValue = parseQuantity(target?.value ?? '');
  return {
    kind,
    name: cleanText(name, METRIC_NAME_CHARS),
    ...(targetPercent !== undefined && { targetPercent }),
    ...(!Number.isNaN(targetAverage) && { targetAverage }),
    // No target may be 0: the API server leaves that beside the average of an Object metric.
    ...(targetValue > 0 && { targetValue }),
  };
}

function sourceOf({ type, resource, containerResource, pods, object, external }: Metric) {
  switch (type) {
    case 'Resource':
      return { kind: type, name: resource?.name ?? '', target: resource?.target };
    case 'ContainerResource': {
      const { container = '', name = '', target } = containerResource ?? {};
      return { kind: type, name: `${name} of container ${container}`, target };
    }
    case 'Pods':
      return { kind: type, name: pods?.metric?.name ?? '', target: pods?.target };
    case 'Object':
      return { kind: type, name: object?.metric?.name ?? '', target: object?.target };
    case 'External':
      return { kind: type, name: external?.metric?.name ?? '', target: external?.target };
    default:
      return { kind: 'unknown' as const, name: type, target: undefined };
  }
}

function rulesOf(scaling: Scaling | undefined): HpaRules | null {
  if (scaling === undefined) return null;
  const { stabilizationWindowSeconds: windowSeconds, selectPolicy, policies = [] } = scaling;
  const tolerance = parseQuantity(scaling.tolerance ?? '');
  const select = { Max: 'max', Min: 'min', Disabled: 'disabled' }[selectPolicy ?? ''] as HpaRules['select'];
  const paces = policies.slice(0, PACES_KEPT).flatMap(({ type, value, periodSeconds }) => {
    const kind = type === 'Pods' ? 'pods' : type === 'Percent' ? 'percent' : null;
    return kind === null ? [] : [{ kind, value, periodSeconds } as const];
  });
  return {
    ...(!Number.isNaN(tolerance) && { tolerance }),
    ...(windowSeconds !== undefined && { windowSeconds }),
    ...(select !== undefined && { select }),
    ...(paces.length > 0 && { paces }),
  };
}
