// What the readings themselves leave: no fewer than they need, and of advice no more than they justify.
import { atLeast, atMost, type ConstraintCheck } from '../constraint.ts';

export const envelope: ConstraintCheck = {
  name: 'envelope',
  check: ({ envelope: { needed, justified, reason } }) => [
    atLeast(needed, {
      rank: 'evidence',
      code: 'below_envelope',
      message: (replicas) => `${replicas} is under the floor ${needed}: ${reason}`,
    }),
    // Too many cost money, and what keeps pods keeps users: this end gives in to every hold.
    atMost(Math.max(needed, justified), {
      rank: 'hold',
      code: 'above_envelope',
      message: (replicas) => `${replicas} is over the ceiling ${Math.max(needed, justified)}: ${reason}`,
    }),
  ],
};
