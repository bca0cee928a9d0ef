// What every ScheduleStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ScheduleRecord, ScheduleStore } from '../../lib/app/ports/schedule-store.ts';
import { NOW } from '../make/workloads.ts';

export function scheduleStoreContract(kind: string, make: () => ScheduleStore): void {
  describe(`a ScheduleStore: ${kind}`, () => {
    test('has nothing on a cluster never written to', async () => {
      const cluster = newCluster();
      expect((await make().list(cluster)).size).toBe(0);
      expect(await make().listOf({ cluster, namespace: 'shop', name: 'web' })).toEqual([]);
      expect(await make().remove({ cluster, namespace: 'shop', name: 'web' }, 'floor-1')).toBe(false);
    });

    test('gives windows of both kinds back whole', async () => {
      const store = make();
      const weekly = recordOf(newCluster(), 'web', 'a');
      const times = { kind: 'cron', cron: '0 8 * * 1-5', durationMinutes: 60 } as const;
      const window = { ...weekly.window, times, effect: 'size', from: '2026-01-01', until: '2026-12-31' } as const;
      const cron: ScheduleRecord = { ...weekly, id: 'b', window, createdBy: null };
      await Promise.all([store.put(weekly), store.put(cron)]);
      expect(await store.listOf(weekly.workload)).toEqual([weekly, cron]);
    });

    test('lists every window of a cluster by namespace/name, and none of another', async () => {
      const cluster = newCluster();
      const store = make();
      const records = ['web', 'web2', 'api'].flatMap((name) => ['a', 'b'].map((id) => recordOf(cluster, name, id)));
      await Promise.all([...records, recordOf(`${cluster}2`, 'web', 'c')].map((record) => store.put(record)));
      const listed = await store.list(cluster);
      expect([...listed.keys()].toSorted()).toEqual(['shop/api', 'shop/web', 'shop/web2']);
      expect(listed.get('shop/web')).toEqual([recordOf(cluster, 'web', 'a'), recordOf(cluster, 'web', 'b')]);
    });

    test('a workload does not see the windows of one whose name begins like its own', async () => {
      const cluster = newCluster();
      const store = make();
      for (const name of ['web', 'web-2', 'web2', 'we']) await store.put(recordOf(cluster, name, 'a'));
      expect(await store.listOf({ cluster, namespace: 'shop', name: 'web' })).toEqual([recordOf(cluster, 'web', 'a')]);
    });

    test('a window is removed once, alone, and can be put again', async () => {
      const cluster = newCluster();
      const store = make();
      const [gone, stays] = [recordOf(cluster, 'web', 'a'), recordOf(cluster, 'web', 'b')];
      await Promise.all([store.put(gone), store.put(stays)]);
      expect(await store.remove(gone.workload, 'a')).toBe(true);
      expect(await store.remove(gone.workload, 'a')).toBe(false);
      expect(await store.listOf(gone.workload)).toEqual([stays]);
      expect((await store.list(cluster)).get('shop/web')).toEqual([stays]);
      await store.put(gone);
      expect(await store.listOf(gone.workload)).toEqual([gone, stays]);
    });
  });
}

function newCluster(): string {
  return `c-${randomUUID()}`;
}

function recordOf(cluster: string, name: string, id: string): ScheduleRecord {
  return {
    workload: { cluster, namespace: 'shop', name },
    id,
    window: {
      timeZone: 'Europe/Berlin',
      times: { kind: 'weekly', days: ['mon', 'tue'], start: '08:00', end: '18:00', overnight: false },
      effect: 'floor',
      replicas: 8,
      from: null,
      until: null,
    },
    createdAt: NOW,
    createdBy: 'ada',
  };
}
