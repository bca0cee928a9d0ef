// The learned way of sizing one workload: headroom, a hold before giving back, and how far to look ahead.
import type { EpochMs, Plan, PlanShape, ReplayScore } from './model.ts';
import { FULL_PERCENT } from './sizing.ts';

/** What learning leaves behind of it. */
export interface LearnedPlan {
  readonly plan: Plan;
  readonly rises: Rises;
}

const MINUTE_MS = 60_000;
/** The slope is taken between the mean of the last three minutes and that of five minutes around six minutes ago. */
const SLOPE_GAP_MINUTES = 5;
export const MINUTES_BEFORE = 9;
export const RISE_SLOTS = 288;
const RISE_MINUTES = 1440 / RISE_SLOTS;

/** Demand expected to come on top of the present within minutes, by five-minute slot of the UTC day; sparse. */
export type Rises = Readonly<Record<number, number>>;

/**
 * The demand to be ready for at minute `i`: what is there, carried on by its slope or by what usually comes now.
 * @param minutes demand by the minute, ending at or after `i`; needs MINUTES_BEFORE samples before it for a slope
 * @param startsAt instant of `minutes[0]`
 */
export function plannedDemand(
  minutes: Float64Array,
  i: number,
  startsAt: EpochMs,
  shape: Pick<PlanShape, 'slopeMinutes' | 'seasonal'>,
  rises: Rises,
): number {
  const present = minutes[i] ?? 0;
  const carried = shape.slopeMinutes === 0 ? 0 : slopeAt(minutes, i) * shape.slopeMinutes;
  const usual = shape.seasonal ? (rises[riseSlot(startsAt + i * MINUTE_MS)] ?? 0) : 0;
  return present + Math.max(0, carried, usual);
}

export function riseSlot(at: EpochMs): number {
  return Math.floor(((((at / MINUTE_MS) % 1440) + 1440) % 1440) / RISE_MINUTES);
}

/** Replicas for a planned demand: at FULL_PERCENT of their requests a replica counts as short. */
export function replicasPlanned(planned: number, headroom: number, perReplica: number): number {
  return Math.max(1, Math.ceil(((1 + headroom) * planned) / ((perReplica * FULL_PERCENT) / 100) - 1e-9));
}

/** Replicas now: the highest number wanted within the hold. */
export function planReplicas(
  minutes: Float64Array,
  startsAt: EpochMs,
  plan: PlanShape,
  rises: Rises,
  perReplica: number,
): number {
  const last = minutes.length - 1;
  let highest = 0;
  for (let i = Math.max(0, last - plan.holdMinutes + 1); i <= last; i++)
    highest = Math.max(highest, plannedDemand(minutes, i, startsAt, plan, rises));
  return replicasPlanned(highest, plan.headroom, perReplica);
}

/** The utilisation at which a workload runs when the plan is met, percent of requests. */
export function planTargetPercent(plan: PlanShape): number {
  return FULL_PERCENT / (1 + plan.headroom);
}

/** In a sentence, as decisions and the API show it. */
export function describePlan({ headroom, holdMinutes, slopeMinutes, seasonal, expected, hpa70, days }: Plan): string {
  const ahead = [slopeMinutes > 0 ? 'follows slopes' : '', seasonal ? 'prepares for daily rises' : ''].filter(Boolean);
  const kept = ({ violationPercent, cost }: ReplayScore) =>
    `kept ${(100 - violationPercent).toFixed(1)} % at ${cost.toFixed(2)} × the ideal`;
  return (
    `chose ${Math.round(headroom * 100)} % headroom and a ${holdMinutes}-minute hold` +
    `${ahead.length > 0 ? `, ${ahead.join(' and ')}` : ''}: on the last ${days} days that would have ${kept(expected)}; ` +
    `HPA at 70 % would have ${kept(hpa70)}`
  );
}

function slopeAt(minutes: Float64Array, i: number): number {
  if (i < MINUTES_BEFORE - 1) return 0;
  const at = (back: number) => minutes[i - back] ?? 0;
  const late = (at(0) + at(1) + at(2)) / 3;
  const early = (at(4) + at(5) + at(6) + at(7) + at(8)) / 5;
  return (late - early) / SLOPE_GAP_MINUTES;
}
