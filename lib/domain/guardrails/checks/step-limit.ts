// How far one tick may go: doubling or halving at most.
import { highestStep, lowestStep } from '../../workload/pace.ts';
import { atLeast, atMost, type ConstraintCheck } from '../constraint.ts';

export const step: ConstraintCheck = {
  name: 'step',
  check: ({ observation, schedule }) => {
    const current = observation.replicas.spec;
    // Steps guard against wrong evidence; a scheduled floor is no evidence and is due at its start.
    const highest = Math.max(highestStep(current), schedule?.floor ?? 0);
    const lowest = lowestStep(current);
    const up = () => `at most ${highest} in one step from ${current}`;
    const down = () => `at least ${lowest} in one step from ${current}`;
    return [
      atMost(highest, { rank: 'pace', code: 'step_up', message: up }),
      atLeast(lowest, { rank: 'pace', code: 'step_down', message: down }),
    ];
  },
};
