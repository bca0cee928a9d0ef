// Pods that something other than a Deployment made: a StatefulSet, or an Argo Rollout by way of a ReplicaSet.
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Pod } from './api-types.ts';

const ROLLOUT_HASH = 'rollouts-pod-template-hash';

/** Key of the StatefulSet or Rollout that made the pod; null for any other pod. */
export function otherOwner({ metadata }: Pod): string | null {
  const namespace = metadata?.namespace;
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  if (namespace === undefined || owner === undefined || !(owner.apiVersion ?? '').startsWith('apps/')) return null;
  if (owner.kind === 'StatefulSet') return workloadKey({ namespace, name: owner.name, kind: 'StatefulSet' });
  // Argo names its ReplicaSets `<rollout>-<hash>`, and labels their pods with the hash under a name of its own.
  const hash = metadata?.labels?.[ROLLOUT_HASH];
  if (owner.kind !== 'ReplicaSet' || !hash || !owner.name.endsWith(`-${hash}`)) return null;
  return workloadKey({ namespace, name: owner.name.slice(0, -hash.length - 1), kind: 'Rollout' });
}
