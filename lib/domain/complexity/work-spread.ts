// How the work of a model's requests is spread: what makes a score of an expectation, 0 for less than any and 100 for more than all.

/** Counts by the logarithm of the work, faded. */
export type WorkSpread = readonly number[];

/** Of work, natural logarithms: from a millisecond to more than a million tokens. */
const LOWEST = -7;
const WIDTH = 0.25;
export const BINS = 84;
/** Of each at the next: about the last five thousand count, so that an hour of hard requests is still told from what is usual. */
const KEPT = 1 - 1 / 5000;

export function noSpread(): WorkSpread {
  return new Array<number>(BINS).fill(0);
}

export function spreadWith(spread: WorkSpread, logWork: number): WorkSpread {
  const bin = Math.min(BINS - 1, Math.floor(placeOf(logWork)));
  return spread.map((count, i) => count * KEPT + (i === bin ? 1 : 0));
}

/** The share of all work seen that is less than this, percent; within a bin in a straight line. */
export function percentileOf(spread: WorkSpread, logWork: number): number {
  const place = placeOf(logWork);
  let all = 0;
  let less = 0;
  for (const [i, count] of spread.entries()) {
    all += count;
    less += count * Math.max(0, Math.min(1, place - i));
  }
  return all > 0 ? (100 * less) / all : 50;
}

/** In bins from the lowest. */
function placeOf(logWork: number): number {
  return Math.max(0, Math.min(BINS, (logWork - LOWEST) / WIDTH));
}
