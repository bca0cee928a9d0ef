// A person's orders: the bounds of the policy and the windows of the schedule.

import type { ReasonCode } from '../workload/reason-code.ts';
import { atLeast, atMost, type Constraint, type ConstraintCheck } from './constraint.ts';

const bounds: ConstraintCheck = {
  name: 'bounds',
  check: ({ policy: { min, max } }) => [
    atLeast(
      min,
      ordered('below_min', `min-replicas ${min}`, (replicas) => `${replicas} is under min-replicas ${min}`),
    ),
    atMost(
      max,
      ordered('above_max', `max-replicas ${max}`, (replicas) => `${replicas} is over max-replicas ${max}`),
    ),
  ],
};

const scheduleCeiling: ConstraintCheck = {
  name: 'schedule_ceiling',
  check: ({ schedule }) => {
    if (schedule === null || schedule.ceiling === null) return [];
    const { ceiling, reason } = schedule;
    const message = (replicas: number) => `${replicas} is over the ceiling of ${ceiling}: ${reason}`;
    return [atMost(ceiling, ordered('above_schedule', `the scheduled ceiling of ${ceiling}`, message))];
  },
};

const scheduleFloor: ConstraintCheck = {
  name: 'schedule_floor',
  check: ({ schedule }) => {
    if (schedule === null || schedule.floor === null) return [];
    const { floor, reason } = schedule;
    const message = (replicas: number) => `${replicas} is under the floor of ${floor}: ${reason}`;
    return [atLeast(floor, ordered('below_schedule', `the scheduled floor of ${floor}`, message))];
  },
};

export const ORDERS: readonly ConstraintCheck[] = [bounds, scheduleCeiling, scheduleFloor];

function ordered(code: ReasonCode, called: string, message: Constraint['message']) {
  return { rank: 'order', code, called, message } as const;
}
