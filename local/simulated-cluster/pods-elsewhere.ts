// Pods that are not simulated: somebody runs them, says over the API when they serve, and is asked what they use.
import {
  type PodGroup,
  podGroups,
  READING_LAG_SECONDS,
  visibleUsage,
} from '../../lib/domain/simulation/workload-model.ts';
import { isObject, type KubeObject } from './kube-object.ts';
import type { Pod, Workload } from './workload.ts';

/** Of the `Ready` condition in a pod's status; null where it says nothing. */
export function reportedReady({ status }: KubeObject): boolean | null {
  const conditions = isObject(status) && Array.isArray(status.conditions) ? status.conditions : [];
  const ready = conditions.find((one) => isObject(one) && one.type === 'Ready');
  if (!isObject(ready)) return null;
  return ready.status === 'True' ? true : ready.status === 'False' ? false : null;
}

/** The pods of a workload as its HPA sees them, wherever they run. */
export function podsSeen(workload: Workload): {
  readonly pods: readonly PodGroup[];
  readonly measuredAt: number | null;
} {
  const { state, config } = workload;
  const { runner } = workload.spec;
  if (runner === undefined) return { pods: podGroups(state, config), measuredAt: visibleUsage(state)?.at ?? null };
  const pods = workload.pods.map((pod) => groupOf(pod, runner.usage(pod.name)));
  const measuredAt = pods.some(({ usage }) => usage !== null) ? state.seconds - READING_LAG_SECONDS : null;
  return { pods, measuredAt };
}

function groupOf(pod: Pod, usage: PodGroup['usage']): PodGroup {
  return {
    count: 1,
    startedAt: pod.bornAt,
    ready: pod.ready,
    readyChangedAt: pod.readyChangedAt ?? pod.bornAt,
    pending: !pod.ready && usage === null,
    usage,
  };
}
