// Between which counts the candidates of a workload may move: its HPA's own, but for a maximum that is itself what is short.
import type { Bounds, Needed, WorkloadJob } from './workload.ts';

/** Of the SLO's budget: a maximum that costs more of it is in the way. */
const IN_THE_WAY = 0.2;
/** Above the most that was needed, so that a target may keep its headroom. */
const HEADROOM = 1.25;
/** Where nobody states a minimum: one pod may go with its node. */
const FEWEST = 2;

/** @param budgetPct of the time that may be short, percent */
export function boundsFor(
  { now, hasHpa }: Pick<WorkloadJob, 'now' | 'hasHpa'>,
  needed: Pick<Needed, 'most' | 'above'>,
  budgetPct: number,
): Bounds {
  const isInTheWay = needed.above(now.max) > IN_THE_WAY * budgetPct;
  const max = isInTheWay ? Math.ceil(HEADROOM * needed.most) : now.max;
  return { min: hasHpa ? now.min : Math.min(FEWEST, now.min), max: Math.max(max, now.min) };
}
