// What becomes of the numbers that a way of sizing wants, minute by minute: steps, cooldown and hold as a tick keeps them.

import { highestStep, lowestStep, STABILISATION_MS } from '../../workload/pace.ts';
import { MINUTE_MS } from '../../workload/time.ts';

const STABILISATION_MINUTES = STABILISATION_MS / MINUTE_MS;
/** Short minutes closer together than this are one episode. */
const EPISODE_GAP_MINUTES = 15;
/** Shortage is judged at quarters of a minute, as the backtest does. */
const QUARTERS = [0, 15, 30, 45];
const LONG_AGO = -1_000_000;

/** What every way of sizing meets in the same history. */
export interface Course {
  /** Replicas that each minute takes. */
  readonly needed: Int32Array;
  /** From a change of demand until a pod serves that it brought: reading, look and start-up. */
  readonly delaySeconds: number;
  /** Replicas change only every so many minutes, where nobody looks in between. */
  readonly everyMinutes: number;
  readonly cooldownDownMinutes: number;
}

/** Wanted at each minute: `up` to go to at once, `down` to come down to. */
export interface Wanted {
  readonly up: Int32Array;
  readonly down: Int32Array;
  readonly windowMinutes: number;
}

export interface Walked {
  /** Minutes short of capacity, quarters counted. */
  readonly shortMinutes: number;
  /** Runs of such minutes: what was really independent. */
  readonly episodes: number;
  /** Replica-minutes. */
  readonly spent: number;
  readonly changes: number;
}

/** A stretch of minutes; the last is not in it. */
export interface Stretch {
  readonly from: number;
  /** The first minute that counts; what is before only leads there. */
  readonly countedFrom: number;
  readonly to: number;
}

/** What would have come of these numbers, with the limits that a tick keeps. */
export function walk(course: Course, wanted: Wanted, stretch: Stretch): Walked {
  const { from } = stretch;
  return follow(course, stretch, wanted.up[from] ?? 1, (current, i, since) =>
    i % course.everyMinutes === 0 ? moved(course, wanted, current, i, since, from) : current,
  );
}

/** What would have come of replicas that stood at each minute as they are given, whoever set them. */
export function walkGiven(course: Course, replicas: Int32Array): Walked {
  const stretch = { from: 0, countedFrom: 0, to: replicas.length };
  return follow(course, stretch, replicas[0] ?? 1, (_, i) => replicas[i] ?? 1);
}

/** The one loop that learning walks for every way of sizing. @param next the replicas of minute `i`, so many minutes after a change */
function follow(
  { needed, delaySeconds }: Course,
  { from, countedFrom, to }: Stretch,
  start: number,
  next: (current: number, i: number, sinceChange: number) => number,
): Walked {
  const back = backAtQuarters(delaySeconds);
  const furthest = Math.max(...back);
  const had = new Int32Array(to - from);
  let current = start;
  let changedAt = LONG_AGO;
  let shortAt = LONG_AGO;
  let [quarters, episodes, spent, changes] = [0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const after = next(current, i, i - changedAt);
    if (after !== current) {
      current = after;
      changedAt = i;
      if (i >= countedFrom) changes++;
    }
    had[i - from] = current;
    if (i < countedFrom) continue;
    spent += current;
    const need = needed[i] ?? 0;
    // Most minutes have had what they have for long enough.
    if (i - changedAt > furthest && current >= need) continue;
    const short = quartersUnder(need, had, i - from, back);
    if (short === 0) continue;
    quarters += short;
    if (i - shortAt > EPISODE_GAP_MINUTES) episodes++;
    shortAt = i;
  }
  return { shortMinutes: quarters / QUARTERS.length, episodes, spent, changes };
}

/** For each quarter of a minute: how many minutes ago a pod that serves then must have been asked for. */
function backAtQuarters(delaySeconds: number): readonly number[] {
  return QUARTERS.map((offset) => Math.max(0, Math.ceil((delaySeconds - offset) / 60)));
}

function moved(course: Course, wanted: Wanted, current: number, i: number, sinceChange: number, from: number): number {
  const up = wanted.up[i] ?? 1;
  if (up > current) return Math.min(up, highestStep(current));
  if (sinceChange < course.cooldownDownMinutes || (wanted.down[i] ?? 1) >= current) return current;
  let highest = up;
  for (let at = Math.max(from, i - Math.max(wanted.windowMinutes, STABILISATION_MINUTES)); at <= i; at++) {
    highest = Math.max(highest, wanted.down[at] ?? 1);
    if (highest >= current) return current;
  }
  return Math.max(highest, lowestStep(current));
}

function quartersUnder(need: number, had: Int32Array, i: number, back: readonly number[]): number {
  let short = 0;
  for (const ago of back) if (lowestOf(had, i, ago) < need) short++;
  return short;
}

/** The fewest replicas from `ago` minutes before until now: those have started. */
function lowestOf(had: Int32Array, i: number, ago: number): number {
  let lowest = had[i] ?? 0;
  for (let at = Math.max(0, i - ago); at < i; at++) {
    const count = had[at] ?? 0;
    if (count < lowest) lowest = count;
  }
  return lowest;
}
