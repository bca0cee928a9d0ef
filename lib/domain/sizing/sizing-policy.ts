// What a sizing policy is, as fitted to a workload: weights of what is seen, and what its replay promised.
import type { PerResource } from '../workload/signal.ts';
import { FULL_PERCENT } from './capacity.ts';
import type { SizingFeature } from './features.ts';
import type { UsualAhead } from './usual-day.ts';

/** What fitting leaves behind of it. */
export interface FittedSizing {
  readonly policy: SizingPolicy;
  /** What earlier days had at the hours ahead. */
  readonly usual: UsualAhead;
  /** What a point of violations may cost, in units of the ideal cost; moves slowly from choice to choice. */
  readonly price: number;
  /** What the policies of the last days promised and what came of them, in percent-minutes of violation; fades over days. */
  readonly tally: { readonly promised: number; readonly came: number };
}

/**
 * Demand that one replica takes before it counts as short: FULL_PERCENT of its request, or all of a stated target.
 * @param fullPercent by load, `fullPercentOf`
 */
export function demandPerReplica(perReplica: number, fullPercent: number = FULL_PERCENT): number {
  return (perReplica * fullPercent) / 100;
}

/** Replicas that carry a planned demand. */
export function replicasForDemand(planned: number, unit: number): number {
  return Math.max(1, Math.ceil(planned / unit - 1e-9));
}

/** The policy's shape, multiplied: the same mixture with more or less headroom. */
export function scaled({ weights, windowMinutes }: SizingShape, by: number): SizingShape {
  const entries = Object.entries(weights).map(([feature, weight]) => [feature, (weight ?? 0) * by] as const);
  return { weights: Object.fromEntries(entries) as SizingShape['weights'], windowMinutes };
}

/** What a replay of the last days says would have come of a way of sizing. */
export interface ReplayScore {
  /** Share of minutes in which ready capacity was short of need, percent. */
  readonly violationPercent: number;
  /** Replica-minutes ÷ those that exactly the needed replicas would have taken. */
  readonly cost: number;
}

/** What the workload's own HPA would have done, as far as its metrics are in the history. */
export interface HpaReplay {
  /** Of what was replayed, in percent of requests. */
  readonly targets: PerResource<number>;
  /** Null where none of its metrics is in the history. */
  readonly score: ReplayScore | null;
  /** Metrics that are not in the history, as `name (kind)`: cleaned, for people only. */
  readonly leftOut: readonly string[];
}

/** A way of sizing: be ready for a weighted sum of what is seen, and keep the highest of it for a while. */
export interface SizingShape {
  readonly weights: Readonly<Partial<Record<SizingFeature, number>>>;
  /** The highest number wanted within so many minutes stands. */
  readonly windowMinutes: number;
}

export interface SizingPolicy extends SizingShape {
  /** What the policy kept above the demand that was there, as a share of it, over the days replayed. */
  readonly headroom: number;
  /** How much of the planned demand each feature made up, the largest first. */
  readonly shares: readonly (readonly [SizingFeature, number])[];
  readonly expected: ReplayScore;
  /** The same days under a plain HPA, replayed by the minute: at 70 % of the CPU request, or at a named load's own target. */
  readonly hpa70: ReplayScore;
  /** The same days under the workload's own HPA; absent where it has none, and in what older versions stored. */
  readonly ownHpa?: HpaReplay;
  /** Days that were replayed. */
  readonly days: number;
}
