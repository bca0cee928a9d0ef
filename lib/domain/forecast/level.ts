// Where demand stands now: over five minutes, a quarter of an hour and an hour, so that one spike is not a new level.

import { meanBetween, medianOf, type Series } from '../workload/series.ts';
import type { SignalName } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';

export const CELL_MS = 300_000;
/** Cells of five minutes under each level. */
const SPANS = [1, 3, 12] as const;

/**
 * The mean of the last five minutes, and the medians of the last three and the last twelve such means.
 * @returns undefined where nothing was measured in the last five minutes
 */
export function levelsAt(
  series: Series,
  signal: SignalName,
  now: EpochMs,
): readonly [number, number, number] | undefined {
  const cells = Array.from({ length: SPANS[2] }, (_, k) =>
    // A sample taken at a boundary closes the five minutes before it.
    meanBetween(series, signal, now - (k + 1) * CELL_MS + 1, now - k * CELL_MS + 1),
  );
  const last = cells[0] ?? Number.NaN;
  return !Number.isFinite(last) ? undefined : [last, medianOf(cells.slice(0, SPANS[1])), medianOf(cells)];
}

/** The same from cells of five minutes, the last of them at `i`; NaN where that one is missing. */
export function levelsOf(cells: Float64Array, i: number): readonly [number, number, number] {
  const last = cells[i] ?? Number.NaN;
  const over = (span: number) => medianOf([...cells.subarray(Math.max(0, i + 1 - span), i + 1)]);
  return [last, over(SPANS[1]), over(SPANS[2])];
}

/** How long before now each level is held against the typical day. */
export const LEVEL_AGES_MS = [0.5 * CELL_MS, 0.5 * CELL_MS, 0.5 * CELL_MS + 5 * CELL_MS] as const;
