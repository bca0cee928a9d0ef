// HorizontalPodAutoscalers: which workload each one drives, how it is doing, and who that makes the owner.
import { heldFloor } from '../../domain/hpa/floor.ts';
import type { HpaStatus } from '../../domain/workload/hpa-status.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Owner } from '../../domain/workload/observation.ts';
import { RESOURCES, type Resource } from '../../domain/workload/signal.ts';
import type { Hpa } from './api-types.ts';
import { wishesOf } from './hpa-spec.ts';
import { floorManager, floorWriter } from './managed-fields.ts';
import { type ScaleTarget, scaleTarget } from './scale-target.ts';

export interface TargetingHpa {
  /** Key of the workload it drives. */
  readonly workload: string;
  readonly target: ScaleTarget;
  readonly status: HpaStatus;
  /** The KEDA ScaledObject that made this HPA and rewrites it; null for an HPA of its own. */
  readonly scaledObject: string | null;
  /** Resources that it measures, of whole pods or of single containers. */
  readonly measures: readonly Resource[];
}

/** Null for an HPA that drives something that is never a workload here. */
export function toTargetingHpa(hpa: Hpa): TargetingHpa | null {
  const { name, namespace } = hpa.metadata ?? {};
  if (name === undefined || namespace === undefined) return null;
  const target = scaleTarget(namespace, hpa.spec?.scaleTargetRef ?? {});
  if (target === null) return null;
  return {
    workload: workloadKey(target),
    target,
    status: statusOf(name, hpa),
    scaledObject: scaledObjectOf(hpa),
    measures: RESOURCES.filter((resource) => isMeasured(hpa, resource)),
  };
}

/** One more than one is a fault; a hundred are no more of one. */
const NAMES_KEPT = 5;

/** @param hpas those that drive one workload, or null where they could not be read */
export function ownerOf(hpas: readonly TargetingHpa[] | null): Owner {
  if (hpas === null) return { kind: 'unknown' };
  const [first, ...others] = hpas;
  if (!first) return { kind: 'none' };
  if (others.length > 0) {
    const more = hpas.length - NAMES_KEPT;
    const names = hpas.map((hpa) => hpa.status.name).sort();
    return { kind: 'several_hpas', names: names.slice(0, NAMES_KEPT), ...(more > 0 && { more }) };
  }
  if (first.scaledObject !== null) return { kind: 'keda', name: first.scaledObject };
  return { kind: 'hpa', name: first.status.name };
}

function statusOf(name: string, hpa: Hpa): HpaStatus {
  const minReplicas = hpa.spec?.minReplicas ?? 1; // the API's own default
  const held = heldFloor(minReplicas, hpa.metadata?.annotations ?? {});
  const manager = floorManager(hpa);
  const writer = floorWriter(hpa);
  return {
    name,
    minReplicas,
    ...(held !== null && { ownMinReplicas: held.own }),
    ...(manager !== null && { floorManager: manager }),
    ...(writer !== null && { floorWriter: writer }),
    maxReplicas: hpa.spec?.maxReplicas ?? 1,
    currentReplicas: hpa.status?.currentReplicas ?? 0,
    desiredReplicas: hpa.status?.desiredReplicas ?? 0,
    targetCpuPercent: utilisationTarget(hpa, 'cpu'),
    targetMemoryPercent: utilisationTarget(hpa, 'memory'),
    ...wishesOf(hpa),
    scalingStatus: scalingStatus(hpa),
  };
}

function utilisationTarget(hpa: Hpa, signal: Resource): number | null {
  const metric = hpa.spec?.metrics?.find(({ type, resource }) => type === 'Resource' && resource?.name === signal);
  return metric?.resource?.target.averageUtilization ?? null;
}

/** Asked of all its metrics, however many; an HPA without any measures CPU, which the API server writes in for it. */
function isMeasured({ spec }: Hpa, name: Resource): boolean {
  const metrics = spec?.metrics ?? [];
  if (metrics.length === 0) return name === 'cpu';
  return metrics.some(({ resource, containerResource }) => resource?.name === name || containerResource?.name === name);
}

/** `inactive`: it cannot act at all. `limited`: it wants more than its maximum; held at the minimum counts as stable. */
function scalingStatus(hpa: Hpa): HpaStatus['scalingStatus'] {
  const condition = (type: string) => hpa.status?.conditions?.find((one) => one.type === type);
  if (condition('ScalingActive')?.status === 'False' || condition('AbleToScale')?.status === 'False') return 'inactive';
  const current = hpa.status?.currentReplicas ?? 0;
  const desired = hpa.status?.desiredReplicas ?? 0;
  if (desired > current) return 'scaling_up';
  if (desired < current) return 'scaling_down';
  const limit = condition('ScalingLimited');
  return limit?.status === 'True' && limit.reason === 'TooManyReplicas' ? 'limited' : 'stable';
}

/** KEDA both owns and labels the HPA it makes. */
export function scaledObjectOf(hpa: Hpa): string | null {
  const owner = hpa.metadata?.ownerReferences?.find(({ kind }) => kind === 'ScaledObject');
  return owner?.name ?? hpa.metadata?.labels?.['scaledobject.keda.sh/name'] ?? null;
}
