// What learning leaves behind for one workload: small enough that a tick reads it instead of two weeks of history.
import type { MissKind } from '../forecast/conformal.ts';
import type { ForecastMethod } from '../forecast/ensemble.ts';
import type { LearnedPlan } from '../sizing/sizing-policy.ts';
import type { PerSignal } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';

/** Bumped when the shape changes: an older item is then relearned, never misread. */
export const LEARNED_VERSION = 2;

/** Horizons for which weights and misses are kept, in seconds: 15 min, 1 h, 3 h, 6 h. */
export const HORIZONS_SECONDS = [900, 3600, 10_800, 21_600] as const;

/** How to forecast one signal. Whole numbers where they suffice: they are what is stored and paid for. */
export interface LearnedSignal {
  readonly method: ForecastMethod;
  /** Of the scale of `demand-scale.ts`, in the signal's unit. */
  readonly floor: number;
  /** The highest five minutes of the past but for the rarest thousandth, in the signal's unit. */
  readonly highest: number;
  /** Mean of the last day, on the scale. */
  readonly day: number;
  /** How far the last hour usually is from the typical day, on the scale. */
  readonly usual: number;
  /** On the scale. */
  readonly profileStep: number;
  /** The day to come by half-hour of the UTC day: steps above `day`. Empty before there is a rhythm. */
  readonly profile: readonly number[];
  /** Per horizon, in percent: the weights of `blend.ts`. */
  readonly weights: readonly (readonly number[])[];
  /** Per horizon: 1 − error ÷ error of the last value, on the last days' forecasts. Null before there are enough. */
  readonly skill: readonly (number | null)[];
  /** Per horizon; null before there are enough. */
  readonly misses: readonly (LearnedMisses | null)[];
}

/** What `calibration.ts` found: the kind, its quantiles in `MISS_UNITS`, and the width by part of the day in percent. */
export type LearnedMisses = readonly [kind: MissKind, quantiles: readonly number[], parts: readonly number[]];

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
  /** From a new replica to one that serves, as measured and remembered; null where it never was measured. */
  readonly startupSeconds: number | null;
}
