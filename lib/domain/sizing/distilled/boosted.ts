// Boosted trees of depth three for two numbers at once: what a forest of thousands of leaves says, in two kilobytes.
// Source: Friedman, Annals of Statistics 29 (2001); binned columns as in LightGBM (Ke et al., NIPS 2017).
import { BINS, type Binned, binned, LEFT_OUT, type View } from './bins.ts';

/** How many there are of them, always. */
export const TREES = 48;
const DEPTH = 3;
/** Leaves of one tree; its inner nodes are numbered 1 … LEAVES − 1, the children of i are 2i and 2i + 1. */
export const LEAVES = 2 ** DEPTH;
const RATE = 0.22;
const LEAST_LEAF = 40;
/** Added to a leaf's count: small leaves say less. */
const CAUTION = 5;

/** All trees one after another: a process holds thousands of these, and each small array would take more than is in it. */
export interface Boosted {
  readonly base: readonly [number, number];
  /** By tree, by node from 1, LEAVES places a tree: `columns[feature[i]] > threshold[i]` goes to the second child. */
  readonly feature: Uint8Array;
  readonly threshold: Float64Array;
  /** By tree, by leaf: of the first number, then of the second. */
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** With as many trees, which say nothing yet. */
export function bareTrees(trees: number): Omit<Boosted, 'base'> {
  const size = trees * LEAVES;
  return {
    feature: new Uint8Array(size),
    threshold: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    first: new Float64Array(size),
    second: new Float64Array(size),
  };
}

/** What was learned, and what it says at the places that it was learned from: of the first number, and of the second. */
export interface BoostedWhere {
  readonly boosted: Boosted;
  readonly said: readonly [Float64Array, Float64Array];
}

/** Learns two targets from columns of the same length as they. */
export function boost(columns: readonly Float64Array[], targets: readonly [Float64Array, Float64Array]): BoostedWhere {
  const [first, second] = targets;
  const base = [meanOf(first), meanOf(second)] as const;
  const said = [first.map(() => base[0]), second.map(() => base[1])] as const;
  const left = [first.map((value) => value - base[0]), second.map((value) => value - base[1])] as const;
  const bins = binned(columns);
  const trees = bareTrees(TREES);
  for (let turn = 0; turn < TREES; turn++) {
    const { feature, threshold, first, second, leafAt } = growTree(bins, left, turn);
    trees.feature.set(feature, turn * LEAVES);
    trees.threshold.set(threshold, turn * LEAVES);
    trees.first.set(first, turn * LEAVES);
    trees.second.set(second, turn * LEAVES);
    for (const [k, leaves] of [first, second].entries()) add(leaves, leafAt, said[k], left[k]);
  }
  return { boosted: { base, ...trees }, said };
}

/** Adds each place's leaf to the first, and takes it from the second. */
function add(leaves: Float64Array, leafAt: Uint8Array, said = new Float64Array(), left = new Float64Array()): void {
  for (let i = 0; i < leafAt.length; i++) {
    const leaf = leaves[leafAt[i] ?? 0] ?? 0;
    said[i] = (said[i] ?? 0) + leaf;
    left[i] = (left[i] ?? 0) - leaf;
  }
}

/** Both numbers at a place. */
export function boostedAt(
  { base, feature, threshold, first, second }: Boosted,
  columns: readonly Float64Array[],
  row: number,
): readonly [number, number] {
  let [one, two] = base;
  for (let start = 0; start < feature.length; start += LEAVES) {
    let node = 1;
    while (node < LEAVES) {
      const value = columns[feature[start + node] ?? 0]?.[row] ?? 0;
      node = 2 * node + Number(value > (threshold[start + node] ?? 0));
    }
    one += first[start + node - LEAVES] ?? 0;
    two += second[start + node - LEAVES] ?? 0;
  }
  return [one, two];
}

type Residuals = readonly [Float64Array, Float64Array];

function growTree(binned: Binned, left: Residuals, turn: number) {
  const nodeOf = new Uint8Array(left[0].length).fill(1);
  const feature = new Uint8Array(LEAVES);
  const threshold = new Float64Array(LEAVES).fill(Number.POSITIVE_INFINITY);
  // The last bin that goes left: all of them where there is no split.
  const last = new Uint8Array(LEAVES).fill(BINS);
  for (let depth = 0; depth < DEPTH; depth++) {
    for (const [node, split] of splitsOf(binned, left, nodeOf, depth, turn)) {
      feature[node] = split.feature;
      last[node] = split.bin;
      threshold[node] = binned.thresholds[split.feature]?.[split.bin] ?? 0;
    }
    for (let i = 0; i < nodeOf.length; i++) {
      const node = nodeOf[i] ?? 1;
      const goesOn = (binned.bins[feature[node] ?? 0]?.[i] ?? 0) > (last[node] ?? 0);
      nodeOf[i] = 2 * node + Number(goesOn);
    }
  }
  const leafAt = nodeOf.map((node) => node - LEAVES);
  return { feature, threshold, first: leafMeans(left[0], leafAt), second: leafMeans(left[1], leafAt), leafAt };
}

function leafMeans(values: Float64Array, leafAt: Uint8Array): Float64Array {
  const sums = new Float64Array(LEAVES);
  const counts = new Float64Array(LEAVES);
  for (let i = 0; i < values.length; i++) {
    const leaf = leafAt[i] ?? 0;
    sums[leaf] = (sums[leaf] ?? 0) + (values[i] ?? 0);
    counts[leaf] = (counts[leaf] ?? 0) + 1;
  }
  return sums.map((sum, leaf) => (RATE * sum) / ((counts[leaf] ?? 0) + CAUTION));
}

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly gain: number;
}

