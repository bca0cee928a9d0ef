// Advice of some minutes ago, said of the replicas there are now: its number stands, and what it means is told anew.
import { actionFor } from '../assessment/proposal.ts';
import type { GivenAdvice } from './advice.ts';
import { isAction } from './answer-fields.ts';
import type { AdviceLimits } from './prose-parsing.ts';

/** The advice as it reads now; null where its number no longer lies within the bounds. */
export function fittingNow(given: GivenAdvice, limits: AdviceLimits): GivenAdvice | null {
  const { advice } = given;
  if (advice.targetReplicas < limits.min || advice.targetReplicas > limits.max) return null;
  const action = actionNow(advice.action, advice.targetReplicas, limits);
  return { ...given, cached: true, advice: { ...advice, action: isAction(action) ? action : advice.action } };
}

/**
 * The same target reads otherwise once the replicas have moved: "up to 9" is "maintain" at 9.
 * @returns what is no action or goes with no number as it came, for whoever checks it
 */
export function actionNow(action: unknown, target: unknown, { current, max }: AdviceLimits): unknown {
  if (!isAction(action) || typeof target !== 'number') return action;
  return action === 'at_max' && target === max ? action : actionFor(current, target);
}
