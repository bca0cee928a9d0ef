// The highest demand within the lead, as a distribution given what is read now: a location, and the residuals of minutes like this one.

import { growForest, leafOf, type Tree } from './forest.ts';
import { LOG_OFFSET, type Readings } from './readings.ts';
import { fitRidge, type Linear, linearAt } from './ridge.ts';

/** A leaf's residuals in so many points, the highest few of them by themselves: shortage is decided by those. */
const POINTS = 16;
const TOP_POINTS = 4;
/** More replicas than this over the present are counted as this many. */
const MOST_OVER = 1000;
const EPSILON = 1e-6;

/** Replicas as factors on the location, ascending, each with its chance. */
interface Points {
  readonly factors: Float64Array;
  readonly chances: Float64Array;
}

export interface Distribution {
  readonly location: Linear;
  readonly trees: readonly Tree[];
  /** By tree, by node; null where it is no leaf. */
  readonly leaves: readonly (readonly (Points | null)[])[];
}

/**
 * Learns location and trees from `rows`. What came since then, `later`, changes neither: it joins the leaves that it falls into.
 * @param target logarithm of the highest demand within the lead, in replicas (`log`); NaN where it is not known yet
 */
export function learnDistribution(
  readings: Readings,
  target: Float64Array,
  rows: Int32Array,
  later: Int32Array,
): (withLater: boolean) => Distribution {
  const location = fitRidge(readings.levels, target, rows);
  const residuals = new Float64Array(target.length);
  for (const set of [rows, later])
    for (const row of set) residuals[row] = (target[row] ?? 0) - linearAt(location, readings.levels, row);
  const trees = growForest(readings.shapes, residuals, rows, 11 + rows.length);
  return (withLater) => ({
    location,
    trees,
    leaves: trees.map((tree) => packLeaves(tree, readings, residuals, withLater ? later : new Int32Array())),
  });
}

function packLeaves(tree: Tree, { shapes }: Readings, residuals: Float64Array, later: Int32Array) {
  const joined = new Map<number, number[]>();
  for (const row of later) {
    const leaf = leafOf(tree, shapes, row);
    const rows = joined.get(leaf);
    if (rows === undefined) joined.set(leaf, [row]);
    else rows.push(row);
  }
  return Array.from(tree.feature, (feature, node) => {
    if (feature >= 0) return null;
    const own = tree.rows.subarray(tree.from[node] ?? 0, tree.to[node] ?? 0);
    const rows = [...own, ...(joined.get(node) ?? [])];
    return pointsOf(Float64Array.from(rows, (row) => residuals[row] ?? 0).sort());
  });
}

/** Groups of as many, each as its highest, and the very highest by themselves. @param sorted at least one */
function pointsOf(sorted: Float64Array): Points {
  const top = Math.min(sorted.length, TOP_POINTS);
  const rest = sorted.length - top;
  const factors: number[] = [];
  const chances: number[] = [];
  const groups = POINTS - TOP_POINTS;
  for (let group = 1; group <= groups; group++) {
    const from = Math.round((rest * (group - 1)) / groups);
    const to = Math.round((rest * group) / groups);
    if (to === from) continue;
    factors.push(Math.exp(sorted[to - 1] ?? 0));
    chances.push((to - from) / sorted.length);
  }
  for (let i = rest; i < sorted.length; i++) {
    factors.push(Math.exp(sorted[i] ?? 0));
    chances.push(1 / sorted.length);
  }
  return { factors: Float64Array.from(factors), chances: Float64Array.from(chances) };
}

/** Chances of needing more than so many replicas; one for all rows, to be read before the next. */
export class NeedAhead {
  readonly #distribution: Distribution;
  readonly #readings: Readings;
  readonly #chance = new Float64Array(MOST_OVER + 2);
  /** Replicas that the present demand takes. */
  least = 1;
  /** Beyond which nothing is to be expected. */
  most = 1;
  /** `beyond[n − least]`: the chance that more than n are needed within the lead. */
  readonly beyond: Float64Array = new Float64Array(MOST_OVER + 2);

  constructor(distribution: Distribution, readings: Readings) {
    this.#distribution = distribution;
    this.#readings = readings;
  }

  /** @param present replicas that run full now, not rounded */
  at(row: number, present: number): void {
    const { location, trees, leaves } = this.#distribution;
    const { levels, shapes } = this.#readings;
    const middle = Math.exp(linearAt(location, levels, row));
    const least = Math.max(1, Math.ceil(present - EPSILON));
    let most = least;
    for (const [t, tree] of trees.entries()) {
      const points = leaves[t]?.[leafOf(tree, shapes, row)];
      if (!points) continue;
      const { factors, chances } = points;
      for (let i = 0; i < factors.length; i++) {
        const needed = Math.min(least + MOST_OVER, Math.ceil(middle * (factors[i] ?? 0) - LOG_OFFSET - EPSILON));
        if (needed <= least) continue;
        this.#chance[needed - least] = (this.#chance[needed - least] ?? 0) + (chances[i] ?? 0);
        if (needed > most) most = needed;
      }
    }
    let beyond = 0;
    for (let over = most - least; over >= 0; over--) {
      this.beyond[over] = beyond / trees.length;
      beyond += this.#chance[over] ?? 0;
      this.#chance[over] = 0;
    }
    this.least = least;
    this.most = most;
  }
}
