// Pods that do not start: while they wait or crash, more of them would not serve.
import { sinceAndUntil, stoodFor } from '../../assessment/standing.ts';
import { whyNoMorePods } from '../../workload/pod-health.ts';
import { atMost, type ConstraintCheck } from '../constraint.ts';

/** After so long one more pod is tried where the last ones do not serve, and half as often for each that does not. */
const FIRST_TRY_MS = 15 * 60_000;
const LONGEST_TRY_MS = 4 * 3_600_000;

/** Where more pods would not serve, no number above the present one counts; but nobody knows that for ever. */
export const pods: ConstraintCheck = {
  name: 'pods',
  check: ({ observation, standing, now }) => {
    const why = whyNoMorePods(observation);
    if (why === null) return [];
    const stoodMs = stoodFor(standing, why.code, now);
    const waitMs = Math.min(LONGEST_TRY_MS, FIRST_TRY_MS * 2 ** Math.max(0, why.pods - 1));
    const current = observation.replicas.spec;
    const ends = `when they serve; one more is tried after ${waitMs / 60_000} min`;
    const message = () => `${why.message} ${sinceAndUntil(stoodMs, ends)}`;
    return [atMost(stoodMs >= waitMs ? current + 1 : current, { rank: 'pace', code: why.code, message })];
  },
};
