// Six hours of demand ahead for one signal, with quantiles, trend, skill and whether the present is unusual.

import { localTime } from '../workload/local-time.ts';
import type { Series } from '../workload/series.ts';
import type { SignalName } from '../workload/signal.ts';
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';
import { dayPart } from './conformal.ts';
import { type EnsembleWeights, ensembleForecast, type ForecastMethod, LAST_VALUE, type Moment } from './ensemble.ts';
import { unfitted } from './fit.ts';
import { type FittedSignal, HORIZONS_SECONDS } from './fitted.ts';
import { CELL_MS, LEVEL_AGES_MS, levelsAt } from './level.ts';
import { fromScale, toScale } from './log-transform.ts';
import { widthOf } from './rolling-origin.ts';
import { HALF_HOUR_MS, HALF_HOURS_A_DAY } from './seasonal-profile.ts';
import { movedBy, type Spread, spreadOf, spreadsOf, UNKNOWN } from './spread.ts';
import { HOURS, QUARTER, STEPS, type Step } from './steps.ts';

/** A move of the next hours' mean by less than this share is called stable. */
const TREND_SHARE = 0.1;
/** No median rises above so many times the highest demand of the last two weeks, or above the present where that is higher. */
const MEDIAN_CAP = 1.25;
/** No quantile rises above so many times the higher of the two. */
const QUANTILE_CAP = 3;

/**
 * Forecasts total demand (not utilisation: that moves when we scale).
 * @param recent the last hour, and the quarter-hour before it for the anomaly flag; less serves less well
 * @param learned undefined for a workload that was not fitted yet: the last value then stands, without skill
 * @returns undefined where there is no sample in the last five minutes
 */
export function forecastSignal(
  signal: SignalName,
  recent: Series,
  learned: FittedSignal | undefined,
  now: EpochMs,
): Forecast | undefined {
  const levels = levelsAt(recent, signal, now);
  if (levels === undefined) return undefined;
  const current = levels[0];
  const known = learned ?? unfitted(current);
  const view = viewFrom(known, levels, now);
  const spreads = spreadsOf(known, widthOf(view.seen, known.usual));
  const local = localTime(known.timeZone);
  const points = STEPS.map((step) => pointAt(view, spreads, step, dayPart(now + step.aheadMs, local)));
  const hourly = HOURS.map((step) => medianAt(view, step));
  return {
    signal,
    method: known.method,
    current,
    points,
    hourly,
    peak: points.reduce((peak, point) => Math.max(peak, point.p50), current),
    trend: trendOf(current, hourly),
    skill: nearSkill(known.skill),
    anomalous: isAnomalous(signal, recent, known, current, now),
  };
}

/** The forecast of a load on top of what is there without any: the total if the replicas stay as they are. */
export function plusBase(forecast: Forecast, base: number): Forecast {
  if (base === 0) return forecast;
  const raise = ({ at, p5, p50, p90, p95, p99 }: ForecastPoint): ForecastPoint => ({
    at,
    p5: p5 + base,
    p50: p50 + base,
    p90: p90 + base,
    p95: p95 + base,
    p99: p99 + base,
  });
  return {
    ...forecast,
    current: forecast.current + base,
    points: forecast.points.map(raise),
    hourly: forecast.hourly.map((value) => value + base),
    peak: forecast.peak + base,
  };
}

/** Better than the last value on its own past: only then is a forecast acted on. */
export function hasSkill(forecast: Forecast | undefined): boolean {
  return forecast !== undefined && forecast.skill !== null && forecast.skill > 0;
}

/** The highest value of a quantile within `aheadMs`, the present included. */
export function peakWithin(forecast: Forecast, aheadMs: number, quantile: Exclude<keyof ForecastPoint, 'at'>): number {
  const start = (forecast.points[0]?.at ?? 0) - 5 * MINUTE_MS;
  return forecast.points
    .filter((point) => point.at <= start + aheadMs)
    .reduce((peak, point) => Math.max(peak, point[quantile]), forecast.current);
}

/** What a signal's forecasts of one moment have in common. */
interface View {
  readonly known: FittedSignal;
  readonly now: EpochMs;
  readonly current: number;
  readonly seen: Moment;
  /** By horizon. */
  readonly weights: readonly EnsembleWeights[];
}

function viewFrom(known: FittedSignal, levels: Moment['levels'], now: EpochMs): View {
  const weights = HORIZONS_SECONDS.map((_, h) => weightsOf(known, h));
  return { known, now, current: levels[0], seen: seenAt(known, levels, now), weights };
}

/** The present, on the scale on which the signal was fitted. */
function seenAt(known: FittedSignal, levels: Moment['levels'], now: EpochMs): Moment {
  const [a, b, c] = LEVEL_AGES_MS;
  const scaled = (level: number) => toScale(level, known.floor);
  return {
    levels: [scaled(levels[0]), scaled(levels[1]), scaled(levels[2])],
    day: known.day,
    typical: [typicalAt(known, now - a), typicalAt(known, now - b), typicalAt(known, now - c)],
  };
}

