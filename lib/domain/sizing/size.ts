// Replicas of one load by what was learned of it, now: up at once, down only to what a dearer price would have wanted for a while.

import { localTime } from '../workload/local-time.ts';
import { STABILISATION_MS } from '../workload/pace.ts';
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';
import { READING_MINUTES, readingsOf } from './demand-ahead/readings.ts';
import { holdInForce, wantedInForce } from './experts/in-force.ts';
import type { FittedSizing } from './sizing-policy.ts';
import { fromAhead } from './usual-day.ts';

const STABILISATION_MINUTES = STABILISATION_MS / MINUTE_MS;
const EPSILON = 1e-9;
/** What was learned is stored with six digits: a request so near is the one that it was learned under. */
const STORED_DIGITS = 1e-5;
/** What the readings of the present look back on; the longest hold, of an hour, is of the present demand alone. */
export const LOOKBACK_MINUTES = READING_MINUTES + 11;

/** The last minutes of one load, whichever it is. */
export interface LoadHistory {
  /** Demand by the minute, no gaps, the present last; best LOOKBACK_MINUTES of them. */
  readonly minutes: Float64Array;
  /** Instant of `minutes[0]`. */
  readonly startsAt: EpochMs;
  /** Demand that one replica takes before it counts as short (`demandPerReplica`). */
  readonly unit: number;
  /** Replicas that are asked for now. */
  readonly current: number;
}

/**
 * Replicas now: what is wanted where that is more, what was wanted at most within its hold where that is less, else the same. Of
 * the hold, the last five minutes are the stabilisation window's, which every scale-in waits for.
 */
export function size({ minutes, startsAt, unit, current }: LoadHistory, sizing: FittedSizing): number {
  const replicas = minutes.map((demand) => demand / sizing.unit);
  const last = replicas.length - 1;
  const from = Math.max(0, last - Math.max(0, holdInForce(sizing) - STABILISATION_MINUTES));
  const { usual, leadMinutes, timeZone } = sizing;
  const readings = () => readingsOf(replicas, startsAt, fromAhead(usual), leadMinutes, from, localTime(timeZone));
  const wanted = wantedInForce({ replicas, readings }, sizing, { from, to: last + 1 });
  // Learned under another request, the same demand takes another number now.
  const ratio = Math.abs(sizing.unit / unit - 1) < STORED_DIGITS ? 1 : sizing.unit / unit;
  const now = (count: number) => Math.max(1, Math.ceil(count * ratio - EPSILON));
  const up = Math.max(now(wanted.up[last] ?? 1), Math.ceil((minutes[last] ?? 0) / unit - EPSILON));
  if (up >= current) return up;
  const highest = wanted.down.subarray(from, last + 1).reduce((a, b) => Math.max(a, b), 1);
  return Math.min(current, Math.max(up, now(highest)));
}
