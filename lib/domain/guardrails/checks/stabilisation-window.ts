// A scale-in takes the highest number wanted in the last minutes: one low reading is no reason to shrink.
import { STABILISATION_MS } from '../../workload/pace.ts';
import { MINUTE_MS } from '../../workload/time.ts';
import { atLeast, type ConstraintCheck } from '../constraint.ts';

export const stabilisation: ConstraintCheck = {
  name: 'stabilisation',
  check: ({ now, observation }, history) => {
    const recent = history.wanted.filter(({ at }) => at >= now - STABILISATION_MS);
    const highest = Math.min(observation.replicas.spec, Math.max(0, ...recent.map(({ replicas }) => replicas)));
    const last = recent.findLast(({ replicas }) => replicas >= highest);
    if (last === undefined) return [];
    const minutes = Math.round((now - last.at) / MINUTE_MS);
    const ago = minutes < 1 ? 'just now' : `${minutes} min ago`;
    const until = new Date(Math.ceil((last.at + STABILISATION_MS) / MINUTE_MS) * MINUTE_MS).toISOString().slice(11, 16);
    return [
      atLeast(highest, {
        rank: 'hold',
        code: 'stabilising',
        message: () => `${highest} was wanted ${ago}; free at ${until} UTC`,
        keeps: true,
      }),
    ];
  },
};
