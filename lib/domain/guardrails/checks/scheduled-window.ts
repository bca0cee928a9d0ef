// A person's order: the ceiling and the floor of the scheduled windows that are active.
import { atLeast, atMost, type ConstraintCheck, ordered } from '../constraint.ts';

export const scheduleCeiling: ConstraintCheck = {
  name: 'schedule_ceiling',
  check: ({ schedule }) => {
    if (schedule === null || schedule.ceiling === null) return [];
    const { ceiling, reason } = schedule;
    const message = (replicas: number) => `${replicas} is over the ceiling of ${ceiling}: ${reason}`;
    return [atMost(ceiling, ordered('above_schedule', `the scheduled ceiling of ${ceiling}`, message))];
  },
};

export const scheduleFloor: ConstraintCheck = {
  name: 'schedule_floor',
  check: ({ schedule }) => {
    if (schedule === null || schedule.floor === null) return [];
    const { floor, reason } = schedule;
    const message = (replicas: number) => `${replicas} is under the floor of ${floor}: ${reason}`;
    return [atLeast(floor, ordered('below_schedule', `the scheduled floor of ${floor}`, message))];
  },
};
