// Recorded demand as everything that replays it sees it: values at a constant interval.
import type { EpochMs } from '../../lib/domain/workload/time.ts';

/** Demand at a constant interval. Each value holds until the next one. */
export interface Trace {
  readonly startsAt: EpochMs;
  readonly intervalSeconds: number;
  /** Total demand, in whatever unit the file counts. */
  readonly demand: Float64Array;
}

/**
 * Demand at a time since the trace began; past its end the trace begins again, and before its start it has ended.
 * @param seconds since `startsAt`
 */
export function demandAt(trace: Trace, seconds: number): number {
  const slots = trace.demand.length;
  const slot = Math.floor(seconds / trace.intervalSeconds) % slots;
  return trace.demand[slot < 0 ? slot + slots : slot] ?? 0;
}
