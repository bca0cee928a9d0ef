// Boosted trees of depth three for two numbers at once: what a forest of thousands of leaves says, in two kilobytes.
// Source: Friedman, Annals of Statistics 29 (2001); binned columns as in LightGBM (Ke et al., NIPS 2017).

const TREES = 48;
const DEPTH = 3;
/** Leaves of one tree; its inner nodes are numbered 1 … LEAVES − 1, the children of i are 2i and 2i + 1. */
export const LEAVES = 2 ** DEPTH;
const RATE = 0.22;
const LEAST_LEAF = 40;
/** Added to a leaf's count: small leaves say less. */
const CAUTION = 5;
const BINS = 32;
/** Of the columns, those that a level of a tree looks at: every third is left out, another third each time. */
const LEFT_OUT = 3;

export interface BoostedTree {
  /** By node, from 1: `columns[feature[i]] > threshold[i]` goes to 2i + 1. */
  readonly feature: Uint8Array;
  readonly threshold: Float64Array;
  /** By leaf: of the first number, then of the second. */
  readonly first: Float64Array;
  readonly second: Float64Array;
}

export interface Boosted {
  readonly base: readonly [number, number];
  readonly trees: readonly BoostedTree[];
}

/** Learns two targets from columns of the same length as they. */
export function boost(columns: readonly Float64Array[], targets: readonly [Float64Array, Float64Array]): Boosted {
  const [first, second] = targets;
  const base = [meanOf(first), meanOf(second)] as const;
  const left = [first.map((value) => value - base[0]), second.map((value) => value - base[1])] as const;
  const bins = columns.map(binned);
  const trees = Array.from({ length: TREES }, (_, turn) => {
    const { tree, leafAt } = growTree(bins, left, turn);
    for (let i = 0; i < leafAt.length; i++) {
      left[0][i] = (left[0][i] ?? 0) - (tree.first[leafAt[i] ?? 0] ?? 0);
      left[1][i] = (left[1][i] ?? 0) - (tree.second[leafAt[i] ?? 0] ?? 0);
    }
    return tree;
  });
  return { base, trees };
}

/** Both numbers at a place. */
export function boostedAt(
  { base, trees }: Boosted,
  columns: readonly Float64Array[],
  row: number,
): readonly [number, number] {
  let [first, second] = base;
  for (const tree of trees) {
    let node = 1;
    while (node < LEAVES) {
      const value = columns[tree.feature[node] ?? 0]?.[row] ?? 0;
      node = 2 * node + (value > (tree.threshold[node] ?? 0) ? 1 : 0);
    }
    first += tree.first[node - LEAVES] ?? 0;
    second += tree.second[node - LEAVES] ?? 0;
  }
  return [first, second];
}

interface Binned {
  /** Halfway to the next value there is: rounding what is kept of it moves no value across. */
  readonly thresholds: Float64Array;
  readonly bin: Uint8Array;
}

/** Cut where its quantiles are. */
function binned(column: Float64Array): Binned {
  const sorted = column.slice().sort();
  const thresholds = Float64Array.from({ length: BINS - 1 }, (_, i) => {
    const at = Math.floor(((i + 1) * sorted.length) / BINS);
    const edge = sorted[at] ?? 0;
    return (edge + (nextAfter(sorted, at) ?? edge)) / 2;
  });
  const bin = Uint8Array.from(column, (value) => {
    let low = 0;
    let high = thresholds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value > (thresholds[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  });
  return { thresholds, bin };
}

function nextAfter(sorted: Float64Array, at: number): number | undefined {
  const edge = sorted[at] ?? 0;
  let next = at;
  while (next < sorted.length && (sorted[next] ?? 0) <= edge) next++;
  return sorted[next];
}

type Residuals = readonly [Float64Array, Float64Array];

function growTree(bins: readonly Binned[], left: Residuals, turn: number) {
  const rows = left[0].length;
  const nodeOf = new Uint8Array(rows).fill(1);
  const feature = new Uint8Array(LEAVES);
  const threshold = new Float64Array(LEAVES).fill(Number.POSITIVE_INFINITY);
  for (let depth = 0; depth < DEPTH; depth++) {
    const splits = splitsOf(bins, left, nodeOf, depth, turn);
    for (const [node, split] of splits) {
      feature[node] = split.feature;
      threshold[node] = bins[split.feature]?.thresholds[split.bin] ?? 0;
    }
    for (let i = 0; i < rows; i++) {
      const node = nodeOf[i] ?? 1;
      const split = splits.get(node);
      const goesOn = split !== undefined && (bins[split.feature]?.bin[i] ?? 0) > split.bin;
      nodeOf[i] = 2 * node + (goesOn ? 1 : 0);
    }
  }
  const leafAt = nodeOf.map((node) => node - LEAVES);
  const [first, second] = left.map((values) => leafMeans(values, leafAt)) as [Float64Array, Float64Array];
  return { tree: { feature, threshold, first, second }, leafAt };
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
function splitsOf(bins: readonly Binned[], left: Residuals, nodeOf: Uint8Array, depth: number, turn: number) {
  const width = 2 ** depth;
  const best = new Map<number, Split>();
  for (const [feature, { bin }] of bins.entries()) {
    if ((feature + turn + depth) % LEFT_OUT === 0) continue;
    const sums = sumsByBin(bin, left, nodeOf, width);
    for (let node = 0; node < width; node++) {
      const split = bestBin(sums, node * BINS, feature);
      if (split !== null && split.gain > (best.get(width + node)?.gain ?? 1e-9)) best.set(width + node, split);
    }
  }
  return best;
}

interface Sums {
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly count: Float64Array;
}

/** Bin after bin, of each node of a level. */
function sumsByBin(bin: Uint8Array, [one, two]: Residuals, nodeOf: Uint8Array, width: number): Sums {
  const column = () => new Float64Array(width * BINS);
  const sums = { first: column(), second: column(), count: column() };
  for (let i = 0; i < nodeOf.length; i++) {
    const at = ((nodeOf[i] ?? 1) - width) * BINS + (bin[i] ?? 0);
    sums.first[at] = (sums.first[at] ?? 0) + (one[i] ?? 0);
    sums.second[at] = (sums.second[at] ?? 0) + (two[i] ?? 0);
    sums.count[at] = (sums.count[at] ?? 0) + 1;
  }
  return sums;
}

function bestBin(sums: Sums, start: number, feature: number): Split | null {
  const total = (column: Float64Array) => column.subarray(start, start + BINS).reduce((sum, value) => sum + value, 0);
  const all = { first: total(sums.first), second: total(sums.second), count: total(sums.count) };
  const energy = (first: number, second: number, count: number) => (first * first + second * second) / count;
  const whole = energy(all.first, all.second, Math.max(1, all.count));
  let best: Split | null = null;
  let [first, second, count] = [0, 0, 0];
  for (let bin = 0; bin < BINS - 1; bin++) {
    first += sums.first[start + bin] ?? 0;
    second += sums.second[start + bin] ?? 0;
    count += sums.count[start + bin] ?? 0;
    const rest = all.count - count;
    if (count < LEAST_LEAF || rest < LEAST_LEAF) continue;
    const gain = energy(first, second, count) + energy(all.first - first, all.second - second, rest) - whole;
    if (gain > (best?.gain ?? 1e-9)) best = { feature, bin, gain };
  }
  return best;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}
