// Whether a decision still holds for a workload that moved between reading and writing.

import { kindOf } from '../workload/kind.ts';
import type { Observation } from '../workload/observation.ts';
import { readyWords } from '../workload/signal-health.ts';
import type { Decision } from './decision.ts';

/** What the fresh reading is held against. */
type Decided = Pick<Observation, 'annotations' | 'capacity' | 'owner' | 'replicas' | 'rollout'>;
type Fresh = Decided & Pick<Observation, 'podsNotFound'>;

/**
 * Why a decision may not be applied to the workload as it is now, or null where it may: nothing that it was made from
 * has changed but status. The same checks as the guardrails', on the fresh reading.
 */
export function revalidate(decision: Decision, decided: Decided, fresh: Fresh | null): string | null {
  if (fresh === null) return `the ${kindOf(decision.workload)} was deleted meanwhile`;
  const { spec } = fresh.replicas;
  if (spec !== decision.current) return `somebody set ${spec} replicas meanwhile; left as it is`;
  if (!isSame(fresh.owner, decided.owner)) return 'who owns the replica count changed meanwhile; left as it is';
  if (!isSame(fresh.annotations, decided.annotations))
    return 'its annotations changed meanwhile; the next tick decides anew';
  if (!isSame(fresh.capacity, decided.capacity)) return 'its requests changed meanwhile; the next tick decides anew';
  if (decision.target >= decision.current) return null;
  if (fresh.rollout !== 'settled' && decided.rollout === 'settled') return 'a rollout began meanwhile: no scale-down';
  return fresh.replicas.ready < decided.replicas.ready ? `no scale-down: ${readyWords(fresh)} by now` : null;
}

/** Both were read by the same code: keys come in one order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
