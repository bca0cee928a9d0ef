// What a violation of the SLO may cost in the search, and the cap on it: the price follows the violations, as a dual ascent.
import { DAY_MINUTES } from '../workload/time.ts';
import type { PolicyTrials } from './objective.ts';
import type { Replayed } from './replay.ts';
import type { FittedSizing } from './sizing-policy.ts';

/** Of the SLO's budget, what a policy may promise to use: days ahead are never quite like the days behind. */
const BUDGET_SHARE = 0.85;
/** Episodes come and go like a Poisson count: so many standard deviations are added to what was seen. */
const DOUBT = 1;
/** The highest price of one SLO budget's worth of violations, in units of the ideal cost: past it, giving up is kinder. */
const PRICE_CAP_PER_BUDGET = 1;
export const PRICE_START_PER_BUDGET = 0.15;
const LEAST_PRICE_PER_BUDGET = 0.01;
/** How much budget the tally is given before anything is known. */
const TALLY_PRIOR_DAYS = 0.5;
const MOST_BROKEN = 4;

/** What is aimed at: the violations allowed, how they are counted, and what they may cost. */
export interface Goal {
  /** The SLO's, in percent of the time. */
  readonly budget: number;
  readonly allowedPercent: number;
  readonly priceCap: number;
  /** Violations as they will be rather than as they were: doubted by their number, and by what came of earlier promises. */
  readonly likely: (replayed: Replayed) => number;
}

export function goalOf(tally: FittedSizing['tally'], minutes: number, budget: number): Goal {
  const prior = TALLY_PRIOR_DAYS * DAY_MINUTES * budget;
  const broken = Math.min(MOST_BROKEN, Math.max(1, (tally.came + prior) / (tally.promised + prior)));
  return {
    budget,
    allowedPercent: budget * BUDGET_SHARE,
    priceCap: PRICE_CAP_PER_BUDGET / budget,
    likely: ({ shortMinutes, episodes }) =>
      episodes === 0 ? 0 : (100 * broken * shortMinutes * (1 + DOUBT / Math.sqrt(episodes))) / minutes,
  };
}

/** Dual ascent: dearer while more is violated than allowed, cheaper while less. */
export function nextPrice(price: number, goal: Goal, replayed: Replayed): number {
  const little = goal.budget / 10;
  const pull = (goal.likely(replayed) + little) / (goal.allowedPercent + little);
  const next = price * Math.min(1.5, Math.max(0.67, pull));
  return Math.min(goal.priceCap, Math.max(LEAST_PRICE_PER_BUDGET / goal.budget, next));
}

/** Cost, and what is violated beyond the allowed at the highest price. */
export function lossOver(trials: PolicyTrials, goal: Goal, replayed: Replayed): number {
  return trials.loss(replayed, 0) + goal.priceCap * Math.max(0, goal.likely(replayed) - goal.allowedPercent);
}
