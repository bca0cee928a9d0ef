// A pod cut down to what deciding needs, and the Deployment it belongs to.
import type { PodInfo } from '../../app/ports/cluster.ts';
import { type EpochMs, type PerSignal, type PodTraits, type PodTroubles, workloadKey } from '../../domain/model.ts';
import type { Pod } from './api-types.ts';
import { isFinished, troubleOf } from './pod-state.ts';
import { traitsOf } from './pod-traits.ts';
import { limitsOf, requestsOf } from './resources.ts';
import { startupSecondsOf } from './startup.ts';

export interface OwnedPod {
  /** `namespace/name` of the Deployment. */
  readonly workload: string;
  readonly info: PodInfo;
  readonly requests: PerSignal<number>;
  readonly traits: PodTraits;
  readonly createdAt: EpochMs;
  /** From birth until it served; NaN where the pod cannot tell. */
  readonly startupSeconds: number;
  /** What keeps it from serving, or null. */
  readonly trouble: keyof PodTroubles | null;
}

/** Null for a pod that no Deployment made, or that has ended. */
export function toOwnedPod(pod: Pod): OwnedPod | null {
  const deployment = deploymentName(pod);
  const { name, namespace } = pod.metadata ?? {};
  if (deployment === null || name === undefined || namespace === undefined || !pod.spec || isFinished(pod)) return null;
  const running = isRunning(pod);
  return {
    workload: workloadKey({ namespace, name: deployment }),
    info: { name, running, ready: running && isReady(pod), limits: limitsOf(pod.spec), ...startOf(pod) },
    requests: requestsOf(pod.spec),
    traits: traitsOf(pod.spec),
    createdAt: Date.parse(pod.metadata?.creationTimestamp ?? '') || 0,
    startupSeconds: startupSecondsOf(pod),
    trouble: troubleOf(pod),
  };
}

/** A Deployment names its ReplicaSets `<deployment>-<pod-template-hash>`: the pod alone tells, without a LIST of ReplicaSets. */
function deploymentName(pod: Pod): string | null {
  const owner = pod.metadata?.ownerReferences?.find((reference) => reference.controller);
  const hash = pod.metadata?.labels?.['pod-template-hash'];
  if (owner?.kind !== 'ReplicaSet' || !hash || !owner.name.endsWith(`-${hash}`)) return null;
  return owner.name.slice(0, -hash.length - 1);
}

/** A pod being deleted still reports Running, and may still be Ready, until its containers are gone. */
function isRunning(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && pod.metadata?.deletionTimestamp === undefined;
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function startOf({ status }: Pod): Pick<PodInfo, 'startedAt' | 'readySince'> {
  const startedAt = Date.parse(status?.startTime ?? '');
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const readySince = Date.parse(ready?.lastTransitionTime ?? '');
  return {
    ...(!Number.isNaN(startedAt) && { startedAt }),
    ...(!Number.isNaN(readySince) && { readySince }),
  };
}
