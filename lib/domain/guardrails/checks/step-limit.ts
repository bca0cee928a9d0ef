// How far one tick may go: doubling or halving at most.
import { atLeast, atMost, type ConstraintCheck } from '../constraint.ts';

/** Up at most double, or by four where that is more; down at most by half. */
const MAX_STEP_FACTOR = 2;
const MIN_STEP_UP = 4;
export const step: ConstraintCheck = {
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
