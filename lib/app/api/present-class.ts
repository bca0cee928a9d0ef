// What kind of demand a workload has, as answers show it: a word, one sentence, and the numbers that it is told by.
import { type DemandClass, describeClass } from '../../domain/learning/demand-class.ts';

/** Null where it cannot be said: no request is stated, or its last lesson was an older release's. */
export function presentClass(found: DemandClass | undefined) {
  if (found === undefined) return null;
  const { name, signal, days, steady, followedCost, surprisePercent, skill } = found;
  return {
    name,
    message: describeClass(found),
    signal,
    days,
    ...(steady !== undefined && { steady_replicas: steady[0], steady_cost: steady[1] }),
    ...(followedCost !== undefined && { followed_cost: followedCost }),
    ...(surprisePercent !== undefined && { surprise_percent: surprisePercent }),
    ...(skill !== undefined && { forecast_skill: skill === null ? null : Number(skill.toFixed(2)) }),
  };
}
