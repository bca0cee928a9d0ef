// What a way of sizing would have done over a workload's own past: the demand of a load does not depend on our replicas, so history can be replayed.

import { highestStep, lowestStep, STABILISATION_MS, TOLERANCE } from '../workload/pace.ts';
import { DEFAULT_POLICY } from '../workload/policy.ts';
import { rollingMax } from '../workload/rolling-window.ts';
import { MINUTE_MS } from '../workload/time.ts';
import { HPA_PERCENT } from './capacity.ts';
import { type ReplayScore, replicasForDemand } from './sizing-policy.ts';

const STABILISATION_MINUTES = STABILISATION_MS / MINUTE_MS;
/** The default policy's: a workload's own is not replayed, nor that of scaling up, which a minute is over. */
const COOLDOWN_DOWN_MINUTES = DEFAULT_POLICY.cooldownDownSeconds / 60;
const EPSILON = 1e-9;
const LONG_AGO = -1_000_000;
/** Short minutes closer together than this are one episode. */
const EPISODE_GAP_MINUTES = 15;
/** Shortage is judged at quarters of a minute, as the backtest does. */
const QUARTERS = [0, 15, 30, 45] as const;

export interface ReplayInput {
  /** Demand by the minute as a tick sees it: value `i` is seen at minute `i` and was there in the minute before. */
  readonly minutes: Float64Array;
  /** Replicas that each of them takes, by `neededBy`. */
  readonly needed: Int32Array;
  /** Demand that one replica takes before it counts as short. */
  readonly unit: number;
  /** From a new replica to one that serves. */
  readonly startupSeconds: number;
  readonly tickMinutes: number;
}

export interface Replayed extends ReplayScore {
  readonly changesPerHour: number;
  /** Minutes short of capacity, quarters counted. */
  readonly shortMinutes: number;
  /** Runs of such minutes: what was really independent. */
  readonly episodes: number;
}

/** Replicas needed at each minute; 0 where there is no demand. */
export function neededBy(minutes: Float64Array, unit: number): Int32Array {
  return Int32Array.from(minutes, (demand) => Math.ceil(demand / unit - EPSILON));
}

/**
 * Replays decisions by the minute, with the guardrails' steps, stabilisation window and default cooldown, and the workload's
 * own start-up.
 * @param planned the demand to be ready for at each minute
 * @param from first minute that counts
 */
export function replay(input: ReplayInput, planned: Float64Array, windowMinutes: number, from = 0): Replayed {
  const { minutes, unit } = input;
  const ready = new Float64Array(minutes.length);
  for (let i = 0; i < ready.length; i++) ready[i] = Math.max(planned[i] ?? 0, minutes[i] ?? 0);
  const wanted = new Int32Array(minutes.length);
  const held = rollingMax(ready, windowMinutes);
  for (let i = 0; i < wanted.length; i++) wanted[i] = replicasForDemand(held[i] ?? 0, unit);
  return walk(input, wanted, from, 'stabilised');
}

/** A plain HPA, looking once a minute. @param targetPercent of what one replica takes: 70 of a request, 100 of a stated target */
export function replayHpa(input: ReplayInput, perReplica: number, targetPercent: number = HPA_PERCENT): Replayed {
  const target = targetPercent / 100;
  let current = 1;
  const desired = input.minutes.map((demand) => {
    const ratio = demand / (current * perReplica * target);
    if (Math.abs(ratio - 1) > TOLERANCE) current = Math.max(1, Math.ceil(demand / (target * perReplica) - EPSILON));
    return current;
  });
  return walk(input, Int32Array.from(rollingMax(desired, STABILISATION_MINUTES)), 0, 'paced');
}

/** What would have come of replicas that stood at each minute as they are given, without limits of ours. */
export function scored(input: ReplayInput, replicas: Int32Array): Replayed {
  return walk(input, replicas, 0, 'free');
}

/** What became of the wanted replicas, minute by minute: the one loop that every replay spends its time in. */
function walk(input: ReplayInput, wanted: Int32Array, from: number, limits: Limits): Replayed {
  const { minutes, needed, tickMinutes } = input;
  const last = minutes.length - 1;
  const back = backAtQuarters(input.startupSeconds);
  const furthest = Math.max(...back);
  const had = new Int32Array(minutes.length);
  let current = wanted[from] ?? 1;
  // Long before the first minute; whole numbers keep this loop twice as fast as infinities do.
  let changedAt = LONG_AGO;
  let changes = 0;
  let quartersShort = 0;
  let episodes = 0;
  let shortAt = LONG_AGO;
  let spent = 0;
  let ideal = 0;
  for (let i = from; i < last; i++) {
    const isTick = tickMinutes === 1 || i % tickMinutes === 0;
    const next = isTick ? moved(limits, current, wanted, i, i - changedAt) : current;
    if (next !== current) {
      current = next;
      changedAt = i;
      changes++;
    }
    had[i] = current;
    const need = needed[i + 1] ?? 0;
    spent += current;
    ideal += need;
    // Most minutes have had what they have for long enough.
    const started = i - changedAt > furthest ? current : lowestOf(had, i, furthest, from);
    if (started >= need) continue;
    if (i - shortAt > EPISODE_GAP_MINUTES) episodes++;
    shortAt = i;
    quartersShort += quartersUnder(need, had, i, back, from);
  }
  const length = Math.max(1, last - from);
  const shortMinutes = quartersShort / QUARTERS.length;
  return {
    violationPercent: (100 * shortMinutes) / length,
    cost: spent / Math.max(1, ideal),
    changesPerHour: (60 * changes) / length,
    shortMinutes,
    episodes,
  };
}

/** For each quarter of a minute: how many minutes ago a pod that serves then must have been there already. */
function backAtQuarters(startupSeconds: number): readonly number[] {
  return QUARTERS.map((offset) => Math.max(0, Math.ceil((startupSeconds - offset) / 60)));
}

function quartersUnder(need: number, had: Int32Array, i: number, back: readonly number[], from: number): number {
  return back.filter((ago) => lowestOf(had, i, ago, from) < need).length;
}

/** The fewest replicas of minute `i` and `ago` minutes before it: those have started. */
function lowestOf(had: Int32Array, i: number, ago: number, from: number): number {
  let lowest = had[i] ?? 0;
  for (let at = Math.max(from, i - ago); at < i; at++) {
    const count = had[at] ?? 0;
    if (count < lowest) lowest = count;
  }
  return lowest;
}

/** `paced`: steps and cooldown. `stabilised`: with the window on top, as a tick decides. `free`: as it is given. */
type Limits = 'free' | 'paced' | 'stabilised';

function moved(limits: Limits, current: number, wanted: Int32Array, i: number, sinceChange: number): number {
  const target = wanted[i] ?? 1;
  if (limits === 'free' || target === current) return target;
  if (target > current) return Math.min(target, highestStep(current));
  if (sinceChange < COOLDOWN_DOWN_MINUTES) return current;
  const kept = limits === 'stabilised' ? Math.min(current, highestLately(wanted, i)) : target;
  return Math.max(kept, lowestStep(current));
}

/** The highest number wanted within the stabilisation window, the present one included. */
function highestLately(wanted: Int32Array, i: number): number {
  let highest = wanted[i] ?? 1;
  for (let at = Math.max(0, i - STABILISATION_MINUTES + 1); at < i; at++) {
    const one = wanted[at] ?? 1;
    if (one > highest) highest = one;
  }
  return highest;
}
