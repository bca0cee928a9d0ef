// Histories of demand for tests: any function of time, sampled as ticks would have.
import { fitSignal } from '../../lib/domain/forecast/fit.ts';
import { type Forecast, forecastSignal } from '../../lib/domain/forecast/forecast.ts';
import type { Series } from '../../lib/domain/workload/series.ts';

export const STEP = 300_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A Wednesday. */
export const END = Date.parse('2026-03-04T06:00:00Z');

/** `days` of samples every five minutes, ending at `end`. */
export function history(days: number, demand: (at: number) => number, end = END): Series {
  const length = Math.round((days * DAY) / STEP);
  const at = Float64Array.from({ length }, (_, i) => end - (length - 1 - i) * STEP);
  const cpu = at.map(demand);
  return { at, demand: { cpu, memory: cpu.map(() => Number.NaN) }, replicas: at.map(() => 3) };
}

/** Lowest at midnight UTC, highest at noon: 1 to 7. */
export const daily = (at: number) => 4 - 3 * Math.cos((2 * Math.PI * (at % DAY)) / DAY);
/** A deterministic noise in −1…1. */
export const noise = (at: number) => Math.sin(at / 7e5) * Math.cos(at / 3.1e6);

/** What a tick at `now` says that has just learned from the series. */
export function forecastOf(series: Series, now = END): Forecast {
  const forecast = forecastSignal('cpu', series, fitSignal(series, 'cpu'), now);
  if (forecast === undefined) throw new Error('no forecast');
  return forecast;
}
