// What named loads ask for now, and which of all loads count: direction, and what it means to be missing, are the workload's to say.

import { namedLoads } from '../workload/loads.ts';
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import type { Resource, SignalName } from '../workload/signal.ts';
import { fullPercentOf, replicasFor } from './capacity.ts';

type Said = Pick<Policy, 'signals' | 'resources' | 'staleAfterTicks' | 'tickSeconds'>;

/** What present demand of the named loads needs, the largest of those that count; 0 where none does. */
export function namedNeed(observation: Observation, policy: Said): number {
  const needs = namedLoads(policy).map((signal) => {
    const need = needAtTarget(observation, policy, signal);
    return need === null ? 0 : (asDirected(policy, signal, need, observation.replicas.spec) ?? 0);
  });
  return Math.max(0, ...needs);
}

/** Of a named load: the fewest replicas that take what is there, each no more than its target. Null where that is not known. */
export function needAtTarget(observation: Observation, policy: Said, signal: SignalName): number | null {
  const reading = observation.signals[signal];
  const perReplica = policy.signals?.[signal]?.target ?? null;
  if (reading === undefined || perReplica === null || !isHeard(observation, policy, signal)) return null;
  return replicasFor(reading.demand, { perReplica, base: 0, measuredReplicas: 1 }, fullPercentOf(signal));
}

/** Whether a load has a say: where missing means nothing, one that is missing or stale has none, whatever it was before. */
export function isHeard(observation: Observation, policy: Said, signal: SignalName): boolean {
  if (saidOf(policy, signal)?.missing !== 'ignore') return true;
  const reading = observation.signals[signal];
  const staleMs = policy.staleAfterTicks * policy.tickSeconds * 1000;
  return reading !== undefined && Math.abs(reading.at - observation.at) <= staleMs;
}

/** Replicas as the load's direction has them. @returns null where it has no say: it may raise only, and asks for no more than run */
export function asDirected(policy: Said, signal: SignalName, replicas: number, current: number): number | null {
  const direction = saidOf(policy, signal)?.direction ?? 'both';
  if (direction === 'up') return replicas > current ? replicas : null;
  return direction === 'down' ? Math.min(replicas, current) : replicas;
}

function saidOf({ signals, resources }: Said, signal: SignalName) {
  return signals?.[signal] ?? resources?.[signal as Resource];
}
