// Choosing a plan: replay a small family of ways of sizing over a workload's own last days, take the cheapest that keeps the SLO.
import type { EpochMs, PlanShape, ReplayScore } from './model.ts';
import { type LearnedPlan, plannedDemand, RISE_SLOTS, type Rises, replicasPlanned, riseSlot } from './plan.ts';
import { FULL_PERCENT } from './sizing.ts';

const MINUTE_MS = 60_000;
const HEADROOMS = [-0.1, -0.05, 0, 0.04, 0.08, 0.12, 0.17, 0.23, 0.3, 0.4, 0.55, 0.75, 1, 1.4, 2] as const;
const HOLDS = [5, 10, 20, 40, 80] as const;
const SLOPES = [0, 3, 8] as const;
export const LONGEST_HOLD_MINUTES = 80;
/** What is left of the SLO's budget for the days ahead being unlike the days behind. */
const BUDGET_SHARE = 0.6;
const HPA_TARGET = 0.7;
const HPA_HOLD_MINUTES = 5;
/** The guardrails' own limits, so that what is replayed is what will happen. */
const COOLDOWN_DOWN_MINUTES = 5;
const DAYS = 7;
/** The steepest ones; what is learned of a workload stays within two kilobytes. */
const MOST_RISES = 64;

export interface ReplayInput {
  /** Demand by the minute, no gaps. */
  readonly minutes: Float64Array;
  readonly startsAt: EpochMs;
  readonly perReplica: number;
  /** From a decision to a replica that serves, with the age of readings; whole minutes. */
  readonly leadMinutes: number;
  readonly sloPercent: number;
}

/** @returns the cheapest plan that would have kept the SLO, or the one that came nearest; null under one day of history */
export function choosePlan(input: ReplayInput): LearnedPlan | null {
  const minutes = input.minutes.subarray(Math.max(0, input.minutes.length - DAYS * 1440));
  if (minutes.length < 1440) return null;
  const startsAt = input.startsAt + (input.minutes.length - minutes.length) * MINUTE_MS;
  const rises = fitRises(minutes, startsAt);
  const need = minutes.map((demand) => Math.ceil(demand / ((input.perReplica * FULL_PERCENT) / 100) - 1e-9));
  const replay: Replay = {
    ...input,
    minutes,
    startsAt,
    need,
    rises,
    wanted: new Int32Array(minutes.length),
    held: new Int32Array(minutes.length),
  };
  const budget = (100 - input.sloPercent) * BUDGET_SHARE;
  let best: { shape: PlanShape; score: ReplayScore } | null = null;
  for (const slopeMinutes of SLOPES)
    for (const seasonal of [false, true]) {
      const planned = minutes.map((_, i) => plannedDemand(minutes, i, startsAt, { slopeMinutes, seasonal }, rises));
      for (const holdMinutes of HOLDS) {
        const found = leastHeadroom(replay, planned, { slopeMinutes, seasonal, holdMinutes }, budget);
        if (best === null || isBetter(found.score, best.score, budget)) best = found;
      }
    }
  if (best === null) return null;
  const round = ({ violationPercent, cost }: ReplayScore) => ({
    violationPercent: Number(violationPercent.toFixed(3)),
    cost: Number(cost.toFixed(3)),
  });
  const days = Math.round(minutes.length / 1440);
  return { plan: { ...best.shape, expected: round(best.score), hpa70: round(replayHpa(replay)), days }, rises };
}

interface Replay extends ReplayInput {
  readonly need: Float64Array;
  readonly rises: Rises;
  /** Scratch, reused by every candidate. */
  readonly wanted: Int32Array;
  readonly held: Int32Array;
}

/** Within budget the cheaper wins; outside it the one with fewer violations. */
function isBetter(a: ReplayScore, b: ReplayScore, budget: number): boolean {
  const [inA, inB] = [a.violationPercent <= budget, b.violationPercent <= budget];
  if (inA !== inB) return inA;
  return inA ? a.cost < b.cost : a.violationPercent < b.violationPercent;
}

