// The time after a change of the replica count, whoever made it: nobody scales while it lasts.
import type { Assessment } from '../../assessment/assessment.ts';
import { lastChange, overruledCountMessage } from '../../workload/other-writers.ts';
import { isYieldedTo } from '../../workload/overruled.ts';
import type { ReasonCode } from '../../workload/reason-code.ts';
import { atLeast, atMost, type Constraint, type ConstraintCheck } from '../constraint.ts';

export const cooldown: ConstraintCheck = {
  name: 'cooldown',
  check: (assessment, { lastScaledAt, ownChangeAt, isOwnRise = false }) => {
    const yielding = givingWay(assessment);
    if (yielding.length > 0) return yielding;
    const change = lastChange(assessment, lastScaledAt, ownChangeAt);
    if (change === null) return [];
    const { now, policy, observation, schedule } = assessment;
    const current = observation.replicas.spec;
    const since = Math.floor((now - change.at) / 1000);
    const code: ReasonCode = change.by === null ? 'cooling_down' : 'scaled_by_other';
    const told = (seconds: number) => () =>
      change.by === null
        ? `scaled ${since} s ago, the cooldown is ${seconds} s`
        : `${change.by} scaled to ${current} ${since} s ago: scaling pauses for the cooldown of ${seconds} s`;
    const up = { rank: 'pace', code, message: told(policy.cooldownUpSeconds) } as const;
    const down = { rank: 'pace', code, message: told(policy.cooldownDownSeconds) } as const;
    // What rises may rise on, as under an HPA: how far is for the step to say. Waited is after a scale-in, and after others.
    const goesOn = change.by === null && change.at === ownChangeAt && isOwnRise;
    return [
      // A scheduled floor does not wait: what it asks for is due at its start.
      ...(since < policy.cooldownUpSeconds && !goesOn ? [atMost(Math.max(current, schedule?.floor ?? 0), up)] : []),
      ...(since < policy.cooldownDownSeconds ? [atLeast(current, down)] : []),
    ];
  },
};

/** Whoever keeps setting the count against us meant it: left alone, longer each time. */
function givingWay({ observation, overruled, now }: Assessment): readonly Constraint[] {
  if (overruled === undefined || !isYieldedTo(overruled, now)) return [];
  const current = observation.replicas.spec;
  const message = () => overruledCountMessage(observation, overruled);
  const details = { rank: 'pace', code: 'scaled_by_other', message } as const;
  return [atMost(current, details), atLeast(current, details)];
}
