// What the bus and the cluster are told of levels: that one went out of its band or came back, and that replicas do not help it.
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { LevelView } from '../../domain/level/level-view.ts';
import type { AutoscalerEvent } from '../ports/world.ts';

/** One event per level that went over, or that was over and is not any more. */
export function levelEvents(record: DecisionRecord, before: WorkloadMemory | undefined): readonly AutoscalerEvent[] {
  const { decision, assessment } = record;
  return Object.entries(assessment.levels ?? {}).flatMap(([signal, view]): AutoscalerEvent[] => {
    const wasOver = (before?.levels?.[signal]?.over ?? 0) > 0;
    const type = typeOf(view, wasOver);
    if (type === null) return [];
    const { value, unit, baseline, objective, over, least, unhelped, reason } = view;
    const level = { signal, value, unit, baseline: baseline?.value ?? null, objective, over };
    const { workload, id, current } = decision;
    const detail = { ...workload, decision_id: id, ...level, current, least, helped: !unhelped, reason };
    return [{ type, at: decision.at, detail }];
  });
}

function typeOf({ band }: LevelView, wasOver: boolean): 'LevelOver' | 'LevelBack' | null {
  if (band === 'over') return wasOver ? null : 'LevelOver';
  return wasOver && (band === 'low' || band === 'usual') ? 'LevelBack' : null;
}

/** The first level that more replicas have just been found not to help; null where none has. */
export function newlyUnhelped({ assessment }: DecisionRecord, before: WorkloadMemory | undefined): string | null {
  const found = Object.entries(assessment.levels ?? {}).find(
    ([name, view]) => view.unhelped && before?.levels?.[name]?.isUnhelpedSaid !== true,
  );
  return found === undefined ? null : found[1].reason;
}
