// A workload's measured history as a trace: a constant interval, short gaps filled and told, long ones never invented.

import { fillStraight, quantile, type Series, toGrid } from '../../domain/workload/series.ts';
import { DAY_MS, type EpochMs } from '../../domain/workload/time.ts';
import { STEP_SECONDS } from './policy.ts';

/** Half of it is scored, and sizing is fitted from a day on. */
export const FEWEST_HISTORY_DAYS = 2;
/** `--days 2` begins and ends within a tick or a five-minute mean. */
const EDGE_HOURS = 1;
/** An outage of the metrics or of a tick; whatever is longer may hide a morning. */
const LONGEST_FILLED_MS = 3_600_000;
/** Old history is five-minute means: nothing is missing between them. */
const MEAN_MS = 300_000;

export interface HistoryTrace {
  readonly kind: 'trace';
  readonly startsAt: EpochMs;
  readonly intervalSeconds: number;
  /** Total CPU demand, cores. */
  readonly demand: Float64Array;
  /** Gaps that a straight line was drawn through. */
  readonly filled: { readonly gaps: number; readonly longestSeconds: number };
  /** Hours of history that are left out, because a gap of over an hour lies between them and the rest. */
  readonly leftOutHours: number;
  /** Hours scaled to zero: nothing was measured, and nothing was needed. */
  readonly zeroHours: number;
}

export interface TooYoung {
  readonly kind: 'too_young';
  /** The longest stretch without a gap of over an hour. */
  readonly hours: number;
  /** From the first sample to the last, whatever lies between: where this is enough, waiting does not help. */
  readonly spanHours: number;
  /** Gaps of over an hour in which it is not known whether there were pods. */
  readonly gaps: number;
}

/**
 * The longest stretch of CPU demand that no gap of over an hour breaks; of two as long, the later. While a workload has no
 * pods there is nothing to measure: a night at zero replicas is demand 0, no gap.
 */
export function historyTrace(measuredSeries: Series): HistoryTrace | TooYoung {
  const { series, zeroMs } = withZeros(measuredSeries);
  const measured = indicesOf(series);
  const stepSeconds = usualStep(measured.map((i) => series.at[i] ?? 0));
  const stepMs = 1000 * stepSeconds;
  const { start, values } = toGrid(series, 'cpu', stepMs);
  const known = [...values.keys()].filter((i) => Number.isFinite(values[i]));
  const stretches = split(known, LONGEST_FILLED_MS / stepMs);
  const longest = stretches.reduce<readonly number[]>((a, b) => (spanOf(b) >= spanOf(a) ? b : a), []);
  const hours = (spanOf(longest) * stepMs) / 3_600_000;
  const [first, last] = [longest[0], longest.at(-1)];
  if (first === undefined || last === undefined || hours < 24 * FEWEST_HISTORY_DAYS - EDGE_HOURS)
    return {
      kind: 'too_young',
      hours,
      spanHours: (spanOf(known) * stepMs) / 3_600_000,
      gaps: Math.max(0, stretches.length - 1),
    };
  const demand = values.slice(first, last + 1);
  const all = stretches.reduce((sum, stretch) => sum + spanOf(stretch), 0);
  return {
    kind: 'trace',
    startsAt: start + first * stepMs,
    intervalSeconds: stepSeconds,
    demand,
    filled: fill(demand, stepMs),
    leftOutHours: ((all - spanOf(longest)) * stepMs) / 3_600_000,
    zeroHours: zeroMs / 3_600_000,
  };
}

/** The days of history that `days` reaches back from `to`. */
export function historyStart(to: EpochMs, days: number): EpochMs {
  return to - days * DAY_MS;
}

function indicesOf({ at, demand }: Series): readonly number[] {
  return [...at.keys()].filter((i) => (demand.cpu[i] ?? Number.NaN) >= 0);
}

/**
 * Zero where there was no pod for over an hour and so nothing to measure. What is shorter may as well be a restart of them
 * all, and is bridged like any other gap.
 */
function withZeros(series: Series): { readonly series: Series; readonly zeroMs: number } {
  const { at, demand, replicas } = series;
  const cpu = demand.cpu.slice();
  const measured = indicesOf(series);
  let zeroMs = 0;
  for (const [i, first] of [-1, ...measured].entries()) {
    const next = measured[i] ?? at.length;
    const gapMs = (at[next] ?? at[next - 1] ?? 0) - (at[first] ?? at[first + 1] ?? 0);
    if (gapMs <= LONGEST_FILLED_MS) continue;
    let before: EpochMs | null = null;
    for (let k = first + 1; k < next; k++) {
      if (replicas[k] !== 0) continue;
      const now = at[k] ?? 0;
      cpu[k] = 0;
      zeroMs += before === null ? 0 : Math.min(LONGEST_FILLED_MS, now - before);
      before = now;
    }
  }
  return { series: { ...series, demand: { ...demand, cpu } }, zeroMs };
}

/** The median distance of two samples, in whole steps of the simulated cluster. */
function usualStep(at: readonly EpochMs[]): number {
  const gaps = at.slice(1).map((later, i) => later - (at[i] ?? 0));
  const median = gaps.length === 0 ? 0 : quantile(gaps, 0.5) / 1000;
  return Math.max(STEP_SECONDS, STEP_SECONDS * Math.round(median / STEP_SECONDS));
}

/** Cuts ascending whole numbers wherever two neighbours are more than `most` apart. */
function split(ascending: readonly number[], most: number): readonly (readonly number[])[] {
  const stretches: number[][] = [];
  for (const i of ascending) {
    const current = stretches.at(-1);
    if (current === undefined || i - (current.at(-1) ?? i) > most) stretches.push([i]);
    else current.push(i);
  }
  return stretches;
}

function spanOf(stretch: readonly number[]): number {
  return stretch.length === 0 ? 0 : (stretch.at(-1) ?? 0) - (stretch[0] ?? 0) + 1;
}

/** Bridges what is missing, in place; told is only what is longer than the means that old history is made of. */
function fill(demand: Float64Array, stepMs: number): HistoryTrace['filled'] {
  const told = fillStraight(demand).filter((missing) => (missing + 1) * stepMs > MEAN_MS);
  return {
    gaps: told.length,
    longestSeconds: told.reduce((most, missing) => Math.max(most, missing), 0) * (stepMs / 1000),
  };
}
