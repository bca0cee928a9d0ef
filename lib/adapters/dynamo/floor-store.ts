// FloorStore on the table: plain attributes, so that a person can read in the console what an HPA's minReplicas was.
import type { FloorRecord, FloorStore } from '../../app/ports/floor-store.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { refFrom } from '../../domain/workload/kind.ts';
import { expiry, knownOrRefused, numberOf, VERSIONS } from './items.ts';
import { floorPk, type Key, namePart, workloadPart } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Sorts after every name, which begin with a lower-case letter or a digit, and holds no `/`. */
const HOLD_OFF = '~HOLD_OFF';

/** A floor that is given back expires at once; nothing else is ever removed. */
export function makeFloorStore(table: Table): FloorStore {
  return {
    async list(cluster) {
      const items = await table.query(floorPk(cluster), { from: '!', to: '~', consistent: true });
      return items.flatMap((item) => toRecords(cluster, item));
    },
    async get(ref) {
      const [record] = toRecords(ref.cluster, await table.get(keyOf(ref), { consistent: true }));
      return record ?? null;
    },
    async put({ workload, hpa, own, floor, confirmed, overruled, updatedAt }) {
      const { namespace } = workload;
      const name = namePart(workload);
      const yielding = overruled && { overruled_times: overruled.times, overruled_until: overruled.until };
      const attributes = { namespace, name, hpa, own, floor, confirmed, ...yielding, updated_at: updatedAt };
      await table.put({ ...keyOf(workload), v: VERSIONS.floor, ...attributes });
    },
    async forget(ref) {
      await table.put({ ...keyOf(ref), v: VERSIONS.floor, expires_at: expiry(0) });
    },
    async heldOffUntil(cluster) {
      const item = knownOrRefused(await table.get(holdKey(cluster), { consistent: true }), 'floor');
      return item === null ? 0 : numberOf(item, 'until');
    },
    async holdOff(cluster, until) {
      await table.put({ ...holdKey(cluster), v: VERSIONS.floor, until, expires_at: expiry(until) });
    },
  };
}

function keyOf(ref: WorkloadRef): Key {
  return { pk: floorPk(ref.cluster), sk: workloadPart(ref) };
}

function holdKey(cluster: string): Key {
  return { pk: floorPk(cluster), sk: HOLD_OFF };
}

function toRecords(cluster: string, item: Item | null): readonly FloorRecord[] {
  const known = knownOrRefused(item, 'floor');
  if (known === null) return [];
  return [
    {
      workload: refFrom(cluster, String(known.namespace), String(known.name)),
      hpa: String(known.hpa),
      own: numberOf(known, 'own'),
      floor: numberOf(known, 'floor'),
      confirmed: known.confirmed === true,
      ...(known.overruled_times !== undefined && {
        overruled: { times: numberOf(known, 'overruled_times'), until: numberOf(known, 'overruled_until') },
      }),
      updatedAt: numberOf(known, 'updated_at'),
    },
  ];
}
