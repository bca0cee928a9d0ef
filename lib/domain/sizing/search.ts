// Choosing a sizing policy: the weights that would have kept the SLO over the workload's own last days at the least cost.
import { DAY_MINUTES, type EpochMs, MINUTE_MS } from '../workload/time.ts';
import { FULL_PERCENT, HPA_PERCENT } from './capacity.ts';
import { featureColumns, SIZING_FEATURES } from './features.ts';
import { type Descent, PolicyTrials, short } from './objective.ts';
import { type Goal, goalOf, lossOver, nextPrice, PRICE_START_PER_BUDGET } from './price-cap.ts';
import { neededBy, type Replayed, type ReplayInput, replayHpa } from './replay.ts';
import { demandPerReplica, type FittedSizing, type ReplayScore, type SizingShape, scaled } from './sizing-policy.ts';
import { usualAhead, usualDays } from './usual-day.ts';

/** How far the usual of the day is kept ahead: the next fit comes within six hours. */
const USUAL_HOURS = 7;
const WINDOWS = [5, 10] as const;
/** A policy that held is polished, a new one is sought further off. */
const NEAR: Descent = { rounds: 2, step: 0.1 };
const FAR: Descent = { rounds: 3, step: 0.3 };
/** Promised and came of the past fade with this time constant. */
const TALLY_DAYS = 4;
/** Each choice moves the policy so far from the one before: a week has few episodes, and their chances average out. */
const MOVE_SHARE = 0.4;
/** In units of the ideal cost: by so much a jump to another policy must be worth it. */
const CLEARLY = 0.05;

export interface SearchInput extends Omit<ReplayInput, 'unit' | 'needed'> {
  readonly startsAt: EpochMs;
  /** What one replica requests, or what its target says it takes. */
  readonly perReplica: number;
  /** Percent of that at which it counts as short (`fullPercentOf`); that of a request unless given. */
  readonly fullPercent?: number;
  /** Percent of that at which the HPA to compare with aims; 70 unless given. */
  readonly hpaPercent?: number;
  readonly sloPercent: number;
  /** What was chosen before, and when. */
  readonly previous: { readonly at: EpochMs; readonly sizing: FittedSizing } | null;
}

/**
 * Chooses weights and window by replay. Coordinate descent on cost + price × violation, from the policy before and from
 * plain headroom; then the mixture is scaled to spend the budget. The price follows the violations, as a dual ascent.
 * @returns null under one day of history
 */
export function searchPolicy(input: SearchInput): FittedSizing | null {
  const { minutes, startsAt, perReplica, fullPercent = FULL_PERCENT, hpaPercent = HPA_PERCENT, previous } = input;
  if (minutes.length < DAY_MINUTES) return null;
  const usualAt = usualDays(minutes, startsAt);
  const unit = demandPerReplica(perReplica, fullPercent);
  const columns = featureColumns(minutes, startsAt, unit, usualAt);
  const trials = new PolicyTrials({ ...input, unit, needed: neededBy(minutes, unit) }, columns);
  const budget = 100 - input.sloPercent;
  const tally = tallyUntilNow(input, trials, budget);
  const goal = goalOf(tally, minutes.length, budget);
  const plains = plainHeadrooms(trials, previous?.sizing.policy.windowMinutes ?? WINDOWS[0]);
  const found = searchAround(trials, goal, plains, previous?.sizing);
  const fitted = fitScale(trials, found.shape, goal);
  // Where the price has not caught up yet the search may give up on what plain headroom would carry.
  const simple = bestOf(plains, ({ replayed }) => lossOver(trials, goal, replayed)).shape;
  const next = clearlyBetter(trials, goal, simple, fitted) ? simple : fitted;
  const between = previous === null ? next : mixed(previous.sizing.policy, next);
  const shape = clearlyBetter(trials, goal, next, between) ? next : between;
  const now = startsAt + (minutes.length - 1) * MINUTE_MS;
  return {
    policy: {
      ...shorten(shape),
      ...trials.describe(shape),
      expected: round(trials.replayed(shape)),
      hpa70: round(replayHpa(trials.input, perReplica, hpaPercent)),
      days: Math.round(minutes.length / DAY_MINUTES),
    },
    usual: usualAhead(usualAt, now - 30 * MINUTE_MS, USUAL_HOURS),
    price: short(found.price),
    tally: { promised: short(tally.promised), came: short(tally.came) },
  };
}

