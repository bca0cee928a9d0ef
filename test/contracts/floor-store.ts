// What every FloorStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { FloorRecord, FloorStore } from '../../lib/app/ports/floor-store.ts';
import { NOW } from '../make/workloads.ts';

export function floorStoreContract(kind: string, make: () => FloorStore): void {
  describe(`a FloorStore: ${kind}`, () => {
    test('gives a floor back whole, until it is forgotten', async () => {
      const floor = floorOf(`c-${randomUUID()}`, 'web');
      const store = make();
      expect(await store.get(floor.workload)).toBeNull();
      await store.put({ ...floor, confirmed: false });
      await store.put(floor);
      expect(await store.get(floor.workload)).toEqual(floor);
      await store.forget(floor.workload);
      expect(await store.get(floor.workload)).toBeNull();
      expect(await store.list(floor.workload.cluster)).toEqual([]);
    });

    test('lists the floors of a cluster, and none of another', async () => {
      const cluster = `c-${randomUUID()}`;
      const store = make();
      const floors = ['a', 'b'].map((name) => floorOf(cluster, name));
      for (const floor of [...floors, floorOf(`${cluster}2`, 'web')]) await store.put(floor);
      await store.holdOff(cluster, NOW + 60_000);
      expect(await store.list(cluster)).toEqual(floors);
    });

    test('holds a cluster off until it is told otherwise', async () => {
      const cluster = `c-${randomUUID()}`;
      const store = make();
      expect(await store.heldOffUntil(cluster)).toBe(0);
      await store.holdOff(cluster, NOW + 60_000);
      expect(await store.heldOffUntil(cluster)).toBe(NOW + 60_000);
      await store.holdOff(cluster, NOW);
      expect(await store.heldOffUntil(cluster)).toBeLessThanOrEqual(NOW);
    });
  });
}

function floorOf(cluster: string, name: string): FloorRecord {
  const workload = { cluster, namespace: 'shop', name };
  return { workload, hpa: `${name}-hpa`, own: 2, floor: 5, confirmed: true, updatedAt: NOW };
}
