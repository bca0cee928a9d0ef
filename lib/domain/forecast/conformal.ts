// Conformal quantiles from a forecast's own residuals: recent ones count most, and a side that was missed lately widens.
// Conformal prediction (Vovk et al. 2005) with weights by age, and a width that follows the share of residuals outside
// (Gibbs & Candès 2021, on the width instead of the level).

import { type LocalTime, timeOfDay } from '../workload/local-time.ts';
import { DAY_MS, type EpochMs } from '../workload/time.ts';
import { fromScale } from './log-transform.ts';
import { learningBlock, type Outcome } from './rolling-origin.ts';
import { HALF_HOUR_MS } from './seasonal-profile.ts';

/** Residuals of so many days ago count half as much as those of now; after four times that they count no more. */
const HALF_LIFE_MS = 1.5 * DAY_MS;
const MEMORY_MS = 4 * HALF_LIFE_MS;
/** The last days are replayed to fit widths; residuals from before them only tell quantiles. */
const REPLAYED_MS = 8 * DAY_MS;
/** Fewer residuals than this make no quantiles. */
const FEWEST = 24;
/** After each forecast a side widens by this share if it was missed, or narrows by as much as keeps the promise in the long run. */
const LEARNING_RATE = 0.05;
const WIDTH_LIMITS: readonly [number, number] = [0.5, 2];
/** Losses of three days ago count half when kinds are compared. */
const LOSS_DECAY = 0.5 ** (1 / (3 * 48));
/** So many independent residuals halve the share left outside. */
const FEW = 1;
/** A pull towards no difference by time of day, in half-hours' worth of residuals. */
const HOURS_PRIOR = 20;
const HOURS_LIMITS: readonly [number, number] = [0.25, 4];

/** Residuals are told as shares (differences on the scale of `log-transform.ts`) or as amounts (demand ÷ floor). */
const RESIDUAL_KINDS = ['share', 'amount'] as const;
export type ResidualKind = (typeof RESIDUAL_KINDS)[number];

/** What stored residuals are counted in, so that few digits say enough: on the scale, and in floors. */
export const RESIDUAL_UNITS: Readonly<Record<ResidualKind, number>> = { share: 0.001, amount: 0.01 };

/** The quantiles of residuals that are kept. */
const RESIDUAL_QUANTILES = [0.01, 0.05, 0.9, 0.95, 0.99] as const;
const MEDIAN_AT = 2;
type ResidualQuantiles = readonly [number, number, number, number, number];

/** The parts of the local day that may differ in how sure a forecast is. */
const DAY_PARTS = 4;

export interface ConformalQuantiles {
  readonly kind: ResidualKind;
  readonly quantiles: ResidualQuantiles;
  /** Width by part of the day in which the forecast falls due, 1 in the mean. */
  readonly parts: readonly number[];
}

/**
 * Chooses the kind of residuals that would have given the better quantiles, and their quantiles.
 * @param outcomes of one horizon, in order of time
 * @param local whose day has the parts
 * @returns undefined where there are too few
 */
export function conformalQuantiles(
  outcomes: readonly Outcome[],
  floor: number,
  local: LocalTime,
): ConformalQuantiles | undefined {
  const trials = RESIDUAL_KINDS.map((kind) => quantilesOfKind(outcomes, kind, floor, local));
  const [first, ...others] = trials;
  return others.reduce((best, trial) => (trial && best && trial.loss < best.loss ? trial : best), first);
}

/** Which part of the local day an instant lies in. */
export function dayPart(at: EpochMs, local: LocalTime): number {
  return Math.floor((timeOfDay(at, local) / DAY_MS) * DAY_PARTS);
}

/** A forecast moved by a residual of a kind, in demand. */
export function moved(forecast: number, miss: number, kind: ResidualKind, floor: number): number {
  return kind === 'share' ? fromScale(forecast + miss, floor) : Math.max(0, fromScale(forecast, floor) + miss * floor);
}

