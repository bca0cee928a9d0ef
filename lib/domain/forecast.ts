// Six hours of demand ahead for one signal, with quantiles, trend, skill and whether the present is unusual.
import { UNLEARNED } from './fit.ts';
import { HORIZONS_SECONDS, type LearnedSignal, type MissRatios } from './learned.ts';
import type { EpochMs, Forecast, ForecastPoint, Series, SignalName, Trend } from './model.ts';
import { extrapolate } from './profile.ts';
import { meanBetween } from './series.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The level is the mean of the last five minutes: one spike is not a new level. */
const LEVEL_MS = 5 * MINUTE_MS;
/** A move of the next hours' mean by less than this share is called stable. */
const TREND_SHARE = 0.1;

/**
 * Forecasts total demand (not utilisation: that moves when we scale).
 * @param recent at least the last five minutes; the last 20 for the anomaly flag
 * @param learned undefined for a workload nothing was learned about: the last value then stands, without skill
 * @returns undefined where there is no sample in the last five minutes
 */
export function forecastSignal(
  signal: SignalName,
  recent: Series,
  learned: LearnedSignal | undefined,
  now: EpochMs,
): Forecast | undefined {
  const level = meanBetween(recent, signal, now - LEVEL_MS, now + 1);
  if (Number.isNaN(level)) return undefined;
  const known = learned ?? UNLEARNED;
  const median = (at: EpochMs) => extrapolate(known.method, known.profile, level, now, at);
  const points = horizonSteps().map((ahead): ForecastPoint => {
    const p50 = median(now + ahead);
    const miss = missesAt(known.ratios, ahead / 1000);
    return { at: now + ahead, p50, p90: p50 * Math.max(1, miss.p90), p99: p50 * Math.max(1, miss.p99) };
  });
  const hourly = [1, 2, 3, 4, 5, 6].map((hour) => median(now + hour * HOUR_MS));
  return {
    signal,
    method: known.method,
    current: level,
    points,
    hourly,
    peak: points.reduce((peak, point) => Math.max(peak, point.p50), level),
    trend: trendOf(level, hourly),
    skill: nearSkill(known.skill),
    anomalous: isAnomalous(signal, recent, known, level, now),
  };
}

/** The forecast of a load on top of what is there without any: the total if the replicas stay as they are. */
export function plusBase(forecast: Forecast, base: number): Forecast {
  if (base === 0) return forecast;
  const raise = ({ at, p50, p90, p99 }: ForecastPoint) => ({ at, p50: p50 + base, p90: p90 + base, p99: p99 + base });
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
export function peakWithin(forecast: Forecast, aheadMs: number, quantile: 'p50' | 'p90' | 'p99'): number {
  const start = (forecast.points[0]?.at ?? 0) - 5 * MINUTE_MS;
  return forecast.points
    .filter((point) => point.at <= start + aheadMs)
    .reduce((peak, point) => Math.max(peak, point[quantile]), forecast.current);
}

function horizonSteps(): readonly number[] {
  const fine = Array.from({ length: 12 }, (_, i) => (i + 1) * 5 * MINUTE_MS);
  const coarse = Array.from({ length: 20 }, (_, i) => HOUR_MS + (i + 1) * 15 * MINUTE_MS);
  return [...fine, ...coarse];
}

/** Misses between the learned horizons, linear; none at once, those of the last horizon beyond it. */
function missesAt(ratios: readonly MissRatios[], aheadSeconds: number): MissRatios {
  let before: MissRatios = { p1: 1, p90: 1, p99: 1 };
  let start = 0;
  for (const [h, end] of HORIZONS_SECONDS.entries()) {
    const after = ratios[h] ?? before;
    if (aheadSeconds <= end) {
      const share = (aheadSeconds - start) / (end - start);
      const blend = (key: keyof MissRatios) => before[key] * (1 - share) + after[key] * share;
      return { p1: blend('p1'), p90: blend('p90'), p99: blend('p99') };
    }
    before = after;
    start = end;
  }
  return before;
}

function trendOf(level: number, hourly: readonly number[]): Trend {
  const ahead = hourly.slice(0, 3).reduce((sum, value) => sum + value, 0) / 3;
  const reference = Math.max(level, ahead);
  if (reference === 0 || Math.abs(ahead - level) < TREND_SHARE * reference) return 'stable';
  return ahead > level ? 'increasing' : 'decreasing';
}

/** Decisions act within the hour, so the skill that counts is the mean over the horizons up to there. */
function nearSkill(skill: readonly (number | null)[]): number | null {
  const near = skill.filter((value, h) => value !== null && (HORIZONS_SECONDS[h] ?? 0) <= 3600);
  return near.length === 0 ? null : near.reduce<number>((sum, value) => sum + (value ?? 0), 0) / near.length;
}

/** The present against what a quarter of an hour ago made likely: outside its 1 %…99 % is unusual. */
function isAnomalous(signal: SignalName, recent: Series, known: LearnedSignal, level: number, now: EpochMs): boolean {
  const then = now - 15 * MINUTE_MS;
  const before = meanBetween(recent, signal, then - LEVEL_MS, then + 1);
  if (Number.isNaN(before) || known.skill.every((value) => value === null)) return false;
  const expected = extrapolate(known.method, known.profile, before, then, now);
  const miss = missesAt(known.ratios, 900);
  return level > expected * Math.max(1, miss.p99) || level < expected * Math.min(1, miss.p1);
}
