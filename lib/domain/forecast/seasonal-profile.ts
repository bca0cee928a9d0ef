// The seasonal profile, half-hour by half-hour: six ways of guessing the day to come from past days, weighed by how well each did lately.

import { type LocalTime, UTC } from '../workload/local-time.ts';
import { type Grid, medianOf } from '../workload/series.ts';
import { DAY_MS, type EpochMs } from '../workload/time.ts';

export const HALF_HOUR_MS = 1_800_000;
export const HALF_HOURS_A_DAY = 48;
const DAYS_A_WEEK = 7;
/** At most so many days of one kind, weekday or weekend, make a median. */
const SAME_KIND_DAYS = 5;
const LOOK_BACK_DAYS = 14;
/** Each day further back counts so much of the one after it. */
const DAY_DECAY = 0.6;
/** Changes over six hours are what a day's shape is asked for. */
const CHANGE_OVER = 12;
/** Weighed anew every so many half-hours: as often as a grown history is fitted. */
const WEIGHED_EVERY = 12;
const FEWEST_MISSES = 24;
/** Residuals of one and a half days ago count half. */
const MISS_DECAY = 0.5 ** (1 / (1.5 * HALF_HOURS_A_DAY));
/** Weight falls with the fourth power of the residual: close rivals share, the hopeless are left out. */
const SHARPNESS = 4;

/** Demand by half-hours of UTC, on whatever scale; `values[k]` is half-hour `first + k` since 1970. */
interface HalfHours {
  readonly first: number;
  readonly values: Float64Array;
}

export interface TypicalDays extends HalfHours {
  /** Share of the guesses that know of weeks or of weekends in the day to come. */
  readonly weeklyShare: number;
}

/**
 * What each half-hour was expected to bring, seen from a day before it, for the whole past and one day more.
 * NaN where there was no day before. A half-hour is guessed from those a day and more back; the weights of the guesses change
 * every six hours, by the residuals known when they do: up to six hours before the half-hour that they are used for.
 * @param local whose clocks and weekends they are
 */
export function typicalDays(grid: Grid, local: LocalTime = UTC): TypicalDays {
  const past = halfHours(grid);
  const length = past.values.length + HALF_HOURS_A_DAY;
  const values = new Float64Array(length).fill(Number.NaN);
  const guesses = Array.from({ length }, (_, s) => guessesFor(past, s, local));
  const misses = new Float64Array(GUESSES);
  let weights = new Float64Array(GUESSES).fill(1 / GUESSES);
  let known = 0;
  for (let s = HALF_HOURS_A_DAY; s < length; s++) {
    if ((past.first + s) % WEIGHED_EVERY === 0 && known >= FEWEST_MISSES) weights = weigh(misses);
    values[s] = dot(weights, guesses[s] ?? []);
    if (addMisses(misses, past.values, guesses, s)) known++;
  }
  return { first: past.first, values, weeklyShare: (weights[3] ?? 0) + (weights[4] ?? 0) };
}

/** The value at an instant, linear between the middles of half-hours; NaN outside. */
export function halfHourAt({ first, values }: HalfHours, at: EpochMs): number {
  const position = at / HALF_HOUR_MS - first - 0.5;
  const left = Math.floor(position);
  const share = position - left;
  const a = values[left] ?? Number.NaN;
  const b = values[left + 1] ?? Number.NaN;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? b : a;
  return a * (1 - share) + b * share;
}

/** Only half-hours that have ended. */
function halfHours(grid: Grid): HalfHours {
  const first = Math.floor(grid.start / HALF_HOUR_MS);
  const end = grid.start + grid.values.length * grid.stepMs;
  const length = Math.max(0, Math.floor(end / HALF_HOUR_MS) - first);
  const sums = new Float64Array(length);
  const counts = new Uint16Array(length);
  for (const [i, value] of grid.values.entries()) {
    const s = Math.floor((grid.start + i * grid.stepMs) / HALF_HOUR_MS) - first;
    if (s >= length || Number.isNaN(value)) continue;
    sums[s] = (sums[s] ?? 0) + value;
    counts[s] = (counts[s] ?? 0) + 1;
  }
  return { first, values: sums.map((sum, s) => sum / (counts[s] ?? 0)) };
}

const GUESSES = 6;

/** The day before; medians over three and seven days; a week before; the median over days of its kind; fading mean. */
function guessesFor({ first, values }: HalfHours, s: number, local: LocalTime): readonly number[] {
  const begin = (first + s) * HALF_HOUR_MS;
  const before = (days: number) => local.daysBefore(begin, days);
  const valueAt = (at: EpochMs) => values[Math.round(at / HALF_HOUR_MS) - first] ?? Number.NaN;
  const past = Array.from({ length: DAYS_A_WEEK }, (_, d) => valueAt(before(d + 1)));
  const ofWeek = medianOf(past);
  const kind = isWeekend(begin, local);
  const alike: number[] = [];
  for (let d = 1; d <= LOOK_BACK_DAYS && alike.length < SAME_KIND_DAYS; d++) {
    const at = before(d);
    if (isWeekend(at, local) === kind && !Number.isNaN(valueAt(at))) alike.push(valueAt(at));
  }
  const guesses = [
    past[0] ?? Number.NaN,
    medianOf(past.slice(0, 3)),
    ofWeek,
    past[DAYS_A_WEEK - 1] ?? Number.NaN,
    medianOf(alike),
    fadingMean(past),
  ];
  return guesses.map((guess) => (Number.isNaN(guess) ? ofWeek : guess));
}

/** 1970 began on a Thursday. */
function isWeekend(at: EpochMs, { offsetAt }: LocalTime): boolean {
  const day = (Math.floor((at + offsetAt(at)) / DAY_MS) + 4) % DAYS_A_WEEK;
  return day === 0 || day === 6;
}

function fadingMean(past: readonly number[]): number {
  let sum = 0;
  let total = 0;
  for (const [d, value] of past.entries()) {
    if (Number.isNaN(value)) continue;
    sum += DAY_DECAY ** d * value;
    total += DAY_DECAY ** d;
  }
  return sum / total;
}

/** Half by how far off a guess was, half by how far off its change over six hours. */
function addMisses(
  misses: Float64Array,
  values: Float64Array,
  guesses: readonly (readonly number[])[],
  s: number,
): boolean {
  const now = guesses[s] ?? [];
  const before = guesses[s - CHANGE_OVER] ?? [];
  const actual = values[s] ?? Number.NaN;
  const change = actual - (values[s - CHANGE_OVER] ?? Number.NaN);
  const added = now.map((guess, k) => Math.abs(actual - guess) + Math.abs(change - guess + (before[k] ?? Number.NaN)));
  if (added.some(Number.isNaN)) return false;
  for (const [k, miss] of added.entries()) misses[k] = (misses[k] ?? 0) * MISS_DECAY + miss;
  return true;
}

function weigh(misses: Float64Array): Float64Array<ArrayBuffer> {
  const least = Math.min(...misses) + Number.EPSILON;
  const raw = Float64Array.from(misses, (miss) => ((miss + Number.EPSILON) / least) ** -SHARPNESS);
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
}

function dot(weights: Float64Array, values: readonly number[]): number {
  return values.reduce((sum, value, k) => sum + value * (weights[k] ?? 0), 0);
}
