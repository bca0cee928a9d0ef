// Places under rivals, processes that slept or died, and what an earlier release stored of them, on dynalite.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packJson } from '../../lib/adapters/dynamo/items.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import type { SeriesStore, Shard } from '../../lib/app/ports/series-store.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import { historyOf, minute, named, namesIn, openPlaced, type Placed } from '../make/placed-cluster.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const { tableBy } = embeddedTable();
const open = () => openPlaced(tableBy);

describe('rivals and stale processes', () => {
  test('a process that slept goes by no place that was given on meanwhile', async () => {
    const { clock, store, cluster, refs, cold } = open();
    const all = named(64);
    await store.assign(cluster, refs(...all), []);
    const other = cold();
    for (clock.at = NOW + HOUR; clock.at < NOW + 9 * DAY; clock.at += 3 * HOUR)
      await other.assign(cluster, refs(...all.slice(1)), []);
    await other.assign(cluster, refs(...all.slice(1), 'new'), []);
    for (const seen of [all.slice(1), [...all.slice(1), 'new']]) {
      const known = await store.assign(cluster, refs(...seen), null);
      const slots = known.flatMap(({ id, places }) => places.map(({ slot }) => `${id}/${slot}`));
      expect(new Set(slots).size).toBe(slots.length);
      expect(known).toEqual(await cold().shards(cluster));
    }
  });

  test('who only reads shows nobody another’s samples, however long ago it has looked', async () => {
    const { clock, store, cluster, refs, cold } = open();
    const all = named(64);
    await store.assign(cluster, refs(...all), []);
    clock.at += 2 * HOUR;
    for (; clock.at < NOW + 7 * DAY; clock.at += 6 * HOUR) await store.assign(cluster, refs(...all.slice(1)), []);
    const reader = cold();
    await reader.locate(refs('w5')[0] as WorkloadRef);
    clock.at += 10 * MINUTE;
    const others = cold();
    await others.assign(cluster, refs(...all.slice(1)), []);
    const [shard] = await others.assign(cluster, refs(...all.slice(1), 'new'), []);
    await minute(others, cluster, [shard as Shard], clock.at, () => 4);
    expect(await historyOf(reader, refs('w0')[0] as WorkloadRef, clock.at)).toBeNull();
    expect((await historyOf(reader, refs('new')[0] as WorkloadRef, clock.at))?.cpu).toEqual([4]);
  });

  test('law: whoever places and tidies at the same time, nobody shares a place and nobody is lost', async () => {
    const step = fc.record({
      seen: fc.array(fc.uniqueArray(fc.nat(90), { maxLength: 80 }), { minLength: 1, maxLength: 3 }),
      hours: fc.constantFrom(0, 0.5, 1, 2, 30, 190),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
        const { clock, cluster, refs, cold } = open();
        const processes = [cold(), cold(), cold()];
        for (const { seen, hours } of steps) {
          clock.at += hours * HOUR;
          const views = await Promise.all(
            seen.map((numbers, i) =>
              (processes[i] as SeriesStore).assign(cluster, refs(...numbers.map((n) => `w${n}`)), []),
            ),
          );
          const stored = await cold().shards(cluster);
          const slots = stored.flatMap(({ id, places }) => places.map(({ slot }) => `${id}/${slot}`));
          expect(new Set(slots).size).toBe(slots.length);
          expect(new Set(namesIn(stored)).size).toBe(namesIn(stored).length);
          // Each was told the place that it has.
          for (const [i, numbers] of seen.entries())
            for (const n of numbers) {
              const told = placeOf(views[i] ?? [], `w${n}`);
              expect(told).toBeDefined();
              expect([told, undefined]).toContainEqual(placeOf(stored, `w${n}`));
            }
        }
      }),
      { numRuns: 12 },
    );
  });

  const placeOf = (shards: readonly Shard[], name: string) =>
    shards.flatMap(({ id, workloads, places }) =>
      workloads.flatMap((ref, i) => (ref.name === name ? [{ id, ...places[i] }] : [])),
    )[0];
});

