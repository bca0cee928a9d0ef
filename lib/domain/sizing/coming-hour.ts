// What the coming hour took on earlier days: what the watchdog sizes by where ticks have stopped.

import { type LocalTime, UTC } from '../workload/local-time.ts';
import { demandOf, type Series } from '../workload/series.ts';
import type { PerSignal, SignalName } from '../workload/signal.ts';
import { type EpochMs, HOUR_MS } from '../workload/time.ts';
import { replicasFor } from './capacity.ts';

const DAYS_BACK = 7;

/** `to` is exclusive. */
export interface Hour {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** The hour that begins at `now`, on each of the seven days before. @param local whose clocks tell when that was */
export function comingHours(now: EpochMs, local: LocalTime = UTC): readonly Hour[] {
  return Array.from({ length: DAYS_BACK }, (_, day) => {
    const from = local.daysBefore(now, day + 1);
    return { from, to: from + HOUR_MS };
  });
}

export interface ComingSizing {
  /** What one replica takes: cores, bytes, a load's own unit. A load without is not sized by. */
  readonly capacity: PerSignal<number>;
  /** Percent of that; a load without a number is not sized by. */
  readonly targetPercent: Readonly<Record<string, unknown>>;
  /** Memory that every pod holds before any load. */
  readonly memoryBaseBytes: number;
}

export interface ComingNeed {
  readonly replicas: number;
  readonly signal: SignalName;
  /** When it was needed. */
  readonly at: EpochMs;
  /** Total over all pods: cores, bytes, the load's unit. */
  readonly demand: number;
}

/**
 * The most replicas that any reading of these hours needs at its target. Missing samples, days and signals raise nothing.
 * @returns null where nothing was measured
 */
export function highestNeed(hours: readonly Series[], sizing: ComingSizing): ComingNeed | null {
  let highest: ComingNeed | null = null;
  for (const hour of hours)
    for (const signal of Object.keys(sizing.capacity))
      for (const [i, demand] of demandOf(hour, signal).entries()) {
        const replicas = needOf(signal, demand, hour.replicas[i] ?? Number.NaN, sizing);
        if (replicas === null || replicas <= (highest?.replicas ?? 0)) continue;
        highest = { replicas, signal, at: hour.at[i] ?? 0, demand };
      }
  return highest;
}

/** The replicas to have: what is needed, never more than `max` allows, and never fewer than there are. */
export function raisedTo(current: number, need: ComingNeed | null, max: number): number {
  return Math.max(current, Math.min(need?.replicas ?? 0, max));
}

function needOf(
  signal: SignalName,
  demand: number,
  readyThen: number,
  { capacity, targetPercent, memoryBaseBytes }: ComingSizing,
): number | null {
  const perReplica = capacity[signal];
  const target = targetPercent[signal];
  if (!(perReplica !== undefined && perReplica > 0) || typeof target !== 'number' || !(target > 0)) return null;
  if (!(demand >= 0) || !Number.isFinite(demand)) return null;
  // Memory at rest belongs to the pods that were there; how many is needed to take it out.
  const base = signal === 'memory' ? memoryBaseBytes : 0;
  if (base > 0 && !(readyThen >= 1)) return null;
  return replicasFor(demand, { perReplica, base, measuredReplicas: readyThen >= 1 ? readyThen : 1 }, target);
}
