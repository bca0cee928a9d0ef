// What keeps a pod from serving, as its status says; kubectl shows the same words.
import type { PodTroubles } from '../../domain/workload/observation.ts';
import type { Pod } from './api-types.ts';

/** Null for a pod that serves, is on its way, or is being deleted. */
export function troubleOf(pod: Pod): keyof PodTroubles | null {
  if (pod.metadata?.deletionTimestamp !== undefined || isFinished(pod)) return null;
  const { conditions = [], initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') return 'unschedulable';
  const containers = [...initContainerStatuses, ...containerStatuses];
  if (containers.some(({ state }) => IMAGE.has(state?.waiting?.reason ?? ''))) return 'imagePull';
  return containers.some(crashes) ? 'crashLoop' : null;
}

/** A pod that ended (evicted ones stay listed for long) is no replica any more. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

const IMAGE = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull']);
const CANNOT_RUN = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);
/** Between two back-offs a crashing container runs for a moment: restarts tell it from one that starts. */
const RESTARTS = 3;

type ContainerStatus = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];

function crashes({ state, ready, restartCount }: ContainerStatus): boolean {
  if (CANNOT_RUN.has(state?.waiting?.reason ?? '')) return true;
  return !ready && restartCount >= RESTARTS && state?.terminated?.exitCode !== 0;
}
