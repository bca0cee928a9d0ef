// A process that reads a shard each minute asks for what is new, and one that answers people keeps what it made of blocks: both see
// what one sees that asks for everything.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSeriesReader } from '../../lib/adapters/dynamo/series-reader.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { seriesOf } from '../../lib/app/one-series.ts';
import { FITTED_VERSION, type Fitted } from '../../lib/domain/learning/fitted.ts';
import { workloadKey } from '../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const WINDOW = 61 * MINUTE;
const { tableBy } = embeddedTable();

async function opened(names = ['web', 'api']) {
  const clock = { now: NOW };
  const raw = tableBy(() => clock.now, {});
  const cluster = `c-${randomUUID()}`;
  const [keeping, plain] = [makeSeriesStore(raw, { keepsReads: true }), makeSeriesStore(raw)];
  const looking = makeSeriesReader(raw);
  const refs = names.map((name) => ({ cluster, namespace: 'shop', name }));
  const [shard] = await plain.assign(cluster, refs);
  if (shard === undefined) throw new Error('no shard');
  const units = (kind: string) => raw.capacity.byKind.get(kind)?.readUnits ?? 0;
  return { clock, raw, units, cluster, keeping, looking, plain, shard };
}

type Opened = Awaited<ReturnType<typeof opened>>;

const append = ({ plain, cluster, shard }: Opened, at: EpochMs, cpu = 1, by = plain) =>
  by.append(
    cluster,
    shard,
    at,
    shard.workloads.map((workload) => ({ workload, cpu, memory: 2 ** 30, replicas: 3 })),
  );

const eachAlone = async ({ looking, shard }: Opened, from: EpochMs, to: EpochMs) =>
  new Map(
    await Promise.all(
      shard.workloads.map(async (ref) => [workloadKey(ref), await seriesOf(looking, ref, shard, from, to)] as const),
    ),
  );

const lesson = (at: EpochMs): Fitted => ({ version: FITTED_VERSION, at }) as Fitted;

