// Fits how to forecast one signal: what is typical, what each horizon should weigh, and how far off that was.

import { type LocalTime, localTime } from '../workload/local-time.ts';
import { type Grid, medianOf, quantile, type Series, toGrid } from '../workload/series.ts';
import type { SignalName } from '../workload/signal.ts';
import { DAY_MS, type EpochMs } from '../workload/time.ts';
import { conformalQuantiles, RESIDUAL_UNITS } from './conformal.ts';
import { type EnsembleWeights, type ForecastMethod, LAST_VALUE } from './ensemble.ts';
import { type FittedResiduals, type FittedSignal, HORIZONS_SECONDS } from './fitted.ts';
import { CELL_MS } from './level.ts';
import { floorOf, fromScale, toScale } from './log-transform.ts';
import { dayMeans, type Outcome, originsOf, rollHorizon, usualDistance } from './rolling-origin.ts';
import { HALF_HOUR_MS, HALF_HOURS_A_DAY, type TypicalDays, typicalDays } from './seasonal-profile.ts';

const HISTORY_CELLS = (14 * DAY_MS) / CELL_MS;
/** Skill is judged on the forecasts of so many days. */
const SKILL_MS = 3 * DAY_MS;
/** Fewer pairs than this say nothing about skill. */
const FEWEST_PAIRS = 24;
/** The stored day begins so long before now, so that the levels of the last hour find their own time in it. */
const DAY_BEGINS_BEFORE_MS = 2 * 3_600_000;
/** Two digits for each half-hour: an error of half a percent of the day's own swing. */
const PROFILE_STEPS = 99;
/** Five minutes of so many times the demand before and after them are a fault of the reading, not load. */
const SPIKE = 20;
/** A day with more half-hours missing than this is no rhythm. */
const MOST_GAPS = 4;

/**
 * Fits at most the last two weeks by forecasting them again, each half hour with what was known then.
 * @param series at any step; a rhythm needs more than a day
 * @param timeZone by whose clocks days are compared, an IANA name; UTC unless given
 * @returns undefined where the signal was never measured for five minutes
 */
export function fitSignal(series: Series, signal: SignalName, timeZone?: string): FittedSignal | undefined {
  const local = localTime(timeZone);
  const measured = endedCells(series, signal);
  const grid = { ...measured, values: withoutSpikes(measured.values) };
  if (!grid.values.some((value) => value >= 0)) return undefined;
  const floor = floorOf(grid.values);
  const scaled = { ...grid, values: grid.values.map((value) => toScale(value, floor)) };
  const typical = typicalDays(scaled, local);
  const origins = originsOf(scaled, typical);
  const rolled = HORIZONS_SECONDS.map((seconds) => rollHorizon(scaled, typical, origins, (seconds * 1000) / CELL_MS));
  const end = grid.start + grid.values.length * CELL_MS;
  const day = lastKnown(dayMeans(scaled.values));
  const profile = dayToCome(typical, end, day);
  const profileStep = Number((Math.max(0, ...profile.map(Math.abs)) / PROFILE_STEPS).toPrecision(3));
  return {
    method: methodOf(rolled[1]?.weights ?? LAST_VALUE, profile.length > 0, typical.weeklyShare),
    floor: Number(floor.toPrecision(4)),
    highest: Number(quantile(grid.values, 0.999).toPrecision(4)),
    day: Number(day.toPrecision(4)),
    usual: Number(usualDistance(origins).toPrecision(3)),
    profileStep,
    profile: profile.map((distance) => (profileStep > 0 ? Math.round(distance / profileStep) : 0)),
    weights: rolled.map(({ weights }) => weights.map((weight) => Math.round(100 * weight))),
    skill: rolled.map(({ outcomes }) => skillOf(outcomes, end - SKILL_MS, floor)),
    residuals: rolled.map(({ outcomes }) => fittedResiduals(outcomes, floor, local)),
    ...(timeZone !== undefined && { timeZone }),
  };
}

