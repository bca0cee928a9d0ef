// An ensemble of nineteen simple forecasts, one set of weights per horizon, each weight earned on the workload's own past.

/** How much of today's distance from the typical day may be left at the horizon. */
const LEFT = [0, 0.25, 0.5, 0.75, 1] as const;
const LEVELS = 3;
const FLAT = LEVELS + 1;
/** Four that know no time of day, and per share left one for each level. */
export const MEMBERS = FLAT + LEFT.length * LEVELS;
/** Weight falls with the 24th power of the mean absolute residual: within a few percent of the best they share. */
const SHARPNESS = 24;

/** What is known at one moment; all on the scale of `log-transform.ts`. */
export interface Moment {
  /** Over the last five minutes, quarter-hour and hour. */
  readonly levels: readonly [number, number, number];
  /** Mean of the last day. */
  readonly day: number;
  /** What the typical day has for the time of each level; NaN where there is no typical day. */
  readonly typical: readonly [number, number, number];
}

/**
 * Weights of one horizon: of the three levels and of the day, as they are; and of each level's distance from the typical
 * day. What the first four lack to 1 is the typical day's own share.
 */
export type EnsembleWeights = readonly [number, number, number, number, number, number, number];

/** The last value, and nothing else. */
export const LAST_VALUE: EnsembleWeights = [1, 0, 0, 0, 0, 0, 0];

/** @param typicalThen what the typical day has at the horizon; NaN where there is none */
export function ensembleForecast(
  weights: EnsembleWeights,
  { levels, day, typical }: Moment,
  typicalThen: number,
): number {
  const flat = levels[0] * weights[0] + levels[1] * weights[1] + levels[2] * weights[2] + day * weights[3];
  const shareFlat = weights[0] + weights[1] + weights[2] + weights[3];
  if (Number.isNaN(typicalThen) || typical.some(Number.isNaN)) return shareFlat > 0 ? flat / shareFlat : levels[0];
  let distance = 0;
  for (let l = 0; l < LEVELS; l++) distance += (weights[FLAT + l] ?? 0) * ((levels[l] ?? 0) - (typical[l] ?? 0));
  return flat + (1 - shareFlat) * typicalThen + distance;
}

/** Each member's forecast; NaN where one cannot say. */
export function memberForecasts({ levels, day, typical }: Moment, typicalThen: number): Float64Array {
  const forecasts = new Float64Array(MEMBERS);
  for (let l = 0; l < LEVELS; l++) forecasts[l] = levels[l] ?? Number.NaN;
  forecasts[LEVELS] = day;
  let e = FLAT;
  for (const left of LEFT)
    for (let l = 0; l < LEVELS; l++) forecasts[e++] = typicalThen + left * ((levels[l] ?? 0) - (typical[l] ?? 0));
  return forecasts;
}

/**
 * Weights from mean absolute residuals, and what they come to for a `Moment`. A member without any (NaN) gets none.
 * @param misses mean absolute residual of each member
 */
export function weighMembers(misses: Float64Array): EnsembleWeights {
  const least = Math.min(...[...misses].filter((miss) => !Number.isNaN(miss)));
  if (!Number.isFinite(least)) return LAST_VALUE;
  const floor = least + Number.EPSILON;
  const raw = misses.map((miss) => (Number.isNaN(miss) ? 0 : ((miss + Number.EPSILON) / floor) ** -SHARPNESS));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const share = (e: number) => (raw[e] ?? 0) / total;
  const distanceOf = (level: number) =>
    LEFT.reduce<number>((sum, left, k) => sum + left * share(FLAT + k * LEVELS + level), 0);
  return [share(0), share(1), share(2), share(3), distanceOf(0), distanceOf(1), distanceOf(2)];
}

/** What weighs most in the ensemble, an hour ahead. */
export type ForecastMethod = 'last_value' | 'recent_level' | 'daily_profile' | 'weekly_profile';
