// From demand to replicas: the fewest that carry it at or under a target.
import type { Observation } from '../workload/observation.ts';
import type { PerSignal } from '../workload/signal.ts';
import { servingPods } from '../workload/utilisation.ts';

/** Floating-point dust must not cost a replica. */
const EPSILON = 1e-9;
/** The SLO's own line: a replica above this share of its request counts as short of capacity (backtest contract). */
export const FULL_PERCENT = 90;

/** The per-replica side of sizing one signal. */
export interface Capacity {
  /** What one replica requests: cores or bytes. */
  readonly perReplica: number;
  /** What one replica uses before any load (memory); 0 for cpu. */
  readonly base: number;
  /** Replicas over which the demand was measured. */
  readonly measuredReplicas: number;
}

/**
 * The fewest replicas that carry a total demand at or under `targetPercent` of their requests.
 * @returns null where no number of replicas can: every pod alone is over the target before any load
 */
export function replicasFor(demand: number, capacity: Capacity, targetPercent: number): number | null {
  const load = Math.max(0, demand - capacity.base * capacity.measuredReplicas);
  const room = (capacity.perReplica * targetPercent) / 100 - capacity.base;
  if (room <= 0) return null;
  return Math.max(1, Math.ceil(load / room - EPSILON));
}

/** Per signal, how demand turns into replicas; absent where a container states no request. */
export function capacities(observation: Observation, memoryBaseBytes: number): PerSignal<Capacity> {
  const measuredReplicas = Math.max(1, servingPods(observation));
  const { cpu, memory } = observation.capacity;
  return {
    ...(cpu === undefined ? {} : { cpu: { perReplica: cpu, base: 0, measuredReplicas } }),
    ...(memory === undefined ? {} : { memory: { perReplica: memory, base: memoryBaseBytes, measuredReplicas } }),
  };
}
