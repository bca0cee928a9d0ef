// What a person lets one change do: which way it may go, and how far at once. It changes no aim.
import type { Policy } from '../../workload/policy.ts';
import { pausedMessage } from '../../workload/policy-at.ts';
import { stepOf } from '../../workload/restraint.ts';
import { atLeast, atMost, type Constraint, type ConstraintCheck } from '../constraint.ts';

export const restraint: ConstraintCheck = {
  name: 'restraint',
  check: ({ observation, policy }) => restraintsOn(policy, observation.replicas.spec),
};

/** Each contains the present count. */
export function restraintsOn(policy: Policy, current: number): readonly Constraint[] {
  const { paused, limits: { direction, step } = {} } = policy;
  const of = (code: Constraint['code'], message: string) => ({ rank: 'pace', code, message: () => message }) as const;
  const way = (only: string) => of('limit_direction', `limit-direction is ${only}`);
  const most = step === undefined ? Number.POSITIVE_INFINITY : stepOf(step, current);
  const far = of('limit_step', `limit-step lets one change move ${current} replicas by at most ${most}`);
  return [
    ...(paused === 'scale-in' ? [atLeast(current, of('paused_scale_in', pausedMessage(policy)))] : []),
    ...(paused === 'scale-out' ? [atMost(current, of('paused_scale_out', pausedMessage(policy)))] : []),
    ...(direction === 'up' ? [atLeast(current, way('up'))] : []),
    ...(direction === 'down' ? [atMost(current, way('down'))] : []),
    ...(step === undefined ? [] : [atMost(current + most, far), atLeast(Math.max(0, current - most), far)]),
  ];
}

/** The most replicas that a person lets one change lead to. */
export function highestRestrained(policy: Policy, current: number): number {
  return Math.min(...restraintsOn(policy, current).map(({ high }) => high), Number.POSITIVE_INFINITY);
}