/** For each node of a level the split that leaves the least variance of both numbers. */
function splitsOf({ views }: Binned, left: Residuals, nodeOf: Uint8Array, depth: number, turn: number) {
  const width = 2 ** depth;
  const best = new Map<number, Split>();
  const view = views[(2 * (turn + depth)) % LEFT_OUT];
  if (view === undefined) return best;
  const sums = sumsByBin(view, left, nodeOf, width);
  for (const [k, feature] of view.columns.entries())
    for (let node = 0; node < width; node++) {
      const split = bestBin(sums, k * BINS * width + node, width, feature);
      if (split !== null && split.gain > (best.get(width + node)?.gain ?? 1e-9)) best.set(width + node, split);
    }
  return best;
}

interface Sums {
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly count: Int32Array;
}

/** By column, by bin, by node of a level. */
function sumsByBin({ columns, codes }: View, [one, two]: Residuals, nodeOf: Uint8Array, width: number): Sums {
  const size = columns.length * BINS * width;
  const [first, second, count] = [new Float64Array(size), new Float64Array(size), new Int32Array(size)];
  let next = 0;
  for (let i = 0; i < nodeOf.length; i++) {
    const [ofFirst, ofSecond] = [one[i] ?? 0, two[i] ?? 0];
    const node = (nodeOf[i] ?? 1) - width;
    for (const end = next + columns.length; next < end; next++) {
      const at = (codes[next] ?? 0) * width + node;
      first[at] = (first[at] ?? 0) + ofFirst;
      second[at] = (second[at] ?? 0) + ofSecond;
      count[at] = (count[at] ?? 0) + 1;
    }
  }
  return { first, second, count };
}

/** @param start of the first bin; the next is `width` further on */
function bestBin({ first, second, count }: Sums, start: number, width: number, feature: number): Split | null {
  const end = start + BINS * width;
  let [allFirst, allSecond, all] = [0, 0, 0];
  for (let at = start; at < end; at += width) {
    allFirst += first[at] ?? 0;
    allSecond += second[at] ?? 0;
    all += count[at] ?? 0;
  }
  const whole = energy(allFirst, allSecond, Math.max(1, all));
  let best: Split | null = null;
  let [underFirst, underSecond, under] = [0, 0, 0];
  for (let bin = 0; bin < BINS - 1; bin++) {
    const at = start + bin * width;
    underFirst += first[at] ?? 0;
    underSecond += second[at] ?? 0;
    under += count[at] ?? 0;
    if (under < LEAST_LEAF || all - under < LEAST_LEAF) continue;
    const [overFirst, overSecond] = [allFirst - underFirst, allSecond - underSecond];
    const gain = energy(underFirst, underSecond, under) + energy(overFirst, overSecond, all - under) - whole;
    if (gain > (best?.gain ?? 1e-9)) best = { feature, bin, gain };
  }
  return best;
}

function energy(first: number, second: number, count: number): number {
  return (first * first + second * second) / count;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}
