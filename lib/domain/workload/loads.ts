// Which signals a workload is scaled by, and what one replica takes of each load.
import type { Observation } from './observation.ts';
import type { Policy } from './policy.ts';
import { type PerSignal, RESOURCES, type SignalName } from './signal.ts';

type Named = Pick<Policy, 'signals'>;

/** Loads that the workload names, beside CPU and memory. */
export function namedLoads({ signals = {} }: Named): readonly SignalName[] {
  return Object.keys(signals).filter((name) => signals[name]?.kind === 'load');
}

/** Levels that the workload names. */
export function namedLevels({ signals = {} }: Named): readonly SignalName[] {
  return Object.keys(signals).filter((name) => signals[name]?.kind === 'level');
}

/** CPU, memory, and the loads that it names. */
export function loadsOf(policy: Named): readonly SignalName[] {
  return policy.signals === undefined ? RESOURCES : [...RESOURCES, ...namedLoads(policy)];
}

/** Everything it is scaled by. */
export function signalsOf(policy: Named): readonly SignalName[] {
  return policy.signals === undefined ? RESOURCES : [...loadsOf(policy), ...namedLevels(policy)];
}

/** What one replica takes when it is full: what it requests of CPU and memory, of a named load the target that is stated. */
export function perReplicaOf({ capacity }: Pick<Observation, 'capacity'>, policy: Named): PerSignal<number> {
  if (policy.signals === undefined) return capacity;
  const stated = namedLoads(policy).flatMap((name) => {
    const target = policy.signals?.[name]?.target ?? null;
    return target === null ? [] : [[name, target] as const];
  });
  return { ...capacity, ...Object.fromEntries(stated) };
}
