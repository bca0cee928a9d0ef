// A linear regression that learns one outcome at a time and forgets: what serves tokens today is not what served them last month.
import { DIMENSIONS } from './feature-vector.ts';

/**
 * Recursive least squares, kept as sums of products instead of as their inverse: the inverse grows without end in directions
 * in which nothing was seen for long, sums only fade there, and the ridge then takes that weight back to 0.
 */
export interface Regression {
  /** Sums of products of features, faded: the lower triangle, row by row. */
  readonly squares: readonly number[];
  /** Sums of features times outcome, faded. */
  readonly products: readonly number[];
  /** What follows from both. */
  readonly weights: readonly number[];
}

/** Numbers in a triangle of so many rows. */
export const TRIANGLE = (DIMENSIONS * (DIMENSIONS + 1)) / 2;
/** Of each outcome at the next: about the last thousand count. */
const KEPT = 1 - 1 / 1000;
/** As if every weight but the constant had been seen once to be 0. */
const RIDGE = 1;
const RIDGE_OF_CONSTANT = 1e-6;

export function noRegression(): Regression {
  const zeros = (n: number) => new Array<number>(n).fill(0);
  return { squares: zeros(TRIANGLE), products: zeros(DIMENSIONS), weights: zeros(DIMENSIONS) };
}

export function predicted({ weights }: Regression, x: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * (x[i] as number), 0);
}

export function regressed(
  { squares: before, products: earlier }: Regression,
  x: readonly number[],
  y: number,
): Regression {
  const squares = before.map((sum) => sum * KEPT);
  for (let i = 0, at = 0; i < DIMENSIONS; i++)
    for (let j = 0; j <= i; j++, at++) squares[at] = (squares[at] as number) + (x[i] as number) * (x[j] as number);
  const products = earlier.map((sum, i) => sum * KEPT + (x[i] as number) * y);
  return { squares, products, weights: solved(squares, products) ?? noRegression().weights };
}

/** The weights by Cholesky's decomposition, or null where these are no sums of squares: something damaged them. */
export function solved(squares: readonly number[], products: readonly number[]): readonly number[] | null {
  const root = new Float64Array(TRIANGLE);
  const rowAt = (i: number) => (i * (i + 1)) / 2;
  const dot = (row: number, column: number) => {
    let sum = 0;
    for (let k = 0; k < column; k++) sum += (root[rowAt(row) + k] as number) * (root[rowAt(column) + k] as number);
    return sum;
  };
  for (let i = 0; i < DIMENSIONS; i++) {
    for (let j = 0; j < i; j++)
      root[rowAt(i) + j] = ((squares[rowAt(i) + j] as number) - dot(i, j)) / (root[rowAt(j) + j] as number);
    const pivot = (squares[rowAt(i) + i] as number) + (i === 0 ? RIDGE_OF_CONSTANT : RIDGE) - dot(i, i);
    if (!(pivot > 0)) return null;
    root[rowAt(i) + i] = Math.sqrt(pivot);
  }
  const weights = Array.from(products);
  for (let i = 0; i < DIMENSIONS; i++) {
    for (let k = 0; k < i; k++)
      weights[i] = (weights[i] as number) - (root[rowAt(i) + k] as number) * (weights[k] as number);
    weights[i] = (weights[i] as number) / (root[rowAt(i) + i] as number);
  }
  for (let i = DIMENSIONS - 1; i >= 0; i--) {
    for (let k = i + 1; k < DIMENSIONS; k++)
      weights[i] = (weights[i] as number) - (root[rowAt(k) + i] as number) * (weights[k] as number);
    weights[i] = (weights[i] as number) / (root[rowAt(i) + i] as number);
  }
  return weights.every(Number.isFinite) ? weights : null;
}
