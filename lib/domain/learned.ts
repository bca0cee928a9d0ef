// What learning leaves behind for one workload: small enough that a tick reads it instead of two weeks of history.
import type { EpochMs, ForecastMethod, PerSignal } from './model.ts';
import type { LearnedPlan } from './plan.ts';

/** Bumped when the shape changes: an older item is then relearned, never misread. */
export const LEARNED_VERSION = 1;

/** Horizons at which misses are remembered, in seconds: 15 min, 1 h, 6 h. */
export const HORIZONS_SECONDS = [900, 3600, 21_600] as const;

export interface LearnedSignal {
  readonly method: ForecastMethod;
  /** Demand by slot of the UTC day (half-hours) or week (hours); empty for `last_value`. */
  readonly profile: readonly number[];
  /** 1 − error ÷ error of the last value, per horizon. Null before there is enough past. */
  readonly skill: readonly (number | null)[];
  /** Per horizon: actual ÷ forecast at its 0.01, 0.9 and 0.99 quantile. */
  readonly ratios: readonly MissRatios[];
}

export interface MissRatios {
  readonly p1: number;
  readonly p90: number;
  readonly p99: number;
}

export interface Learned {
  readonly version: typeof LEARNED_VERSION;
  readonly at: EpochMs;
  /** When the first sample was taken. */
  readonly since: EpochMs;
  readonly signals: PerSignal<LearnedSignal>;
  /** Memory each pod holds before any load, bytes; null where it could not be told apart from what follows load. */
  readonly memoryBaseBytes: number | null;
  /** How to size by CPU; null under a day of history or without a CPU request. */
  readonly sizing: LearnedPlan | null;
}
