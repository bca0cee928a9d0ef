// That a workload lost its rung for harm that it did: told once, by the tick that found it.
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { Demotion } from '../../domain/workload/demotion.ts';
import type { AutoscalerEvent } from '../ports/world.ts';

/** Null where it was not in this tick. */
export function newDemotion({
  decision,
  assessment,
}: Pick<DecisionRecord, 'decision' | 'assessment'>): Demotion | null {
  const { demoted } = assessment.policy;
  return demoted?.at === decision.at ? demoted : null;
}

export function demotionEvent(record: DecisionRecord): AutoscalerEvent | null {
  const demoted = newDemotion(record);
  if (demoted === null) return null;
  const { workload, id, at } = record.decision;
  const reason = demotedMessage(demoted);
  return { type: 'WorkloadDemoted', at, detail: { ...workload, decision_id: id, code: demoted.code, reason } };
}

export function demotedMessage({ message }: Demotion): string {
  return `scale-ins wait for approval from now on: ${message}; enable it again, or resume it, to trust it as before`;
}
