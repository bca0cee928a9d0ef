// What of ours is on an HPA, by its annotations and by the table, and the write that changes it.
import { FLOOR_ANNOTATION, type HeldFloor, heldFloor, isTrusted, OWN_MIN_ANNOTATION } from '../../domain/hpa/floor.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { isSameWorkload, ofKind } from '../../domain/workload/kind.ts';
import type { ClusterReader, HpaAccess, HpaObject } from '../ports/cluster.ts';
import type { FloorRecord, FloorStore } from '../ports/floor-store.ts';
import { type Known, lookedUp } from './lost-answer.ts';

export interface FloorPorts {
  readonly reader: ClusterReader;
  readonly hpas: HpaAccess;
  readonly floors: FloorStore;
}

/** Whether anything of ours is on the HPA: a floor, or annotations left over from one. */
export function isMarked(hpa: HpaObject, record: FloorRecord | null): boolean {
  const annotated = OWN_MIN_ANNOTATION in hpa.annotations || FLOOR_ANNOTATION in hpa.annotations;
  return annotated || heldOn(hpa, record) !== null;
}

export function targetOf({ cluster, namespace, deployment, targetKind }: HpaObject): WorkloadRef {
  return { cluster, namespace, name: deployment, ...ofKind(targetKind) };
}

export function drives(hpa: HpaObject, workload: WorkloadRef): boolean {
  return isSameWorkload(targetOf(hpa), workload);
}

export function heldOn(hpa: HpaObject, record: FloorRecord | null): HeldFloor | null {
  return heldFloor(hpa.minReplicas, hpa.annotations, trusted(hpa, record));
}

/** The table speaks where annotations were removed. */
export function trusted(hpa: HpaObject, record: FloorRecord | null): FloorRecord | null {
  return record !== null && isTrusted(hpa, record) ? record : null;
}

/** Sets minReplicas and annotations, and looks at the HPA where the answer was lost. */
export function patched(
  { hpas }: FloorPorts,
  hpa: HpaObject,
  minReplicas: number | null,
  annotations: Readonly<Record<string, string | null>>,
): Promise<Known> {
  return lookedUp(
    () => hpas.patch(hpa, minReplicas, annotations),
    async () => {
      const fresh = (await hpas.list(hpa.cluster, hpa.namespace)).find(({ name }) => name === hpa.name);
      if (fresh === undefined) return { isDone: false, found: `HPA ${hpa.name} is gone` };
      const isSet = minReplicas === null || fresh.minReplicas === minReplicas;
      const isMeant = Object.entries(annotations).every(([key, value]) => (fresh.annotations[key] ?? null) === value);
      return { isDone: isSet && isMeant, found: `minReplicas ${fresh.minReplicas} was found` };
    },
  );
}

export const NO_ANNOTATIONS = { [OWN_MIN_ANNOTATION]: null, [FLOOR_ANNOTATION]: null };
