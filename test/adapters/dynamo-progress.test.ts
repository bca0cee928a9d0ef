// How far a tick's shards are, on dynalite: the port's contract, and what is this adapter's own.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { progressKey } from '../../lib/adapters/dynamo/keys.ts';
import { makeProgressStore } from '../../lib/adapters/dynamo/progress-store.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { openingOf, progressStoreContract } from '../contracts/progress-store.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const { tableBy } = embeddedTable();
const MINUTE = 60_000;

progressStoreContract('dynamo on dynalite', (now) => makeProgressStore(tableBy(now)));

describe('the progress of a tick in the table', () => {
  test('ends where the watchdog takes over: what is under way reserves and begins nothing more', async () => {
    const table = tableBy(() => NOW);
    const [store, ticks] = [makeProgressStore(table), makeTickStore(table)];
    const cluster = `c-${randomUUID()}`;
    await ticks.acquire(cluster, NOW, NOW, 54_000);
    await store.open(openingOf(cluster, NOW, [0, 1]));
    expect((await store.begin(cluster, NOW, [0]))?.mine).toEqual([0]);
    expect(await ticks.takeOver(cluster, NOW + 1000, NOW + 31_000)).toBe(true);
    expect(await store.begin(cluster, NOW, [1])).toBeNull();
    expect(await store.settle(cluster, NOW, [0], { enabled: 1, applied: 0 })).toBeNull();
  });

  test('of 1,000 shards stays small enough that a batch costs a few write units', async () => {
    const table = tableBy(() => NOW);
    const store = makeProgressStore(table);
    const cluster = `c-${randomUUID()}`;
    const shards = Array.from({ length: 1000 }, (_, i) => i);
    await store.open(openingOf(cluster, NOW, shards));
    for (let start = 0; start < shards.length; start += 100) {
      const some = shards.slice(start, start + 100);
      await store.begin(cluster, NOW, some);
      await store.settle(cluster, NOW, some, { enabled: 10, applied: 1 });
    }
    const before = table.capacity.writeUnits;
    const progress = await store.settle(cluster, NOW, [1001], { enabled: 1, applied: 1 });
    expect(table.capacity.writeUnits - before).toBeLessThanOrEqual(10);
    expect(progress?.done.size).toBe(1001);
  });

  test('that a wrong clock dated ahead holds no later tick up', async () => {
    const store = makeProgressStore(tableBy(() => NOW));
    const cluster = `c-${randomUUID()}`;
    await store.open(openingOf(cluster, NOW + 24 * 60 * MINUTE, [0]));
    expect(await store.opening(cluster)).toBeNull();
    expect(await store.open(openingOf(cluster, NOW, [0]))).toBe(true);
    expect((await store.begin(cluster, NOW, [0]))?.mine).toEqual([0]);
  });

  test('of another version is left alone by what has begun, and replaced by the next tick', async () => {
    const table = tableBy(() => NOW);
    const store = makeProgressStore(table);
    const cluster = `c-${randomUUID()}`;
    await table.put({ ...progressKey(cluster), v: 99, scheduled_at: NOW + MINUTE });
    expect(await store.begin(cluster, NOW, [0])).toBeNull();
    expect(await store.open(openingOf(cluster, NOW, [0]))).toBe(true);
  });
});
