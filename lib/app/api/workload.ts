// Which workload a request is about, and how an answer names it.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { kindOf, ofKind, type WorkloadKind } from '../../domain/workload/kind.ts';
import { type Asking, knownCluster } from './base.ts';

interface Asked {
  readonly namespace: string;
  readonly kind: WorkloadKind;
}

/** @throws a 403 problem where the caller may not, a 404 problem where the installation does not know the cluster */
export function refOf(asking: Asking, cluster: string, name: string, { namespace, kind }: Asked): WorkloadRef {
  return { cluster: knownCluster(asking, cluster, namespace), namespace, name, ...ofKind(kind) };
}

/** Its fields in an answer; `deployment` is the name of a workload of whatever kind. */
export function workloadOf(ref: WorkloadRef) {
  return { cluster: ref.cluster, namespace: ref.namespace, deployment: ref.name, kind: kindOf(ref) };
}

/** For a sentence: `shop/web`, or `shop/db (StatefulSet)`. */
export function saidOf(ref: WorkloadRef): string {
  return `${ref.namespace}/${ref.name}${ref.kind === undefined ? '' : ` (${ref.kind})`}`;
}

export function absentMessage(ref: WorkloadRef): string {
  return `cluster ${ref.cluster} has no ${kindOf(ref)} ${ref.namespace}/${ref.name}`;
}
