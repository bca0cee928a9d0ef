// Places that are given again, on dynalite: whose samples are read, who comes back to what, and what places cost; after 100,000 names in
// dynamo-places-scale.e2e.test.ts.
import { describe, expect, test } from 'vitest';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import { historyOf, minute, named, namesIn, openPlaced, type Placed } from '../make/placed-cluster.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const { tableBy } = embeddedTable();
const open = () => openPlaced(tableBy);
const ours = () => Promise.resolve(true);

describe('a slot that is given again', () => {
  /** 64 workloads, of which one goes for eight days and a new one has its slot since then. */
  async function given() {
    const opened = open();
    const { clock, store, cluster, refs } = opened;
    const all = named(64);
    const shards = await store.assign(cluster, refs(...all), []);
    for (let i = 0; i < 3; i++) await minute(store, cluster, shards, NOW + i * MINUTE, () => 1);
    for (clock.at = NOW + 2 * HOUR; clock.at < NOW + 9 * DAY; clock.at += 6 * HOUR)
      await store.assign(cluster, refs(...all.slice(1)), []);
    // In the middle of five minutes, half past an hour.
    clock.at = NOW + 9 * DAY + 32 * MINUTE;
    const since = clock.at;
    const [shard] = await store.assign(cluster, refs(...all.slice(1), 'new'), []);
    if (shard === undefined) throw new Error('no shard');
    return { ...opened, all, shard, since };
  }

  test('is one that somebody had, and the shard says since when it is another’s', async () => {
    const { shard, since } = await given();
    const i = shard.workloads.findIndex(({ name }) => name === 'new');
    expect(shard.places[i]).toEqual({ slot: 0, since });
    expect(shard.places.filter((place) => place.since === 0)).toHaveLength(63);
    expect(JSON.parse(JSON.stringify(shard))).toEqual(shard);
  });

  test('shows of its newcomer what was appended since, as ticks, hours and days', async () => {
    const { clock, store, cluster, refs, shard, since } = await given();
    // Samples of before, in the very hour and the very five minutes, as a tick that was held up would have left them.
    const elsewhere = { ...shard, workloads: refs('other'), places: [{ slot: 0, since: 0 }] };
    for (const before of [3, 2, 1]) await minute(store, cluster, [elsewhere], since - before * MINUTE, () => 9);
    const expected = [0, 1, 2, 30, 90].map((i) => since + i * MINUTE);
    for (const at of expected) await minute(store, cluster, [shard], at, () => 4);
    const [web] = refs('new');
    if (web === undefined) throw new Error('no name');
    for (const later of [2 * HOUR, 26 * HOUR, 3 * DAY]) {
      clock.at = since + later;
      for (let i = 0; i < 3; i++) await store.compact(cluster, shard, clock.at);
      expect(await historyOf(store, web, clock.at)).toEqual({ at: expected, cpu: expected.map(() => 4) });
    }
    clock.at = since + 16 * DAY;
    const means = await historyOf(store, web, clock.at);
    expect(means?.at).toEqual([since - 2 * MINUTE, since + 28 * MINUTE, since + 88 * MINUTE]);
  });

  test('takes no history from elsewhere of before it was given', async () => {
    const { store, cluster, refs, shard, since } = await given();
    const at = Float64Array.of(since - 2 * HOUR, since - MINUTE, since, since + MINUTE);
    const ones = at.map(() => 1);
    await store.backfill(
      cluster,
      shard,
      new Map([['shop/new', { at, demand: { cpu: ones, memory: ones }, replicas: ones }]]),
    );
    const [web] = refs('new');
    expect(web && (await historyOf(store, web, since + HOUR))?.at).toEqual([since, since + MINUTE]);
  });
});

