// From readings to utilisation: how full the pods are that carry the load.
import { loadsOf, perReplicaOf } from './loads.ts';
import type { Observation } from './observation.ts';
import type { Policy } from './policy.ts';
import { type PerSignal, RESOURCES, type SignalName } from './signal.ts';

/** Pods that carry the measured load: those that are ready, and those that served and lost readiness. */
export function servingPods({ replicas }: Observation): number {
  return replicas.serving ?? replicas.ready;
}

/** Demand in percent of what the pods that carry it request, or of what their target says that they take, per load. */
export function utilisationOf(observation: Observation, policy: Pick<Policy, 'signals'>): PerSignal<number> {
  const result: Record<SignalName, number> = {};
  const serving = servingPods(observation);
  const taken = perReplicaOf(observation, policy);
  for (const signal of loadsOf(policy)) {
    const reading = observation.signals[signal];
    const perReplica = taken[signal];
    if (reading === undefined || perReplica === undefined || serving < 1) continue;
    result[signal] = (100 * reading.demand) / (perReplica * serving);
  }
  return result;
}

/** What a load's percentages are of, in a word. */
export function takenWord(signal: SignalName): string {
  return (RESOURCES as readonly SignalName[]).includes(signal) ? 'requests' : 'its target';
}
