// The scale on which forecasting works: equal steps are equal shares, yet zero stays a number.
import { medianOf } from '../workload/series.ts';

/** Below this share of the typical demand, differences stop counting as shares. */
const FLOOR_SHARE = 0.02;

/** A nanocore, the smallest unit of the metrics API: less is nothing. */
const LEAST_FLOOR = 1e-9;

/** ln(1 + demand ÷ floor). */
export function toScale(demand: number, floor: number): number {
  return Math.log1p(demand / floor);
}

/** Back to demand, never under 0. */
export function fromScale(z: number, floor: number): number {
  return Math.max(0, floor * Math.expm1(z));
}

/** 2 % of the median of what was above zero; 1 where nothing was. */
export function floorOf(demand: Float64Array): number {
  const typical = medianOf([...demand].filter((value) => value > 0));
  return typical > 0 ? Math.max(LEAST_FLOOR, FLOOR_SHARE * typical) : 1;
}
