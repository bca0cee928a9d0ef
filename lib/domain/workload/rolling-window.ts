// Windows that roll over a column in one pass: a replay does this for every feature of two weeks of minutes.

/**
 * Highest of the last `window` values at each place; of fewer at the start. Looks at each value three times, however long the
 * window: a window is the end of one block of its length and the start of the next. Source: van Herk, Pattern Recognition Letters
 * 13 (1992).
 * @param values no NaN
 */
export function rollingMax(values: Float64Array, window: number): Float64Array {
  const { length } = values;
  const untilEnd = highestUntilBlockEnd(values, window);
  const into = new Float64Array(length);
  for (let start = 0; start < length; start += window) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = start; i < Math.min(start + window, length); i++) {
      highest = Math.max(highest, values[i] ?? 0);
      into[i] = start === 0 ? highest : Math.max(highest, untilEnd[i - window + 1] ?? 0);
    }
  }
  return into;
}

/** Highest from each place to the last of its block. */
function highestUntilBlockEnd(values: Float64Array, window: number): Float64Array {
  const into = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += window) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = Math.min(start + window, values.length) - 1; i >= start; i--) {
      highest = Math.max(highest, values[i] ?? 0);
      into[i] = highest;
    }
  }
  return into;
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
