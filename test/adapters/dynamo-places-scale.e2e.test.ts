// What places cost once a cluster has seen 100,000 names, on dynalite: a minute of work, and so apart from dynamo-places.test.ts.
import { expect, test } from 'vitest';
import type { Shard } from '../../lib/app/ports/series-store.ts';
import { mostShards } from '../make/coming-and-going.ts';
import { minute, named, namesIn, openPlaced, type Placed } from '../make/placed-cluster.ts';
import { embeddedTable } from '../make/table.ts';

const HOUR = 3_600_000;
const { tableBy, sweepExpired } = embeddedTable();
const open = () => openPlaced(tableBy);
const ours = () => Promise.resolve(true);

test('100,000 names ever seen, 500 of them alive, cost what 500 do', async () => {
  const young = open();
  const old = open();
  const living = named(500, 'stays-');
  await young.store.assign(young.cluster, young.refs(...living), []);
  for (let i = 0; i < 20; i++) {
    await old.store.assign(old.cluster, old.refs(...living, ...named(5000, `pr-${i}-`)), []);
    old.clock.at += 1.5 * HOUR;
    young.clock.at += 1.5 * HOUR;
  }
  for (const { clock, store, cluster, refs } of [young, old])
    for (let i = 0; i < 9 * 4; i++) {
      clock.at += 6 * HOUR;
      await store.assign(cluster, refs(...living), []);
      await store.gather(cluster, ours);
    }
  await sweepExpired(old.clock.at);
  const [few, many] = [await costs(young, living), await costs(old, living)];
  expect(many.shards).toBeLessThanOrEqual(mostShards(500));
  expect(many.shards).toBeLessThanOrEqual(few.shards + 1);
  expect(many.cold.readUnits).toBeLessThanOrEqual(few.cold.readUnits + 1);
  expect(many.tick.writeUnits).toBeLessThanOrEqual(few.tick.writeUnits + 1);
  expect(many.tick.readUnits).toBeLessThanOrEqual(few.tick.readUnits + 2);
  expect(many.tick.calls).toBeLessThanOrEqual(few.tick.calls + 4);
}, 300_000);

/** Of a process that begins, and of its second tick. */
async function costs({ clock, table, cluster, refs, cold }: Placed, living: readonly string[]) {
  const store = cold();
  const spent = async (what: () => Promise<unknown>) => {
    const before = { ...table.capacity };
    await what();
    const { readUnits, writeUnits, calls } = table.capacity;
    return {
      readUnits: readUnits - before.readUnits,
      writeUnits: writeUnits - before.writeUnits,
      calls: calls - before.calls,
    };
  };
  let shards: readonly Shard[] = [];
  const first = await spent(async () => {
    shards = await store.assign(cluster, refs(...living), []);
  });
  const tick = await spent(async () => {
    shards = await store.assign(cluster, refs(...living), []);
    for (const shard of shards) {
      await minute(store, cluster, [shard], clock.at, () => 1);
      await store.read(cluster, shard, clock.at - HOUR, clock.at);
      await store.readFitted(cluster, shard);
      await store.readLatest(cluster, shard);
    }
  });
  expect(namesIn(shards).toSorted()).toEqual(living.toSorted());
  return { shards: shards.length, cold: first, tick };
}