/** Replays the policy before over the minutes since: the only honest test of what it had promised. */
function tallyUntilNow({ minutes, startsAt, previous }: SearchInput, trials: PolicyTrials, budget: number) {
  if (previous === null) return { promised: 0, came: 0 };
  const { tally, policy } = previous.sizing;
  const from = Math.max(0, Math.round((previous.at - startsAt) / MINUTE_MS));
  const length = minutes.length - 1 - from;
  if (length < 1) return tally;
  const fade = Math.exp(-length / (TALLY_DAYS * DAY_MINUTES));
  const came = 100 * trials.replayed(policy, from).shortMinutes;
  const promised = Math.min(policy.expected.violationPercent, budget) * length;
  return { promised: tally.promised * fade + promised, came: tally.came * fade + came };
}

interface Found {
  readonly shape: SizingShape;
  readonly price: number;
}

interface Tried {
  readonly shape: SizingShape;
  readonly replayed: Replayed;
}

/** More and more headroom over the highest of the last minutes: what every search can start from. */
function plainHeadrooms(trials: PolicyTrials, windowMinutes: number): readonly Tried[] {
  return (['peak5', 'peak20', 'peak60'] as const).flatMap((feature) =>
    [1, 1.04, 1.08, 1.14, 1.22, 1.35, 1.6, 2.2, 3.2, 5].map((weight) => {
      const shape = { weights: { [feature]: weight }, windowMinutes };
      return { shape, replayed: trials.replayed(shape) };
    }),
  );
}

/** From the policy before, and afresh from plain headroom: descent keeps to its valley, and the better one may lie elsewhere. */
function searchAround(
  trials: PolicyTrials,
  goal: Goal,
  plains: readonly Tried[],
  before: FittedSizing | undefined,
): Found {
  const price = before?.price ?? PRICE_START_PER_BUDGET / goal.budget;
  const start = bestOf(plains, ({ replayed }) => trials.loss(replayed, price));
  const afresh = trials.descend(start.shape, price, FAR);
  const near = before === undefined ? afresh : trials.descend(before.policy, price, NEAR);
  const found = afresh.loss < near.loss ? afresh : near;
  return { shape: found.shape, price: nextPrice(price, goal, found.replayed) };
}

function bestOf<T>(all: readonly T[], loss: (one: T) => number): T {
  return all.reduce((best, one) => (loss(one) < loss(best) ? one : best));
}

function clearlyBetter(trials: PolicyTrials, goal: Goal, shape: SizingShape, than: SizingShape): boolean {
  const [one, other] = [shape, than].map((each) => lossOver(trials, goal, trials.replayed(each)));
  return (one ?? 0) < (other ?? 0) - CLEARLY;
}

/** More or less of the same mixture, and the window: whatever spends the budget at the least cost. */
function fitScale(trials: PolicyTrials, shape: SizingShape, goal: Goal): SizingShape {
  const tried = (windowMinutes: number, by: number) => {
    const candidate = scaled({ ...shape, windowMinutes }, by);
    return { shape: candidate, by, loss: lossOver(trials, goal, trials.replayed(candidate)) };
  };
  const perHold = WINDOWS.map((hold) => {
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

function mixed(before: SizingShape, next: SizingShape): SizingShape {
  const weights = SIZING_FEATURES.map((feature) => {
    const [was, will] = [before.weights[feature] ?? 0, next.weights[feature] ?? 0];
    return [feature, was + MOVE_SHARE * (will - was)] as const;
  });
  return { weights: Object.fromEntries(weights) as SizingShape['weights'], windowMinutes: next.windowMinutes };
}

function shorten({ weights, windowMinutes }: SizingShape): SizingShape {
  const kept = Object.entries(weights).filter(([, weight]) => (weight ?? 0) > 0);
  const rounded = kept.map(([feature, weight]) => [feature, short(weight ?? 0)] as const);
  return { weights: Object.fromEntries(rounded) as SizingShape['weights'], windowMinutes };
}

function round({ violationPercent, cost }: Replayed): ReplayScore {
  return { violationPercent: Number(violationPercent.toFixed(3)), cost: Number(cost.toFixed(3)) };
}
