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
    return need === null ? 0 : asDirected(policy, signal, need, observation.replicas.spec);
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

/** Whether a load has a say: where missing means nothing, or it only raises, one that is missing or stale has none, whatever it was before. */
export function isHeard(observation: Observation, policy: Said, signal: SignalName): boolean {
  const said = saidOf(policy, signal);
  if (said?.missing !== 'ignore' && said?.direction !== 'up') return true;
  const reading = observation.signals[signal];
  const staleMs = policy.staleAfterTicks * policy.tickSeconds * 1000;
  return reading !== undefined && Math.abs(reading.at - observation.at) <= staleMs;
}

/** Replicas as the load's direction has them. What it needs now always counts, or what it raised would fall and rise again. */
export function asDirected(policy: Said, signal: SignalName, replicas: number, current: number): number {
  return saidOf(policy, signal)?.direction === 'down' ? Math.min(replicas, current) : replicas;
}

function saidOf({ signals, resources }: Said, signal: SignalName) {
  return signals?.[signal] ?? resources?.[signal as Resource];
}
