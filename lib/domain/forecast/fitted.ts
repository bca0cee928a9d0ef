// What fitting leaves behind for one signal: how to forecast it, and how far off that was. Stored, so small.
import type { ResidualKind } from './conformal.ts';
import type { ForecastMethod } from './ensemble.ts';

/** Horizons for which weights and residuals are kept, in seconds: 15 min, 1 h, 3 h, 6 h. */
export const HORIZONS_SECONDS = [900, 3600, 10_800, 21_600] as const;

/** How to forecast one signal. Whole numbers where they suffice: they are what is stored and paid for. */
export interface FittedSignal {
  readonly method: ForecastMethod;
  /** Of the scale of `log-transform.ts`, in the signal's unit. */
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
  /** Per horizon, in percent: the weights of `ensemble.ts`. */
  readonly weights: readonly (readonly number[])[];
  /** Per horizon: 1 − error ÷ error of the last value, on the last days' forecasts. Null before there are enough. */
  readonly skill: readonly (number | null)[];
  /** Per horizon; null before there are enough. */
  readonly residuals: readonly (FittedResiduals | null)[];
  /** Whose day has the parts that residuals are told by, an IANA name. Absent: that of UTC. */
  readonly timeZone?: string;
}

/** What `conformal.ts` found: the kind, its quantiles in `RESIDUAL_UNITS`, and the width by part of the day in percent. */
export type FittedResiduals = readonly [kind: ResidualKind, quantiles: readonly number[], parts: readonly number[]];
