// Spearman's rank correlation: whether what was said to be more was more, whatever the scales.

/**
 * Pearson's correlation of the ranks, which is Spearman's with ties as they should be: equal values share the mean of their
 * ranks (Kendall and Gibbons, Rank Correlation Methods, 5th ed., ch. 3).
 *
 * @returns -1…1; null where there are fewer than two pairs, or one side never changes
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  const n = Math.min(a.length, b.length);
  const x = ranksOf(a.slice(0, n));
  const y = ranksOf(b.slice(0, n));
  const mean = (n - 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const dx = (x[i] as number) - mean;
    const dy = (y[i] as number) - mean;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  if (xx === 0 || yy === 0) return null;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** From 0; those that are equal share the mean of theirs. */
function ranksOf(values: readonly number[]): readonly number[] {
  // Numbers sorted as such, and each looked up: several times faster than sorting by comparing.
  const sorted = Float64Array.from(values).sort();
  return values.map((value) => (countBelow(sorted, value) + countBelow(sorted, value, true) - 1) / 2);
}

/** How many are less, or with `orEqual` not more. */
function countBelow(sorted: Float64Array, value: number, orEqual = false): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const found = sorted[middle] as number;
    if (found < value || (orEqual && found === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}
