// Forecasting one's own past: each half hour as if nothing after it were known, with weights earned before it.
import {
  type BlendWeights,
  blended,
  EXPERTS,
  expertForecasts,
  LAST_VALUE,
  type Moment,
  weighExperts,
} from './blend.ts';
import { halfHourAt, type TypicalDays } from './coming-day.ts';
import { CELL_MS, LEVEL_AGES_MS, levelsOf } from './levels.ts';
import type { EpochMs } from './model.ts';
import type { Grid } from './series.ts';

const ORIGIN_EVERY = 6;
const CELLS_A_DAY = 288;
/** As often as learning runs on a grown history: weights and quantiles change there, and nowhere else. */
const LEARNING_EVERY_MS = 6 * 3_600_000;
/** Misses of two days ago count half. */
const MISS_DECAY = 0.5 ** (1 / (2 * 48));

/** A moment of the past from which forecasts are made. */
export interface Origin {
  /** Its last cell. */
  readonly cell: number;
  readonly now: EpochMs;
  readonly moment: Moment;
}

/** A forecast of the past and what came of it, on the scale of `demand-scale.ts`. */
export interface Outcome {
  readonly now: EpochMs;
  readonly knownAt: EpochMs;
  readonly forecast: number;
  readonly actual: number;
  readonly last: number;
  readonly width: number;
}

/** One each half hour, where something was measured in the five minutes before. */
export function originsOf(scaled: Grid, typical: TypicalDays): readonly Origin[] {
  const { values, start } = scaled;
  const days = dayMeans(values);
  const [a, b, c] = LEVEL_AGES_MS;
  const origins: Origin[] = [];
  const first = (2 * ORIGIN_EVERY - 1 - ((start / CELL_MS) % ORIGIN_EVERY)) % ORIGIN_EVERY;
  for (let cell = first; cell < values.length; cell += ORIGIN_EVERY) {
    if (Number.isNaN(values[cell])) continue;
    const now = start + (cell + 1) * CELL_MS;
    const at = (age: number) => halfHourAt(typical, now - age);
    const levels = levelsOf(values, cell);
    origins.push({ cell, now, moment: { levels, day: days[cell] ?? 0, typical: [at(a), at(b), at(c)] } });
  }
  return origins;
}

/**
 * Rolls one horizon over the past.
 * @param slots the horizon in cells of five minutes
 * @returns every outcome in order of time, and the weights that all of them together have earned
 */
export function rollHorizon(
  scaled: Grid,
  typical: TypicalDays,
  origins: readonly Origin[],
  slots: number,
): { readonly weights: BlendWeights; readonly outcomes: readonly Outcome[] } {
  const misses = new Float64Array(EXPERTS);
  const counts = new Float64Array(EXPERTS);
  const outcomes: Outcome[] = [];
  const pending: { readonly cell: number; readonly forecasts: Float64Array }[] = [];
  const usual = usualDistance(origins);
  let settled = 0;
  let weights = LAST_VALUE;
  let block = Number.NaN;
  const settle = (upTo: number) => {
    for (let next = pending[settled]; next !== undefined && next.cell <= upTo; next = pending[++settled])
      addMisses(misses, counts, next.forecasts, scaled.values[next.cell] ?? Number.NaN);
    weights = weighExperts(misses.map((miss, e) => miss / (counts[e] ?? 0)));
  };
  for (const { cell, now, moment } of origins) {
    if (learningBlock(now) !== block) settle(cell);
    block = learningBlock(now);
    const actual = scaled.values[cell + slots] ?? Number.NaN;
    if (Number.isNaN(actual)) continue;
    const knownAt = now + slots * CELL_MS;
    const typicalThen = halfHourAt(typical, knownAt - 0.5 * CELL_MS);
    pending.push({ cell: cell + slots, forecasts: expertForecasts(moment, typicalThen) });
    outcomes.push({
      now,
      knownAt,
      forecast: blended(weights, moment, typicalThen),
      actual,
      last: moment.levels[0],
      width: widthOf(moment, usual),
    });
  }
  settle(scaled.values.length);
  return { weights, outcomes };
}

/** Changes where the past is learned from anew. */
export function learningBlock(now: EpochMs): number {
  return Math.floor(now / LEARNING_EVERY_MS);
}

/** The mean of the day before each cell, and of the cell. */
export function dayMeans(values: Float64Array): Float64Array {
  let sum = 0;
  let count = 0;
  return values.map((value, i) => {
    const leaving = values[i - CELLS_A_DAY] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      sum += value;
      count++;
    }
    if (!Number.isNaN(leaving)) {
      sum -= leaving;
      count--;
    }
    return sum / count;
  });
}

function addMisses(misses: Float64Array, counts: Float64Array, forecasts: Float64Array, actual: number): void {
  for (let e = 0; e < EXPERTS; e++) {
    const miss = Math.abs(actual - (forecasts[e] ?? Number.NaN));
    if (Number.isNaN(miss)) continue;
    misses[e] = (misses[e] ?? 0) * MISS_DECAY + miss;
    counts[e] = (counts[e] ?? 0) * MISS_DECAY + 1;
  }
}

/** How far the last hour usually is from the typical day; 0 where there is none. */
export function usualDistance(origins: readonly Origin[]): number {
  const distances = origins.map(({ moment }) => distanceOf(moment)).filter((distance) => distance >= 0);
  return distances.length === 0 ? 0 : distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
}

/** Unusual hours are followed by larger misses: 1 in the mean, between a half and two. */
export function widthOf(moment: Moment, usual: number): number {
  const distance = distanceOf(moment);
  return usual > 0 && distance >= 0 ? Math.min(1.5, 0.75 + (0.25 * distance) / usual) : 1;
}

function distanceOf({ levels, typical }: Moment): number {
  return Math.abs(levels[2] - typical[2]);
}
