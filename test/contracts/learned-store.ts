// What every SeriesStore keeps of what was learned: the last lesson of each workload, whoever wrote it, and nothing of those who are gone.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeriesStore, Shard } from '../../lib/app/ports/series-store.ts';
import { FITTED_VERSION, type Fitted } from '../../lib/domain/learning/fitted.ts';
import { workloadKey } from '../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;

/** @param make another process on the same table, by that clock */
export function learnedStoreContract(name: string, make: (now: () => EpochMs) => SeriesStore, numRuns: number): void {
  describe(`what was learned: ${name}`, () => {
    test('of any shard is what the last lesson of each workload left, whoever gave it, and whatever each had read before', async () => {
      const lessonOf = fc.record({
        by: fc.constantFrom(0, 1, 2),
        learns: fc.uniqueArray(fc.nat({ max: 63 }), { maxLength: 20 }),
        gone: fc.uniqueArray(fc.nat({ max: 63 }), { maxLength: 3 }),
      });
      const slots = fc.uniqueArray(fc.nat({ max: 63 }), { minLength: 1, maxLength: 64 });
      await fc.assert(
        fc.asyncProperty(slots, fc.array(lessonOf, { minLength: 1, maxLength: 6 }), async (places, lessons) => {
          const { cluster, shard } = shardOf(places);
          const clock = { now: NOW };
          const processes = [0, 1, 2].map(() => make(() => clock.now));
          let expected = new Map<string, Fitted>();
          for (const { by, learns, gone } of lessons) {
            clock.now += 5 * MINUTE;
            const store = processes[by] as SeriesStore;
            const known = await store.readFitted(cluster, shard);
            expect(sorted(known)).toEqual(sorted(expected));
            expected = new Map(known);
            for (const i of learns) expected.set(keyAt(shard, i), fittedAt(clock.now, i));
            for (const i of gone) expected.delete(keyAt(shard, i));
            await store.writeFitted(cluster, shard, expected, clock.now);
          }
          clock.now += 5 * MINUTE;
          for (const store of [...processes, make(() => clock.now)])
            expect(sorted(await store.readFitted(cluster, shard))).toEqual(sorted(expected));
        }),
        { numRuns },
      );
    });

    test('later is not written over by a lesson that began earlier, and is beside it where that is of others', async () => {
      const { cluster, shard } = shardOf([0, 40]);
      const store = make(() => NOW);
      const [first, second] = [keyAt(shard, 0), keyAt(shard, 1)];
      await store.writeFitted(cluster, shard, new Map([[first, fittedAt(NOW, 1)]]), NOW);
      const earlier = fittedAt(NOW - MINUTE, 2);
      const both = new Map([
        [first, earlier],
        [second, earlier],
      ]);
      await store.writeFitted(cluster, shard, both, NOW - MINUTE);
      const read = await make(() => NOW).readFitted(cluster, shard);
      expect([read.get(first)?.startupSeconds, read.get(second)?.startupSeconds]).toEqual([1, 2]);
    });

    test('of a workload that was given another place is the later lesson, also where somebody wrote the place before meanwhile', async () => {
      const { cluster, shard } = shardOf([0, 1]);
      const [moving, staying] = [keyAt(shard, 0), keyAt(shard, 1)];
      const before = new Map([
        [moving, fittedAt(NOW - MINUTE, 1)],
        [staying, fittedAt(NOW - MINUTE, 3)],
      ]);
      await make(() => NOW).writeFitted(cluster, shard, before, NOW - MINUTE);
      const moved = { ...shard, places: [50, 1].map((slot) => ({ slot, since: 0 })) };
      const [slow, quick] = [make(() => NOW), make(() => NOW)];
      const known = await slow.readFitted(cluster, moved);
      await quick.writeFitted(cluster, shard, new Map([...before, [staying, fittedAt(NOW, 4)]]), NOW);
      await slow.writeFitted(cluster, moved, new Map([...known, [moving, fittedAt(NOW - 1, 2)]]), NOW - 1);
      const read = await make(() => NOW).readFitted(cluster, moved);
      expect([read.get(moving)?.startupSeconds, read.get(staying)?.startupSeconds]).toEqual([2, 4]);
    });
  });
}

/** @param slots of its workloads, in their order */
export function shardOf(slots: readonly number[]): { readonly cluster: string; readonly shard: Shard } {
  const cluster = `c-${randomUUID()}`;
  const workloads = slots.map((_, i) => ({ cluster, namespace: 'shop', name: `w${i}` }));
  return { cluster, shard: { id: 3, workloads, places: slots.map((slot) => ({ slot, since: 0 })) } };
}

/** Of those there are, going round. */
export function keyAt({ workloads }: Shard, i: number): string {
  const ref = workloads[i % workloads.length];
  if (ref === undefined) throw new Error('nobody lives there');
  return workloadKey(ref);
}

export function fittedAt(at: EpochMs, startupSeconds: number): Fitted {
  return { version: FITTED_VERSION, at, since: at, signals: {}, memoryBaseBytes: null, sizing: null, startupSeconds };
}

function sorted(learned: ReadonlyMap<string, Fitted>) {
  return [...learned].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
