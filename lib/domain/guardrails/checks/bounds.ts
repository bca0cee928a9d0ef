// A person's order: the policy's min-replicas and max-replicas.
import { atLeast, atMost, type ConstraintCheck, ordered } from '../constraint.ts';

export const bounds: ConstraintCheck = {
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
