// Replicas by the fitted sizing policy: a weighted sum of what is seen, and the highest of it within its window.
import type { EpochMs } from '../workload/time.ts';
import { FEATURE_MINUTES, featureColumns, weightedDemand } from './features.ts';
import { demandPerReplica, type FittedSizing, replicasForDemand } from './sizing-policy.ts';
import { fromAhead } from './usual-day.ts';

const LONGEST_WINDOW_MINUTES = 20;
/** Room for the longest window (the search tries 5 and 10 minutes), and what the features of its first minute look back on. */
export const LOOKBACK_MINUTES = LONGEST_WINDOW_MINUTES + FEATURE_MINUTES + 1;

/**
 * Replicas now: the highest number wanted within the policy's window.
 * @param minutes demand by the minute, the present last; best LOOKBACK_MINUTES of them
 * @param startsAt instant of `minutes[0]`
 * @param perReplica demand that one replica takes at 100 % of its request
 */
export function sizeByPolicy(
  minutes: Float64Array,
  startsAt: EpochMs,
  { policy, usual }: Pick<FittedSizing, 'policy' | 'usual'>,
  perReplica: number,
): number {
  const unit = demandPerReplica(perReplica);
  const columns = featureColumns(minutes, startsAt, unit, fromAhead(usual));
  const planned = weightedDemand(columns, policy.weights).subarray(-policy.windowMinutes);
  return replicasForDemand(Math.max(minutes.at(-1) ?? 0, ...planned), unit);
}
