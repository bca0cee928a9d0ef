// How a sizing policy looks from outside (the API's `plan`): what it is made of, and how it would have done beside an HPA.
import { FULL_PERCENT } from '../../domain/sizing/capacity.ts';
import { PRICES } from '../../domain/sizing/demand-ahead/newsvendor.ts';
import { describeExpert } from '../../domain/sizing/describe.ts';
import type { Expert } from '../../domain/sizing/experts/experts.ts';
import type { HpaReplay, ReplayScore, SizingPolicy } from '../../domain/sizing/sizing-policy.ts';
import type { NodeLead } from '../../domain/workload/node-wait.ts';

/** As it was stored: an earlier release's has no way of sizing that is known here. */
type StoredPlan = Omit<SizingPolicy, 'expert'> & { readonly expert?: Expert };

/** Null where there is none, or an earlier release's, whose weights mean nothing any more. */
export function presentPlan(plan: StoredPlan | null) {
  if (plan?.expert === undefined) return null;
  return {
    way: describeExpert(plan.expert),
    ...presentExpert(plan.expert),
    short_above_percent: FULL_PERCENT,
    hold_minutes: plan.expert.windowMinutes,
    changes_per_hour: plan.changesPerHour,
    expected: presentScore(plan.expected),
    hpa70: presentScore(plan.hpa70),
    own_hpa: presentOwnHpa(plan.ownHpa),
    ...(plan.lead !== undefined && { start_up: presentLead(plan.lead) }),
    days: plan.days,
  };
}

function presentExpert(expert: Expert) {
  if (expert.kind === 'headroom') return { kind: expert.kind, headroom: Number((expert.factor - 1).toFixed(2)) };
  return { kind: expert.kind, price: Math.round(PRICES[expert.price] ?? 0) };
}

function presentLead({ roomSeconds, newNodeSeconds, size, steps, waited }: NodeLead) {
  return {
    room_seconds: roomSeconds,
    new_node_seconds: newNodeSeconds,
    pods_at_least: size,
    steps,
    steps_waited: waited,
  };
}

function presentOwnHpa(replay: HpaReplay | undefined) {
  if (replay === undefined) return null;
  const { targets, score, leftOut } = replay;
  return { targets, score: score === null ? null : presentScore(score), left_out: leftOut };
}

function presentScore({ violationPercent, cost, changesPerHour }: ReplayScore) {
  return {
    violation_percent: violationPercent,
    cost,
    ...(changesPerHour !== undefined && { changes_per_hour: changesPerHour }),
  };
}
