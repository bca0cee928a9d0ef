// What every PolicyStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PolicyRecord, PolicyStore } from '../../lib/app/ports/policy-store.ts';
import { NOW } from '../make/workloads.ts';

export function policyStoreContract(kind: string, make: () => PolicyStore): void {
  describe(`a PolicyStore: ${kind}`, () => {
    test('has nothing on a cluster never written to', async () => {
      const cluster = newCluster();
      expect((await make().list(cluster)).size).toBe(0);
      expect(await make().get({ cluster, namespace: 'shop', name: 'web' })).toBeNull();
    });

    test('gives a record back whole', async () => {
      const record = recordOf(newCluster(), 'web', { 'min-replicas': '2', mode: '' });
      await make().put(record);
      expect(await make().get(record.workload)).toEqual(record);
    });

    test('the last record of a workload stands', async () => {
      const cluster = newCluster();
      const store = make();
      await store.put(recordOf(cluster, 'web', { mode: 'scale' }));
      const last = { ...recordOf(cluster, 'web', { paused: 'true' }), updatedAt: NOW + 1, updatedBy: null };
      await store.put(last);
      expect(await store.get(last.workload)).toEqual(last);
    });

    test('lists every record of a cluster by namespace/name, and none of another', async () => {
      const cluster = newCluster();
      const store = make();
      const names = Array.from({ length: 30 }, (_, i) => `w${i}`);
      await Promise.all(names.map((name) => store.put(recordOf(cluster, name, { mode: 'auto' }))));
      await store.put(recordOf(`${cluster}2`, 'web', {}));
      const listed = await store.list(cluster);
      expect([...listed.keys()].toSorted()).toEqual(names.map((name) => `shop/${name}`).toSorted());
      expect(listed.get('shop/w7')).toEqual(recordOf(cluster, 'w7', { mode: 'auto' }));
    });
  });
}

function newCluster(): string {
  return `c-${randomUUID()}`;
}

function recordOf(cluster: string, name: string, values: PolicyRecord['values']): PolicyRecord {
  return { workload: { cluster, namespace: 'shop', name }, values, updatedAt: NOW, updatedBy: 'ada' };
}
