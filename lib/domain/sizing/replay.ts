// What an HPA would have done over a workload's own past: the demand of a load does not depend on our replicas, so history can be replayed.

import { highestStep, STABILISATION_MS, TOLERANCE } from '../workload/pace.ts';
import { rollingMax } from '../workload/rolling-window.ts';
import { MINUTE_MS } from '../workload/time.ts';
import { type Course, type Walked, walkGiven } from './experts/walk.ts';
import type { ReplayScore } from './sizing-policy.ts';

const STABILISATION_MINUTES = STABILISATION_MS / MINUTE_MS;
const EPSILON = 1e-9;

/** Replicas needed at each minute; 0 where there is no demand. */
export function neededBy(minutes: Float64Array, unit: number): Int32Array {
  return Int32Array.from(minutes, (demand) => Math.ceil(demand / unit - EPSILON));
}

/**
 * A plain HPA, which looks every quarter of a minute as we do.
 * @param targetPercent of what one replica takes: 70 of a request, 100 of a stated target
 */
export function replayHpa(
  course: Course,
  minutes: Float64Array,
  perReplica: number,
  targetPercent: number,
): ReplayScore {
  const target = (perReplica * targetPercent) / 100;
  // It has been there before the first minute.
  let current = Math.max(1, Math.ceil((minutes[0] ?? 0) / target - EPSILON));
  const desired = minutes.map((demand) => {
    const ratio = demand / (current * target);
    if (Math.abs(ratio - 1) > TOLERANCE)
      current = Math.min(highestStep(current), Math.max(1, Math.ceil(demand / target - EPSILON)));
    return current;
  });
  return scored(course, Int32Array.from(rollingMax(desired, STABILISATION_MINUTES + 1)));
}

/** What would have come of replicas that stood at each minute as they are given, in the digits that are kept. */
export function scored(course: Course, replicas: Int32Array): ReplayScore {
  return scoreOf(course, walkGiven(course, replicas));
}

function scoreOf({ needed }: Course, { shortMinutes, spent, changes }: Walked): ReplayScore {
  const ideal = needed.reduce((sum, need) => sum + need, 0);
  const minutes = Math.max(1, needed.length);
  return {
    violationPercent: Number(((100 * shortMinutes) / minutes).toFixed(3)),
    cost: Number((spent / Math.max(1, ideal)).toFixed(3)),
    changesPerHour: Number(((60 * changes) / minutes).toFixed(2)),
  };
}
