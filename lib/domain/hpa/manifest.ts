// An HPA as the Kubernetes API takes it, and as YAML to be copied into Git.
import { type HpaMeasure, type PerResource, RESOURCES } from '../workload/signal.ts';

export interface PlannedHpa {
  readonly namespace: string;
  readonly name: string;
  readonly deployment: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly targetPercent: PerResource<number>;
  /** Metrics of other APIs, each with what one pod takes. Absent: none. */
  readonly metrics?: readonly PlannedMetric[];
}

/** `selector`: labels that the metric must have. */
export interface PlannedMetric extends Pick<HpaMeasure, 'type' | 'metric' | 'selector'> {
  readonly averageValue: number;
}

/** autoscaling/v2. */
export function hpaManifest(
  { name, namespace, deployment, minReplicas, maxReplicas, targetPercent, metrics = [] }: PlannedHpa,
  labels: Readonly<Record<string, string>> = {},
): object {
  const resources = RESOURCES.flatMap((signal) => {
    const averageUtilization = targetPercent[signal];
    if (averageUtilization === undefined) return [];
    return [{ type: 'Resource', resource: { name: signal, target: { type: 'Utilization', averageUtilization } } }];
  });
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace, ...(Object.keys(labels).length > 0 && { labels }) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment },
      minReplicas,
      maxReplicas,
      metrics: [...resources, ...metrics.map((metric) => otherMetric(metric, deployment))],
    },
  };
}

/** What one pod takes of it, as an average over the pods; of a Deployment's own metric, over its replicas. */
function otherMetric({ type, metric: name, selector, averageValue }: PlannedMetric, deployment: string): object {
  const metric = { name, ...(selector !== undefined && { selector: { matchLabels: selector } }) };
  const target = { type: 'AverageValue', averageValue: String(averageValue) };
  const described = { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment };
  switch (type) {
    case 'Pods':
      return { type, pods: { metric, target } };
    case 'Object':
      return { type, object: { metric, target, describedObject: described } };
    case 'External':
      return { type, external: { metric, target } };
  }
}

/** @param value of JSON, without lists in lists. A text that might be read as something else is in quotes. */
export function yamlOf(value: object, indent = ''): string {
  return Object.entries(value)
    .map(
      ([key, inner]) =>
        `${indent}${PLAIN.test(key) && !NOT_TEXT.test(key) ? key : JSON.stringify(key)}:${innerYaml(inner, indent)}`,
    )
    .join('\n');
}

const PLAIN = /^[a-zA-Z][\w./-]*$/;
/** Of YAML 1.1 as well, which kubectl reads. */
const NOT_TEXT = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

function innerYaml(inner: unknown, indent: string): string {
  if (typeof inner === 'string' && PLAIN.test(inner) && !NOT_TEXT.test(inner)) return ` ${inner}`;
  if (typeof inner !== 'object' || inner === null) return ` ${JSON.stringify(inner)}`;
  if (Object.keys(inner).length === 0) return Array.isArray(inner) ? ' []' : ' {}';
  if (!Array.isArray(inner)) return `\n${yamlOf(inner, `${indent}  `)}`;
  const items = inner.map((item: object) => `${indent}  - ${yamlOf(item, `${indent}    `).trimStart()}`);
  return `\n${items.join('\n')}`;
}
