// The simulated cluster's objects to what is saved of them, and back.
import type { HpaMemory } from '../../lib/domain/hpa/controller.ts';
import { type Hpa, makeHpa } from './hpa.ts';
import type { SavedHpa, SavedWorkload } from './saved-world.ts';
import type { Workload } from './workload.ts';

export function savedWorkload(workload: Workload): SavedWorkload {
  const { key, createdAt, state, pods, annotations, labels, paused, generation, availableChangedAt, podsMade } =
    workload;
  return {
    key,
    createdAt,
    state: { ...state, bornAt: [...state.bornAt], counts: [...state.counts], underway: [...state.underway] },
    pods: pods.map(({ older: _, ...pod }) => pod),
    annotations,
    labels,
    paused,
    generation,
    availableChangedAt,
    podsMade,
  };
}

/** @param fresh the workload as its specification has it: load, size and ids are always of that */
export function restoredWorkload(fresh: Workload, { key: _key, pods, ...saved }: SavedWorkload): Workload {
  return { ...fresh, ...saved, pods: pods.map((pod, older) => ({ ...pod, older })) };
}

export function savedHpa({ condition: _condition, resourceVersion: _version, ...hpa }: Hpa): SavedHpa {
  const { spec, memory } = hpa;
  return { ...hpa, spec: { ...spec, metrics: [...spec.metrics] }, memory: savedMemory(memory) };
}

/** Its condition is found out at the next sync. */
export function restoredHpa({
  namespace,
  name,
  uid,
  createdAt,
  spec,
  memory,
  lastScaledAt,
  ...metadata
}: SavedHpa): Hpa {
  const metrics = spec.metrics.map(({ container, ...metric }) => ({
    ...metric,
    ...(container !== undefined && { container }),
  }));
  return {
    ...makeHpa(namespace, name, { ...spec, metrics }, createdAt, metadata),
    uid,
    memory: restoredMemory(memory),
    lastScaledAt,
  };
}

function savedMemory({ recommendations, lows, scaleUps, scaleDowns }: HpaMemory): SavedHpa['memory'] {
  return {
    recommendations: [...recommendations],
    scaleUps: [...scaleUps],
    ...(lows !== undefined && { lows: [...lows] }),
    ...(scaleDowns !== undefined && { scaleDowns: [...scaleDowns] }),
  };
}

function restoredMemory({ recommendations, lows, scaleUps, scaleDowns }: SavedHpa['memory']): HpaMemory {
  return {
    recommendations,
    scaleUps,
    ...(lows !== undefined && { lows }),
    ...(scaleDowns !== undefined && { scaleDowns }),
  };
}