describe('dying half-way', () => {
  /** The table goes away at the so-manieth write from now. */
  function dying(table: Table, writes: number): Table {
    let left = writes;
    const put: Table['put'] = (item, condition) => {
      if (left-- > 0) return table.put(item, condition);
      return Promise.reject(new AdapterError('dynamodb', 'gone away', { retryable: true }));
    };
    return { ...table, put };
  }

  test.each(Array.from({ length: 12 }, (_, i) => i))(
    'after %d writes of a tidy hour leaves everybody one place, and who lives the same',
    async (writes) => {
      const { clock, table, store, cluster, refs, cold } = open();
      const all = named(150);
      const before = await store.assign(cluster, refs(...all), []);
      await minute(store, cluster, before, NOW, (name) => Number(name.slice(1)) % 50);
      clock.at += 2 * HOUR;
      await store.assign(cluster, refs(...all.slice(60)), []);
      // Now some are found missing, some are forgotten, and new ones have their places and others.
      clock.at += 2 * HOUR;
      const staying = all.slice(80);
      const seen = [...staying, ...named(45, 'new')];
      const weak = makeSeriesStore(dying(table, writes));
      await weak.assign(cluster, refs(...seen), []).catch(() => undefined);
      for (const process of [cold(), weak, cold()]) {
        const shards = await process.assign(cluster, refs(...seen), []).catch(() => null);
        if (shards === null) continue;
        // Whom it had found missing, the next hour finds missing.
        expect(namesIn(shards)).toEqual(expect.arrayContaining(seen));
        const slots = shards.flatMap(({ id, places }) => places.map(({ slot }) => `${id}/${slot}`));
        expect(new Set([...slots]).size).toBe(new Set(namesIn(shards)).size);
        const read = await Promise.all(shards.map((shard) => process.read(cluster, shard, 0, clock.at)));
        const lengths = new Map(
          read.flatMap((series) => [...series].map(([key, { at }]) => [key, at.length] as const)),
        );
        for (const name of seen)
          expect([name, lengths.get(`shop/${name}`)]).toEqual([name, staying.includes(name) ? 1 : 0]);
      }
    },
    60_000,
  );
});

describe('what an earlier release stored', () => {
  const page = (cluster: string, sk: string, names: readonly (readonly string[])[]) => ({
    pk: `SHARDS#${cluster}`,
    sk,
    v: 1,
    rev: 3,
    body: packJson('a page', names),
  });
  async function older(opened: Placed) {
    const { table, cluster } = opened;
    await table.put(page(cluster, 'SHARDS', [named(64).map((name) => `shop/${name}`), ['shop/x']]));
    await table.put(page(cluster, 'SHARDS#0001', [['shop/y', 'shop/statefulset:z']]));
  }

  test('is read as it is, by who only reads', async () => {
    const opened = open();
    await older(opened);
    const { store, cluster } = opened;
    const shards = await store.shards(cluster);
    expect(shards.map(({ id, workloads }) => [id, workloads.length])).toEqual([
      [0, 64],
      [1, 1],
      [2, 2],
    ]);
    expect(shards[2]?.workloads[1]).toEqual({ cluster, namespace: 'shop', name: 'z', kind: 'StatefulSet' });
    expect(shards[2]?.places).toEqual([
      { slot: 0, since: 0 },
      { slot: 1, since: 0 },
    ]);
  });

  test('is taken over by the first tick, place by place, and is not read again', async () => {
    const opened = open();
    await older(opened);
    const { clock, table, store, cluster, refs, cold } = opened;
    const before = await cold().shards(cluster);
    await store.assign(cluster, refs('w5', 'y', 'new'), []);
    const after = await cold().shards(cluster);
    expect(after.flatMap(({ id, workloads }) => workloads.map(({ name }) => [id, name]))).toEqual([
      [0, 'w5'],
      [2, 'y'],
      [2, 'new'],
    ]);
    expect(after[0]?.places).toEqual([{ slot: 5, since: 0 }]);
    expect(before[0]?.workloads[5]?.name).toBe('w5');
    clock.at += 1000;
    const items = await table.query(`SHARDS#${cluster}`, { from: 'SHARDS', to: 'SHARDS~' });
    expect(items.map(({ v }) => v)).toEqual(items.map(() => 2));
    expect(items.map(({ sk }) => sk)).not.toContain('SHARDS#0001');
  });

  test('an older release refuses the first item it finds of it, and writes over none', async () => {
    const opened = open();
    await older(opened);
    const { table, store, cluster, refs } = opened;
    await store.assign(cluster, refs('w5'), []);
    // As that release reads (any item of another version is refused) and writes (only over the revision it knows).
    const items = await table.query(`SHARDS#${cluster}`, { from: 'SHARDS', to: 'SHARDS~', consistent: true });
    expect(items[0]).toMatchObject({ sk: 'SHARDS', v: 2 });
    const over = await table.put(page(cluster, 'SHARDS', []), { expression: 'rev = :rev', values: { ':rev': 3 } });
    expect(over).toBe(false);
  });

  test.each([0, 1, 2, 3, 4])('a tick that dies after %d writes of taking it over loses nobody', async (writes) => {
    const opened = open();
    await older(opened);
    const { table, cluster, refs, cold } = opened;
    let left = writes;
    const put: Table['put'] = (item, condition) =>
      left-- > 0
        ? table.put(item, condition)
        : Promise.reject(new AdapterError('dynamodb', 'gone away', { retryable: true }));
    const seen = refs('w5', 'x', 'y', 'new');
    await makeSeriesStore({ ...table, put })
      .assign(cluster, seen, [])
      .catch(() => undefined);
    expect(namesIn(await cold().shards(cluster))).toEqual(expect.arrayContaining(['w5', 'x', 'y']));
    const shards = await cold().assign(cluster, seen, []);
    expect(namesIn(shards).toSorted()).toEqual(['new', 'w5', 'x', 'y']);
    expect(shards.find(({ id }) => id === 0)?.places).toEqual([{ slot: 5, since: 0 }]);
  });
});
