// Replicas by the learned sizing policy: a weighted sum of what is seen, and the highest of it within its window.
import type { EpochMs } from '../workload/time.ts';
import { FEATURE_MINUTES, planColumns, plannedDemand } from './features.ts';
import { type LearnedPlan, planUnit, replicasPlanned } from './sizing-policy.ts';
import { fromAhead } from './usual-day.ts';

const LONGEST_HOLD_MINUTES = 20;

/** The longest hold, and what the features of its first minute look back on. */
export const PLAN_MINUTES = LONGEST_HOLD_MINUTES + FEATURE_MINUTES + 1;

/**
 * Replicas now: the highest number wanted within the hold.
 * @param minutes demand by the minute, the present last; best PLAN_MINUTES of them
 * @param startsAt instant of `minutes[0]`
 * @param perReplica demand that one replica takes at 100 % of its request
 */
export function planReplicas(
  minutes: Float64Array,
  startsAt: EpochMs,
  { plan, usual }: Pick<LearnedPlan, 'plan' | 'usual'>,
  perReplica: number,
): number {
  const unit = planUnit(perReplica);
  const columns = planColumns(minutes, startsAt, unit, fromAhead(usual));
  const planned = plannedDemand(columns, plan.weights).subarray(-plan.holdMinutes);
  return replicasPlanned(Math.max(minutes.at(-1) ?? 0, ...planned), unit);
}
