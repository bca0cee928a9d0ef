// Which pods a ResourceQuota counts: its scopes, held against what the pods of a workload are.
// Source: kubernetes/kubernetes pkg/quota/v1/evaluator/core/pods.go (podMatchesScopeFunc).
import type { PodTraits } from '../../workload/observation.ts';

/** One condition of a quota; it counts the pods that meet all of them. */
export interface QuotaScope {
  /** As the API calls it: `BestEffort`, `PriorityClass` … */
  readonly name: string;
  /** `Exists`, but for priority classes. */
  readonly operator: string;
  readonly values: readonly string[];
}

/** `unknown`: a scope that is not known here, or pods of which too little is known. */
export type Counted = 'counted' | 'not_counted' | 'unknown';

/**
 * Whether a quota counts a pod.
 * @param scopes all of its `scopes` and of its `scopeSelector`; none counts every pod
 * @param pod undefined where nothing is known of the workload's pods
 */
export function countsPod(scopes: readonly QuotaScope[], pod: PodTraits | undefined): Counted {
  const answers = scopes.map((scope) => meets(scope, pod));
  if (answers.includes('not_counted')) return 'not_counted';
  return answers.includes('unknown') ? 'unknown' : 'counted';
}

function meets(scope: QuotaScope, pod: PodTraits | undefined): Counted {
  // It counts volume claims; with it a quota counts no pod.
  if (scope.name === 'VolumeAttributesClass') return 'not_counted';
  if (scope.name === 'PriorityClass') return pod === undefined ? 'unknown' : ofPriority(scope, pod.priorityClass);
  if (scope.operator !== 'Exists') return 'unknown';
  const isIt = hasTrait(scope.name, pod);
  return isIt === undefined ? 'unknown' : isIt ? 'counted' : 'not_counted';
}

function hasTrait(name: string, pod: PodTraits | undefined): boolean | undefined {
  switch (name) {
    // A Deployment's pods never have a deadline; the API server refuses one in its template.
    case 'Terminating':
      return pod?.terminating ?? false;
    case 'NotTerminating':
      return !(pod?.terminating ?? false);
    case 'BestEffort':
      return pod === undefined ? undefined : pod.qos === 'BestEffort';
    case 'NotBestEffort':
      return pod === undefined ? undefined : pod.qos !== 'BestEffort';
    case 'CrossNamespacePodAffinity':
      return pod?.crossNamespaceAffinity;
    default:
      return undefined;
  }
}

/** As label selectors: a pod without a priority class is not in any list of them. */
function ofPriority({ operator, values }: QuotaScope, priorityClass: string | null): Counted {
  const isListed = priorityClass !== null && values.includes(priorityClass);
  switch (operator) {
    case 'Exists':
      return priorityClass === null ? 'not_counted' : 'counted';
    case 'DoesNotExist':
      return priorityClass === null ? 'counted' : 'not_counted';
    case 'In':
      return isListed ? 'counted' : 'not_counted';
    case 'NotIn':
      return isListed ? 'not_counted' : 'counted';
    default:
      return 'unknown';
  }
}
