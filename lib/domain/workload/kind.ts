// A workload's kind in its name: how it is spelled in keys, read back from them, and said to people.
import { FLOORS_ONLY_KINDS, type FloorsOnlyKind, type WorkloadRef } from './identity.ts';

/** Every kind by the name that Kubernetes gives it; the first is meant where none is named. */
export const WORKLOAD_KINDS = ['Deployment', ...FLOORS_ONLY_KINDS] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** The reverse of `spelledName`; what is no kind of ours stays part of the name. */
export function refFrom(cluster: string, namespace: string, spelled: string): WorkloadRef {
  const colon = spelled.indexOf(':');
  const kind = FLOORS_ONLY_KINDS.find((one) => one.toLowerCase() === spelled.slice(0, Math.max(0, colon)));
  return kind === undefined
    ? { cluster, namespace, name: spelled }
    : { cluster, namespace, name: spelled.slice(colon + 1), kind };
}

/** `kind` as a part of a WorkloadRef: a Deployment's is not written, so that what was stored before stays its own. */
export function ofKind(kind: WorkloadKind | undefined): { readonly kind?: FloorsOnlyKind } {
  return kind === undefined || kind === 'Deployment' ? {} : { kind };
}

export function kindOf({ kind }: Pick<WorkloadRef, 'kind'>): WorkloadKind {
  return kind ?? 'Deployment';
}

export function isSameWorkload(a: WorkloadRef, b: WorkloadRef): boolean {
  return a.cluster === b.cluster && a.namespace === b.namespace && a.name === b.name && a.kind === b.kind;
}
