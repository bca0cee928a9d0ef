// What is stated of one workload beside its own object, out of all that is known of its cluster.
import { type WorkloadRef, workloadKey } from './identity.ts';
import type { Values } from './level-fields.ts';
import type { Stated } from './policy-from-annotations.ts';
import type { PolicyLevel } from './policy-levels.ts';

/** What is above a cluster's workloads, as plain data. */
export interface LevelsAbove {
  readonly installation: Values;
  /** Null where nothing was said. */
  readonly cluster: Values | null;
  /** By name. */
  readonly namespaces: Readonly<Record<string, Values>>;
}

interface Policies {
  /** Keyed `namespace/name`. */
  readonly records: ReadonlyMap<string, { readonly values: Values }>;
  readonly above: LevelsAbove;
}

/** Its record, and every level above it: whoever makes a policy of a cluster's workload starts here. */
export function statedIn({ records, above }: Policies, workload: WorkloadRef): Stated {
  return { record: records.get(workloadKey(workload))?.values ?? null, levels: levelsIn(above, workload.namespace) };
}

/** Lowest first; levels that say nothing are left out. */
export function levelsIn(
  { installation, cluster, namespaces }: LevelsAbove,
  namespace: string,
): readonly PolicyLevel[] {
  const ofNamespace = Object.hasOwn(namespaces, namespace) ? namespaces[namespace] : undefined;
  const all = [
    { name: 'installation', values: installation },
    { name: 'cluster record', values: cluster ?? {} },
    { name: 'namespace record', values: ofNamespace ?? {} },
  ] as const;
  return all.filter(({ values }) => Object.keys(values).length > 0);
}

/** As much of it as concerns workloads of these namespaces. */
export function aboveOnly({ namespaces, ...above }: LevelsAbove, wanted: ReadonlySet<string>): LevelsAbove {
  return { ...above, namespaces: Object.fromEntries(Object.entries(namespaces).filter(([name]) => wanted.has(name))) };
}
