// What every forecaster of the benchmark is given and gives: the past as five-minute means, and demand ahead.
import type { EpochMs } from '../lib/domain/workload/time.ts';

export const SLOT_MS = 300_000;
export const SLOTS_PER_HOUR = 12;
export const SLOTS_PER_DAY = 288;

/** 15 min, 1 h and 6 h, in slots. */
export const HORIZONS = [3, 12, 72] as const;

export interface Quantiles {
  readonly p5: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

/** The moment a forecast is made. */
interface Origin {
  readonly now: EpochMs;
  /** Means of five minutes each, the last one ending now. Nothing of the future. */
  readonly past: Float64Array;
}

/** Demand in the five minutes that end at each horizon; null where the method cannot say. */
export interface Method {
  readonly name: string;
  /** Forecasts are asked for every so many minutes: slow methods are asked less often. */
  readonly everyMinutes: number;
  /** Whether the quantiles are its own; else they are made of its own past misses. */
  readonly quantiles: 'own' | 'past_misses';
  readonly forecast: (origin: Origin) => readonly (Quantiles | number)[] | null;
}
