// What every PolicyStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PolicyRecord, PolicyStore } from '../../lib/app/ports/policy-store.ts';
import { NOW } from '../make/workloads.ts';

export function policyStoreContract(kind: string, make: () => PolicyStore): void {
  describe(`a PolicyStore: ${kind}`, () => {
    test('has nothing on a cluster never written to', async () => {
      const cluster = newCluster();
      expect((await make().list(cluster)).records.size).toBe(0);
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
      const { records: listed } = await store.list(cluster);
      expect([...listed.keys()].toSorted()).toEqual(names.map((name) => `shop/${name}`).toSorted());
      expect(listed.get('shop/w7')).toEqual(recordOf(cluster, 'w7', { mode: 'auto' }));
    });

    test('keeps what is said of a cluster and of its namespaces apart from workloads, and reads it with them', async () => {
      const cluster = newCluster();
      const store = make();
      const of = (namespace: string | null, values: PolicyRecord['values'], revision = 1) =>
        ({ cluster, namespace, values, updatedAt: NOW, updatedBy: 'ada', revision }) as const;
      expect(await store.level(cluster, 'shop')).toBeNull();
      await store.put(recordOf(cluster, 'web', { mode: 'auto' }));
      expect(await store.putLevel(of(null, { slo: '99' }))).toBe(true);
      expect(await store.putLevel(of('shop', { 'cap-max-replicas': '5' }))).toBe(true);
      expect(await store.level(cluster, null)).toEqual(of(null, { slo: '99' }));
      const { records, above } = await store.list(cluster);
      expect([...records.keys()]).toEqual(['shop/web']);
      expect(above).toMatchObject({ cluster: { slo: '99' }, namespaces: { shop: { 'cap-max-replicas': '5' } } });
      expect(await store.stated({ cluster, namespace: 'shop', name: 'web' })).toEqual({
        record: { mode: 'auto' },
        levels: [
          { name: 'cluster record', values: { slo: '99' } },
          { name: 'namespace record', values: { 'cap-max-replicas': '5' } },
        ],
      });
      expect((await store.stated({ cluster, namespace: 'other', name: 'web' })).levels).toHaveLength(1);
    });

    test('of two who change the same level at once, one is told', async () => {
      const cluster = newCluster();
      const store = make();
      const change = (slo: string, updatedAt: number, revision: number) =>
        store.putLevel({ cluster, namespace: 'shop', values: { slo }, updatedAt, updatedBy: null, revision });
      expect(await change('99', NOW, 1)).toBe(true);
      expect(await change('98', NOW + 1, 2)).toBe(true);
      expect(await change('97', NOW + 2, 2)).toBe(false);
      expect((await store.level(cluster, 'shop'))?.values).toEqual({ slo: '98' });
    });
  });
}

function newCluster(): string {
  return `c-${randomUUID()}`;
}

function recordOf(cluster: string, name: string, values: PolicyRecord['values']): PolicyRecord {
  return { workload: { cluster, namespace: 'shop', name }, values, updatedAt: NOW, updatedBy: 'ada' };
}
