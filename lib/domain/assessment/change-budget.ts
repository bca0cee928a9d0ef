// Whether advice moves a workload to and fro: its changes are counted beside those that the baseline alone would have made.
import { highestStep, lowestStep, STABILISATION_MS, TOLERANCE } from '../workload/pace.ts';
import type { Policy } from '../workload/policy.ts';
import type { EpochMs } from '../workload/time.ts';
import type { BaselineAlone, ChangeBudget, RegretBudget, TrackedTick } from './regret-budget.ts';

/** Counts fade with this time constant. */
const FADE_MS = 7 * 86_400_000;

/** Of the changes that the baseline alone would make, the share that may come on top where advice leads, and how many are free. */
const SHARE = 0.1;

const FREE = 2;

const EPSILON = 1e-9;

/**
 * Counts what the last tick changed, and lets the baseline alone go on by the same tick.
 * @param ticks those of the last minutes, oldest first, the last of them the one that `before` was made in
 */
export function countChanges(
  { at, changes }: RegretBudget,
  ticks: readonly TrackedTick[],
  now: EpochMs,
  policy: Policy,
): ChangeBudget {
  const last = ticks.at(-1);
  const before = changes ?? { made: 0, byBaseline: 0, alone: null, closed: false };
  if (last === undefined || last.at !== at) return before;
  const start = before.alone ?? { replicas: aloneOf(last), changedAt: 0 };
  const alone = baselineStep(start, ticks, last, policy);
  const fade = Math.exp(-Math.max(0, now - at) / FADE_MS);
  const made = before.made * fade + (last.changed ? 1 : 0);
  const byBaseline = before.byBaseline * fade + (alone === start ? 0 : 1);
  return { made, byBaseline, alone, closed: made + 1 > FREE + (1 + SHARE) * byBaseline };
}

/**
 * What the baseline wants had advice never led. A sizing policy wants the same whatever is there; HPA's formula keeps what is close to it.
 * @param exact replicas that the formula comes to, before rounding; null where the baseline does not go by it
 */
export function wantedAlone(
  { changes }: RegretBudget,
  { baseline, exact }: { readonly baseline: number; readonly exact: number | null },
  { min, max }: Policy,
): number {
  const replicas = changes?.alone?.replicas;
  if (exact === null || replicas === undefined) return baseline;
  // The tolerance keeps what is there; less than observed demand needs is never kept.
  const needed = Math.ceil(exact - EPSILON);
  const isClose = Math.abs(exact / replicas - 1) <= TOLERANCE;
  return Math.min(max, Math.max(min, isClose ? Math.max(replicas, needed) : needed));
}

/** One tick of the baseline alone, with the window, the cooldown and the steps that every change meets. */
function baselineStep(
  before: BaselineAlone,
  ticks: readonly TrackedTick[],
  last: TrackedTick,
  policy: Policy,
): BaselineAlone {
  const { replicas, changedAt } = before;
  const highest = Math.max(...ticks.filter(({ at }) => at >= last.at - STABILISATION_MS).map(aloneOf));
  const wanted = Math.max(aloneOf(last), Math.min(replicas, highest));
  const seconds = (last.at - changedAt) / 1000;
  const waits = wanted < replicas && seconds < policy.cooldownDownSeconds;
  if (wanted === replicas || waits) return before;
  const next = Math.min(Math.max(wanted, lowestStep(replicas)), highestStep(replicas));
  return { replicas: next, changedAt: last.at };
}

function aloneOf({ alone, baseline }: TrackedTick): number {
  return alone ?? baseline;
}
