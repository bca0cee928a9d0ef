// What a workload is, and how it is called: in keys, in the table and to people.

/** What else than a Deployment may be a workload, where an HPA drives it: only the HPA's floor is ours to move then. */
export const FLOORS_ONLY_KINDS = ['StatefulSet', 'Rollout'] as const;

export type FloorsOnlyKind = (typeof FLOORS_ONLY_KINDS)[number];

/** A Deployment, or what an HPA drives of another kind. */
export interface WorkloadRef {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent for a Deployment. */
  readonly kind?: FloorsOnlyKind;
}

/** Unique inside one cluster: `namespace/name` of a Deployment, `namespace/statefulset:name` of another kind. */
export function workloadKey(ref: Omit<WorkloadRef, 'cluster'>): string {
  return `${ref.namespace}/${spelledName(ref)}`;
}

/** Unique inside one namespace: `web`, or `statefulset:web`. No Kubernetes name of these kinds holds a `:`. */
export function spelledName({ name, kind }: Pick<WorkloadRef, 'name' | 'kind'>): string {
  return kind === undefined ? name : `${kind.toLowerCase()}:${name}`;
}
