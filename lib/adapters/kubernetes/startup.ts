// From a pod's birth until it served: the trace that its start-up leaves in what a LIST says.
import type { Pod } from './api-types.ts';

/**
 * Seconds from creation to the last change of the condition Ready. From creation and not from `startTime`: waiting for a
 * node is part of what a new replica takes. NaN where the pod cannot tell: it is not ready, or a container of it has been
 * restarted, so that Ready came for the second time. A readiness that was lost and found without a restart cannot be seen;
 * most such times are too long to be believed, and the median bears the rest.
 */
export function startupSecondsOf({ metadata, status }: Pod): number {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  if (ready?.status !== 'True' || containers.some(({ restartCount }) => restartCount > 0)) return Number.NaN;
  return (Date.parse(ready.lastTransitionTime ?? '') - Date.parse(metadata?.creationTimestamp ?? '')) / 1000;
}

/** Seconds from creation until the scheduler had a node; infinite where it said that none has room, NaN before it said anything. */
export function nodeSecondsOf({ metadata, status }: Pod): number {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') return Number.POSITIVE_INFINITY;
  if (scheduled?.status !== 'True') return Number.NaN;
  return (Date.parse(scheduled.lastTransitionTime ?? '') - Date.parse(metadata?.creationTimestamp ?? '')) / 1000;
}
