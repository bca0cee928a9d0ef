// What changes of ours took away: the count that stood before the first of them, against what has run since.
import { type EpochMs, HOUR_MS } from '../workload/time.ts';

/** Stored with a workload that was enabled and changed. It moves only when the count does. */
export interface Savings {
  /** Of the first change since it was enabled. */
  readonly since: EpochMs;
  /** Replicas before it. */
  readonly from: number;
  /** Replicas that run since `at`, whoever set them. */
  readonly count: number;
  readonly at: EpochMs;
  /** Fewer than `from`, by the hour, until `at`; negative where more ran. */
  readonly replicaHours: number;
}

/** The first change begins it. */
export function savingsFrom(from: number, count: number, now: EpochMs): Savings {
  return { since: now, from, count, at: now, replicaHours: 0 };
}

/** With the count that is seen, or set, now. A count stands until another is seen. */
export function savingsAt(before: Savings, count: number, now: EpochMs): Savings {
  return count === before.count ? before : { ...before, count, at: now, replicaHours: replicaHoursAt(before, now) };
}

/** Until now. */
export function replicaHoursAt({ from, count, at, replicaHours }: Savings, now: EpochMs): number {
  return Number((replicaHours + ((from - count) * Math.max(0, now - at)) / HOUR_MS).toFixed(4));
}
