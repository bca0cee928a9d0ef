// From readings to utilisation: how full the pods are that carry the load.
import type { Observation } from './observation.ts';
import { type PerSignal, SIGNAL_NAMES, type SignalName } from './signal.ts';

/** Pods that carry the measured load: those that are ready, and those that served and lost readiness. */
export function servingPods({ replicas }: Observation): number {
  return replicas.serving ?? replicas.ready;
}

/** Demand in percent of what the pods that carry it request, per signal. */
export function utilisationOf(observation: Observation): PerSignal<number> {
  const result: Partial<Record<SignalName, number>> = {};
  const serving = servingPods(observation);
  for (const signal of SIGNAL_NAMES) {
    const reading = observation.signals[signal];
    const perReplica = observation.capacity[signal];
    if (reading === undefined || perReplica === undefined || serving < 1) continue;
    result[signal] = (100 * reading.demand) / (perReplica * serving);
  }
  return result;
}
