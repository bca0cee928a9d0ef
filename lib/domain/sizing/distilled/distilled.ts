// What one price wants, learned from the distribution: small enough to be kept beside everything else of a workload.

import type { Distribution } from '../demand-ahead/distribution.ts';
import { NeedAhead } from '../demand-ahead/distribution.ts';
import { type Location, locationOf } from '../demand-ahead/location.ts';
import { BAND, newsvendor } from '../demand-ahead/newsvendor.ts';
import { LOG_OFFSET, type Readings } from '../demand-ahead/readings.ts';
import { type Boosted, type BoostedWhere, boost, boostedAt } from './boosted.ts';

/** A third of the minutes is as good as all of them: neighbours are alike. */
const EVERY = 3;
/** From the logarithm of a whole number of replicas and back: half a replica less than the offset, and rounded. */
const HALF_OFFSET = LOG_OFFSET - 0.5;
const EPSILON = 1e-6;

/** Numbers for one price, without the distribution: `up` to scale to, `down` to come down to. */
export interface Distilled {
  readonly location: Location;
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
  const need = new NeedAhead(distribution, readings, 0, replicas.length);
  const numbers = new Int32Array(price + BAND + 1);
  const { location } = distribution;
  const everywhere = locationOf(location, readings.levels, 0, replicas.length);
  const columns = columnsOf(readings, everywhere, replicas).map((column) => valuesAt(column, chosen));
  const middle = valuesAt(everywhere, chosen);
  const up = new Float64Array(chosen.length);
  const down = new Float64Array(chosen.length);
  for (let i = 0; i < chosen.length; i++) {
    const row = chosen[i] ?? 0;
    need.at(row, replicas[row] ?? 0);
    newsvendor(need, numbers);
    up[i] = Math.log((numbers[price] ?? 1) + HALF_OFFSET) - (middle[i] ?? 0);
    down[i] = Math.log((numbers[price + BAND] ?? 1) + HALF_OFFSET) - (middle[i] ?? 0);
  }
  return { location, boosted: levelled(boost(columns, [up, down]), [up, down], middle) };
}

function valuesAt(column: Float64Array, rows: Int32Array): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column[rows[i] ?? 0] ?? 0;
  return values;
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

/**
 * What the trees look at: the shapes, the location, and how far the present is from the next whole replica.
 * @param middle the location, by the minute
 */
export function columnsOf({ shapes }: Readings, middle: Float64Array, replicas: Float64Array): readonly Float64Array[] {
  const room = new Float64Array(replicas.length);
  for (let i = 0; i < replicas.length; i++) {
    const present = replicas[i] ?? 0;
    room[i] = Math.ceil(present - EPSILON) - present;
  }
  return [...shapes, middle, room];
}

/** Means of logarithms are under the logarithm of the mean: moved so that as many replicas are wanted as the distribution wants. */
function levelled(
  { boosted, said }: BoostedWhere,
  targets: readonly [Float64Array, Float64Array],
  middle: Float64Array,
): Boosted {
  const by = (k: 0 | 1) => {
    const [wanted, got] = [sumOfReplicas(targets[k], middle), sumOfReplicas(said[k], middle)];
    return got > 0 ? Math.log(wanted / got) : 0;
  };
  const { base } = boosted;
  return { ...boosted, base: [base[0] + by(0), base[1] + by(1)] };
}

function sumOfReplicas(logs: Float64Array, middle: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < logs.length; i++) sum += Math.exp((logs[i] ?? 0) + (middle[i] ?? 0));
  return sum;
}
