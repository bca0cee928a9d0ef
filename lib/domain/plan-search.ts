// Choosing a plan: the weights that would have kept the SLO over the workload's own last days at the least cost.
import { type EpochMs, PLAN_FEATURES, type PlanFeature, type PlanShape, type ReplayScore } from './model.ts';
import { type LearnedPlan, planUnit, scaled } from './plan.ts';
import { type PlanColumns, planColumns, plannedDemand } from './plan-features.ts';
import { neededBy, type Replayed, type ReplayInput, replay, replayHpa } from './replay.ts';
import { usualAhead, usualDays } from './usual-day.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** How far the usual of the day is kept ahead: learning comes again within six hours. */
const USUAL_HOURS = 7;
/** Of the SLO's budget, what a plan may promise to use: days ahead are never quite like the days behind. */
const BUDGET_SHARE = 0.85;
/** Episodes come and go like a Poisson count: so many standard deviations are added to what was seen. */
const DOUBT = 1;
/** The highest price of one SLO budget's worth of violations, in units of the ideal cost: past it, giving up is kinder. */
const PRICE_CAP_PER_BUDGET = 1;
const PRICE_START = 0.3;
/** One change an hour is worth this share of the ideal cost. */
const CHANGE_COST = 0.004;
const HOLDS = [5, 10] as const;
/** How a descent goes: rounds over all features, and its first step as a share of the mean demand. */
const NEAR = { rounds: 2, step: 0.1 };
const FAR = { rounds: 3, step: 0.3 };
/** Promised and came of the past fade with this time constant. */
const TALLY_DAYS = 4;
/** How much budget the tally is given before anything is known. */
const TALLY_PRIOR_DAYS = 0.5;
const MOST_BROKEN = 4;
/** Each choice moves the plan so far from the one before: a week has few episodes, and their chances average out. */
const MOVE_SHARE = 0.4;
/** In units of the ideal cost: by so much a jump to another plan must be worth it. */
const CLEARLY = 0.05;

export interface ChooseInput extends Omit<ReplayInput, 'unit' | 'needed'> {
  readonly startsAt: EpochMs;
  readonly perReplica: number;
  readonly sloPercent: number;
  /** What was chosen before, and when. */
  readonly previous: { readonly at: EpochMs; readonly sizing: LearnedPlan } | null;
}

/**
 * Chooses weights and hold by replay. Coordinate descent on cost + price × violation, from the plan before and from
 * plain headroom; then the mixture is scaled to spend the budget. The price follows the violations, as a dual ascent.
 * @returns null under one day of history
 */
export function choosePlan(input: ChooseInput): LearnedPlan | null {
  const { minutes, startsAt, perReplica, previous } = input;
  if (minutes.length < DAY_MINUTES) return null;
  const usualAt = usualDays(minutes, startsAt);
  const columns = planColumns(minutes, startsAt, planUnit(perReplica), usualAt);
  const unit = planUnit(perReplica);
  const search = new Search({ ...input, unit, needed: neededBy(minutes, unit) }, columns);
  const budget = 100 - input.sloPercent;
  const tally = tallyUntilNow(input, search, budget);
  const goal = goalOf(tally, minutes.length, budget);
  const plains = plainHeadrooms(search, previous?.sizing.plan.holdMinutes ?? HOLDS[0]);
  const found = searchAround(search, goal, plains, previous?.sizing);
  const fitted = fitScale(search, found.shape, goal);
  // Where the price has not caught up yet the search may give up on what plain headroom would carry.
  const simple = bestOf(plains, ({ replayed }) => lossOver(search, goal, replayed)).shape;
  const next = clearlyBetter(search, goal, simple, fitted) ? simple : fitted;
  const between = previous === null ? next : mixed(previous.sizing.plan, next);
  const shape = clearlyBetter(search, goal, next, between) ? next : between;
  const now = startsAt + (minutes.length - 1) * MINUTE_MS;
  return {
    plan: {
      ...shorten(shape),
      ...search.describe(shape),
      expected: round(search.replayed(shape)),
      hpa70: round(replayHpa(search.input, perReplica)),
      days: Math.round(minutes.length / DAY_MINUTES),
    },
    usual: usualAhead(usualAt, now - 30 * MINUTE_MS, USUAL_HOURS),
    price: short(found.price),
    tally: { promised: short(tally.promised), came: short(tally.came) },
  };
}

/** What is aimed at: the violations allowed, how they are counted, and what they may cost. */
interface Goal {
  readonly allowedPercent: number;
  readonly priceCap: number;
  /** Violations as they will be rather than as they were: doubted by their number, and by what came of earlier promises. */
  readonly likely: (replayed: Replayed) => number;
}

