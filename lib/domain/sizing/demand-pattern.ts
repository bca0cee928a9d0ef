// What a load's own past is like, in three numbers: what one steady count would cost, and how often need came that nothing foretold.
import { rollingMax } from '../workload/rolling-window.ts';
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';
import { FULL_PERCENT, HPA_PERCENT } from './capacity.ts';
import type { Usual } from './usual-day.ts';

/** Small: it is stored with every lesson, of every load. */
export interface DemandPattern {
  /** The fewest replicas that, there all the time, would have been short no more often than the SLO lets. */
  readonly steadyReplicas: number;
  /** Those ÷ the replicas that were needed, in the mean. */
  readonly steadyCost: number;
  /** Of the minutes of which an earlier day is known: those whose need was a surprise, percent. */
  readonly surprisePercent: number;
}

export interface PatternInput {
  /** Demand by the minute, in replicas that run full. */
  readonly replicas: Float64Array;
  readonly startsAt: EpochMs;
  /** From `usualDays`. */
  readonly usualAt: (at: EpochMs) => Usual | null;
  /** From a reading to the replicas that it asked for. */
  readonly leadMinutes: number;
  readonly sloPercent: number;
}

/** Where demand stands now is the highest of so many minutes. */
const PRESENT_MINUTES = 5;
/** What an HPA has in hand at its usual target: a rise by no more than that is nobody's surprise. */
const ROOM = FULL_PERCENT / HPA_PERCENT;
const EPSILON = 1e-9;

/** One pass over the minutes that a lesson has at hand. */
export function patternOf({ replicas, startsAt, usualAt, leadMinutes, sloPercent }: PatternInput): DemandPattern {
  const needed = replicas.map(needOf);
  const sorted = needed.toSorted();
  const rank = Math.ceil((sloPercent / 100) * sorted.length) - 1;
  const steadyReplicas = sorted[Math.max(0, rank)] ?? 1;
  const mean = needed.reduce((sum, need) => sum + need, 0) / Math.max(1, needed.length);
  const present = rollingMax(replicas, PRESENT_MINUTES);
  let judged = 0;
  let surprises = 0;
  for (let i = leadMinutes; i < needed.length; i++) {
    const usual = usualAt(startsAt + i * MINUTE_MS);
    if (usual === null) continue;
    judged++;
    const then = present[i - leadMinutes] ?? 0;
    const foretold = Math.max(then * ROOM, then + usual.rise, usual.level);
    if ((needed[i] ?? 1) > needOf(foretold)) surprises++;
  }
  return {
    steadyReplicas,
    steadyCost: Number((steadyReplicas / Math.max(1, mean)).toFixed(3)),
    surprisePercent: Number(((100 * surprises) / Math.max(1, judged)).toFixed(3)),
  };
}

/** A workload that nobody asks for anything has one. */
function needOf(replicas: number): number {
  return Math.max(1, Math.ceil(replicas - EPSILON));
}
