// The learned way of sizing one workload, applied to the present: a weighted sum of what is seen, held for a while.
import type { EpochMs, HpaReplay, Plan, PlanFeature, PlanShape, ReplayScore, SignalName } from '../model.ts';
import { FULL_PERCENT } from '../workload/utilisation.ts';
import { FEATURE_MINUTES, planColumns, plannedDemand } from './features.ts';
import { fromAhead, type UsualAhead } from './usual-day.ts';

/** What learning leaves behind of it. */
export interface LearnedPlan {
  readonly plan: Plan;
  /** What earlier days had at the hours ahead. */
  readonly usual: UsualAhead;
  /** What a point of violations may cost, in units of the ideal cost; moves slowly from choice to choice. */
  readonly price: number;
  /** What the plans of the last days promised and what came of them, in percent-minutes of violation; fades over days. */
  readonly tally: { readonly promised: number; readonly came: number };
}

const LONGEST_HOLD_MINUTES = 20;
/** The longest hold, and what the features of its first minute look back on. */
export const PLAN_MINUTES = LONGEST_HOLD_MINUTES + FEATURE_MINUTES + 1;

/** Demand that one replica takes before it counts as short: FULL_PERCENT of its request. */
export function planUnit(perReplica: number): number {
  return (perReplica * FULL_PERCENT) / 100;
}

/** Replicas that carry a planned demand. */
export function replicasPlanned(planned: number, unit: number): number {
  return Math.max(1, Math.ceil(planned / unit - 1e-9));
}

/**
 * Replicas now: the highest number wanted within the hold.
 * @param minutes demand by the minute, the present last; best PLAN_MINUTES of them
 * @param startsAt instant of `minutes[0]`
 * @param perReplica demand that one replica takes at 100 % of its request
 */
export function planReplicas(
  minutes: Float64Array,
  startsAt: EpochMs,
  { plan, usual }: Pick<LearnedPlan, 'plan' | 'usual'>,
  perReplica: number,
): number {
  const unit = planUnit(perReplica);
  const columns = planColumns(minutes, startsAt, unit, fromAhead(usual));
  const planned = plannedDemand(columns, plan.weights).subarray(-plan.holdMinutes);
  return replicasPlanned(Math.max(minutes.at(-1) ?? 0, ...planned), unit);
}

const FEATURE_WORDS: Readonly<Record<PlanFeature, string>> = {
  peak5: "the last 5 minutes' peak",
  peak20: "the last 20 minutes' peak",
  peak60: "the last hour's peak",
  mean60: "the last hour's mean",
  moves60: 'how much it moves by the minute',
  jump60: "the last hour's steepest jump",
  slope: 'the present slope',
  usual: 'what is usual at this time of day',
  rise: 'the usual rise at this time of day',
  spare: 'a spare that does not follow load',
};
/** Smaller parts are not worth the reader's time. */
const SMALLEST_SHARE = 0.03;

/** In a sentence, as decisions and the API show it. */
export function describePlan({ headroom, holdMinutes, shares, expected, hpa70, ownHpa, days }: Plan): string {
  const parts = shares
    .filter(([, share]) => share >= SMALLEST_SHARE)
    .map(([feature, share]) => `${FEATURE_WORDS[feature]} (${Math.round(share * 100)} %)`);
  return (
    `chose ${Math.round(headroom * 100)} % headroom and a ${holdMinutes}-minute hold, made of ${parts.join(', ')}: ` +
    `on the last ${days} days that would have ${kept(expected)}; ${describeHpa(hpa70, ownHpa)}`
  );
}

/** Held against the HPA that the workload has; against one at 70 % where it has none, or none of its metrics is known. */
function describeHpa(hpa70: ReplayScore, own: HpaReplay | undefined): string {
  const at70 = `HPA at 70 % would have ${kept(hpa70)}`;
  if (own === undefined) return at70;
  const targets = Object.entries(own.targets).map(
    ([signal, percent]) => `${SIGNAL_WORDS[signal as SignalName]} ${Math.round(percent)} %`,
  );
  const names = own.leftOut.slice(0, METRICS_NAMED).join(', ');
  const more = own.leftOut.length > METRICS_NAMED ? ` and ${own.leftOut.length - METRICS_NAMED} more` : '';
  if (own.score === null) return `${at70}; your HPA's metrics are not in the history: ${names}${more}`;
  const verb = own.leftOut.length === 1 ? `metric ${names} is` : `metrics ${names}${more} are`;
  const left = own.leftOut.length === 0 ? '' : `; its ${verb} left out`;
  return `your HPA (${targets.join(', ')}) would have ${kept(own.score)}${left}`;
}

function kept({ violationPercent, cost }: ReplayScore): string {
  return `kept ${(100 - violationPercent).toFixed(1)} % at ${cost.toFixed(2)} × the ideal`;
}

const SIGNAL_WORDS: Readonly<Record<SignalName, string>> = { cpu: 'CPU', memory: 'memory' };
const METRICS_NAMED = 3;

/** The plan's shape, multiplied: the same mixture with more or less headroom. */
export function scaled({ weights, holdMinutes }: PlanShape, by: number): PlanShape {
  const entries = Object.entries(weights).map(([feature, weight]) => [feature, (weight ?? 0) * by] as const);
  return { weights: Object.fromEntries(entries) as PlanShape['weights'], holdMinutes };
}
