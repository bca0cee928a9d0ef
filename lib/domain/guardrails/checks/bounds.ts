// A person's order: the policy's min-replicas and max-replicas.
import { maxWords } from '../../workload/max-words.ts';
import type { ConstraintCheck } from '../constraint.ts';

export const bounds: ConstraintCheck = {
  name: 'bounds',
  check: ({ policy }) => [
    {
      rank: 'order',
      low: policy.min,
      high: Number.POSITIVE_INFINITY,
      code: 'below_min',
      called: `min-replicas ${policy.min}`,
      message: (replicas) => `${replicas} is under min-replicas ${policy.min}`,
    },
    {
      rank: 'order',
      low: 0,
      high: policy.max,
      code: 'above_max',
      called: maxWords(policy),
      message: (replicas) => `${replicas} is over ${maxWords(policy)}`,
    },
  ],
};