describe('a name that comes back', () => {
  test.each([
    ['ten minutes', 'kept', 10 * MINUTE],
    ['a day', 'kept', DAY],
    ['eight days', 'no more', 8 * DAY],
  ])('after %s: its history is %s', async (_after, what, away) => {
    const isKept = what === 'kept';
    const { clock, store, cluster, refs, cold } = open();
    const all = named(64);
    const [shard] = await store.assign(cluster, refs(...all), []);
    if (shard === undefined) throw new Error('no shard');
    await minute(store, cluster, [shard], NOW, () => 3);
    const [back, ...others] = refs(...all);
    if (back === undefined) throw new Error('no name');
    for (clock.at = NOW + 5 * MINUTE; clock.at < NOW + away; clock.at += HOUR) await store.assign(cluster, others, []);
    clock.at = NOW + away;
    if (isKept) expect((await historyOf(cold(), back, clock.at))?.at).toEqual([NOW]);
    const shards = await cold().assign(cluster, [back, ...others], []);
    expect(namesIn(shards).toSorted()).toEqual(all.toSorted());
    expect((await historyOf(cold(), back, clock.at))?.at).toEqual(isKept ? [NOW] : []);
  });

  test('is not shown while it is gone, but where it is asked for', async () => {
    const { clock, store, cluster, refs, cold } = open();
    await store.assign(cluster, refs('web', 'api'), []);
    clock.at += 2 * HOUR;
    expect(namesIn(await store.assign(cluster, refs('api'), []))).toEqual(['api']);
    expect(namesIn(await cold().shards(cluster))).toEqual(['api']);
    expect((await cold().locate(refs('web')[0] as WorkloadRef))?.workloads.map(({ name }) => name)).toEqual([
      'api',
      'web',
    ]);
    clock.at += HOUR;
    expect(await store.assign(cluster, [], [])).toEqual([]);
    expect(await cold().shards(cluster)).toEqual([]);
  });
});

describe('what a tick asks of the table', () => {
  test('for places: nothing for most of an hour, and then one read', async () => {
    const { clock, table, store, cluster, refs } = open();
    const all = refs(...named(200));
    await store.assign(cluster, all, []);
    const { calls } = table.capacity;
    for (let i = 1; i <= 54; i++) {
      clock.at = NOW + i * MINUTE;
      await store.assign(cluster, all, []);
      expect(await store.gather(cluster, ours)).toBe(false);
    }
    expect(table.capacity.calls).toBe(calls);
    const written = table.capacity.writeUnits;
    for (let i = 55; i <= 24 * 60; i++) {
      clock.at = NOW + i * MINUTE;
      await store.assign(cluster, all, []);
    }
    expect(table.capacity.calls - calls).toBeLessThanOrEqual(27);
    expect(table.capacity.writeUnits).toBe(written);
  });

  test('for a shard that everybody has left: what folds its last day, and then nothing', async () => {
    const { clock, table, store, cluster, refs } = open();
    const [stays, leaves] = [named(64, 'stays-'), named(20, 'leaves-')];
    await store.assign(cluster, refs(...stays), []);
    const shards = await store.assign(cluster, refs(...stays, ...leaves), []);
    expect(shards).toHaveLength(2);
    for (let i = 0; i < 90; i++) await minute(store, cluster, shards, NOW + i * MINUTE, () => 1);
    const units = [];
    for (let day = 0; day < 4; day++) {
      const before = spentOf(table);
      for (let i = 0; i < 24 * 4; i++) {
        clock.at += 15 * MINUTE;
        await store.assign(cluster, refs(...stays), []);
        await store.gather(cluster, ours);
      }
      units.push(spentOf(table) - before);
    }
    const [first = 0, second = 0, third = 0, fourth = 0] = units;
    expect(first + second).toBeGreaterThan(0);
    expect([third, fourth]).toEqual([0, 0]);
    expect(first + second).toBeLessThan(24 * 8);
  });

  test('a new name costs one write unit, in a cluster of any size', async () => {
    const { clock, table, store, cluster, refs } = open();
    const all = named(1000);
    await store.assign(cluster, refs(...all), []);
    const before = table.capacity.writeUnits;
    for (let i = 0; i < 30; i++) {
      clock.at += MINUTE;
      all.push(`new-${i}`);
      await store.assign(cluster, refs(...all), []);
    }
    // The first writes over a larger item: the last of the thousand stand in it.
    expect(table.capacity.writeUnits - before).toBeLessThanOrEqual(30 + 1);
  });

  /** Calls that are for a shard's history. */
  function spentOf({ capacity: { byKind } }: Placed['table']): number {
    return ['T', 'H', 'D', 'WATERMARK'].reduce((sum, kind) => sum + (byKind.get(kind)?.calls ?? 0), 0);
  }
});
