// What whoever enables a workload should know of its maximum before anything is taken away for it.
import type { Observation } from '../../domain/workload/observation.ts';
import { DEFAULT_POLICY, type Policy } from '../../domain/workload/policy.ts';

export interface BoundsNotes {
  readonly notes: readonly string[];
  /** More run than the stated maximum: the first step is left to a tick, so that this is read before. */
  readonly isOverMax: boolean;
}

/** @param policy as it will be read from now on */
export function boundsNotes(policy: Policy, { replicas, hpa }: Observation): BoundsNotes {
  const { max, maxIsDefault, mode } = policy;
  const { spec } = replicas;
  if (maxIsDefault) {
    const why = max > DEFAULT_POLICY.max ? `what runs, over the default of ${DEFAULT_POLICY.max}` : 'the default';
    return { notes: [`no max_replicas is stated: it grows to at most ${max} (${why})`], isOverMax: false };
  }
  // Behind an HPA the count is not ours to lower.
  if (spec <= max || hpa !== null || mode === 'recommend') return { notes: [], isOverMax: false };
  const steps = stepsDown(spec, max).join(' → ');
  const order = `${spec} replicas run and max_replicas is ${max}, which is an order: it is scaled in ${steps}, whatever the load`;
  return {
    notes: [`${order}, from the next tick on; state a higher max_replicas, or pause, to keep them`],
    isOverMax: true,
  };
}

/** At most half at a time. */
function stepsDown(from: number, to: number): readonly number[] {
  return from <= to ? [from] : [from, ...stepsDown(Math.max(to, Math.ceil(from / 2)), to)];
}