function goalOf(tally: LearnedPlan['tally'], minutes: number, budget: number): Goal {
  const prior = TALLY_PRIOR_DAYS * DAY_MINUTES * budget;
  const broken = Math.min(MOST_BROKEN, Math.max(1, (tally.came + prior) / (tally.promised + prior)));
  return {
    allowedPercent: budget * BUDGET_SHARE,
    priceCap: PRICE_CAP_PER_BUDGET / budget,
    likely: ({ shortMinutes, episodes }) =>
      episodes === 0 ? 0 : (100 * broken * shortMinutes * (1 + DOUBT / Math.sqrt(episodes))) / minutes,
  };
}

/** Replays the plan before over the minutes since: the only honest test of what it had promised. */
function tallyUntilNow({ minutes, startsAt, previous }: ChooseInput, search: Search, budget: number) {
  if (previous === null) return { promised: 0, came: 0 };
  const { tally, plan } = previous.sizing;
  const from = Math.max(0, Math.round((previous.at - startsAt) / MINUTE_MS));
  const length = minutes.length - 1 - from;
  if (length < 1) return tally;
  const fade = Math.exp(-length / (TALLY_DAYS * DAY_MINUTES));
  const came = 100 * search.replayed(plan, from).shortMinutes;
  const promised = Math.min(plan.expected.violationPercent, budget) * length;
  return { promised: tally.promised * fade + promised, came: tally.came * fade + came };
}

interface Found {
  readonly shape: PlanShape;
  readonly price: number;
}

interface Tried {
  readonly shape: PlanShape;
  readonly replayed: Replayed;
}

/** More and more headroom over the highest of the last minutes: what every search can start from. */
function plainHeadrooms(search: Search, holdMinutes: number): readonly Tried[] {
  return (['peak5', 'peak20', 'peak60'] as const).flatMap((feature) =>
    [1, 1.04, 1.08, 1.14, 1.22, 1.35, 1.6, 2.2, 3.2, 5].map((weight) => {
      const shape = { weights: { [feature]: weight }, holdMinutes };
      return { shape, replayed: search.replayed(shape) };
    }),
  );
}

/** From the plan before, and afresh from plain headroom: descent keeps to its valley, and the better one may lie elsewhere. */
function searchAround(search: Search, goal: Goal, plains: readonly Tried[], before: LearnedPlan | undefined): Found {
  const price = before?.price ?? PRICE_START;
  const start = bestOf(plains, ({ replayed }) => search.loss(replayed, price));
  const afresh = search.descend(start.shape, price, FAR);
  const near = before === undefined ? afresh : search.descend(before.plan, price, NEAR);
  const found = afresh.loss < near.loss ? afresh : near;
  return { shape: found.shape, price: nextPrice(price, goal, found.replayed) };
}

function bestOf<T>(all: readonly T[], loss: (one: T) => number): T {
  return all.reduce((best, one) => (loss(one) < loss(best) ? one : best));
}

/** Dual ascent: dearer while more is violated than allowed, cheaper while less. */
function nextPrice(price: number, goal: Goal, replayed: Replayed): number {
  const pull = (goal.likely(replayed) + 0.05) / (goal.allowedPercent + 0.05);
  return Math.min(goal.priceCap, Math.max(0.02, price * Math.min(1.5, Math.max(0.67, pull))));
}

/** Cost, and what is violated beyond the allowed at the highest price. */
function lossOver(search: Search, goal: Goal, replayed: Replayed): number {
  return search.loss(replayed, 0) + goal.priceCap * Math.max(0, goal.likely(replayed) - goal.allowedPercent);
}

function clearlyBetter(search: Search, goal: Goal, shape: PlanShape, than: PlanShape): boolean {
  const [one, other] = [shape, than].map((each) => lossOver(search, goal, search.replayed(each)));
  return (one ?? 0) < (other ?? 0) - CLEARLY;
}

/** More or less of the same mixture, and the hold: whatever spends the budget at the least cost. */
function fitScale(search: Search, shape: PlanShape, goal: Goal): PlanShape {
  const tried = (holdMinutes: number, by: number) => {
    const candidate = scaled({ ...shape, holdMinutes }, by);
    return { shape: candidate, by, loss: lossOver(search, goal, search.replayed(candidate)) };
  };
  const perHold = HOLDS.map((hold) => {
    let best = tried(hold, 1);
    const better = (by: number) => {
      const other = tried(hold, by);
      if (other.loss >= best.loss) return false;
      best = other;
      return true;
    };
    for (const by of [0.8, 0.9, 1.1, 1.22, 1.35, 1.55, 1.8, 2.2, 3]) better(by);
    for (const nudge of [0.05, 0.025, 0.0125]) if (!better(best.by * (1 - nudge))) better(best.by * (1 + nudge));
    return best;
  });
  return bestOf(perHold, ({ loss }) => loss).shape;
}

