// What a person says of all of a cluster or of a namespace: kept beside what was said before, and never over somebody else's word.
import type { Values } from '../../domain/workload/level-fields.ts';
import type { LevelRecord, PolicyStore } from '../ports/policy-store.ts';
import type { Clock, Log } from '../ports/world.ts';

interface LevelPorts {
  readonly policies: Pick<PolicyStore, 'level' | 'putLevel'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LevelChange {
  readonly cluster: string;
  /** Null: the cluster itself. */
  readonly namespace: string | null;
  readonly set: Values;
  readonly unset: readonly string[];
  readonly by: string | null;
}

export interface LevelError {
  readonly field: string;
  readonly message: string;
}

export type LevelResult =
  | { readonly kind: 'done'; readonly record: LevelRecord }
  | { readonly kind: 'invalid'; readonly errors: readonly LevelError[] }
  /** Others were faster, again and again. */
  | { readonly kind: 'busy' };

/** Who loses to another reads anew and tries again. */
const TRIES = 3;

/** @param problemsOf what is wrong with all of it together @throws AdapterError where the table is away */
export async function changeLevel(
  { policies, clock, log }: LevelPorts,
  { cluster, namespace, set, unset, by }: LevelChange,
  problemsOf: (values: Values) => readonly LevelError[],
): Promise<LevelResult> {
  for (let turn = 0; turn < TRIES; turn++) {
    const before = await policies.level(cluster, namespace);
    const kept = Object.entries(before?.values ?? {}).filter(([key]) => !unset.includes(key));
    const values = { ...Object.fromEntries(kept), ...set };
    const errors = problemsOf(values);
    if (errors.length > 0) return { kind: 'invalid', errors };
    const revision = (before?.revision ?? 0) + 1;
    const record = { cluster, namespace, values, updatedAt: clock.now(), updatedBy: by, revision };
    if (!(await policies.putLevel(record))) continue;
    const of = namespace === null ? 'the cluster' : `namespace ${namespace}`;
    log.warn(`the policy of ${of} was changed`, { cluster, by, set: JSON.stringify(set), unset: unset.join(', ') });
    return { kind: 'done', record };
  }
  return { kind: 'busy' };
}
