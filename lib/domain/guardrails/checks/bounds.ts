// A person's order: the policy's min-replicas and max-replicas.
import type { ConstraintCheck } from '../constraint.ts';

export const bounds: ConstraintCheck = {
  name: 'bounds',
  check: ({ policy: { min, max } }) => [
    {
      rank: 'order',
      low: min,
      high: Number.POSITIVE_INFINITY,
      code: 'below_min',
      called: `min-replicas ${min}`,
      message: (replicas) => `${replicas} is under min-replicas ${min}`,
    },
    {
      rank: 'order',
      low: 0,
      high: max,
      code: 'above_max',
      called: `max-replicas ${max}`,
      message: (replicas) => `${replicas} is over max-replicas ${max}`,
    },
  ],
};
