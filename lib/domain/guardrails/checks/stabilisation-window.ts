// A scale-in takes the highest number wanted in the last minutes: one low reading is no reason to shrink.
import { STABILISATION_MS } from '../../workload/pace.ts';
import { atLeast, type ConstraintCheck } from '../constraint.ts';

export const stabilisation: ConstraintCheck = {
  name: 'stabilisation',
  check: ({ now, observation }, history) => {
    const recent = history.wanted.filter(({ at }) => at >= now - STABILISATION_MS);
    const highest = Math.min(observation.replicas.spec, Math.max(0, ...recent.map(({ replicas }) => replicas)));
    const last = recent.findLast(({ replicas }) => replicas >= highest);
    if (last === undefined) return [];
    const until = new Date(last.at + STABILISATION_MS).toISOString();
    return [
      atLeast(highest, {
        rank: 'hold',
        code: 'stabilising',
        message: () => `${highest} was wanted within the last 5 minutes; ends ${until}`,
        keeps: true,
      }),
    ];
  },
};
