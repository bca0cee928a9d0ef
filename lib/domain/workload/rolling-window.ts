// Windows that roll over a column in one pass: a replay does this for every feature of two weeks of minutes.

/** Highest of the last `window` values at each place; of fewer at the start. */
export function rollingMax(values: Float64Array, window: number): Float64Array {
  const into = new Float64Array(values.length);
  let highest = 0;
  let highestAt = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    // Where the highest has aged out, look through the window again: that is rare, and windows are short.
    if (value >= highest || highestAt < 0) highestAt = i;
    else if (highestAt <= i - window) highestAt = highestIn(values, i - window + 1, i);
    highest = values[highestAt] ?? 0;
    into[i] = highest;
  }
  return into;
}

/** The last place of the highest value from `first` to `last`. */
function highestIn(values: Float64Array, first: number, last: number): number {
  let at = last;
  for (let i = last - 1; i >= first; i--) if ((values[i] ?? 0) > (values[at] ?? 0)) at = i;
  return at;
}

/** Mean of the last `window` values at each place, of fewer at the start. */
export function rollingMean(values: Float64Array, window: number): Float64Array {
  const into = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] ?? 0;
    if (i >= window) sum -= values[i - window] ?? 0;
    // Subtracting what was added leaves dust below zero where values fall to it.
    into[i] = Math.max(0, sum) / Math.min(window, i + 1);
  }
  return into;
}
