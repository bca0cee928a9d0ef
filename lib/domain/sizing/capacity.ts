// From demand to replicas: the fewest that carry it at or under a target.
import { namedLoads, perReplicaOf } from '../workload/loads.ts';
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import { type PerSignal, RESOURCES, type Resource, type SignalName } from '../workload/signal.ts';
import { servingPods } from '../workload/utilisation.ts';

/** Floating-point dust must not cost a replica. */
const EPSILON = 1e-9;
/** The SLO's own line: a replica above this share of its request counts as short of capacity (backtest contract). */
export const FULL_PERCENT = 90;
/** What people set an HPA to where they do not know better. */
export const HPA_PERCENT = 70;

/** Percent of what one replica takes, by load; CPU and memory always among them. */
export type Targets = Readonly<Record<Resource, number>> & PerSignal<number>;

/** The per-replica side of sizing one signal. */
export interface Capacity {
  /** What one replica requests (cores, bytes), or what its target says it takes. */
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

/** Percent of what one replica takes at which it counts as short: a stated target is that line itself. */
export function fullPercentOf(signal: SignalName): number {
  return (RESOURCES as readonly SignalName[]).includes(signal) ? FULL_PERCENT : 100;
}

/** Percent of what one replica takes that a plain HPA aims at: a stated target is what it is told, and of memory too. */
export function hpaPercentOf(signal: SignalName): number {
  return signal === 'cpu' ? HPA_PERCENT : 100;
}

/** Utilisation aimed at, in percent of what one replica takes. */
export function targetsOf(policy: Pick<Policy, 'targetPercent' | 'signals'>): Targets {
  if (policy.signals === undefined) return policy.targetPercent;
  return { ...policy.targetPercent, ...Object.fromEntries(namedLoads(policy).map((name) => [name, 100])) };
}

/** Per load, how demand turns into replicas; absent where a container states no request. */
export function capacities(
  observation: Observation,
  policy: Pick<Policy, 'signals'>,
  memoryBaseBytes: number,
): PerSignal<Capacity> {
  const measuredReplicas = Math.max(1, servingPods(observation));
  const { cpu, memory, ...named } = perReplicaOf(observation, policy);
  const loads = Object.entries(named).map(
    ([name, perReplica]) => [name, { perReplica, base: 0, measuredReplicas }] as const,
  );
  return {
    ...(cpu === undefined ? {} : { cpu: { perReplica: cpu, base: 0, measuredReplicas } }),
    ...(memory === undefined ? {} : { memory: { perReplica: memory, base: memoryBaseBytes, measuredReplicas } }),
    ...Object.fromEntries(loads),
  };
}
