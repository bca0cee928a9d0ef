// What a sizing policy looks at: ten ways of reading the recent minutes and the same time of earlier days, all in the unit of demand.

import { rollingMax, rollingMean } from '../workload/rolling-window.ts';
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';
import type { Usual } from './usual-day.ts';

/** The longest look back of any feature. */
export const FEATURE_MINUTES = 60;
/** The slope is taken between the mean of the last three minutes and that of five minutes around six minutes ago. */
const SLOPE_MINUTES = 9;

export type FeatureColumns = Readonly<Record<SizingFeature, Float64Array>>;

/**
 * One column per feature, each value made of minutes up to its own and of earlier days alone.
 * @param minutes demand by the minute, no gaps; the first FEATURE_MINUTES values are those of a shorter past
 * @param unit demand that one replica takes before it counts as short
 * @param usualAt what earlier days had around an instant; null where there is no earlier day
 */
export function featureColumns(
  minutes: Float64Array,
  startsAt: EpochMs,
  unit: number,
  usualAt: (at: EpochMs) => Usual | null,
): FeatureColumns {
  const peak5 = rollingMax(minutes, 5);
  const usual = new Float64Array(minutes.length);
  const rise = new Float64Array(minutes.length);
  for (let i = 0; i < minutes.length; i++) {
    const there = usualAt(startsAt + i * MINUTE_MS);
    usual[i] = there?.level ?? peak5[i] ?? 0;
    rise[i] = there?.rise ?? 0;
  }
  const moves = minutes.map((value, i) => Math.abs(value - (minutes[i - 1] ?? value)));
  const jumps = minutes.map((value, i) => Math.max(0, value - (minutes[i - 1] ?? value)));
  return {
    peak5,
    peak20: rollingMax(minutes, 20),
    peak60: rollingMax(minutes, FEATURE_MINUTES),
    mean60: rollingMean(minutes, FEATURE_MINUTES),
    moves60: rollingMean(moves, FEATURE_MINUTES),
    jump60: rollingMax(jumps, FEATURE_MINUTES),
    slope: rollingMax(
      minutes.map((_, i) => slopeAt(minutes, i)),
      5,
    ),
    usual,
    rise,
    spare: new Float64Array(minutes.length).fill(unit),
  };
}

/**
 * Σ weight × feature, at each minute.
 * @param planned where to put it; a new column unless given
 */
export function weightedDemand(
  columns: FeatureColumns,
  weights: Readonly<Partial<Record<SizingFeature, number>>>,
  planned: Float64Array = new Float64Array(columns.spare.length),
): Float64Array {
  planned.fill(0);
  for (const feature of SIZING_FEATURES) {
    const weight = weights[feature] ?? 0;
    const column = columns[feature];
    if (weight > 0) for (let i = 0; i < planned.length; i++) planned[i] = (planned[i] ?? 0) + weight * (column[i] ?? 0);
  }
  return planned;
}

/** How much demand rose within five minutes, smoothed; 0 where it fell. */
function slopeAt(minutes: Float64Array, i: number): number {
  if (i < SLOPE_MINUTES) return 0;
  const at = (back: number) => minutes[i - back] ?? 0;
  const late = (at(0) + at(1) + at(2)) / 3;
  const early = (at(4) + at(5) + at(6) + at(7) + at(8)) / 5;
  return Math.max(0, late - early);
}

/** What a sizing policy may look at; `featureColumns` says how each is read. */
export const SIZING_FEATURES = [
  'peak5',
  'peak20',
  'peak60',
  'mean60',
  'moves60',
  'jump60',
  'slope',
  'usual',
  'rise',
  'spare',
] as const;

export type SizingFeature = (typeof SIZING_FEATURES)[number];
