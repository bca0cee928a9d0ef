// A process that reads a shard each minute asks for what is new: it sees what one sees that asks for everything.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { FITTED_VERSION, type Fitted } from '../../lib/domain/learning/fitted.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const WINDOW = 61 * MINUTE;
const { tableBy } = embeddedTable();

async function opened(names = ['web', 'api']) {
  const clock = { now: NOW };
  const raw = tableBy(() => clock.now, {});
  const cluster = `c-${randomUUID()}`;
  const [keeping, plain] = [makeSeriesStore(raw, { keepsReads: true }), makeSeriesStore(raw)];
  const refs = names.map((name) => ({ cluster, namespace: 'shop', name }));
  const [shard] = await plain.assign(cluster, refs);
  if (shard === undefined) throw new Error('no shard');
  const units = (kind: string) => raw.capacity.byKind.get(kind)?.readUnits ?? 0;
  return { clock, raw, units, cluster, keeping, plain, shard };
}

type Opened = Awaited<ReturnType<typeof opened>>;

const append = ({ plain, cluster, shard }: Opened, at: EpochMs, cpu = 1) =>
  plain.append(
    cluster,
    shard,
    at,
    shard.workloads.map((workload) => ({ workload, cpu, memory: 2 ** 30, replicas: 3 })),
  );

const lesson = (at: EpochMs): Fitted => ({ version: FITTED_VERSION, at }) as Fitted;

describe('samples', () => {
  test('of every minute are there, whoever appended them, whatever minutes were skipped, also once they are folded', async () => {
    const step = fc.record({ minutes: fc.integer({ min: 1, max: 25 }), reads: fc.boolean(), folds: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
        const world = await opened();
        const { clock, keeping, plain, cluster, shard } = world;
        for (const { minutes, reads, folds } of steps) {
          clock.now += minutes * MINUTE;
          await append(world, clock.now, 1 + (clock.now % 7));
          if (folds) await plain.compact(cluster, shard, clock.now);
          if (!reads) continue;
          const [from, to] = [clock.now - WINDOW, clock.now];
          expect(await keeping.read(cluster, shard, from, to)).toEqual(await plain.read(cluster, shard, from, to));
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
