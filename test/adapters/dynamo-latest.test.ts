// LATEST on the table: what changed on a base, by whichever process and whatever dies in between; nothing is lost or mixed up.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { compressed } from '../../lib/adapters/dynamo/items.ts';
import { makeSeriesReader } from '../../lib/adapters/dynamo/series-reader.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Item, Table } from '../../lib/adapters/dynamo/table.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';
import { asRemembered, toSixDigits } from '../make/kept-records.ts';
import { entryOf } from '../make/records.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const { tableBy } = embeddedTable();
let now = NOW;
let cluster: string;
const shard = { id: 0, workloads: [], places: [] };
const open = () => makeSeriesStore(tableBy(() => now));
beforeEach(() => {
  now = NOW;
  cluster = `c-${randomUUID()}`;
});

type Latest = ReadonlyMap<string, WorkloadMemory>;
const kept = (latest: Latest) =>
  new Map([...latest].map(([key, one]) => [key, toSixDigits(asRemembered(one))] as const));
const plain = (latest: Latest) => JSON.parse(JSON.stringify([...latest])) as unknown;

describe('LATEST', () => {
  test('law: whichever process ticks next, after however long, it reads what was written last, and so does who only looks', async () => {
    const step = fc.record({
      process: fc.nat(2),
      minutes: fc.integer({ min: 1, max: 30 }),
      seeds: fc.uniqueArray(fc.nat(9), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
        cluster = `c-${randomUUID()}`;
        const processes = [open(), open(), open()];
        const looking = makeSeriesReader(tableBy(() => now));
        let last: Latest = new Map();
        for (const { process, minutes, seeds } of steps) {
          const store = processes[process] ?? open();
          expect(await store.readLatest(cluster, shard)).toEqual(kept(last));
          now += minutes * MINUTE;
          last = new Map(seeds.map((seed) => [`shop/web-${seed}`, entryAt(now, seed + minutes)]));
          await store.writeLatest(cluster, shard, last, now);
          for (const _ of [1, 2]) expect(await looking.readLatest(cluster, shard)).toEqual(kept(last));
        }
        expect(await open().readLatest(cluster, shard)).toEqual(kept(last));
      }),
      { numRuns: 15 },
    );
  });

  test.each([1, 2])('a tick whose write number %i is lost leaves the view of the tick before, whole', async (dies) => {
    const before = full(NOW);
    await open().writeLatest(cluster, shard, before, NOW);
    // Twenty-five minutes later all of it is written again: two writes, of which either may be the last.
    for (const minutes of [1, 25]) {
      const table = tableBy(() => now);
      let left = dies;
      const failing: Table = {
        ...table,
        put: (...put) => (--left < 1 ? Promise.reject(new Error('gone')) : table.put(...put)),
      };
      const store = makeSeriesStore(failing);
      const read = await store.readLatest(cluster, shard);
      now = NOW + minutes * MINUTE;
      const done = await store.writeLatest(cluster, shard, full(now), now).then(
        () => true,
        () => false,
      );
      const after = await open().readLatest(cluster, shard);
      expect(after).toEqual(done ? kept(full(now)) : read);
    }
  });

  test('a tick that was overtaken changes nothing, whether it writes all or what changed', async () => {
    await open().writeLatest(cluster, shard, full(NOW), NOW);
    const [early, late, cold] = [open(), open(), open()];
    for (const store of [early, late]) await store.readLatest(cluster, shard);
    now = NOW + 2 * MINUTE;
    await late.writeLatest(cluster, shard, full(now), now);
    await early.writeLatest(cluster, shard, full(NOW + MINUTE, 7), NOW + MINUTE);
    await cold.writeLatest(cluster, shard, full(NOW + MINUTE, 8), NOW + MINUTE);
    expect(await open().readLatest(cluster, shard)).toEqual(kept(full(now)));
    expect(await late.readLatest(cluster, shard)).toEqual(kept(full(now)));
  });

  test('what the release before wrote as one item is read, and goes on from there', async () => {
    const table = tableBy(() => now);
    const before = full(NOW);
    const body = compressed(Object.fromEntries(before));
    const item: Item = { pk: `C#${cluster}#S#0`, sk: 'LATEST', v: 1, body, written_at: NOW };
    await table.put(item);
    const store = open();
    expect(plain(await store.readLatest(cluster, shard))).toEqual(plain(before));
    now = NOW + MINUTE;
    await store.writeLatest(cluster, shard, full(now), now);
    expect(await open().readLatest(cluster, shard)).toEqual(kept(full(now)));
    // The release before knows version 1 alone: it takes a workload for one that it sees for the first time.
    expect((await table.get({ pk: item.pk, sk: 'LATEST' }))?.v).toBe(2);
  });

  test('is as good after an installation stood still for nearly two weeks, and then as if nothing had been known', async () => {
    await open().writeLatest(cluster, shard, full(NOW), NOW);
    now = NOW + 14 * DAY - MINUTE;
    expect(await open().readLatest(cluster, shard)).toEqual(kept(full(NOW)));
    now = NOW + 14 * DAY;
    expect((await open().readLatest(cluster, shard)).size).toBe(0);
    const store = open();
    await store.writeLatest(cluster, shard, full(now), now);
    expect(await open().readLatest(cluster, shard)).toEqual(kept(full(now)));
  });

  test('of a full shard costs a third of what all of it takes, or less, also for a process that just read it', async () => {
    const table = tableBy(() => now);
    const store = makeSeriesStore(table);
    const unitsOf = async (write: () => Promise<void>) => {
      const before = table.capacity.writeUnits;
      await write();
      return table.capacity.writeUnits - before;
    };
    const whole = await unitsOf(() => store.writeLatest(cluster, shard, full(NOW), NOW));
    for (let minutes = 1; minutes < 20; minutes += 6) {
      now = NOW + minutes * MINUTE;
      const next = makeSeriesStore(table);
      await next.readLatest(cluster, shard);
      expect(await unitsOf(() => next.writeLatest(cluster, shard, full(now), now))).toBeLessThanOrEqual(whole / 3);
    }
  });

  test('of a shard with one workload takes one write, but for the few times when all of it is written', async () => {
    const table = tableBy(() => now);
    const store = makeSeriesStore(table);
    let writes = 0;
    for (let minutes = 0; minutes < 60; minutes++) {
      now = NOW + minutes * MINUTE;
      await store.readLatest(cluster, shard);
      const before = table.capacity.writeUnits;
      await store.writeLatest(cluster, shard, new Map([['shop/web', entryAt(now, minutes)]]), now);
      writes += table.capacity.writeUnits - before;
    }
    expect(writes).toBeLessThanOrEqual(60 + 2 * 4);
  });
});

/** No two alike: numbers of its own, and words that change with some of them. */
function entryAt(at: number, seed: number): WorkloadMemory {
  const entry = entryOf();
  const name = `web-${seed}`;
  const cpu = { demand: 1 + Math.abs(Math.sin(at / 1e6 + seed)), at, coverage: 1, atLimit: false };
  return {
    ...entry,
    observation: { ...entry.observation, at, uid: `${seed}`.repeat(8), signals: { ...entry.observation.signals, cpu } },
    record: { ...entry.record, outcome: { kind: 'unchanged', message: `${name} has ${Math.round(cpu.demand)}` } },
    peaks: { cpu: 1 + Math.abs(Math.cos(at / 1e6 + seed)) },
    wanted: [0, 1, 2].map((ago) => ({ at: at - ago * MINUTE, replicas: seed, baseline: seed, advised: false })),
    lastScaledAt: seed % 2 === 0 ? null : at,
  };
}

function full(at: number, shift = 0): Latest {
  return new Map(Array.from({ length: 64 }, (_, i) => [`shop/web-${i}`, entryAt(at, i + shift)]));
}
