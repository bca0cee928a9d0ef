// Ridge regression on standardised columns: where the demand ahead lies.

/** Keeps columns that are nearly one another from weighing against each other without bound. */
const SHRINKAGE = 1e-3;

/** A weighted sum: intercept and one weight per column. */
export interface Linear {
  readonly intercept: number;
  readonly weights: readonly number[];
}

/**
 * Least squares with shrinkage, columns standardised first. Source: Hoerl and Kennard, Technometrics 12 (1970).
 * @param rows the places that are learned from; of none it is 0 everywhere
 */
export function fitRidge(columns: readonly Float64Array[], target: Float64Array, rows: Int32Array): Linear {
  const means = columns.map((column) => meanAt(column, rows));
  const spreads = columns.map((column, k) => spreadAt(column, rows, means[k] ?? 0));
  const middle = meanAt(target, rows);
  const { gram, moments } = normalEquations(columns, target, rows, means, spreads, middle);
  const solved = solve(gram, moments);
  const weights = solved.map((value, k) => value / (spreads[k] ?? 1));
  const intercept = middle - weights.reduce((sum, weight, k) => sum + weight * (means[k] ?? 0), 0);
  return { intercept, weights };
}

/** The weighted sum at each place from `from` to before `to`; what is outside is 0. */
export function linearOf(
  { intercept, weights }: Linear,
  columns: readonly Float64Array[],
  from: number,
  to: number,
): Float64Array {
  const sums = new Float64Array(columns[0]?.length ?? 0).fill(intercept, from, to);
  for (const [k, column] of columns.entries()) {
    const weight = weights[k] ?? 0;
    for (let i = from; i < to; i++) sums[i] = (sums[i] ?? 0) + weight * (column[i] ?? 0);
  }
  return sums;
}

/** Sums of products of the standardised columns, and of each with the target: symmetric, the shrinkage on its diagonal. */
function normalEquations(
  columns: readonly Float64Array[],
  target: Float64Array,
  rows: Int32Array,
  means: readonly number[],
  spreads: readonly number[],
  middle: number,
) {
  const off = standardised(target, rows, middle, 1);
  const standard = columns.map((column, k) => standardised(column, rows, means[k] ?? 0, spreads[k] ?? 1));
  const gram: Float64Array[] = [];
  for (const [a, one] of standard.entries()) {
    const known = (b: number) => gram[b]?.[a] ?? 0;
    const summed = (other: Float64Array, b: number) =>
      dot(one, other) + (a === b ? SHRINKAGE * Math.max(1, rows.length) : 0);
    gram.push(Float64Array.from(standard, (other, b) => (b < a ? known(b) : summed(other, b))));
  }
  return { gram, moments: Float64Array.from(standard, (one) => dot(one, off)) };
}

/** At the rows alone. */
function standardised(column: Float64Array, rows: Int32Array, mean: number, spread: number): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = ((column[rows[i] ?? 0] ?? 0) - mean) / spread;
  return values;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += (one[i] ?? 0) * (other[i] ?? 0);
  return sum;
}

/** Gauss-Jordan without pivoting: the matrix is positive definite. Takes both apart. */
function solve(gram: readonly Float64Array[], moments: Float64Array): readonly number[] {
  for (const [a, line] of gram.entries()) {
    const pivot = line[a] ?? 1;
    const moment = (moments[a] ?? 0) / pivot;
    line.set(line.map((value) => value / pivot));
    moments[a] = moment;
    for (const [c, other] of gram.entries()) {
      const factor = other[a] ?? 0;
      if (c === a || factor === 0) continue;
      other.set(other.map((value, b) => value - factor * (line[b] ?? 0)));
      moments[c] = (moments[c] ?? 0) - factor * moment;
    }
  }
  return [...moments];
}

function meanAt(column: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += column[rows[i] ?? 0] ?? 0;
  return sum / Math.max(1, rows.length);
}

/** 1 where nothing varies: such a column has no weight. */
function spreadAt(column: Float64Array, rows: Int32Array, mean: number): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const off = (column[rows[i] ?? 0] ?? 0) - mean;
    sum += off * off;
  }
  const spread = Math.sqrt(sum / Math.max(1, rows.length));
  return spread > 1e-9 ? spread : 1;
}