/** What is assumed of a workload that was not fitted yet: the last value, and the widths that hold for most services. */
export function unfitted(level: number): FittedSignal {
  return {
    method: 'last_value',
    floor: floorOf(Float64Array.of(level)),
    highest: level,
    day: 0,
    usual: 0,
    profileStep: 0,
    profile: [],
    weights: HORIZONS_SECONDS.map(() => [100, 0, 0, 0, 0, 0, 0]),
    skill: HORIZONS_SECONDS.map(() => null),
    residuals: HORIZONS_SECONDS.map(() => null),
  };
}

/** At most two weeks of whole cells. A sample at a boundary closes the five minutes before it, as in `levelsAt`. */
function endedCells(series: Series, signal: SignalName): Grid {
  const grid = toGrid({ ...series, at: series.at.map((at) => at - 1) }, signal, CELL_MS);
  const isWhole = (series.at.at(-1) ?? 0) % CELL_MS === 0;
  const end = grid.values.length - (isWhole ? 0 : 1);
  const first = Math.max(0, end - HISTORY_CELLS);
  return { ...grid, start: grid.start + first * grid.stepMs, values: grid.values.slice(first, Math.max(0, end)) };
}

/** What is not a number, or stands alone far over both its neighbours and the typical demand, is taken for missing. */
function withoutSpikes(cells: Float64Array): Float64Array {
  const finite = cells.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  const typical = medianOf([...finite]);
  return finite.map((value, i) => {
    const beside = [finite[i - 1] ?? Number.NaN, finite[i + 1] ?? Number.NaN].filter((other) => !Number.isNaN(other));
    return value > SPIKE * Math.max(typical, ...beside) && typical > 0 ? Number.NaN : value;
  });
}

/** Distances from the day's mean on the scale; empty where no rhythm is known. */
function dayToCome({ first, values }: TypicalDays, end: EpochMs, day: number): readonly number[] {
  const begin = Math.floor((end - DAY_BEGINS_BEFORE_MS) / HALF_HOUR_MS);
  const profile: number[] = new Array(HALF_HOURS_A_DAY).fill(Number.NaN);
  for (let k = begin; k < begin + HALF_HOURS_A_DAY; k++)
    profile[k % HALF_HOURS_A_DAY] = (values[k - first] ?? Number.NaN) - day;
  if (profile.filter(Number.isNaN).length > MOST_GAPS) return [];
  let last = profile.findLast((value) => !Number.isNaN(value)) ?? 0;
  return profile.map((value) => {
    if (!Number.isNaN(value)) last = value;
    return last;
  });
}

function fittedResiduals(outcomes: readonly Outcome[], floor: number, local: LocalTime): FittedResiduals | null {
  const found = conformalQuantiles(outcomes, floor, local);
  if (found === undefined) return null;
  const quantiles = found.quantiles.map((miss) => Number((miss / RESIDUAL_UNITS[found.kind]).toPrecision(3)));
  return [found.kind, quantiles, found.parts.map((part) => Math.round(100 * part))];
}

function skillOf(outcomes: readonly Outcome[], from: EpochMs, floor: number): number | null {
  const judged = outcomes.filter(({ knownAt }) => knownAt > from);
  if (judged.length < FEWEST_PAIRS) return null;
  const off = (guess: (of: Outcome) => number) =>
    judged.reduce((sum, of) => sum + Math.abs(fromScale(of.actual, floor) - fromScale(guess(of), floor)), 0);
  const last = off((of) => of.last);
  return last === 0 ? 0 : Number((1 - off((of) => of.forecast) / last).toPrecision(2));
}

function methodOf(weights: EnsembleWeights, hasDay: boolean, weeklyShare: number): ForecastMethod {
  const levels = weights[0] + weights[1] + weights[2];
  if (hasDay && levels + weights[3] < 0.5) return weeklyShare > 0.5 ? 'weekly_profile' : 'daily_profile';
  return weights[0] >= 0.5 * levels ? 'last_value' : 'recent_level';
}

function lastKnown(values: Float64Array): number {
  return values.findLast((value) => !Number.isNaN(value)) ?? 0;
}
