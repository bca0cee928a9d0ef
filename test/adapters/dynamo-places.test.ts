// Places that are given again, on dynalite: whose samples are read, what is drawn together, and what dying, rivals and wrong clocks leave.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packJson } from '../../lib/adapters/dynamo/items.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import type { SeriesStore, Shard } from '../../lib/app/ports/series-store.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { mostShards } from '../make/coming-and-going.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const { tableBy, sweepExpired } = embeddedTable();

function open() {
  const clock = { at: NOW };
  const table = tableBy(() => clock.at);
  const cluster = `c-${randomUUID()}`;
  const refs = (...names: readonly string[]): readonly WorkloadRef[] =>
    names.map((name) => ({ cluster, namespace: 'shop', name }));
  return { clock, table, cluster, refs, store: makeSeriesStore(table), cold: () => makeSeriesStore(table) };
}
type Opened = ReturnType<typeof open>;

const named = (count: number, prefix = 'w') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const namesIn = (shards: readonly Shard[]) => shards.flatMap(({ workloads }) => workloads.map(({ name }) => name));
const ours = () => Promise.resolve(true);

/** One minute of these, of a demand that tells each from the others. */
async function minute(
  store: SeriesStore,
  cluster: string,
  shards: readonly Shard[],
  at: EpochMs,
  cpuOf: (name: string) => number,
) {
  for (const shard of shards) {
    const rows = shard.workloads.map((workload) => ({ workload, cpu: cpuOf(workload.name), memory: 1e9, replicas: 2 }));
    await store.append(cluster, shard, at, rows);
  }
}

async function historyOf(store: SeriesStore, ref: WorkloadRef, to: EpochMs) {
  const shard = await store.locate(ref);
  if (shard === null) return null;
  const series = (await store.read(ref.cluster, shard, 0, to)).get(workloadKey(ref));
  return series === undefined
    ? null
    : { at: [...series.at], cpu: [...series.demand.cpu].map((cores) => Math.round(cores)) };
}

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
    ['ten minutes', 10 * MINUTE, true],
    ['a day', DAY, true],
    ['eight days', 8 * DAY, false],
  ])('after %s: its history is there: %s', async (_after, away, isKept) => {
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
  async function costs({ clock, table, cluster, refs, cold }: Opened, living: readonly string[]) {
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
});

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
  async function older(opened: Opened) {
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
