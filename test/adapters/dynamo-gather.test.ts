// Sparse shards that are drawn together, on dynalite: everything known of a workload moves with it, or nothing does.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import type { SeriesStore, Shard } from '../../lib/app/ports/series-store.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import { decide } from '../../lib/domain/decision/decide.ts';
import { remembered } from '../../lib/domain/decision/remember.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';
import { EMPTY_SERIES, type Series } from '../../lib/domain/workload/series.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { embeddedTable } from '../make/table.ts';
import { assessment, lesson, NO_HISTORY, NOW, observation } from '../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Math.floor(NOW / DAY) * DAY;
const { tableBy } = embeddedTable();
const ours = () => Promise.resolve(true);
const named = (count: number) => Array.from({ length: count }, (_, i) => `w${String(i).padStart(3, '0')}`);
const namesIn = (shards: readonly Shard[]) => shards.flatMap(({ workloads }) => workloads.map(({ name }) => name));

/** Three shards in which a few are left: with minutes, an hour and a day folded, what was learned, and cooldowns. */
async function sparse() {
  const clock = { at: START };
  const table = tableBy(() => clock.at);
  const cluster = `c-${randomUUID()}`;
  const store = makeSeriesStore(table);
  const cold = () => makeSeriesStore(table);
  const ref = (name: string): WorkloadRef => ({ cluster, namespace: 'shop', name });
  const all = named(150);
  const left = all.filter((_, i) => i % 30 === 7);
  const full = await store.assign(cluster, all.map(ref), []);
  for (const at of [0, 1, 2, 7, 130].map((minutes) => START + minutes * MINUTE)) await appendAll(store, full, at);
  clock.at = START + DAY + 2 * HOUR;
  for (const shard of full) await store.compact(cluster, shard, clock.at);
  const few = await store.assign(cluster, left.map(ref), []);
  for (const i of [0, 1, 2, 3]) await appendAll(store, few, clock.at + i * MINUTE);
  clock.at += 10 * MINUTE;
  for (const shard of few) {
    await store.writeLatest(
      cluster,
      shard,
      new Map(shard.workloads.map((one, i) => [workloadKey(one), memoryOf(one, clock.at - i)])),
    );
    await store.writeFitted(
      cluster,
      shard,
      new Map(
        shard.workloads.map((one, i) => [workloadKey(one), { ...lesson(EMPTY_SERIES, NOW), startupSeconds: 30 + i }]),
      ),
    );
  }
  return { clock, table, cluster, store, cold, ref, left, few };
}
type Sparse = Awaited<ReturnType<typeof sparse>>;

async function appendAll(store: SeriesStore, shards: readonly Shard[], at: EpochMs) {
  for (const shard of shards) {
    const rows = shard.workloads.map((workload) => {
      const n = Number(workload.name.slice(1));
      const loads = n % 2 === 0 ? {} : { loads: { requests: 100 + n, [`own-${n}`]: 1 + n } };
      return { workload, cpu: 1 + n / 100, memory: 1e9 + n, replicas: n + 1, ...loads };
    });
    await store.append(shard.workloads[0]?.cluster ?? '', shard, at, rows);
  }
}

function memoryOf(workload: WorkloadRef, lastScaledAt: EpochMs): WorkloadMemory {
  const of = assessment(observation({ workload }));
  const outcome = { kind: 'applied', message: 'done' } as const;
  const decision = decide(of, null, NO_HISTORY);
  const record = { decision, outcome, assessment: of, advice: null, requestedBy: null };
  return remembered(undefined, record, lastScaledAt, true);
}

/** All that the table knows of those who are left. */
async function known({ cluster, left, ref, clock }: Sparse, store: SeriesStore) {
  const found: Record<string, unknown> = {};
  const everything = [START - 40 * DAY, clock.at] as const;
  for (const name of left) {
    const shard = (await store.locate(ref(name))) as Shard;
    const key = `shop/${name}`;
    const series = (await store.read(cluster, shard, ...everything)).get(key) as Series;
    const [latest, fitted] = [await store.readLatest(cluster, shard), await store.readFitted(cluster, shard)];
    found[name] = { series, lastScaledAt: latest.get(key)?.lastScaledAt, fitted: fitted.get(key)?.startupSeconds };
  }
  return found;
}

/** Hourly ticks until it has gathered; who is left, and when. */
async function untilGathered({ clock, cluster, left, ref }: Sparse, store: SeriesStore, isOurs = ours, hours = 30) {
  for (let hour = 0; hour < hours; hour++) {
    clock.at += HOUR;
    await store.assign(cluster, left.map(ref), []);
    if (await store.gather(cluster, isOurs)) return hour + 1;
  }
  return null;
}

