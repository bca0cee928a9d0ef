// Which namespaces are ours to look at: all but the system's own, or only those listed.
import { isSystemNamespace } from '../../domain/workload/system-namespaces.ts';

export interface NamespaceFilter {
  /** Not empty: only these, each asked for by itself, so that a Role per namespace is right enough. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export function isWatched(filter: NamespaceFilter, namespace: string): boolean {
  if (filter.exclude.includes(namespace)) return false;
  if (filter.include.length > 0) return filter.include.includes(namespace);
  return !isSystemNamespace(namespace);
}

/** What to LIST: namespaces one by one, or `null` for the whole cluster at once. */
export function listScopes(filter: NamespaceFilter): readonly (string | null)[] {
  return filter.include.length > 0 ? filter.include.filter((namespace) => isWatched(filter, namespace)) : [null];
}
