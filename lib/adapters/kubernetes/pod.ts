// A pod cut down to what deciding needs, and who controls it.
import type { PodInfo } from '../../app/ports/cluster.ts';
import type { PodTraits, PodTroubles } from '../../domain/workload/observation.ts';
import type { PerResource } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Pod } from './api-types.ts';
import { otherOwner } from './pod-owner.ts';
import { lastContainerStart, readinessOf } from './pod-readiness.ts';
import { isFinished, troubleOf } from './pod-state.ts';
import { traitsOf } from './pod-traits.ts';
import { type ResizablePodFacts, resizablePod } from './resizable.ts';
import { containersOf, limitsOf, passingContainers, requestsOf, type Unrequested, unrequestedIn } from './resources.ts';
import type { Labels } from './selector.ts';
import { nodeSecondsOf, startupSecondsOf } from './startup.ts';

export interface OwnedPod {
  readonly namespace: string;
  /** By its ownerReference. */
  readonly controller: { readonly kind: string; readonly name: string; readonly uid: string };
  /** Key of the StatefulSet or Rollout that made it; null for any other pod. */
  readonly madeBy: string | null;
  readonly labels: Labels;
  readonly info: PodInfo;
  readonly requests: PerResource<number>;
  /** Containers that keep a request from being known. */
  readonly unrequested: PerResource<Unrequested>;
  readonly traits: PodTraits;
  readonly createdAt: EpochMs;
  /** From birth until it served; NaN where the pod cannot tell. */
  readonly startupSeconds: number;
  /** From birth until a node was found; infinite while none has room, NaN where the pod cannot tell. */
  readonly nodeSeconds: number;
  /** What keeps it from serving, or null. */
  readonly trouble: keyof PodTroubles | null;
  /** It is being deleted. */
  readonly isEnding: boolean;
  /** What a resize in place is about. */
  readonly resizable: ResizablePodFacts;
}

/** Null for a pod that no workload can have made, or that has ended. */
export function toOwnedPod(pod: Pod): OwnedPod | null {
  const controller = pod.metadata?.ownerReferences?.find((reference) => reference.controller);
  const { name, namespace } = pod.metadata ?? {};
  if (!controller || name === undefined || namespace === undefined || !pod.spec || isFinished(pod)) return null;
  const madeBy = otherOwner(pod);
  if (madeBy === null && controller.kind !== 'ReplicaSet') return null;
  const node = pod.spec.nodeName;
  const passing = passingContainers(pod.spec);
  return {
    namespace,
    controller: { kind: controller.kind, name: controller.name, uid: controller.uid },
    madeBy,
    labels: (pod.metadata?.labels ?? {}) as Labels,
    info: {
      name,
      running: isRunning(pod),
      ...readinessOf(pod, isRunning(pod)),
      limits: limitsOf(pod.spec),
      containers: containersOf(pod),
      ...(passing.length > 0 && { passing }),
      ...(node && { node }),
      ...startOf(pod),
    },
    requests: requestsOf(pod.spec),
    unrequested: unrequestedIn(pod.spec),
    traits: traitsOf(pod.spec),
    createdAt: Date.parse(pod.metadata?.creationTimestamp ?? '') || 0,
    startupSeconds: startupSecondsOf(pod),
    nodeSeconds: nodeSecondsOf(pod),
    trouble: troubleOf(pod),
    isEnding: pod.metadata?.deletionTimestamp !== undefined,
    resizable: resizablePod(pod, pod.spec),
  };
}

/** A pod being deleted still reports Running, and may still be Ready, until its containers are gone. */
function isRunning(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && pod.metadata?.deletionTimestamp === undefined;
}

function startOf(pod: Pod): Pick<PodInfo, 'startedAt' | 'readySince'> {
  const startedAt = lastContainerStart(pod);
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  const readySince = Date.parse(ready?.lastTransitionTime ?? '');
  return {
    ...(!Number.isNaN(startedAt) && { startedAt }),
    ...(!Number.isNaN(readySince) && { readySince }),
  };
}
