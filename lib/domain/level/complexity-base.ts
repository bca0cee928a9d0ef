// What a complexity factor multiplies: the replicas that present demand needs by itself, whatever number of them shares it now.
import { FULL_PERCENT, replicasFor } from '../sizing/capacity.ts';
import { asDirected, isHeard, namedNeed } from '../sizing/load-need.ts';
import type { Observation } from '../workload/observation.ts';
import { MAX_REPLICAS } from '../workload/pace.ts';
import type { Policy } from '../workload/policy.ts';

/**
 * CPU and the loads that the workload names, at their targets. Memory is left out: what a model holds at rest is no demand.
 * @returns null where none of them is measured
 */
export function demandNeeds(observation: Observation, policy: Policy): number | null {
  const { signals, capacity, replicas } = observation;
  const named = namedNeed(observation, policy);
  const perReplica = capacity.cpu;
  const isCpuKnown = signals.cpu !== undefined && perReplica !== undefined && isHeard(observation, policy, 'cpu');
  const target = Math.min(FULL_PERCENT, policy.targetPercent.cpu);
  const cpu = isCpuKnown
    ? replicasFor(signals.cpu?.demand ?? 0, { perReplica, base: 0, measuredReplicas: 1 }, target)
    : null;
  const most = Math.max(named, cpu === null ? 0 : asDirected(policy, 'cpu', cpu, replicas.spec));
  // A request of next to nothing makes numbers that nobody counts with.
  return most === 0 ? null : Math.min(MAX_REPLICAS, most);
}
