// What one price wants, learned from the distribution: small enough to be kept beside everything else of a workload.

import type { Distribution } from '../demand-ahead/distribution.ts';
import { NeedAhead } from '../demand-ahead/distribution.ts';
import { BAND, newsvendor, PRICES } from '../demand-ahead/newsvendor.ts';
import { LOG_OFFSET, type Readings } from '../demand-ahead/readings.ts';
import { type Linear, linearAt } from '../demand-ahead/ridge.ts';
import { type Boosted, boost, boostedAt } from './boosted.ts';

/** A third of the minutes is as good as all of them: neighbours are alike. */
const EVERY = 3;
/** From the logarithm of a whole number of replicas and back: half a replica less than the offset, and rounded. */
const HALF_OFFSET = LOG_OFFSET - 0.5;
const EPSILON = 1e-6;

/** Numbers for one price, without the distribution: `up` to scale to, `down` to come down to. */
export interface Distilled {
  readonly location: Linear;
  readonly boosted: Boosted;
}

export interface UpAndDown {
  readonly up: number;
  readonly down: number;
}

/**
 * @param price index into PRICES, under CHOICES
 * @param replicas demand by the minute in replicas that run full
 * @param rows the places that are learned from
 */
export function distil(
  distribution: Distribution,
  readings: Readings,
  replicas: Float64Array,
  rows: Int32Array,
  price: number,
): Distilled {
  const chosen = rows.filter((_, i) => i % EVERY === 0);
  const need = new NeedAhead(distribution, readings);
  const numbers = new Int32Array(PRICES.length);
  const up = new Float64Array(chosen.length);
  const down = new Float64Array(chosen.length);
  const { location } = distribution;
  for (const [i, row] of chosen.entries()) {
    need.at(row, replicas[row] ?? 0);
    newsvendor(need, numbers);
    const middle = linearAt(location, readings.levels, row);
    up[i] = Math.log((numbers[price] ?? 1) + HALF_OFFSET) - middle;
    down[i] = Math.log((numbers[price + BAND] ?? 1) + HALF_OFFSET) - middle;
  }
  const columns = columnsOf(location, readings, replicas).map((column) =>
    Float64Array.from(chosen, (row) => column[row] ?? 0),
  );
  const boosted = boost(columns, [up, down]);
  return { location, boosted: level(boosted, columns, [up, down]) };
}

/** Numbers at a place, never fewer than the present takes. */
export function distilledAt(
  { boosted }: Distilled,
  columns: readonly Float64Array[],
  middle: number,
  present: number,
  row: number,
): UpAndDown {
  const least = Math.max(1, Math.ceil(present - EPSILON));
  const [up, down] = boostedAt(boosted, columns, row);
  const replicas = (log: number) => Math.max(least, Math.round(Math.exp(middle + log) - HALF_OFFSET));
  const upTo = replicas(up);
  return { up: upTo, down: Math.max(upTo, replicas(down)) };
}

/** What the trees look at: the shapes, the location, and how far the present is from the next whole replica. */
export function columnsOf(
  location: Linear,
  { levels, shapes }: Readings,
  replicas: Float64Array,
): readonly Float64Array[] {
  const middle = replicas.map((_, row) => linearAt(location, levels, row));
  return [...shapes, middle, replicas.map((value) => Math.ceil(value - EPSILON) - value)];
}

/** Means of logarithms are under the logarithm of the mean: moved so that as many replicas are wanted as the distribution wants. */
function level(
  boosted: Boosted,
  columns: readonly Float64Array[],
  targets: readonly [Float64Array, Float64Array],
): Boosted {
  const wanted = [0, 0];
  const said = [0, 0];
  const middle = columns.at(-2);
  for (let row = 0; row < targets[0].length; row++) {
    const at = boostedAt(boosted, columns, row);
    for (const k of [0, 1] as const) {
      wanted[k] = (wanted[k] ?? 0) + Math.exp((targets[k][row] ?? 0) + (middle?.[row] ?? 0));
      said[k] = (said[k] ?? 0) + Math.exp(at[k] + (middle?.[row] ?? 0));
    }
  }
  const by = (k: 0 | 1) => ((said[k] ?? 0) > 0 ? Math.log((wanted[k] ?? 1) / (said[k] ?? 1)) : 0);
  const { base, trees } = boosted;
  return { base: [base[0] + by(0), base[1] + by(1)], trees };
}