describe('samples', () => {
  test('of every minute are there, whoever appended them, whatever minutes were skipped, also once they are folded', async () => {
    const back = fc.constantFrom(WINDOW, 14 * DAY);
    const minutes = fc.integer({ min: 1, max: 25 });
    const [ours, reads, folds] = [fc.boolean(), fc.boolean(), fc.boolean()];
    const step = fc.record({ minutes: fc.oneof(fc.constant(1), minutes), back, ours, reads, folds });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
        const world = await opened();
        const { clock, keeping, plain, cluster, shard } = world;
        for (const { minutes, back, ours, reads, folds } of steps) {
          clock.now += minutes * MINUTE;
          await append(world, clock.now, 1 + (clock.now % 7), ours ? keeping : plain);
          if (folds) await plain.compact(cluster, shard, clock.now);
          if (!reads) continue;
          const [from, to] = [clock.now - back, clock.now];
          const all = await plain.read(cluster, shard, from, to);
          expect(await keeping.read(cluster, shard, from, to)).toEqual(all);
          expect(await eachAlone(world, from, to)).toEqual(all);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('that were written late are seen within a quarter of an hour', async () => {
    const world = await opened();
    const { clock, keeping, cluster, shard } = world;
    await append(world, NOW);
    const seen = async () => (await keeping.read(cluster, shard, clock.now - WINDOW, clock.now)).get('shop/web')?.at;
    await seen();
    await append(world, NOW - MINUTE);
    for (clock.now += MINUTE; clock.now < NOW + 14 * MINUTE; clock.now += MINUTE) await append(world, clock.now);
    expect(await seen()).not.toContain(NOW - MINUTE);
    clock.now = NOW + 15 * MINUTE;
    expect(await seen()).toContain(NOW - MINUTE);
  });

  test('folded into hours are asked for when more is folded and every quarter of an hour, in the meantime not', async () => {
    const world = await opened();
    const { clock, raw, keeping, plain, cluster, shard } = world;
    const calls = () => ['H', 'D'].map((kind) => raw.capacity.byKind.get(kind)?.calls ?? 0);
    const read = (store = keeping) => store.read(cluster, shard, clock.now - WINDOW, clock.now);
    const asked: number[] = [];
    for (let minute = 0; minute < 120; minute++) {
      clock.now = NOW + minute * MINUTE;
      await append(world, clock.now);
      await keeping.compact(cluster, shard, clock.now);
      const before = calls();
      const found = await read();
      const [hours, days] = calls().map((count, i) => count - (before[i] ?? 0));
      expect(found).toEqual(await read(plain));
      expect(hours).toBe(days);
      if (hours !== 0) asked.push(minute);
    }
    expect(asked.length).toBeGreaterThanOrEqual(120 / 15);
    expect(asked.length).toBeLessThanOrEqual(120 / 15 + 2);
  });

  test('of two weeks are read once by who learns in turns', async () => {
    const world = await opened();
    const { clock, raw, keeping, plain, cluster, shard } = world;
    for (let minute = 0; minute < 90; minute++) await append(world, NOW + minute * MINUTE);
    clock.now = NOW + 90 * MINUTE;
    await plain.compact(cluster, shard, clock.now);
    const calls = () => ['H', 'D'].map((kind) => raw.capacity.byKind.get(kind)?.calls ?? 0);
    const twoWeeks = () => keeping.read(cluster, shard, clock.now - 14 * DAY, clock.now);
    const first = (await twoWeeks()).get('shop/web')?.at.length;
    const before = calls();
    for (let turn = 1; turn < 4; turn++) {
      clock.now += MINUTE;
      await append(world, clock.now);
      expect((await twoWeeks()).get('shop/web')?.at.length).toBe((first ?? 0) + turn);
    }
    expect(calls()).toEqual(before);
  });

  test('that somebody brought in for the last hour are seen within a quarter of an hour', async () => {
    const world = await opened();
    const { clock, keeping, plain, cluster, shard } = world;
    await append(world, NOW);
    const seen = async () =>
      (await keeping.read(cluster, shard, clock.now - WINDOW, clock.now)).get('shop/web')?.at.length;
    expect(await seen()).toBe(1);
    const past = [NOW - 40 * MINUTE, NOW - 35 * MINUTE];
    const [at, ones] = [Float64Array.from(past), Float64Array.from(past, () => 1)];
    const series = { at, demand: { cpu: ones, memory: ones }, replicas: ones };
    await plain.backfill(cluster, shard, new Map([['shop/web', series]]));
    clock.now = NOW + 15 * MINUTE;
    expect(await seen()).toBe(3);
  });

  test('that this process writes each minute are not asked for, but every quarter of an hour', async () => {
    const world = await opened();
    const { clock, raw, keeping, plain, cluster, shard } = world;
    const calls = () => raw.capacity.byKind.get('T')?.calls ?? 0;
    const read = (store = keeping) => store.read(cluster, shard, clock.now - WINDOW, clock.now);
    let asked = 0;
    for (let minute = 0; minute < 45; minute++) {
      clock.now = NOW + minute * MINUTE;
      await append(world, clock.now, minute, keeping);
      const before = calls();
      const found = await read();
      asked += calls() - before;
      expect(found).toEqual(await read(plain));
    }
    expect(asked).toBe(3);
  });

  test('of an hour cost a read unit a minute at most', async () => {
    const world = await opened();
    const { clock, units, keeping, cluster, shard } = world;
    const before = units('T');
    for (let minute = 0; minute < 60; minute++) {
      clock.now = NOW + minute * MINUTE;
      await append(world, clock.now);
      await keeping.read(cluster, shard, clock.now - WINDOW, clock.now);
    }
    expect(units('T') - before).toBeLessThanOrEqual(60);
  });
});

describe('what was learned', () => {
  test('by this process is seen at once, by another within five minutes, and asked for no more often', async () => {
    const { clock, units, keeping, plain, cluster, shard } = await opened();
    const at = async () => (await keeping.readFitted(cluster, shard)).get('shop/web')?.at;
    await keeping.writeFitted(cluster, shard, new Map([['shop/web', lesson(NOW - 2)]]));
    expect(await at()).toBe(NOW - 2);
    await plain.writeFitted(cluster, shard, new Map([['shop/web', lesson(NOW - 1)]]));
    const asked = units('LEARNED');
    clock.now = NOW + 4 * MINUTE;
    expect([await at(), units('LEARNED')]).toEqual([NOW - 2, asked]);
    clock.now = NOW + 5 * MINUTE;
    expect(await at()).toBe(NOW - 1);
    await keeping.writeFitted(cluster, shard, new Map([['shop/web', lesson(NOW)]]));
    expect(await at()).toBe(NOW);
  });

  test('of who moves in is seen at once', async () => {
    const { keeping, plain, cluster, shard } = await opened();
    await keeping.readFitted(cluster, shard);
    const [joined] = await plain.assign(cluster, [
      ...shard.workloads,
      { cluster, namespace: 'shop', name: 'newcomer' },
    ]);
    if (joined === undefined) throw new Error('no shard');
    await plain.writeFitted(cluster, joined, new Map([['shop/newcomer', lesson(NOW)]]));
    expect((await keeping.readFitted(cluster, joined)).get('shop/newcomer')?.at).toBe(NOW);
  });

  test('is asked for again where the clock went back', async () => {
    const { clock, keeping, plain, cluster, shard } = await opened();
    await keeping.readFitted(cluster, shard);
    await plain.writeFitted(cluster, shard, new Map([['shop/web', lesson(NOW - MINUTE)]]));
    clock.now = NOW - 1;
    expect((await keeping.readFitted(cluster, shard)).get('shop/web')?.at).toBe(NOW - MINUTE);
  });
});
