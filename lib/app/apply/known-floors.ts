// Floors whose annotations somebody stripped, as the table remembers them: else a floor of ours would hold itself up for ever.
import { isTrusted } from '../../domain/hpa/floor.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { FloorRecord, FloorStore } from '../ports/floor-store.ts';

/** The observation with the user's own minReplicas in it, where the table says that the one there is ours. */
export function withKnownFloor(observation: Observation, record: FloorRecord | null): Observation {
  const { hpa } = observation;
  if (hpa === null || !isUnmarked(observation) || record === null) return observation;
  if (record.floor !== hpa.minReplicas || !isTrusted(hpa, record)) return observation;
  return { ...observation, hpa: { ...hpa, ownMinReplicas: record.own } };
}

/** The same for a whole cluster, in one query, and in none where no HPA could have lost its annotations. */
export async function withKnownFloors(
  floors: FloorStore,
  cluster: string,
  observations: ReadonlyMap<string, Observation>,
): Promise<ReadonlyMap<string, Observation>> {
  if (![...observations.values()].some(isUnmarked)) return observations;
  const records = new Map((await floors.list(cluster)).map((record) => [workloadKey(record.workload), record]));
  return new Map(
    [...observations].map(([key, observation]) => [key, withKnownFloor(observation, records.get(key) ?? null)]),
  );
}

/** Under a plain HPA that shows no floor of ours. */
export function isUnmarked({ hpa, owner }: Observation): boolean {
  return owner.kind === 'hpa' && hpa !== null && hpa.ownMinReplicas === undefined;
}
