// Extremely randomised trees whose leaves keep their rows: a distribution given the readings, not a mean.
// Sources: Geurts, Ernst and Wehenkel, Machine Learning 63 (2006); Meinshausen, JMLR 7 (2006), for the leaves.
import { xorshift } from './random.ts';

const TREES = 8;
/** Rows are minutes that look alike from one to the next: fewer would be a single event. */
const LEAST_LEAF = 50;
/** Splits tried at each node, the best of which is taken. */
const TRIES = 14;
const MOST_DEPTH = 14;

/** Node `i` asks `columns[feature[i]] < threshold[i]`: yes is node i + 1, no is node `other[i]`. A leaf has feature −1. */
export interface Tree {
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly other: Int32Array;
  /** Rows of the leaves, leaf by leaf: those of node `i` are `rows[from[i]]` … `rows[to[i] − 1]`. */
  readonly rows: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/**
 * @param target by row, what leaves should be alike in
 * @param rows the places that are learned from
 * @param seed the same trees for the same rows
 */
export function growForest(
  columns: readonly Float64Array[],
  target: Float64Array,
  rows: Int32Array,
  seed: number,
): readonly Tree[] {
  const random = xorshift(seed);
  return Array.from({ length: TREES }, () => growTree(columns, target, rows.slice(), random));
}

/** The leaf that a row falls into. */
export function leafOf(tree: Tree, columns: readonly Float64Array[], row: number): number {
  let node = 0;
  for (;;) {
    const feature = tree.feature[node] ?? -1;
    if (feature < 0) return node;
    const isLess = (columns[feature]?.[row] ?? 0) < (tree.threshold[node] ?? 0);
    node = isLess ? node + 1 : (tree.other[node] ?? 0);
  }
}

/** Where a tree is grown: its rows, what leaves should be alike in beside them, and the splits that are tried. */
interface Ground {
  readonly columns: readonly Float64Array[];
  readonly rows: Int32Array;
  /** Of `rows[i]`, at the same place: they are moved together. */
  readonly values: Float64Array;
  readonly random: () => number;
}

function growTree(
  columns: readonly Float64Array[],
  target: Float64Array,
  rows: Int32Array,
  random: () => number,
): Tree {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = target[rows[i] ?? 0] ?? 0;
  const ground = { columns, rows, values, random };
  const nodes: { feature: number; threshold: number; other: number; from: number; to: number }[] = [];
  const grow = (from: number, to: number, depth: number): void => {
    const node = { feature: -1, threshold: 0, other: 0, from, to };
    nodes.push(node);
    if (to - from < 2 * LEAST_LEAF || depth >= MOST_DEPTH) return;
    const split = bestSplit(ground, from, to);
    if (split === null) return;
    const middle = part(columns[split.feature] ?? target, split.threshold, ground, from, to);
    node.feature = split.feature;
    node.threshold = split.threshold;
    grow(from, middle, depth + 1);
    node.other = nodes.length;
    grow(middle, to, depth + 1);
  };
  grow(0, rows.length, 0);
  return {
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: Float64Array.from(nodes, ({ threshold }) => threshold),
    other: Int32Array.from(nodes, ({ other }) => other),
    rows,
    from: Int32Array.from(nodes, ({ from }) => from),
    to: Int32Array.from(nodes, ({ to }) => to),
  };
}

/** Of some random splits the one that leaves the least variance; null where none leaves enough rows on both sides. */
function bestSplit(
  { columns, rows, values, random }: Ground,
  from: number,
  to: number,
): { readonly feature: number; readonly threshold: number } | null {
  const count = to - from;
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] ?? 0;
  const whole = (sum * sum) / count;
  let best: { feature: number; threshold: number } | null = null;
  let most = 1e-9;
  for (let tried = 0; tried < TRIES; tried++) {
    const feature = Math.floor(random() * columns.length);
    const column = columns[feature] ?? values;
    const threshold = column[rows[from + Math.floor(random() * count)] ?? 0] ?? 0;
    let less = 0;
    let lessSum = 0;
    // Which rows are under it is as good as random, and each guess that a processor gets wrong costs more than to add nothing.
    for (let i = from; i < to; i++) {
      const isLess = Number((column[rows[i] ?? 0] ?? 0) < threshold);
      less = (less + isLess) | 0;
      lessSum += isLess * (values[i] ?? 0);
    }
    const rest = count - less;
    if (less < LEAST_LEAF || rest < LEAST_LEAF) continue;
    const restSum = sum - lessSum;
    const gain = (lessSum * lessSum) / less + (restSum * restSum) / rest - whole;
    if (gain > most) {
      most = gain;
      best = { feature, threshold };
    }
  }
  return best;
}

/** Moves the rows under the threshold to the front; returns where the others begin. */
function part(column: Float64Array, threshold: number, { rows, values }: Ground, from: number, to: number): number {
  let low = from;
  let high = to - 1;
  while (low <= high) {
    const row = rows[low] ?? 0;
    if ((column[row] ?? 0) < threshold) {
      low++;
      continue;
    }
    const value = values[low] ?? 0;
    rows[low] = rows[high] ?? 0;
    values[low] = values[high] ?? 0;
    rows[high] = row;
    values[high] = value;
    high--;
  }
  return low;
}
