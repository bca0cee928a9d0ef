// A workload's demand and forecast as lines of a small picture, a unit wide and high.
import type { Patterns } from '../../api/types.ts';

export interface Spark {
  readonly signal: string;
  readonly unit: string;
  /** Paths of SVG in a picture of WIDTH by HEIGHT. */
  readonly demand: string;
  readonly forecast: string;
  /** Between the median and one in ten. */
  readonly band: string;
  /** Where the past ends. */
  readonly now: number;
  readonly last: number | null;
  readonly peak: number | null;
}

export const WIDTH = 132;
export const HEIGHT = 30;
const EDGE = 1.5;
const MOST_POINTS = 64;

interface Point {
  readonly at: number;
  readonly value: number;
}
interface Ahead {
  readonly timestamp: string;
  readonly p50: number | null;
  readonly p90: number | null;
}
interface Forecast {
  readonly peak: number | null;
  readonly points: readonly Ahead[];
}
interface Grid {
  readonly unit: string;
  readonly start: string;
  readonly values: readonly (number | null)[];
}

/** @returns null where nothing was measured */
export function sparkOf({ series, forecast, from, forecast_at, step_seconds }: Patterns): Spark | null {
  const grids: Readonly<Record<string, Grid>> = series;
  const signal = 'cpu' in grids ? 'cpu' : Object.keys(grids).find((name) => name !== 'replicas');
  const grid = signal === undefined ? undefined : grids[signal];
  if (signal === undefined || grid === undefined) return null;
  const past = thinned(pointsOf(grid, step_seconds * 1000));
  const ahead = aheadOf(forecast, signal);
  const begin = Date.parse(from);
  const now = Date.parse(forecast_at);
  const next = ahead.map(({ timestamp, p50, p90 }) => ({
    at: Date.parse(timestamp),
    p50: p50 ?? 0,
    p90: p90 ?? p50 ?? 0,
  }));
  const end = Math.max(now, next.at(-1)?.at ?? now);
  const most = Math.max(...past.map(({ value }) => value), ...next.map(({ p90 }) => p90), 1e-9);
  const x = (at: number) => ((at - begin) / Math.max(1, end - begin)) * WIDTH;
  const y = (value: number) => HEIGHT - EDGE - (value / most) * (HEIGHT - 2 * EDGE);
  const path = (points: readonly Point[]) =>
    points.map(({ at, value }) => `${near(x(at))} ${near(y(value))}`).join('L');
  const median = next.map(({ at, p50 }) => ({ at, value: p50 }));
  const upper = next.map(({ at, p90 }) => ({ at, value: p90 }));
  const last = past.at(-1);
  const start = last === undefined ? [] : [last];
  return {
    signal,
    unit: grid.unit,
    demand: past.length === 0 ? '' : `M${path(past)}`,
    forecast: median.length === 0 ? '' : `M${path([...start, ...median])}`,
    band: median.length === 0 ? '' : `M${path([...start, ...upper, ...median.toReversed()])}Z`,
    now: near(x(now)),
    last: last?.value ?? null,
    peak: isForecast(forecast, signal)?.peak ?? null,
  };
}

function isForecast(forecast: object, signal: string): Forecast | undefined {
  const found: unknown = Object.entries(forecast).find(([name]) => name === signal)?.[1];
  return typeof found === 'object' && found !== null ? (found as Forecast) : undefined;
}

function aheadOf(forecast: object, signal: string): readonly Ahead[] {
  return isForecast(forecast, signal)?.points ?? [];
}

function pointsOf({ start, values }: Grid, stepMs: number): readonly Point[] {
  const begin = Date.parse(start);
  return values.flatMap((value, i) => (value === null ? [] : [{ at: begin + i * stepMs, value }]));
}

/** The highest of each stretch: what a peak was, is still seen. */
function thinned(points: readonly Point[]): readonly Point[] {
  const each = Math.ceil(points.length / MOST_POINTS);
  const last = points.at(-1);
  if (each <= 1 || last === undefined) return points;
  const tops = Array.from({ length: Math.ceil(points.length / each) }, (_, i) =>
    points.slice(i * each, (i + 1) * each).reduce((a, b) => (b.value > a.value ? b : a)),
  );
  return tops.at(-1) === last ? tops : [...tops, last];
}

const near = (n: number) => Math.round(n * 10) / 10;
