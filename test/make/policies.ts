// What people said of a cluster, as stores give it back.
import type { Policies, PolicyRecord } from '../../lib/app/ports/policy-store.ts';
import { type LevelsAbove, statedIn } from '../../lib/domain/workload/stated.ts';

export const NOTHING_ABOVE: LevelsAbove = { installation: {}, cluster: null, namespaces: {} };

/** @param records by `namespace/name`; none unless given */
export function policiesWith(
  records: Iterable<readonly [string, PolicyRecord]> = [],
  above: Partial<LevelsAbove> = {},
): Policies {
  return { records: new Map(records), above: { ...NOTHING_ABOVE, ...above } };
}

/** Nothing is stated of a workload but by its own annotations. */
export const NOTHING_STATED = statedIn(policiesWith(), { cluster: 'c', namespace: 'shop', name: 'web' });
