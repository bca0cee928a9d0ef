// Notes what was advised and what was made of it, where a call was made for it: whoever made the call, and nobody else.
import { adviceRowOf } from '../../domain/advice/advice-row.ts';
import { baselineProposal } from '../../domain/decision/decide.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { withinSchedule } from '../../domain/schedule/active.ts';
import type { AdviceRowStore } from '../ports/advice-row-store.ts';
import { orNull } from './or-null.ts';

/** A table that fails here costs the row, never the decision. */
export async function noteAdvice(
  rows: AdviceRowStore,
  { decision, assessment, advice }: Pick<DecisionRecord, 'decision' | 'assessment' | 'advice'>,
): Promise<void> {
  if (advice?.kind !== 'advice' || advice.cached) return;
  const baseline = withinSchedule(assessment.schedule, baselineProposal(assessment).replicas);
  await orNull(() => rows.put(decision.workload, adviceRowOf(advice, assessment, baseline, decision.target)));
}
