// What sizing minimises, cost + price × violation: replays shapes over one history, and walks downhill from one to a better one.
import { type FeatureColumns, SIZING_FEATURES, type SizingFeature, weightedDemand } from './features.ts';
import { type Replayed, type ReplayInput, replay } from './replay.ts';
import type { SizingShape } from './sizing-policy.ts';

/** One change an hour is worth this share of the ideal cost. */
const CHANGE_COST = 0.004;

/** How a descent goes: rounds over all features, and its first step as a share of the mean demand. */
export interface Descent {
  readonly rounds: number;
  readonly step: number;
}

/** Of one history; the columns are made once. */
export class PolicyTrials {
  readonly input: ReplayInput;
  readonly #columns: FeatureColumns;
  /** A step of one moves the planned demand by about its mean, whatever the feature's own size. */
  readonly #steps: Readonly<Record<SizingFeature, number>>;
  readonly #meanDemand: number;
  /** Reused: a choice replays two weeks of minutes more than a hundred times. */
  readonly #scratch: { readonly others: Float64Array; readonly sum: Float64Array };

  constructor(input: ReplayInput, columns: FeatureColumns) {
    this.input = input;
    this.#columns = columns;
    const { length } = input.minutes;
    this.#scratch = { others: new Float64Array(length), sum: new Float64Array(length) };
    this.#meanDemand = meanOf(input.minutes);
    const steps = SIZING_FEATURES.map((feature) => {
      const size = Math.sqrt(meanOf(columns[feature].map((value) => value * value)));
      return [feature, size > 0 ? this.#meanDemand / size : 0] as const;
    });
    this.#steps = Object.fromEntries(steps) as Record<SizingFeature, number>;
  }

  replayed({ weights, windowMinutes }: SizingShape, from = 0): Replayed {
    return replay(this.input, weightedDemand(this.#columns, weights, this.#scratch.sum), windowMinutes, from);
  }

  loss({ cost, violationPercent, changesPerHour }: Replayed, price: number): number {
    return cost + price * violationPercent + CHANGE_COST * changesPerHour;
  }

  /** One feature at a time, a step down or up where that helps; steps grow with success and halve without. */
  descend(from: SizingShape, price: number, { rounds, step }: Descent) {
    const weights: Partial<Record<SizingFeature, number>> = { ...from.weights };
    const { windowMinutes } = from;
    let replayed = this.replayed(from);
    let loss = this.loss(replayed, price);
    const steps = new Map(SIZING_FEATURES.map((feature) => [feature, step]));
    for (let round = 0; round < rounds; round++)
      for (const feature of SIZING_FEATURES) {
        const others = weightedDemand(this.#columns, { ...weights, [feature]: 0 }, this.#scratch.others);
        const column = this.#columns[feature];
        const before = weights[feature] ?? 0;
        const by = (steps.get(feature) ?? step) * this.#steps[feature];
        const improves = (weight: number): boolean => {
          const other = replay(this.input, plus(others, column, weight, this.#scratch.sum), windowMinutes);
          const otherLoss = this.loss(other, price);
          if (otherLoss >= loss - 1e-7) return false;
          loss = otherLoss;
          replayed = other;
          weights[feature] = weight;
          return true;
        };
        const moved =
          (before > 0 && improves(Math.max(0, before - by))) ||
          (by > 0 && improves(before + by)) ||
          (before > 0 && round === 0 && improves(0));
        steps.set(feature, moved ? Math.min(1, (steps.get(feature) ?? step) * 1.6) : (steps.get(feature) ?? step) / 2);
      }
    return { shape: { weights, windowMinutes }, replayed, loss };
  }

  /** For people: the headroom it came to, and what it was made of. */
  describe({ weights }: SizingShape) {
    const planned = meanOf(
      weightedDemand(this.#columns, weights).map((value, i) => Math.max(value, this.input.minutes[i] ?? 0)),
    );
    const parts = SIZING_FEATURES.map(
      (feature) => [feature, (weights[feature] ?? 0) * meanOf(this.#columns[feature])] as const,
    );
    const all = parts.reduce((sum, [, part]) => sum + part, 0);
    const shares = parts
      .filter(([, part]) => part > 0)
      .map(([feature, part]) => [feature, short(part / all)] as const)
      .toSorted(([, a], [, b]) => b - a);
    return { headroom: this.#meanDemand > 0 ? short(planned / this.#meanDemand - 1) : 0, shares };
  }
}

function plus(rest: Float64Array, column: Float64Array, weight: number, sum: Float64Array): Float64Array {
  for (let i = 0; i < sum.length; i++) sum[i] = (rest[i] ?? 0) + weight * (column[i] ?? 0);
  return sum;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Four digits: what is kept is small. */
export function short(value: number): number {
  return Number(value.toPrecision(4));
}