describe('sparse shards', () => {
  test('are drawn together after hours, with history, what was learned and cooldowns as they were', async () => {
    const world = await sparse();
    const before = await known(world, world.cold());
    expect(Object.values(before)).toHaveLength(5);
    expect(await untilGathered(world, world.store)).toBeGreaterThan(1);
    const shards = await world.store.assign(world.cluster, world.left.map(world.ref), []);
    expect(shards.map(({ workloads }) => workloads.length)).toEqual([5]);
    expect(world.few.map(({ id }) => id)).not.toContain(shards[0]?.id);
    for (const store of [world.store, world.cold()]) expect(await known(world, store)).toEqual(before);
  });

  test('go on where they were: what follows is folded with what came along', async () => {
    const world = await sparse();
    await untilGathered(world, world.store);
    const { clock, store, cluster, left, ref, cold } = world;
    const [shard] = (await store.assign(cluster, left.map(ref), [])) as [Shard];
    const before = ((await store.read(cluster, shard, 0, clock.at)).get(`shop/${left[1]}`) as Series).at;
    await appendAll(store, [shard], clock.at);
    const last = clock.at;
    for (const later of [2 * HOUR, DAY, 2 * DAY]) {
      clock.at = last + later;
      for (let i = 0; i < 3; i++) await store.compact(cluster, shard, clock.at);
      const series = (await cold().read(cluster, shard, 0, clock.at)).get(`shop/${left[1]}`) as Series;
      expect([...series.at]).toEqual([...before, last]);
    }
  });

  test.each([
    ['a tick that lost its lease', async () => false],
    ['a table that does not say', () => Promise.reject(new AdapterError('dynamodb', 'away', { retryable: true }))],
  ])('stay apart under %s', async (_what, isOurs) => {
    const world = await sparse();
    const before = await known(world, world.cold());
    const gathered = await untilGathered(world, world.store, isOurs).catch(() => null);
    expect(gathered).toBeNull();
    expect(await known(world, world.cold())).toEqual(before);
    expect(await world.store.assign(world.cluster, world.left.map(world.ref), [])).toEqual(world.few);
  });

  test('stay apart while a change of one of them is open, whose trace is in its shard’s journal', async () => {
    const world = await sparse();
    const { store, cluster, few } = world;
    const [shard] = few as [Shard];
    const latest = await store.readLatest(cluster, shard);
    const unsettled = [...latest].map(([key, entry]) => {
      const outcome = { ...entry.record.outcome, unsettled: true } as WorkloadMemory['record']['outcome'];
      return [key, { ...entry, record: { ...entry.record, outcome } }] as const;
    });
    await store.writeLatest(cluster, shard, new Map(unsettled));
    expect(await untilGathered(world, store)).toBeNull();
    await store.writeLatest(cluster, shard, latest);
    expect(await untilGathered(world, store)).not.toBeNull();
  });

  test('another process that slept goes by the places that there are', async () => {
    const world = await sparse();
    const { cluster, left, ref, cold } = world;
    const others = [cold(), cold()];
    for (const other of others) await other.locate(ref(left[0] as string));
    await untilGathered(world, world.store);
    const now = await cold().shards(cluster);
    for (const other of others) {
      expect(await other.locate(ref(left[0] as string))).toEqual(now[0]);
      expect(await other.assign(cluster, left.map(ref), [])).toEqual(now);
    }
  });

  test('who is gone from one that was left finds its history there', async () => {
    const world = await sparse();
    await untilGathered(world, world.store);
    const { cluster, left, ref, clock, cold } = world;
    const [name] = named(150)
      .filter((one) => !left.includes(one))
      .slice(-1);
    const shard = await cold().locate(ref(name as string));
    const back = await cold().assign(cluster, [...left, name as string].map(ref), []);
    expect(namesIn(back).toSorted()).toEqual([...left, name].toSorted());
    expect(back.map(({ id }) => id)).toContain(shard?.id);
    const series = (await cold().read(cluster, shard as Shard, 0, clock.at)).get(`shop/${name}`) as Series;
    expect(series.at.length).toBe(5);
  });

  test('law: a tick that dies at any write, or loses to others, leaves everybody all that is known of them', async () => {
    const world = await sparse();
    const { clock, table, cluster, left, ref, cold } = world;
    const before = await known(world, cold());
    await fc.assert(
      fc.asyncProperty(fc.nat(45), fc.boolean(), async (writes, isBeaten) => {
        let count = writes;
        const put: Table['put'] = (item, condition) => {
          if (count-- > 0) return table.put(item, condition);
          if (isBeaten) return condition === undefined ? table.put(item) : Promise.resolve(false);
          return Promise.reject(new AdapterError('dynamodb', 'gone away', { retryable: true }));
        };
        const weak = makeSeriesStore({ ...table, put });
        for (let hour = 0; hour < 9; hour++) {
          clock.at += HOUR;
          await cold().assign(cluster, left.map(ref), []);
          await weak.assign(cluster, left.map(ref), []).catch(() => null);
          await weak.gather(cluster, ours).catch(() => false);
        }
        expect(namesIn(await cold().shards(cluster)).toSorted()).toEqual(left);
        expect(await known(world, cold())).toEqual(before);
      }),
      { numRuns: 8 },
    );
  }, 120_000);
});
