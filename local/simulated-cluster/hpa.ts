// A HorizontalPodAutoscaler as the world keeps it, and one sync of its controller.
import {
  HPA_START,
  type HpaInput,
  type HpaMemory,
  type HpaReason,
  hpaStep,
  hpaUtilisation,
} from '../../lib/domain/hpa/controller.ts';
import { READING_LAG_SECONDS } from '../../lib/domain/simulation/workload-model.ts';
import type { Resource } from '../../lib/domain/workload/signal.ts';
import { behaviourOf } from './hpa-behaviour.ts';
import type { JsonObject } from './kube-object.ts';
import { podsSeen } from './pods-elsewhere.ts';
import { uidOf, type Workload } from './workload.ts';

export interface HpaSpec {
  /** The Deployment it scales, in its own namespace. */
  readonly target: string;
  readonly min: number;
  readonly max: number;
  /** A container is named where the metric is of one (`ContainerResource`): pods here have one, so it is the whole pod. */
  readonly metrics: readonly {
    readonly resource: Resource;
    readonly targetPercent: number;
    readonly container?: string;
  }[];
  /** `spec.behavior` as it was written; null where there is none. */
  readonly behavior: JsonObject | null;
}

export type HpaState = HpaReason | 'target_missing' | 'ambiguous' | 'not_yet_synced';

export interface HpaCondition {
  readonly current: number;
  readonly desired: number;
  readonly state: HpaState;
  /** Parallel to the metrics of the spec: whole percent, and per pod in cores or bytes; null where not known. */
  readonly readings: readonly ({ readonly percent: number; readonly average: number } | null)[];
}

/** Times in seconds of simulated time since 1970. */
export interface Hpa {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  spec: HpaSpec;
  memory: HpaMemory;
  condition: HpaCondition;
  lastScaledAt: number | null;
  resourceVersion: number;
}

export function makeHpa(
  namespace: string,
  name: string,
  spec: HpaSpec,
  createdAt: number,
  metadata: { labels?: Readonly<Record<string, string>>; annotations?: Readonly<Record<string, string>> } = {},
): Hpa {
  return {
    namespace,
    name,
    uid: uidOf(`hpa ${namespace}/${name} ${createdAt}`),
    createdAt,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    spec,
    memory: HPA_START,
    condition: { current: 0, desired: 0, state: 'not_yet_synced', readings: spec.metrics.map(() => null) },
    lastScaledAt: null,
    resourceVersion: 0,
  };
}

/** The HPA a workload was asked for with, of its own name and age; null where it was asked for without. */
export function hpaOf({ spec, createdAt }: Workload): Hpa | null {
  if (spec.hpa === undefined) return null;
  const {
    minReplicas: min,
    maxReplicas: max,
    targetCpuPercent: targetPercent,
    behavior = null,
    annotations,
  } = spec.hpa;
  const metrics = [{ resource: 'cpu', targetPercent }] as const;
  const hpaSpec = { target: spec.name, min, max, metrics, behavior };
  return makeHpa(spec.namespace, spec.name, hpaSpec, createdAt, { ...(annotations !== undefined && { annotations }) });
}

/** What the controller has to look at: the target, and whether another HPA claims it too. */
export interface HpaSurroundings {
  readonly now: number;
  readonly workload: Workload | undefined;
  readonly rivals: boolean;
  readonly metricsAway: boolean;
}

/**
 * One sync. Pure but for what it returns: the world applies it.
 * @returns the replicas to set, and the HPA's next memory and condition
 */
export function syncHpa(
  hpa: Hpa,
  seen: HpaSurroundings,
): Pick<Hpa, 'memory' | 'condition'> & { desired: number | null } {
  const { workload } = seen;
  const nothing = hpa.spec.metrics.map(() => null);
  if (workload === undefined || seen.rivals) {
    const state = workload === undefined ? 'target_missing' : 'ambiguous';
    const current = workload?.state.replicas ?? 0;
    return { desired: null, memory: hpa.memory, condition: { current, desired: current, state, readings: nothing } };
  }
  const input = inputOf(hpa, workload, seen);
  const { desired, memory, reason } = hpaStep(input, hpa.memory);
  const current = workload.state.replicas;
  const readings = input.metrics.map((metric) => {
    const percent = input.measuredAt === null ? null : hpaUtilisation(metric, input);
    return percent === null ? null : { percent, average: (percent * (metric.request ?? 0)) / 100 };
  });
  return { desired, memory, condition: { current, desired, state: reason, readings } };
}

/** Whether an update of the status would write anything new. */
export function isSameCondition(a: HpaCondition, b: HpaCondition): boolean {
  const isSameReading = (reading: HpaCondition['readings'][number], i: number): boolean =>
    reading?.percent === b.readings[i]?.percent;
  return a.current === b.current && a.desired === b.desired && a.state === b.state && a.readings.every(isSameReading);
}

function inputOf(hpa: Hpa, workload: Workload, seen: HpaSurroundings): HpaInput {
  const { cpuRequestCores, memoryRequestBytes } = workload.spec;
  const { pods, measuredAt } = podsSeen(workload);
  return {
    now: seen.now,
    replicas: workload.state.replicas,
    min: hpa.spec.min,
    max: hpa.spec.max,
    metrics: hpa.spec.metrics.map((metric) => ({
      resource: metric.resource,
      targetPercent: metric.targetPercent,
      request: metric.resource === 'cpu' ? cpuRequestCores : memoryRequestBytes,
    })),
    pods,
    measuredAt: seen.metricsAway ? null : measuredAt,
    windowSeconds: READING_LAG_SECONDS,
    ...behaviourOf(hpa.spec.behavior),
  };
}
