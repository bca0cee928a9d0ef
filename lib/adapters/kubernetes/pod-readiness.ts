// Whether a pod serves, and where it does not: whether it ever has since it started.
import type { PodInfo } from '../../app/ports/cluster.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Pod } from './api-types.ts';

/**
 * HPA's `--horizontal-pod-autoscaler-initial-readiness-delay`: a Ready condition that last changed within this time of the
 * start was never true.
 */
const INITIAL_READINESS_MS = 30_000;

/**
 * A pod that was ready since its start and is not any more was serving until it lost readiness: under overload that is what
 * happens, and what it uses is load. One that was never ready is still starting.
 * Source: pkg/controller/podautoscaler/replica_calculator.go, groupPods. HPA counts from the pod's start; here a restarted
 * container counts as a new start, since it burns start-up CPU again.
 * @param running phase Running, and not being deleted
 */
export function readinessOf(pod: Pod, running: boolean): Pick<PodInfo, 'ready' | 'lostReadiness'> {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  const ready = running && condition?.status === 'True';
  if (ready || !running || condition === undefined) return { ready };
  const lostAt = Date.parse(condition.lastTransitionTime ?? '');
  const lost = lostAt > lastContainerStart(pod) + INITIAL_READINESS_MS;
  return { ready, ...(lost && { lostReadiness: true }) };
}

/**
 * When the pod last began to start: its own start, or the later (re)start of a container that runs. Of a pod that does not
 * serve only those containers count that are not ready: a sidecar's restart does not set the others back.
 * @returns NaN where the pod does not tell
 */
export function lastContainerStart({ status }: Pod): EpochMs {
  const isReady = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
  const starts = (status?.containerStatuses ?? [])
    .filter((container) => isReady || !container.ready)
    .map(({ state }) => Date.parse(state?.running?.startedAt ?? ''))
    .filter((at) => !Number.isNaN(at));
  return starts.reduce((latest, at) => Math.max(latest, at), Date.parse(status?.startTime ?? ''));
}