/** Replays shapes over one history; the columns are made once. */
class Search {
  readonly input: ReplayInput;
  readonly #columns: PlanColumns;
  /** A step of one moves the planned demand by about its mean, whatever the feature's own size. */
  readonly #steps: Readonly<Record<PlanFeature, number>>;
  readonly #meanDemand: number;
  /** Reused: a choice replays two weeks of minutes more than a hundred times. */
  readonly #scratch: { readonly others: Float64Array; readonly sum: Float64Array };

  constructor(input: ReplayInput, columns: PlanColumns) {
    this.input = input;
    this.#columns = columns;
    const { length } = input.minutes;
    this.#scratch = { others: new Float64Array(length), sum: new Float64Array(length) };
    this.#meanDemand = meanOf(input.minutes);
    const steps = PLAN_FEATURES.map((feature) => {
      const size = Math.sqrt(meanOf(columns[feature].map((value) => value * value)));
      return [feature, size > 0 ? this.#meanDemand / size : 0] as const;
    });
    this.#steps = Object.fromEntries(steps) as Record<PlanFeature, number>;
  }

  replayed({ weights, holdMinutes }: PlanShape, from = 0): Replayed {
    return replay(this.input, plannedDemand(this.#columns, weights, this.#scratch.sum), holdMinutes, from);
  }

  loss({ cost, violationPercent, changesPerHour }: Replayed, price: number): number {
    return cost + price * violationPercent + CHANGE_COST * changesPerHour;
  }

  /** One feature at a time, a step down or up where that helps; steps grow with success and halve without. */
  descend(from: PlanShape, price: number, { rounds, step }: typeof NEAR) {
    const weights: Partial<Record<PlanFeature, number>> = { ...from.weights };
    const { holdMinutes } = from;
    let replayed = this.replayed(from);
    let loss = this.loss(replayed, price);
    const steps = new Map(PLAN_FEATURES.map((feature) => [feature, step]));
    for (let round = 0; round < rounds; round++)
      for (const feature of PLAN_FEATURES) {
        const others = plannedDemand(this.#columns, { ...weights, [feature]: 0 }, this.#scratch.others);
        const column = this.#columns[feature];
        const before = weights[feature] ?? 0;
        const by = (steps.get(feature) ?? step) * this.#steps[feature];
        const improves = (weight: number): boolean => {
          const other = replay(this.input, plus(others, column, weight, this.#scratch.sum), holdMinutes);
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
    return { shape: { weights, holdMinutes }, replayed, loss };
  }

  /** For people: the headroom it came to, and what it was made of. */
  describe({ weights }: PlanShape) {
    const planned = meanOf(
      plannedDemand(this.#columns, weights).map((value, i) => Math.max(value, this.input.minutes[i] ?? 0)),
    );
    const parts = PLAN_FEATURES.map(
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

function mixed(before: PlanShape, next: PlanShape): PlanShape {
  const weights = PLAN_FEATURES.map((feature) => {
    const [was, will] = [before.weights[feature] ?? 0, next.weights[feature] ?? 0];
    return [feature, was + MOVE_SHARE * (will - was)] as const;
  });
  return { weights: Object.fromEntries(weights) as PlanShape['weights'], holdMinutes: next.holdMinutes };
}

function plus(rest: Float64Array, column: Float64Array, weight: number, sum: Float64Array): Float64Array {
  for (let i = 0; i < sum.length; i++) sum[i] = (rest[i] ?? 0) + weight * (column[i] ?? 0);
  return sum;
}

function shorten({ weights, holdMinutes }: PlanShape): PlanShape {
  const kept = Object.entries(weights).filter(([, weight]) => (weight ?? 0) > 0);
  const rounded = kept.map(([feature, weight]) => [feature, short(weight ?? 0)] as const);
  return { weights: Object.fromEntries(rounded) as PlanShape['weights'], holdMinutes };
}

function round({ violationPercent, cost }: Replayed): ReplayScore {
  return { violationPercent: Number(violationPercent.toFixed(3)), cost: Number(cost.toFixed(3)) };
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
