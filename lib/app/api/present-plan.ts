// How a sizing policy looks from outside (the API's `plan`): what it is made of, and how it would have done beside an HPA.
import type { HpaReplay, ReplayScore, SizingPolicy } from '../../domain/sizing/sizing-policy.ts';

export function presentPlan(plan: SizingPolicy | null) {
  if (plan === null) return null;
  return {
    weights: plan.weights,
    hold_minutes: plan.windowMinutes,
    headroom: plan.headroom,
    shares: plan.shares,
    expected: presentScore(plan.expected),
    hpa70: presentScore(plan.hpa70),
    own_hpa: presentOwnHpa(plan.ownHpa),
    days: plan.days,
  };
}

function presentOwnHpa(replay: HpaReplay | undefined) {
  if (replay === undefined) return null;
  const { targets, score, leftOut } = replay;
  return { targets, score: score === null ? null : presentScore(score), left_out: leftOut };
}

function presentScore({ violationPercent, cost }: ReplayScore) {
  return { violation_percent: violationPercent, cost };
}
