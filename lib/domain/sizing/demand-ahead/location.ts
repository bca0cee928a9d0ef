// Where the demand ahead lies: a weighted sum of levels, kept to what was ever learned or is now.
import { fitRidge, type Linear, linearOf } from './ridge.ts';

/** So far beyond the highest demand that was ever learned, or the present one where that is higher, as a logarithm: a quarter. */
const BEYOND = Math.log(1.25);

export interface Location extends Linear {
  /** Of what was learned from, the highest demand within a lead, as a logarithm. */
  readonly highest: number;
}

/**
 * @param levels columns of `Readings`, the present demand first
 * @param target logarithm of the highest demand within the lead, as the levels
 * @param rows the places that are learned from
 */
export function learnLocation(levels: readonly Float64Array[], target: Float64Array, rows: Int32Array): Location {
  let highest = 0;
  for (const row of rows) highest = Math.max(highest, target[row] ?? 0);
  return { ...fitRidge(levels, target, rows), highest };
}

/**
 * The location at each minute from `from` to before `to`; what is outside is not to be read.
 * On days that repeat one another weights grow against each other, and the first day that differs would be sized at many times its demand.
 */
export function locationOf(
  location: Location,
  levels: readonly Float64Array[],
  from: number,
  to: number,
): Float64Array {
  const sums = linearOf(location, levels, from, to);
  const now = levels[0];
  for (let i = from; i < to; i++) sums[i] = Math.min(sums[i] ?? 0, Math.max(location.highest, now?.[i] ?? 0) + BEYOND);
  return sums;
}
