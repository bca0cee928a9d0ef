// The highest demand within the lead, as a distribution given what is read now: a location, and the residuals of minutes like this one.

import { growForest, leafOf, type Tree } from './forest.ts';
import { type Location, learnLocation, locationOf } from './location.ts';
import { LOG_OFFSET, type Readings } from './readings.ts';

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
  readonly location: Location;
  readonly trees: readonly Tree[];
  /** By tree, by node; null where it is no leaf. */
  readonly leaves: readonly Leaves[];
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
  const location = learnLocation(readings.levels, target, rows);
  const middle = locationOf(location, readings.levels, 0, target.length);
  const residuals = new Float64Array(target.length);
  for (const set of [rows, later]) for (const row of set) residuals[row] = (target[row] ?? 0) - (middle[row] ?? 0);
  const trees = growForest(readings.shapes, residuals, rows, 11 + rows.length);
  const leaves = trees.map((tree) => leavesOf(tree, residuals));
  return (withLater) => ({
    location,
    trees,
    leaves: withLater ? trees.map((tree, t) => joinedBy(later, tree, leaves[t] ?? [], readings, residuals)) : leaves,
  });
}

type Leaves = readonly (Points | null)[];

function leavesOf(tree: Tree, residuals: Float64Array): Leaves {
  return Array.from(tree.feature, (feature, node) =>
    feature >= 0 ? null : pointsOf(rowsOf(tree, node), [], residuals),
  );
}

/** Leaves that none of the rows falls into stay as they are. */
function joinedBy(
  later: Int32Array,
  tree: Tree,
  leaves: Leaves,
  { shapes }: Readings,
  residuals: Float64Array,
): Leaves {
  const joined = new Map<number, number[]>();
  for (const row of later) {
    const leaf = leafOf(tree, shapes, row);
    const rows = joined.get(leaf);
    if (rows === undefined) joined.set(leaf, [row]);
    else rows.push(row);
  }
  const all = leaves.slice();
  for (const [leaf, rows] of joined) all[leaf] = pointsOf(rowsOf(tree, leaf), rows, residuals);
  return all;
}

function rowsOf(tree: Tree, leaf: number): Int32Array {
  return tree.rows.subarray(tree.from[leaf] ?? 0, tree.to[leaf] ?? 0);
}

/** Residuals in groups of as many, each as its highest, and the very highest by themselves. @param own with `joined` at least one */
function pointsOf(own: Int32Array, joined: readonly number[], residuals: Float64Array): Points {
  const sorted = new Float64Array(own.length + joined.length);
  for (let i = 0; i < own.length; i++) sorted[i] = residuals[own[i] ?? 0] ?? 0;
  for (let i = 0; i < joined.length; i++) sorted[own.length + i] = residuals[joined[i] ?? 0] ?? 0;
  sorted.sort();
  const top = Math.min(sorted.length, TOP_POINTS);
  const rest = sorted.length - top;
  const factors = new Float64Array(POINTS);
  const chances = new Float64Array(POINTS);
  const groups = POINTS - TOP_POINTS;
  let points = 0;
  const add = (last: number, count: number) => {
    factors[points] = Math.exp(sorted[last] ?? 0);
    chances[points] = count / sorted.length;
    points++;
  };
  for (let group = 1; group <= groups; group++) {
    const from = Math.round((rest * (group - 1)) / groups);
    const to = Math.round((rest * group) / groups);
    if (to > from) add(to - 1, to - from);
  }
  for (let i = rest; i < sorted.length; i++) add(i, 1);
  return { factors: factors.subarray(0, points), chances: chances.subarray(0, points) };
}

/** Chances of needing more than so many replicas; one for all rows, to be read before the next. */
export class NeedAhead {
  readonly #distribution: Distribution;
  readonly #readings: Readings;
  readonly #middle: Float64Array;
  readonly #chance = new Float64Array(MOST_OVER + 2);
  /** Replicas that the present demand takes. */
  least = 1;
  /** Beyond which nothing is to be expected. */
  most = 1;
  /** `beyond[n − least]`: the chance that more than n are needed within the lead. */
  readonly beyond: Float64Array = new Float64Array(MOST_OVER + 2);
  /** The places of `beyond` that are less than the one before, and the first, from the last on: `stepCount` of them. */
  readonly steps: Int32Array = new Int32Array(MOST_OVER + 2);
  stepCount = 1;

  /** @param from the rows that are asked for; `to` is not one of them */
  constructor(distribution: Distribution, readings: Readings, from: number, to: number) {
    this.#distribution = distribution;
    this.#readings = readings;
    this.#middle = locationOf(distribution.location, readings.levels, from, to);
  }

  /** @param present replicas that run full now, not rounded */
  at(row: number, present: number): void {
    const { trees, leaves } = this.#distribution;
    const { shapes } = this.#readings;
    const chance = this.#chance;
    const middle = Math.exp(this.#middle[row] ?? 0);
    const least = Math.max(1, Math.ceil(present - EPSILON));
    let most = least;
    for (let t = 0; t < trees.length; t++) {
      const tree = trees[t];
      const points = tree && leaves[t]?.[leafOf(tree, shapes, row)];
      if (!points) continue;
      const { factors, chances } = points;
      for (let i = 0; i < factors.length; i++) {
        const takes = middle * (factors[i] ?? 0) - LOG_OFFSET - EPSILON;
        if (takes <= least) continue;
        const over = Math.min(MOST_OVER, Math.ceil(takes) - least);
        chance[over] = (chance[over] ?? 0) + (chances[i] ?? 0);
        if (least + over > most) most = least + over;
      }
    }
    this.#sum(most - least);
    this.least = least;
    this.most = most;
  }

  /** Chances of more than each number, from the last on; those of a number itself are taken away. */
  #sum(last: number): void {
    const chance = this.#chance;
    const trees = this.#distribution.trees.length;
    let beyond = 0;
    let steps = 0;
    for (let over = last; over >= 0; over--) {
      const here = chance[over] ?? 0;
      this.beyond[over] = beyond / trees;
      if (here === 0 && over > 0) continue;
      beyond += here;
      chance[over] = 0;
      this.steps[steps++] = over;
    }
    this.stepCount = steps;
  }
}
