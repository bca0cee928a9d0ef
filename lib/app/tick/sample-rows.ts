// What a tick adds to the history of a shard: one row per workload that was observed.
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { Reading, SignalName } from '../../domain/workload/signal.ts';
import { servingPods } from '../../domain/workload/utilisation.ts';
import type { Observed } from '../observe/observe.ts';
import type { SampleRow } from '../ports/series-store.ts';

export function sampleRows(workloads: readonly WorkloadRef[], observed: Observed): readonly SampleRow[] {
  return workloads.flatMap((workload) => {
    const observation = observed.observations.get(workloadKey(workload));
    if (observation === undefined) return [];
    const { cpu, memory } = observation.signals;
    const loads = namedReadings(observation).map(([name, { demand }]) => [name, demand] as const);
    return [
      {
        workload,
        cpu: cpu?.demand ?? Number.NaN,
        memory: memory?.demand ?? Number.NaN,
        replicas: servingPods(observation),
        ...(loads.length > 0 && { loads: Object.fromEntries(loads) }),
      },
    ];
  });
}

/** A source may tell more of a workload than it names: what nobody is scaled by is not kept. */
function namedReadings({ definitions = {}, signals }: Observation): readonly (readonly [SignalName, Reading])[] {
  const loads = Object.keys(definitions).filter((name) => definitions[name]?.kind === 'load');
  return loads.flatMap((name) => {
    const reading = name === 'cpu' || name === 'memory' ? undefined : signals[name];
    return reading === undefined ? [] : [[name, reading] as const];
  });
}
