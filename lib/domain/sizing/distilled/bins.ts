// Columns cut into so few values that a tree can weigh every split of them at once. Source: LightGBM (Ke et al., NIPS 2017).

export const BINS = 32;
/** Of the columns, those that a level of a tree looks at: every third is left out, another third each time. */
export const LEFT_OUT = 3;

export interface Binned {
  /** By column, halfway to the next value there is: rounding what is kept of it moves no value across. */
  readonly thresholds: readonly Float64Array[];
  /** By column, by place. */
  readonly bins: readonly Uint8Array[];
  /** What a level of a tree looks at, by turns: all columns but every third. */
  readonly views: readonly View[];
}

/** Some of the columns, place by place: neighbours fall into the same bins, and a sum that is added to again waits for itself. */
export interface View {
  readonly columns: readonly number[];
  /** For each place and column, which bin of all of theirs: `k × BINS + bin`. */
  readonly codes: Uint16Array;
}

export function binned(columns: readonly Float64Array[]): Binned {
  const thresholds = columns.map(cutsOf);
  const bins = columns.map((column, k) => binsOf(column, thresholds[k] ?? column));
  const views = Array.from({ length: LEFT_OUT }, (_, left) =>
    viewOf(
      bins,
      bins.flatMap((_column, k) => (k % LEFT_OUT === left ? [] : [k])),
    ),
  );
  return { thresholds, bins, views };
}

function viewOf(bins: readonly Uint8Array[], columns: readonly number[]): View {
  const codes = new Uint16Array(columns.length * (bins[0]?.length ?? 0));
  for (const [k, column] of columns.entries()) {
    const bin = bins[column] ?? new Uint8Array();
    for (let i = 0; i < bin.length; i++) codes[i * columns.length + k] = k * BINS + (bin[i] ?? 0);
  }
  return { columns, codes };
}

/** Where its quantiles are. */
function cutsOf(column: Float64Array): Float64Array {
  const sorted = column.slice().sort();
  return Float64Array.from({ length: BINS - 1 }, (_, i) => {
    const at = Math.floor(((i + 1) * sorted.length) / BINS);
    const edge = sorted[at] ?? 0;
    return (edge + (nextAfter(sorted, at) ?? edge)) / 2;
  });
}

function nextAfter(sorted: Float64Array, at: number): number | undefined {
  const edge = sorted[at] ?? 0;
  let next = at;
  while (next < sorted.length && (sorted[next] ?? 0) <= edge) next++;
  return sorted[next];
}

function binsOf(column: Float64Array, cuts: Float64Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i] ?? 0;
    let low = 0;
    let high = cuts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value > (cuts[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    bins[i] = low;
  }
  return bins;
}
