// From demand to replicas, and from readings to utilisation.
import type { Observation, PerSignal, Policy, SignalName } from './model.ts';
import { SIGNAL_NAMES } from './model.ts';

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
  const measuredReplicas = Math.max(1, observation.replicas.ready);
  const { cpu, memory } = observation.capacity;
  return {
    ...(cpu === undefined ? {} : { cpu: { perReplica: cpu, base: 0, measuredReplicas } }),
    ...(memory === undefined ? {} : { memory: { perReplica: memory, base: memoryBaseBytes, measuredReplicas } }),
  };
}

/** Demand in percent of what the ready replicas request, per signal. */
export function utilisationOf(observation: Observation): PerSignal<number> {
  const result: Partial<Record<SignalName, number>> = {};
  for (const signal of SIGNAL_NAMES) {
    const reading = observation.signals[signal];
    const perReplica = observation.capacity[signal];
    if (reading === undefined || perReplica === undefined || observation.replicas.ready < 1) continue;
    result[signal] = (100 * reading.demand) / (perReplica * observation.replicas.ready);
  }
  return result;
}

/**
 * Signals on which nobody may scale down, each with the reason: missing, stale, partly measured, or without a request.
 * A workload without a memory request is simply not sized by memory.
 */
export function blindSignals(observation: Observation, policy: Policy): PerSignal<string> {
  const oldest = observation.at - policy.staleAfterTicks * policy.tickSeconds * 1000;
  const result: Partial<Record<SignalName, string>> = {};
  for (const signal of SIGNAL_NAMES) {
    const reading = observation.signals[signal];
    if (observation.capacity[signal] === undefined) {
      if (signal === 'cpu') result.cpu = 'a container states no CPU request: set resources.requests.cpu';
    } else if (reading === undefined) result[signal] = 'not measured: no reading from the metrics API';
    else if (reading.at < oldest) result[signal] = `stale: measured ${secondsAgo(observation.at, reading.at)} s ago`;
    else if (reading.coverage < 1)
      result[signal] = `only ${Math.round(reading.coverage * 100)} % of the ready pods were measured`;
  }
  return result;
}

function secondsAgo(now: number, then: number): number {
  return Math.round((now - then) / 1000);
}
