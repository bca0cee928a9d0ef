// Who may do what, where: rights per cluster and namespace. Pure, and the only place that says yes.

/**
 * `read`: every GET. `propose`: what puts a change before people, and pausing for a while: for agents. `operate`: what changes a
 * workload, and stopping. `approve`: what lets changes go ahead that something holds back: ending a hold, turning the kill switch
 * off, answering a proposal, what is said of all of a namespace. None includes another.
 */
export const RIGHTS = ['read', 'propose', 'operate', 'approve'] as const;
export type Right = (typeof RIGHTS)[number];

/** `*` in a list is every cluster, or every namespace. Names are compared as they are. */
export interface Granted {
  readonly rights: readonly Right[];
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
}

export type Caller =
  /** Let in by somebody who has asked all there is to ask: IAM, or a machine of one's own. */
  | { readonly kind: 'trusted'; readonly name: string | null }
  /** Whose token API Gateway has checked, and nothing more. */
  | {
      readonly kind: 'token';
      readonly name: string | null;
      readonly groups: readonly string[];
      readonly granted: readonly Granted[];
    };

const ALL = '*';

/**
 * @param cluster null: all there are, also those to come
 * @param namespace null: the cluster as a whole, which takes the right in every namespace of it
 */
export function mayCall(caller: Caller, right: Right, cluster: string | null, namespace: string | null): boolean {
  if (caller.kind === 'trusted') return true;
  return caller.granted.some(
    ({ rights, clusters, namespaces }) =>
      rights.includes(right) && covers(clusters, cluster) && covers(namespaces, namespace),
  );
}

/** Whether there is any namespace of the cluster in which the caller may. */
export function mayCallSomewhere(caller: Caller, right: Right, cluster: string): boolean {
  if (caller.kind === 'trusted') return true;
  return caller.granted.some(
    ({ rights, clusters, namespaces }) => rights.includes(right) && covers(clusters, cluster) && namespaces.length > 0,
  );
}

function covers(names: readonly string[], name: string | null): boolean {
  // A cluster or namespace cannot be called `*`, whatever was asked for.
  return names.includes(ALL) || (name !== null && name !== ALL && names.includes(name));
}
