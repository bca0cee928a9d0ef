// Replicas of one load by its fitted sizing policy: a weighted sum of what is seen, and the highest of it within its window.
import type { EpochMs } from '../workload/time.ts';
import { FEATURE_MINUTES, featureColumns, weightedDemand } from './features.ts';
import { type FittedSizing, replicasForDemand } from './sizing-policy.ts';
import { fromAhead } from './usual-day.ts';

const LONGEST_WINDOW_MINUTES = 20;
/** Room for the longest window (the search tries 5 and 10 minutes), and what the features of its first minute look back on. */
export const LOOKBACK_MINUTES = LONGEST_WINDOW_MINUTES + FEATURE_MINUTES + 1;

/** The last minutes of one load, whichever it is. */
export interface LoadHistory {
  /** Demand by the minute, no gaps, the present last; best LOOKBACK_MINUTES of them. */
  readonly minutes: Float64Array;
  /** Instant of `minutes[0]`. */
  readonly startsAt: EpochMs;
  /** Demand that one replica takes before it counts as short (`demandPerReplica`). */
  readonly unit: number;
}

/** Replicas now: the highest number wanted within the policy's window, and never fewer than the present demand takes. */
export function size(
  { minutes, startsAt, unit }: LoadHistory,
  { policy, usual }: Pick<FittedSizing, 'policy' | 'usual'>,
): number {
  const columns = featureColumns(minutes, startsAt, unit, fromAhead(usual));
  const planned = weightedDemand(columns, policy.weights).subarray(-policy.windowMinutes);
  return replicasForDemand(Math.max(minutes.at(-1) ?? 0, ...planned), unit);
}
