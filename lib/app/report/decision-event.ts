// What the bus is told of one decision: which event its outcome is, and what that says.
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { isSameNews, type Outcome } from '../../domain/decision/outcome.ts';
import type { AutoscalerEvent } from '../ports/world.ts';

const TYPES = {
  applied: 'DecisionApplied',
  refused: 'DecisionRefused',
  failed: 'DecisionFailed',
  conflict: 'DecisionConflicted',
} as const satisfies Partial<Record<Outcome['kind'], AutoscalerEvent['type']>>;

/** The event of a decision; null where nothing was to be done, or only to be recommended. */
export function decisionEvent({ decision, outcome, requestedBy }: DecisionRecord): AutoscalerEvent | null {
  const type = typeOf(outcome);
  if (type === null) return null;
  const { id, workload, current, target, source, reason } = decision;
  const detail = {
    ...workload,
    decision_id: id,
    current,
    target,
    source,
    reason,
    outcome: outcome.message,
    ...(outcome.code !== undefined && { outcome_code: outcome.code }),
    ...(requestedBy !== null && { requestedBy }),
  };
  return { type, at: decision.at, detail };
}

function typeOf({ kind, code }: Outcome): AutoscalerEvent['type'] | null {
  if (code === 'proposed') return 'DecisionProposed';
  return kind === 'unchanged' || kind === 'recommended' ? null : TYPES[kind];
}

/**
 * Of a tick's decision: a change is told each time; what kept one from being made only when that is new.
 * @param before what became of the decision before it; undefined where none is known
 */
export function newDecisionEvent(record: DecisionRecord, before: Outcome | undefined): AutoscalerEvent | null {
  const { outcome } = record;
  if (outcome.kind !== 'applied' && before !== undefined && isSameNews(before, outcome)) return null;
  return decisionEvent(record);
}