/** More headroom never violates more: the least that keeps the budget is found by halving. */
function leastHeadroom(replay: Replay, planned: Float64Array, rest: Omit<PlanShape, 'headroom'>, budget: number) {
  const scoreOf = (index: number) => replayPlan(replay, planned, HEADROOMS[index] ?? 0, rest.holdMinutes);
  let low = 0;
  let high = HEADROOMS.length - 1;
  let score = scoreOf(high);
  while (low < high) {
    const middle = (low + high) >> 1;
    const tried = scoreOf(middle);
    if (tried.violationPercent <= budget) {
      high = middle;
      score = tried;
    } else low = middle + 1;
  }
  return { shape: { ...rest, headroom: HEADROOMS[high] ?? 0 }, score };
}

function replayPlan(replay: Replay, planned: Float64Array, headroom: number, holdMinutes: number): ReplayScore {
  for (let i = 0; i < planned.length; i++)
    replay.wanted[i] = replicasPlanned(planned[i] ?? 0, headroom, replay.perReplica);
  return scoreHeld(replay, holdMinutes);
}

function replayHpa(replay: Replay): ReplayScore {
  let current = 1;
  replay.minutes.forEach((demand, i) => {
    const desired = Math.max(1, Math.ceil(demand / (HPA_TARGET * replay.perReplica) - 1e-9));
    const ratio = demand / (current * replay.perReplica * HPA_TARGET);
    if (Math.abs(ratio - 1) > 0.1) current = desired;
    replay.wanted[i] = current;
  });
  return scoreHeld(replay, HPA_HOLD_MINUTES);
}

/** Holds, steps and cools down as the guardrails would, and counts the minutes in which ready replicas were short. */
function scoreHeld({ wanted, held, need, leadMinutes }: Replay, holdMinutes: number): ReplayScore {
  rollingMax(wanted, holdMinutes, held);
  let current = held[0] ?? 1;
  let changedAt = Number.NEGATIVE_INFINITY;
  let short = 0;
  let spent = 0;
  let needed = 0;
  for (let i = 0; i < held.length; i++) {
    const next = limited(current, held[i] ?? 1, i - changedAt);
    if (next !== current) changedAt = i;
    current = next;
    wanted[i] = current;
    let ready = current;
    for (let back = 1; back < leadMinutes && back <= i; back++) ready = Math.min(ready, wanted[i - back] ?? current);
    if (ready < (need[i] ?? 0)) short++;
    spent += current;
    needed += need[i] ?? 0;
  }
  return { violationPercent: (100 * short) / held.length, cost: needed === 0 ? 1 : spent / needed };
}

function limited(current: number, target: number, sinceChange: number): number {
  if (target > current) return Math.min(target, Math.max(2 * current, current + 4));
  if (target === current || sinceChange < COOLDOWN_DOWN_MINUTES) return current;
  return Math.max(target, Math.ceil(current / 2));
}

/** Highest of the last `window` values at each place, in one pass (monotonic queue). */
function rollingMax(values: Int32Array, window: number, into: Int32Array): void {
  const queue = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    while (tail > head && (values[queue[tail - 1] ?? 0] ?? 0) <= value) tail--;
    queue[tail++] = i;
    if ((queue[head] ?? 0) <= i - window) head++;
    into[i] = values[queue[head] ?? i] ?? value;
  }
}

/** What usually comes on top within five minutes, per five-minute slot of the day: the median over the days, where it is a rise. */
function fitRises(minutes: Float64Array, startsAt: EpochMs): Rises {
  const seen: number[][] = Array.from({ length: RISE_SLOTS }, () => []);
  const mean = (from: number) => {
    let sum = 0;
    for (let i = from; i < from + 5; i++) sum += minutes[i] ?? 0;
    return sum / 5;
  };
  let total = 0;
  for (let i = 5; i + 8 < minutes.length; i++) {
    total += minutes[i] ?? 0;
    if ((startsAt / MINUTE_MS + i) % 5 >= 1) continue;
    seen[riseSlot(startsAt + i * MINUTE_MS)]?.push(mean(i + 3) - mean(i - 4));
  }
  const small = (0.02 * total) / minutes.length;
  const medians = seen.flatMap((values, slot) => {
    const median = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
    return values.length >= 2 && median > small ? [[slot, Number(median.toPrecision(3))] as const] : [];
  });
  return Object.fromEntries(medians.toSorted(([, a], [, b]) => b - a).slice(0, MOST_RISES));
}
