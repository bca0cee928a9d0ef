// ScheduleStore on the table: plain attributes, so that a person can read them in the console.
import { randomUUID } from 'node:crypto';
import type { ScheduleRecord, ScheduleStore } from '../../app/ports/schedule-store.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { refFrom } from '../../domain/workload/kind.ts';
import { expiry, knownOrRefused, numberOf, VERSIONS } from './items.ts';
import { type Key, namePart, schedulePk, workloadPart } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Windows stay until they are removed, by an expiry at once: no function may delete items. */
export function makeScheduleStore(table: Table): ScheduleStore {
  return {
    async list(cluster) {
      // Names begin with a lower-case letter or a digit: everything sorts before `~`.
      const items = await table.query(schedulePk(cluster), { from: '!', to: '~' });
      return Map.groupBy(
        items.flatMap((item) => toRecords(cluster, item)),
        ({ workload }) => workloadKey(workload),
      );
    },
    async listOf(ref) {
      const { pk, sk } = keyOf(ref, '');
      const items = await table.query(pk, { from: sk, to: `${sk}~`, consistent: true });
      return items.flatMap((item) => toRecords(ref.cluster, item));
    },
    async put({ workload, id, window, createdAt, createdBy }) {
      const { namespace } = workload;
      const name = namePart(workload);
      const attributes = { namespace, name, id, window, created_at: createdAt, created_by: createdBy };
      await table.put({ ...keyOf(workload, id), v: VERSIONS.schedule, ...attributes });
    },
    remove(ref, id) {
      return table.update(keyOf(ref, id), {
        expression: 'SET expires_at = :now, removed_by = :by',
        // The SDK repeats a write whose answer was lost: then it is our own removal that is there.
        condition: 'attribute_exists(pk) AND (attribute_not_exists(expires_at) OR removed_by = :by)',
        values: { ':now': expiry(table.now() - 1000), ':by': randomUUID() },
      });
    },
  };
}

function keyOf(ref: WorkloadRef, id: string): Key {
  return { pk: schedulePk(ref.cluster), sk: `${workloadPart(ref)}#${id}` };
}

function toRecords(cluster: string, item: Item): readonly ScheduleRecord[] {
  const known = knownOrRefused(item, 'schedule');
  if (known === null) return [];
  const { namespace, name, id, window, created_by } = known;
  return [
    {
      workload: refFrom(cluster, String(namespace), String(name)),
      id: String(id),
      window: window as ScheduleRecord['window'],
      createdAt: numberOf(known, 'created_at'),
      createdBy: typeof created_by === 'string' ? created_by : null,
    },
  ];
}
