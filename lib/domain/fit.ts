// Learning: which method would have forecast this workload's own past best, and how far off it was.
import { HORIZONS_SECONDS, type LearnedSignal, type MissRatios } from './learned.ts';
import type { ForecastMethod, Series, SignalName } from './model.ts';
import { extrapolate, fitProfile } from './profile.ts';
import { type Grid, quantile, toGrid } from './series.ts';

const STEP_MS = 300_000;
const DAY_MS = 86_400_000;
/** Rolling origins: one each half hour over the last three days, each seeing only what came before it. */
const ORIGIN_EVERY = 6;
const EVALUATION_DAYS = 3;
/** Fewer pairs than this say nothing about skill. */
const MIN_PAIRS = 24;
const RATIO_LIMITS: readonly [number, number] = [0.05, 20];

const METHODS: readonly ForecastMethod[] = ['last_value', 'daily_profile', 'weekly_profile'];

/**
 * Chooses a forecasting method by rolling-origin error on the workload's own past and keeps its misses.
 * @param series at any step; longer than two days for a daily profile, two weeks for a weekly one
 * @returns undefined where the signal was never measured
 */
export function fitSignal(series: Series, signal: SignalName): LearnedSignal | undefined {
  const grid = toGrid(series, signal, STEP_MS);
  if (!grid.values.some((value) => value >= 0)) return undefined;
  const trials = METHODS.map((method) => tryMethod(grid, method)).filter((trial) => trial !== undefined);
  const base = trials[0];
  if (base === undefined) return undefined;
  const best = trials.reduce((winner, trial) => (totalError(trial, base) < totalError(winner, base) ? trial : winner));
  const end = grid.start + grid.values.length * STEP_MS;
  return {
    method: best.method,
    profile: best.method === 'last_value' ? [] : fitProfile(grid, end, best.method).map(threeDigits),
    skill: best.errors.map((error, h) => skillOf(error, base.errors[h] ?? [])),
    ratios: best.ratios.map(missRatios),
  };
}

/** Absolute misses and actual ÷ forecast, per horizon. */
interface Trial {
  readonly method: ForecastMethod;
  readonly errors: readonly number[][];
  readonly ratios: readonly number[][];
}

function tryMethod(grid: Grid, method: ForecastMethod): Trial | undefined {
  const errors: number[][] = HORIZONS_SECONDS.map(() => []);
  const ratios: number[][] = HORIZONS_SECONDS.map(() => []);
  const end = grid.start + grid.values.length * STEP_MS;
  const small = quantile(grid.values, 0.5) / 100;
  for (let day = EVALUATION_DAYS; day >= 1; day--) {
    const dayStart = end - day * DAY_MS;
    const profile = method === 'last_value' ? [] : fitProfile(grid, dayStart, method);
    if (method !== 'last_value' && profile.length === 0) return undefined;
    const first = Math.max(0, Math.floor((dayStart - grid.start) / STEP_MS));
    for (let i = first; i < first + DAY_MS / STEP_MS && i < grid.values.length; i += ORIGIN_EVERY) {
      HORIZONS_SECONDS.forEach((seconds, h) => {
        const target = i + Math.round((seconds * 1000) / STEP_MS);
        const level = grid.values[i] ?? Number.NaN;
        const actual = grid.values[target] ?? Number.NaN;
        if (!(level >= 0 && actual >= 0)) return;
        const now = grid.start + i * STEP_MS;
        const forecast = extrapolate(method, profile, level, now, grid.start + target * STEP_MS);
        errors[h]?.push(Math.abs(actual - forecast));
        ratios[h]?.push(ratio(actual + small, forecast + small));
      });
    }
  }
  return { method, errors, ratios };
}

/** Within limits: next to nothing, a ratio says nothing. */
function ratio(actual: number, forecast: number): number {
  if (!(forecast > 0)) return 1;
  return Math.min(RATIO_LIMITS[1], Math.max(RATIO_LIMITS[0], actual / forecast));
}

/** Errors of all horizons, each as a share of the last value's there, so that no horizon drowns the others. */
function totalError(trial: Trial, base: Trial): number {
  return trial.errors.reduce((sum, errors, h) => sum + mean(errors) / (mean(base.errors[h] ?? []) || 1), 0);
}

function skillOf(errors: readonly number[], baseErrors: readonly number[]): number | null {
  if (errors.length < MIN_PAIRS) return null;
  const base = mean(baseErrors);
  return base === 0 ? 0 : threeDigits(1 - mean(errors) / base);
}

/** Without enough pairs: the widths that hold for most services. */
const UNKNOWN_RATIOS: MissRatios = { p1: 0.5, p90: 1.3, p99: 2 };

function missRatios(ratios: readonly number[]): MissRatios {
  if (ratios.length < MIN_PAIRS) return UNKNOWN_RATIOS;
  const at = (q: number) => threeDigits(quantile(ratios, q));
  return { p1: at(0.01), p90: at(0.9), p99: at(0.99) };
}

/** What is assumed of a workload nothing was learned about. */
export const UNLEARNED: LearnedSignal = {
  method: 'last_value',
  profile: [],
  skill: HORIZONS_SECONDS.map(() => null),
  ratios: HORIZONS_SECONDS.map(() => UNKNOWN_RATIOS),
};

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function threeDigits(value: number): number {
  return Number(value.toPrecision(3));
}