interface Residual {
  readonly at: EpochMs;
  readonly part: number;
  readonly size: number;
  /** Doubles with every half-life, so that of two residuals the younger counts more by as much at any later time. */
  readonly weight: number;
}

const NO_RESIDUAL: Residual = { at: 0, part: 0, size: 0, weight: 0 };

function quantilesOfKind(
  outcomes: readonly Outcome[],
  kind: ResidualKind,
  floor: number,
  local: LocalTime,
): (ConformalQuantiles & { readonly loss: number }) | undefined {
  const end = outcomes.at(-1)?.knownAt ?? 0;
  const apart = Math.max(1, ((outcomes[0]?.knownAt ?? 0) - (outcomes[0]?.now ?? 0)) / HALF_HOUR_MS);
  const misses = outcomes.map((outcome) => residualOf(outcome, dayPart(outcome.knownAt, local), kind, floor, end));
  const widths = RESIDUAL_QUANTILES.map(() => 1);
  const given: (ResidualQuantiles | undefined)[] = [];
  let quantiles: ResidualQuantiles | undefined;
  let parts: readonly number[] = new Array(DAY_PARTS).fill(1);
  let settled = 0;
  /** Of the residuals in memory, nearly in order of size: sorting anew costs little then. */
  let sorted: number[] = [];
  let loss = 0;
  const learn = (now: EpochMs) => {
    for (; (misses[settled]?.at ?? Number.POSITIVE_INFINITY) <= now; settled++) {
      sorted.push(settled);
      const limits = given[settled];
      if (limits === undefined) continue;
      adapt(widths, limits, misses[settled]?.size ?? 0);
      loss = loss * LOSS_DECAY + lossOf(outcomes[settled], limits, kind, floor);
    }
    sorted = sorted.filter((k) => (misses[k]?.at ?? 0) > now - MEMORY_MS);
    if (sorted.length < FEWEST || now < end - REPLAYED_MS) return;
    const unit = ageWeight(end - now);
    parts = widthsByPart(misses, sorted, unit);
    quantiles = weightedQuantiles(misses, sorted, parts, unit, apart);
  };
  let block = Number.NaN;
  for (const [k, { now }] of outcomes.entries()) {
    if (learningBlock(now) !== block) learn(now);
    block = learningBlock(now);
    given[k] = quantiles && limitsOf(quantiles, widths, parts[misses[k]?.part ?? 0] ?? 1);
  }
  learn(end);
  return quantiles && { kind, quantiles: limitsOf(quantiles, widths, 1), parts, loss };
}

function residualOf(
  { knownAt, forecast, actual, width }: Outcome,
  part: number,
  kind: ResidualKind,
  floor: number,
  end: EpochMs,
): Residual {
  const size = kind === 'share' ? actual - forecast : (fromScale(actual, floor) - fromScale(forecast, floor)) / floor;
  return { at: knownAt, part, size: size / width, weight: ageWeight(end - knownAt) };
}

/** The tails' widths follow what fell outside; the rarest, too few to follow, go with the 5 % of their side. */
function adapt(widths: number[], limits: ResidualQuantiles, size: number): void {
  const [, low, p90, p95] = limits;
  const step = (q: number, outside: boolean, rate: number) => {
    const width = (widths[q] ?? 1) * Math.exp(rate * ((outside ? 1 : 0) - (q === MEDIAN_AT ? 0.1 : 0.05)));
    widths[q] = Math.min(WIDTH_LIMITS[1], Math.max(WIDTH_LIMITS[0], width));
  };
  step(1, size < low, LEARNING_RATE);
  step(2, size > p90, LEARNING_RATE / 2);
  step(3, size > p95, LEARNING_RATE);
}

