// What changes of ours took away: the count that stood before the first of them, against what has run since.
import { type EpochMs, HOUR_MS } from '../workload/time.ts';

/** Stored with a workload that was enabled and changed. It moves only when the count does. */
export interface Savings {
  /** Of the first change since it was enabled. */
  readonly since: EpochMs;
  /** Replicas before it. */
  readonly from: number;
  /** Most that a cap of a level above lets run since `at`: what it takes away is not saved by us. Absent where none is in the way. */
  readonly cap?: number;
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

/**
 * With the count that is seen, or set, now. A count stands until another is seen.
 * @param cap of a level above; undefined where none is in the way
 */
export function savingsAt(before: Savings, count: number, now: EpochMs, cap?: number): Savings {
  if (count === before.count && cap === before.cap) return before;
  const { cap: _before, ...rest } = before;
  return { ...rest, ...(cap !== undefined && { cap }), count, at: now, replicaHours: replicaHoursAt(before, now) };
}

/** Fewer than would run without us; negative where more do. */
export function fewerReplicas({ from, cap = from, count }: Pick<Savings, 'from' | 'cap' | 'count'>): number {
  return Math.min(from, cap) - count;
}

/** Until now. */
export function replicaHoursAt(savings: Savings, now: EpochMs): number {
  const { at, replicaHours } = savings;
  return Number((replicaHours + (fewerReplicas(savings) * Math.max(0, now - at)) / HOUR_MS).toFixed(4));
}
