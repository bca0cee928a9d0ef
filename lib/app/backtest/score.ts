// The scores of the backtest contract, counted step by step: what violation and cost mean there.

import { FULL_PERCENT } from '../../domain/sizing/capacity.ts';
import { quantile } from '../../domain/workload/series.ts';
import { STEP_SECONDS } from './policy.ts';

const DAY_SECONDS = 86_400;
/** A trace's 99.9th percentile fills so many replicas to 100 % of their requests, where no capacity is given. */
const DEFAULT_PEAK_REPLICAS = 40;
/** Floating-point dust must not cost a replica. */
const EPSILON = 1e-9;

export interface Scores {
  /** Share of steps with fewer replicas ready than needed, percent. */
  readonly violationPct: number;
  /** Replica-seconds ÷ those needed; 1 is exactly what was needed at every moment. Null where nothing was ever needed. */
  readonly cost: number | null;
  readonly changesPerHour: number;
  /** Demand beyond 100 % of the ready replicas' requests, percent of all demand. */
  readonly unservedPct: number;
  readonly scoredHours: number;
}

/** The replicas that carry `demand` at 90 % of their requests: `ceil(demand / (0.9 × capacity))`. */
export function neededReplicas(demand: number, capacity: number): number {
  return Math.max(0, Math.ceil((100 * demand) / (FULL_PERCENT * capacity) - EPSILON));
}

/**
 * The capacity at which a trace's 99.9th percentile (nearest rank) needs 40 replicas.
 * @returns 0 where that percentile is 0: such a trace needs a capacity given
 */
export function defaultCapacity(demand: Float64Array): number {
  return quantile(demand, 0.999) / DEFAULT_PEAK_REPLICAS;
}

/** From day 8 on, or from half of a trace shorter than 14 days. */
export function scoredFromSeconds(durationSeconds: number): number {
  return durationSeconds >= 14 * DAY_SECONDS ? 7 * DAY_SECONDS : durationSeconds / 2;
}

interface Scoring {
  /** One step of 15 s. */
  readonly add: (demand: number, ready: number, replicas: number, changed: boolean) => void;
  readonly result: () => Scores;
}

export function startScoring(capacity: number): Scoring {
  let steps = 0;
  let violations = 0;
  let changes = 0;
  let replicaSteps = 0;
  let neededSteps = 0;
  let total = 0;
  let unserved = 0;
  return {
    add(demand, ready, replicas, changed) {
      const needed = neededReplicas(demand, capacity);
      steps++;
      if (ready < needed) violations++;
      if (changed) changes++;
      replicaSteps += replicas;
      neededSteps += needed;
      total += demand;
      unserved += Math.max(0, demand - ready * capacity);
    },
    result() {
      const scoredHours = (steps * STEP_SECONDS) / 3600;
      return {
        violationPct: steps === 0 ? 0 : (100 * violations) / steps,
        cost: neededSteps === 0 ? null : replicaSteps / neededSteps,
        changesPerHour: steps === 0 ? 0 : changes / scoredHours,
        unservedPct: total === 0 ? 0 : (100 * unserved) / total,
        scoredHours,
      };
    },
  };
}
