// One trace under one method: rolling origins, each seeing only what came before it, scored against what came.

import type { Trace } from '../cli/trace/trace.ts';
import { scoredFromSeconds } from '../lib/app/backtest/score.ts';
import { quantile } from '../lib/domain/workload/series.ts';
import { autoEts, mstl } from './forecast-augurs.ts';
import { a14k8s, lastValue, seasonalNaive } from './forecast-baselines.ts';
import { HORIZONS, type Method, type Quantiles, SLOT_MS, SLOTS_PER_DAY } from './forecast-method.ts';
import { type OurCosts, ours } from './forecast-ours.ts';
import { type ForecastScore, scoring, seasonalScale } from './forecast-score.ts';

export const METHOD_NAMES = ['ours', 'last value', 'seasonal naive', 'AutoETS', 'MSTL', 'a14k8s'] as const;
export type MethodName = (typeof METHOD_NAMES)[number];

export interface TraceJob {
  readonly label: string;
  readonly trace: Trace;
  readonly method: MethodName;
}

export interface TraceResult {
  readonly label: string;
  readonly method: MethodName;
  readonly everyMinutes: number;
  /** By horizon; null where the method never gave a forecast there. */
  readonly scores: readonly (ForecastScore | null)[];
  readonly costs: OurCosts | null;
  readonly tookSeconds: number;
}

/** Misses of the last week are what a method without quantiles of its own gets them from. */
const MISSES_MS = 7 * 86_400_000;
/** Those methods begin to forecast so long before they are scored. */
const WARM_UP_SLOTS = 3 * SLOTS_PER_DAY;
/** Readings are so late. */
const READING_AGE_MS = 15_000;

export function runTrace({ label, trace, method: name }: TraceJob): TraceResult {
  const started = performance.now();
  const values = fiveMinuteMeans(trace);
  const origin = Math.ceil(trace.startsAt / SLOT_MS) * SLOT_MS;
  const scoredFrom = Math.ceil(scoredFromSeconds((values.length * SLOT_MS) / 1000) / (SLOT_MS / 1000));
  const scale = seasonalScale(values, scoredFrom, SLOTS_PER_DAY);
  const scores = HORIZONS.map(() => scoring(scale));
  const misses = HORIZONS.map((): Miss[] => []);
  const { method, costs } = makeMethod(name, trace);
  const every = (method.everyMinutes * 60_000) / SLOT_MS;
  for (let i = Math.max(1, scoredFrom - WARM_UP_SLOTS); i < values.length; i++) {
    const now = origin + i * SLOT_MS;
    if ((now / SLOT_MS) % every !== 0) continue;
    const ahead = method.forecast({ now, past: values.subarray(0, i) });
    HORIZONS.forEach((slots, h) => {
      const forecast = ahead?.[h];
      const actual = values[i - 1 + slots];
      if (forecast === undefined || actual === undefined) return;
      const given = typeof forecast === 'number' ? withMisses(forecast, misses[h] ?? [], now) : forecast;
      if (i >= scoredFrom) scores[h]?.add(actual, given);
      misses[h]?.push({ knownAt: now + slots * SLOT_MS, miss: actual - given.p50 });
    });
  }
  const results = scores.map((score) => score.result()).map((score) => (score.forecasts > 0 ? score : null));
  const tookSeconds = (performance.now() - started) / 1000;
  return { label, method: name, everyMinutes: method.everyMinutes, scores: results, costs, tookSeconds };
}

function makeMethod(name: MethodName, trace: Trace): { readonly method: Method; readonly costs: OurCosts | null } {
  if (name === 'ours') {
    const method = ours(trace.startsAt, (now) => valueAt(trace, now - READING_AGE_MS));
    return { method, costs: method.costs };
  }
  const make = { 'last value': lastValue, 'seasonal naive': seasonalNaive, AutoETS: autoEts, MSTL: mstl, a14k8s }[name];
  return { method: make(), costs: null };
}

interface Miss {
  readonly knownAt: number;
  readonly miss: number;
}

/** A point forecast with the quantiles of the method's own misses that were known by then. */
function withMisses(forecast: number, misses: readonly Miss[], now: number): Quantiles {
  const known = misses.filter(({ knownAt }) => knownAt <= now && knownAt > now - MISSES_MS).map(({ miss }) => miss);
  const at = (q: number) => (known.length === 0 ? forecast : Math.max(0, forecast + quantile(known, q)));
  return { p5: at(0.05), p50: forecast, p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

/** Each value holds through its interval. */
function valueAt({ startsAt, intervalSeconds, demand }: Trace, at: number): number {
  return demand[Math.max(0, Math.floor((at - startsAt) / 1000 / intervalSeconds))] ?? Number.NaN;
}

function fiveMinuteMeans(trace: Trace): Float64Array {
  const start = Math.ceil(trace.startsAt / SLOT_MS) * SLOT_MS;
  const end = trace.startsAt + trace.demand.length * trace.intervalSeconds * 1000;
  const minutes = SLOT_MS / 60_000;
  return Float64Array.from({ length: Math.floor((end - start) / SLOT_MS) }, (_, i) => {
    let sum = 0;
    for (let m = 0; m < minutes; m++) sum += valueAt(trace, start + i * SLOT_MS + m * 60_000);
    return sum / minutes;
  });
}
