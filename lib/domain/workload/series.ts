// Reading a series: the small operations that forecasting and fitting share.

import type { PerSignal, Resource, SignalName } from './signal.ts';
import type { EpochMs } from './time.ts';

export const EMPTY_SERIES: Series = {
  at: new Float64Array(0),
  demand: { cpu: new Float64Array(0), memory: new Float64Array(0) },
  replicas: new Float64Array(0),
};

/** Index of the first sample at or after `at` (binary search). */
export function indexAtOrAfter(at: Float64Array, instant: EpochMs): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? Number.POSITIVE_INFINITY) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One load's column; empty where the series does not have it, which reads as missing throughout. */
export function demandOf({ demand }: Series, signal: SignalName): Float64Array {
  return demand[signal] ?? NOTHING;
}

const NOTHING = new Float64Array(0);

/** Mean demand over [from, to), ignoring missing samples; NaN where there is none. */
export function meanBetween(series: Series, signal: SignalName, from: EpochMs, to: EpochMs): number {
  const values = demandOf(series, signal);
  const end = indexAtOrAfter(series.at, to);
  let sum = 0;
  let count = 0;
  for (let i = indexAtOrAfter(series.at, from); i < end; i++) {
    const value = values[i] ?? Number.NaN;
    if (value >= 0) {
      sum += value;
      count++;
    }
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** A regular grid of means: `values[i]` covers [start + i·step, start + (i+1)·step), NaN where nothing was measured. */
export interface Grid {
  readonly start: EpochMs;
  readonly stepMs: number;
  readonly values: Float64Array;
}

export function toGrid(series: Series, signal: SignalName, stepMs: number): Grid {
  const first = series.at[0] ?? 0;
  const last = series.at.at(-1) ?? first;
  const start = Math.floor(first / stepMs) * stepMs;
  const length = series.at.length === 0 ? 0 : Math.floor((last - start) / stepMs) + 1;
  const values = new Float64Array(length);
  const counts = new Uint32Array(length);
  const demand = demandOf(series, signal);
  for (let i = 0; i < series.at.length; i++) {
    const value = demand[i] ?? Number.NaN;
    const slot = Math.floor(((series.at[i] ?? 0) - start) / stepMs);
    if (!(value >= 0)) continue;
    values[slot] = (values[slot] ?? 0) + value;
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  for (let i = 0; i < length; i++) {
    const count = counts[i] ?? 0;
    values[i] = count === 0 ? Number.NaN : (values[i] ?? 0) / count;
  }
  return { start, stepMs, values };
}

/** Demand by the minute from `from` on; a minute without a sample keeps what the one before had. */
export function byTheMinute(
  series: Series,
  from: EpochMs,
  signal: SignalName = 'cpu',
): { readonly start: EpochMs; readonly minutes: Float64Array } {
  const first = indexAtOrAfter(series.at, from);
  const recent = {
    ...series,
    at: series.at.subarray(first),
    demand: { ...series.demand, [signal]: demandOf(series, signal).subarray(first) },
  };
  const { start, values } = toGrid(recent, signal, 60_000);
  let last = values.find((value) => value >= 0) ?? 0;
  return {
    start,
    minutes: values.map((value) => {
      if (value >= 0) last = value;
      return last;
    }),
  };
}

/** The value below which `q` of the finite values lie (nearest rank); NaN of none. */
export function quantile(values: readonly number[] | Float64Array, q: number): number {
  const sorted = Float64Array.from(values.filter((value) => Number.isFinite(value))).sort();
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/** The middle of the finite values, or the mean of the two in the middle; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/**
 * Draws straight lines through what is missing (NaN), in place; the first and the last value must be there.
 * @returns how many values in a row each line stands for
 */
export function fillStraight(values: Float64Array): readonly number[] {
  const filled: number[] = [];
  let before = 0;
  for (let i = 1; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    const [low, high] = [values[before] ?? 0, values[i] ?? 0];
    for (let k = before + 1; k < i; k++) values[k] = low + ((high - low) * (k - before)) / (i - before);
    if (i - before > 1) filled.push(i - before - 1);
    before = i;
  }
  return filled;
}

/** A workload's history of demand, as columns of equal length. NaN marks a sample that is missing. */
export interface Series {
  /** Ascending. */
  readonly at: Float64Array;
  /** By load. Those beside CPU and memory are there where they were stored. */
  readonly demand: Readonly<Record<Resource, Float64Array>> & PerSignal<Float64Array>;
  /** Ready replicas. */
  readonly replicas: Float64Array;
}
