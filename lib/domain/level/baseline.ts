// What a level usually is: a median that no few windows move, and how far windows are from it.
import { medianOf } from '../workload/series.ts';

/** Windows from which on a baseline is known. Seed 4's code. */
export const WARM_UP_WINDOWS = 12;
/** Windows kept. Seed 4's code. */
export const WINDOWS_KEPT = 60;
/** A normal distribution's sigma is so many median absolute deviations. */
const SIGMAS_PER_MAD = 1.4826;
/** Windows that are all but equal are no reason to call the next an alarm: sigma is at least this share of the baseline. */
const LEAST_SIGMA = 0.05;
/** The baseline follows the last windows no further than so many times what the last day had: load that creeps is load. */
const MOST_OF_ANCHOR = 2;
/** … nor down by more: an hour without a request, or in another unit, does not make the next usual one an alarm. */
const LEAST_OF_ANCHOR = 0.5;

export interface Baseline {
  readonly value: number;
  /** Above 0 wherever the baseline is. */
  readonly sigma: number;
}

/**
 * Median and spread of the windows that were learned.
 * @param anchor what the last day had; null before there is one
 * @returns null while there are fewer than WARM_UP_WINDOWS
 */
export function baselineOf(windows: readonly number[], anchor: number | null): Baseline | null {
  if (windows.length < WARM_UP_WINDOWS) return null;
  const median = medianOf(windows);
  const value =
    anchor === null ? median : Math.max(LEAST_OF_ANCHOR * anchor, Math.min(median, MOST_OF_ANCHOR * anchor));
  // Windows far below what the last day had are spread themselves.
  const centre = Math.max(median, value);
  const spread = SIGMAS_PER_MAD * medianOf(windows.map((window) => Math.abs(window - centre)));
  return { value, sigma: Math.max(spread, LEAST_SIGMA * Math.abs(value)) };
}
