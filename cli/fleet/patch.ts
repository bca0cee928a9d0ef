// An HPA's new setting as YAML that kubectl takes: of the HPA, and of the ScaledObject where KEDA writes the HPA.
import type { HpaBehaviour } from '../../lib/domain/hpa/behaviour.ts';
import type { HpaPace } from '../../lib/domain/workload/hpa-status.ts';
import type { Bounds } from './workload.ts';

export interface PatchOf {
  readonly namespace: string;
  readonly deployment: string;
  /** Null where it has none yet: one is made. */
  readonly hpa: { readonly name: string; readonly otherMetrics: readonly string[]; readonly max: number } | null;
  readonly scaledObject: string | null;
  readonly targetPercent: number;
  readonly behaviour: HpaBehaviour;
  readonly bounds: Bounds;
}

/** Kubernetes' own, written out: what the present HPA states of them is in no series. */
const UP_PACES: readonly HpaPace[] = [
  { kind: 'pods', value: 4, periodSeconds: 15 },
  { kind: 'percent', value: 100, periodSeconds: 15 },
];
const DOWN_PACES: readonly HpaPace[] = [{ kind: 'percent', value: 100, periodSeconds: 15 }];
const DOWN_WINDOW_SECONDS = 300;

/** A line for a shell that is followed by YAML up to `EOF`, or YAML to be worked in by hand. Names must be Kubernetes'. */
export function hpaCommand(patch: PatchOf): string {
  const { namespace, hpa } = patch;
  if (hpa === null) return heredoc('kubectl apply -f -', hpaManifest(patch));
  if (hpa.otherMetrics.length > 0)
    return `# It has other metrics (${hpa.otherMetrics.map(plain).join(', ')}), which a patch would take out of the list: change these lines by\n# kubectl -n ${namespace} edit hpa ${hpa.name}\n${hpaPatch(patch)}`;
  return heredoc(`kubectl -n ${namespace} patch hpa ${hpa.name} --type merge --patch-file /dev/stdin`, hpaPatch(patch));
}

/** The same for KEDA, which writes the HPA anew from its ScaledObject. */
export function kedaCommand(patch: PatchOf): string {
  const { namespace, deployment, hpa } = patch;
  const name = patch.scaledObject ?? deployment;
  const body = kedaPatch(patch);
  if ((hpa?.otherMetrics ?? []).length > 0)
    return `# Keep its other triggers in the list: change these lines by\n# kubectl -n ${namespace} edit scaledobject ${name}\n${body}`;
  return heredoc(`kubectl -n ${namespace} patch scaledobject ${name} --type merge --patch-file /dev/stdin`, body);
}

function heredoc(command: string, body: string): string {
  return `${command} <<'EOF'\n${body}EOF`;
}

function hpaManifest({ namespace, deployment, targetPercent, behaviour, bounds }: PatchOf): string {
  return [
    'apiVersion: autoscaling/v2',
    'kind: HorizontalPodAutoscaler',
    `metadata: { name: ${quoted(deployment)}, namespace: ${quoted(namespace)} }`,
    'spec:',
    `  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${quoted(deployment)} }`,
    `  minReplicas: ${bounds.min}`,
    `  maxReplicas: ${bounds.max}`,
    ...metricsLines(targetPercent),
    ...behaviourLines(behaviour, '  '),
    '',
  ].join('\n');
}

/** Its minReplicas stays as it is: under ours it is the floor. */
function hpaPatch({ hpa, bounds, targetPercent, behaviour }: PatchOf): string {
  const max = hpa !== null && bounds.max > hpa.max ? [`  maxReplicas: ${bounds.max}  # ${hpa.max} was in the way`] : [];
  return ['spec:', ...max, ...metricsLines(targetPercent), ...behaviourLines(behaviour, '  '), ''].join('\n');
}

function kedaPatch({ hpa, bounds, targetPercent, behaviour }: PatchOf): string {
  const max =
    hpa !== null && bounds.max > hpa.max ? [`  maxReplicaCount: ${bounds.max}  # ${hpa.max} was in the way`] : [];
  return [
    'spec:',
    ...max,
    '  advanced:',
    '    horizontalPodAutoscalerConfig:',
    ...behaviourLines(behaviour, '      '),
    '  triggers:',
    `    - { type: cpu, metricType: Utilization, metadata: { value: "${targetPercent}" } }`,
    '',
  ].join('\n');
}

function metricsLines(targetPercent: number): readonly string[] {
  return [
    '  metrics:',
    '    - type: Resource',
    `      resource: { name: cpu, target: { type: Utilization, averageUtilization: ${targetPercent} } }`,
  ];
}

function behaviourLines({ up, down }: HpaBehaviour, indent: string): readonly string[] {
  const direction = (name: string, window: number, paces: readonly HpaPace[], tolerance: number | undefined) => [
    `  ${name}:`,
    `    stabilizationWindowSeconds: ${window}`,
    ...(tolerance === undefined ? [] : [`    tolerance: "${tolerance}"  # needs Kubernetes 1.35, or its gate before`]),
    '    policies:',
    ...paces.map(
      ({ kind, value, periodSeconds }) =>
        `      - { type: ${kind === 'pods' ? 'Pods' : 'Percent'}, value: ${value}, periodSeconds: ${periodSeconds} }`,
    ),
  ];
  const lines = [
    'behavior:',
    ...direction('scaleUp', up?.windowSeconds ?? 0, up?.paces ?? UP_PACES, up?.tolerance),
    ...direction('scaleDown', down?.windowSeconds ?? DOWN_WINDOW_SECONDS, down?.paces ?? DOWN_PACES, down?.tolerance),
  ];
  return lines.map((line) => `${indent}${line}`);
}

/** A name such as `true` or `1e3` is a text all the same. */
function quoted(name: string): string {
  return JSON.stringify(name);
}

/** In a comment of a shell or of YAML: nothing that ends it. */
function plain(text: string): string {
  return text.replace(/[^\w.:/-]+/g, '?').slice(0, 60);
}
