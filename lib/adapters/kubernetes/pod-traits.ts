// What quotas tell pods apart by: class of service, priority class, deadline, affinity across namespaces.
import type { PodTraits } from '../../domain/workload/observation.ts';
import { RESOURCES } from '../../domain/workload/signal.ts';
import type { PodSpec } from './api-types.ts';
import { parseQuantity } from './quantity.ts';

export function traitsOf(spec: PodSpec): PodTraits {
  return {
    qos: qosOf(spec),
    priorityClass: spec.priorityClassName || null,
    terminating: spec.activeDeadlineSeconds !== undefined,
    crossNamespaceAffinity: reachesOtherNamespaces(spec),
  };
}

type Resources = PodSpec['containers'][number]['resources'];

/**
 * By the rule of the API server (pkg/apis/core/helper/qos): init containers count, a zero counts as nothing, and figures on
 * the pod as a whole stand for all its containers (Kubernetes 1.34).
 */
function qosOf(spec: PodSpec): PodTraits['qos'] {
  const all = [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources);
  const figures = spec.resources === undefined ? all : [spec.resources];
  if (!figures.some((of) => RESOURCES.some((signal) => amount(of, 'requests', signal) || amount(of, 'limits', signal))))
    return 'BestEffort';
  const isFixed = (of: Resources, signal: string) => {
    const limit = amount(of, 'limits', signal);
    // A request that is not stated is made the limit.
    return limit !== null && (amount(of, 'requests', signal) ?? limit) === limit;
  };
  return figures.every((of) => RESOURCES.every((signal) => isFixed(of, signal))) ? 'Guaranteed' : 'Burstable';
}

/** Null where it is not stated, or zero. */
function amount(of: Resources, kind: 'requests' | 'limits', signal: string): number | null {
  const value = parseQuantity(of?.[kind]?.[signal] ?? '');
  return value > 0 ? value : null;
}

function reachesOtherNamespaces({ affinity }: PodSpec): boolean {
  const terms = [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((one) => [
    ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some((term) => (term.namespaces?.length ?? 0) > 0 || term.namespaceSelector !== undefined);
}
