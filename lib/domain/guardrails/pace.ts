// How far one tick may go: steps, the time after a change, pods that more of them would not help, and whoever sets the count.

import type { Assessment } from '../assessment/assessment.ts';
import { sinceAndUntil, stoodFor } from '../assessment/standing.ts';
import { isYieldedTo } from '../hpa/floor.ts';
import { lastChange, overruledCountMessage } from '../workload/other-writers.ts';
import { whyNoMorePods } from '../workload/pod-health.ts';
import type { ReasonCode } from '../workload/reason-code.ts';
import { atLeast, atMost, type Constraint, type ConstraintCheck } from './constraint.ts';

/** Up at most double, or by four where that is more; down at most by half. */
const MAX_STEP_FACTOR = 2;
const MIN_STEP_UP = 4;
/** After so long one more pod is tried where the last ones do not serve, and half as often for each that does not. */
const FIRST_TRY_MS = 15 * 60_000;
const LONGEST_TRY_MS = 4 * 3_600_000;

const step: ConstraintCheck = {
  name: 'step',
  check: ({ observation, schedule }) => {
    const current = observation.replicas.spec;
    // Steps guard against wrong evidence; a scheduled floor is no evidence and is due at its start.
    const highest = Math.max(current * MAX_STEP_FACTOR, current + MIN_STEP_UP, schedule?.floor ?? 0);
    const lowest = Math.ceil(current / MAX_STEP_FACTOR);
    const up = () => `at most ${highest} in one step from ${current}`;
    const down = () => `at least ${lowest} in one step from ${current}`;
    return [
      atMost(highest, { rank: 'pace', code: 'step_up', message: up }),
      atLeast(lowest, { rank: 'pace', code: 'step_down', message: down }),
    ];
  },
};

const cooldown: ConstraintCheck = {
  name: 'cooldown',
  check: (assessment, { lastScaledAt, ownChangeAt }) => {
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
    return [
      // A scheduled floor does not wait: what it asks for is due at its start.
      ...(since < policy.cooldownUpSeconds ? [atMost(Math.max(current, schedule?.floor ?? 0), up)] : []),
      ...(since < policy.cooldownDownSeconds ? [atLeast(current, down)] : []),
    ];
  },
};

/** Where more pods would not serve, no number above the present one counts; but nobody knows that for ever. */
const pods: ConstraintCheck = {
  name: 'pods',
  check: ({ observation, standing, now }) => {
    const why = whyNoMorePods(observation);
    if (why === null) return [];
    const stoodMs = stoodFor(standing, why.code, now);
    const waitMs = Math.min(LONGEST_TRY_MS, FIRST_TRY_MS * 2 ** Math.max(0, why.pods - 1));
    const current = observation.replicas.spec;
    const ends = `when they serve; one more is tried after ${waitMs / 60_000} min`;
    const message = () => `${why.message} ${sinceAndUntil(stoodMs, ends)}`;
    return [atMost(stoodMs >= waitMs ? current + 1 : current, { rank: 'pace', code: why.code, message })];
  },
};

export const PACE: readonly ConstraintCheck[] = [step, cooldown, pods];

/** Whoever keeps setting the count against us meant it: left alone, longer each time. */
function givingWay({ observation, overruled, now }: Assessment): readonly Constraint[] {
  if (overruled === undefined || !isYieldedTo(overruled, now)) return [];
  const current = observation.replicas.spec;
  const message = () => overruledCountMessage(observation, overruled);
  const details = { rank: 'pace', code: 'scaled_by_other', message } as const;
  return [atMost(current, details), atLeast(current, details)];
}