/** The typical day at an instant, linear between the middles of half-hours; NaN where none is known. */
function typicalAt({ profile, profileStep, day }: FittedSignal, at: EpochMs): number {
  const position = at / HALF_HOUR_MS - 0.5;
  const left = Math.floor(position);
  const share = position - left;
  const value = (k: number) => profile[k % HALF_HOURS_A_DAY] ?? Number.NaN;
  return day + (value(left) * (1 - share) + value(left + 1) * share) * profileStep;
}

function medianAt({ known, seen, weights, now, current }: View, { aheadMs, before, after, share }: Step): number {
  const typicalThen = typicalAt(known, now + aheadMs - 0.5 * CELL_MS);
  const by = (h: number) => ensembleForecast(weights[h] ?? LAST_VALUE, seen, typicalThen);
  const z = share === 0 ? by(before) : by(before) * (1 - share) + by(after) * share;
  return Math.min(fromScale(z, known.floor), Math.max(current, MEDIAN_CAP * known.highest));
}

/** @param part of the day, in which it falls due */
function pointAt(view: View, spreads: readonly Spread[], step: Step, part: number): ForecastPoint {
  const { known, current, now } = view;
  const { before, after, share } = step;
  const at = now + step.aheadMs;
  const p50 = medianAt(view, step);
  const z = toScale(p50, known.floor);
  const cap = Math.max(p50, QUANTILE_CAP * Math.max(current, known.highest));
  const quantileAt = (q: number) => {
    const by = (h: number) => movedBy(spreads[h] ?? UNKNOWN, q, z, part, known.floor);
    return Math.min(cap, share === 0 ? by(before) : by(before) * (1 - share) + by(after) * share);
  };
  const p5 = Math.min(p50, quantileAt(1));
  const p90 = Math.max(p50, quantileAt(2));
  const p95 = Math.max(p90, quantileAt(3));
  return { at, p5, p50, p90, p95, p99: Math.max(p95, quantileAt(4)) };
}

function weightsOf({ weights }: FittedSignal, h: number): EnsembleWeights {
  const [a = 100, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = weights[h] ?? LAST_VALUE.map((weight) => 100 * weight);
  return [a / 100, b / 100, c / 100, d / 100, e / 100, f / 100, g / 100];
}

function trendOf(level: number, hourly: readonly number[]): Trend {
  const ahead = hourly.slice(0, 3).reduce((sum, value) => sum + value, 0) / 3;
  const reference = Math.max(level, ahead);
  if (reference === 0 || Math.abs(ahead - level) < TREND_SHARE * reference) return 'stable';
  return ahead > level ? 'increasing' : 'decreasing';
}

/** Decisions act within the hour, so the skill that counts is the mean over the horizons up to there. @param skill by horizon */
export function nearSkill(skill: readonly (number | null)[]): number | null {
  const near = skill.filter((value, h) => value !== null && (HORIZONS_SECONDS[h] ?? 0) <= 3600);
  return near.length === 0 ? null : near.reduce<number>((sum, value) => sum + (value ?? 0), 0) / near.length;
}

/** The present against what a quarter of an hour ago made likely: outside its 1 %…99 % is unusual. */
function isAnomalous(signal: SignalName, recent: Series, known: FittedSignal, level: number, now: EpochMs): boolean {
  const then = now - 15 * MINUTE_MS;
  const before = levelsAt(recent, signal, then);
  const misses = known.residuals[0] ?? null;
  if (before === undefined || misses === null) return false;
  const z = toScale(medianAt(viewFrom(known, before, then), QUARTER), known.floor);
  const part = dayPart(now, localTime(known.timeZone));
  const limit = (q: number) => movedBy(spreadOf(misses, 1), q, z, part, known.floor);
  return level < limit(0) || level > limit(4);
}

type Trend = 'increasing' | 'decreasing' | 'stable';

/** Mean demand of the five minutes that end at one moment ahead: its quantiles, in the signal's unit. */
export interface ForecastPoint {
  readonly at: EpochMs;
  readonly p5: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Forecast {
  readonly signal: SignalName;
  readonly method: ForecastMethod;
  readonly current: number;
  /** Five-minute steps for the first hour, quarter-hours from there to six hours. */
  readonly points: readonly ForecastPoint[];
  /** The medians at 1, 2, … 6 hours. */
  readonly hourly: readonly number[];
  /** The highest median within six hours, the present included. */
  readonly peak: number;
  readonly trend: Trend;
  /** 1 − error ÷ error of the last value, over this workload's own past. Null before there is enough of it. */
  readonly skill: number | null;
  /** The present lies outside what its own past made likely. */
  readonly anomalous: boolean;
}