/** Ordered, and on their own side of the forecast. */
function limitsOf(quantiles: ResidualQuantiles, widths: readonly number[], part: number): ResidualQuantiles {
  const at = (q: number) => (quantiles[q] ?? 0) * (widths[q] ?? 1) * part;
  const p5 = Math.min(0, at(1));
  const p90 = Math.max(0, at(2));
  const p95 = Math.max(p90, at(3));
  return [Math.min(p5, at(0)), p5, p90, p95, Math.max(p95, at(4))];
}

/** @param unit what a residual of this moment weighs */
function widthsByPart(misses: readonly Residual[], known: readonly number[], unit: number): readonly number[] {
  const sums = new Float64Array(DAY_PARTS);
  const weights = new Float64Array(DAY_PARTS);
  for (const k of known) {
    const { part, size, weight: raw } = misses[k] ?? NO_RESIDUAL;
    const weight = raw / unit;
    sums[part] = (sums[part] ?? 0) + weight * Math.abs(size);
    weights[part] = (weights[part] ?? 0) + weight;
  }
  const mean = sums.reduce((a, b) => a + b, 0) / weights.reduce((a, b) => a + b, 0);
  if (!(mean > 0)) return Array.from(sums, () => 1);
  return Array.from(sums, (sum, part) => {
    const width = (sum / mean + HOURS_PRIOR) / ((weights[part] ?? 0) + HOURS_PRIOR);
    return Math.min(HOURS_LIMITS[1], Math.max(HOURS_LIMITS[0], width));
  });
}

/** Leaves `known` sorted by size. */
function weightedQuantiles(
  misses: readonly Residual[],
  known: number[],
  parts: readonly number[],
  unit: number,
  apart: number,
): ResidualQuantiles {
  const sizes = new Float64Array(misses.length);
  for (const k of known) {
    const { size, part } = misses[k] ?? NO_RESIDUAL;
    sizes[k] = size / (parts[part] ?? 1);
  }
  insertionSort(known, sizes);
  const total = known.reduce((sum, k) => sum + (misses[k]?.weight ?? 0), 0);
  const tail = tailShare(total / unit / apart);
  const wanted = (k: number) => {
    const q = RESIDUAL_QUANTILES[k] ?? Number.POSITIVE_INFINITY;
    return q < 0.5 ? q * tail : 1 - (1 - q) * tail;
  };
  const found: number[] = [];
  let sum = 0;
  for (const k of known) {
    sum += misses[k]?.weight ?? 0;
    while (sum >= wanted(found.length) * total) found.push(sizes[k] ?? 0);
  }
  const highest = sizes[known.at(-1) ?? 0] ?? 0;
  const at = (q: number) => found[q] ?? highest;
  return [at(0), at(1), at(2), at(3), at(4)];
}

/** Of few residuals, the outermost are less rare than they look: the share left outside shrinks with their number. */
function tailShare(independent: number): number {
  return independent / (independent + FEW);
}

function insertionSort(indices: number[], keys: Float64Array): void {
  for (let i = 1; i < indices.length; i++) {
    const index = indices[i] ?? 0;
    const key = keys[index] ?? 0;
    let j = i;
    for (; j > 0 && (keys[indices[j - 1] ?? 0] ?? 0) > key; j--) indices[j] = indices[j - 1] ?? 0;
    indices[j] = index;
  }
}

function ageWeight(ageMs: number): number {
  return 0.5 ** (ageMs / HALF_LIFE_MS);
}

/** Pinball loss in demand, over the kept quantiles. */
function lossOf(outcome: Outcome | undefined, limits: ResidualQuantiles, kind: ResidualKind, floor: number): number {
  if (outcome === undefined) return 0;
  const actual = fromScale(outcome.actual, floor);
  return RESIDUAL_QUANTILES.reduce((sum, q, k) => {
    const over = actual - moved(outcome.forecast, (limits[k] ?? 0) * outcome.width, kind, floor);
    return sum + (over >= 0 ? q * over : (q - 1) * over);
  }, 0);
}
