// What every DecisionStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DecisionStore } from '../../lib/app/ports/decision-store.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import type { DecisionRecord } from '../../lib/domain/decision/decision.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { asKept } from '../make/kept-records.ts';
import { assessment, NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** In which all workloads live whose hourly records are asked for. */
export const SHARD = 2;
const DAY = 86_400_000;

/** @param retentionDays of the stores that `make` gives */
export function decisionStoreContract(
  kind: string,
  retentionDays: number,
  make: (now: () => EpochMs) => DecisionStore,
): void {
  describe(`a DecisionStore: ${kind}`, () => {
    const open = () => ({ store: make(() => NOW), ref: workload() });

    test('gives a record back by its id, whole but for what was forecast between two hours', async () => {
      const { store, ref } = open();
      const record = recordOf(ref, NOW);
      await store.put(record);
      const read = await store.get(ref, record.decision.id);
      expect(read).toEqual(asKept(record, read));
      for (const [signal, { points }] of Object.entries(record.assessment.forecasts)) {
        const kept = read?.assessment.forecasts[signal]?.points ?? [];
        expect(kept.map(({ at }) => (at - NOW) / HOUR)).toEqual([1, 2, 3, 4, 5, 6]);
        for (const { at, ...quantiles } of kept) {
          const before = points.find((point) => point.at === at);
          for (const [name, value] of Object.entries(quantiles))
            expect(value / (before?.[name as 'p90'] ?? Number.NaN)).toBeCloseTo(1, 3);
        }
      }
    });

    describe('how a shard stands at an hour', () => {
      test('is found for each of its workloads, by id and in the list, and for no other', async () => {
        const { store, ref } = open();
        const others = [2, 3].map((i) => ({ ...ref, name: `web-${i}` }));
        await store.putHourly(
          ref.cluster,
          SHARD,
          NOW,
          [ref, ...others].map((one) => recordOf(one, NOW)),
        );
        for (const one of [ref, ...others]) {
          const { records, cursor } = await store.list(one, 10);
          expect(records.map(({ decision }) => decision.workload)).toEqual([one]);
          expect(cursor).toBeNull();
          expect(await store.get(one, records[0]?.decision.id ?? '')).toEqual(records[0]);
        }
        expect((await store.list({ ...ref, name: 'web-4' }, 10)).records).toEqual([]);
        expect(await store.get({ ...ref, name: 'web-4' }, recordOf(ref, NOW).decision.id)).toBeNull();
      });

      test('says what it was decided from, with the hourly medians of what was forecast', async () => {
        const { store, ref } = open();
        const record = recordOf(ref, NOW);
        await store.putHourly(ref.cluster, SHARD, NOW, [record]);
        const read = await store.get(ref, record.decision.id);
        expect(read).toEqual(asKept(record, read));
        expect(read?.assessment.forecasts.cpu?.hourly).toHaveLength(6);
      });

      test('law: pages of any size are what changed and what stood, newest first, each once', async () => {
        const step = fc.constantFrom('own', 'hourly', 'of another', 'hourly of another');
        await fc.assert(
          fc.asyncProperty(
            fc.array(step, { minLength: 1, maxLength: 12 }),
            fc.integer({ min: 1, max: 5 }),
            async (steps, size) => {
              const { store, ref } = open();
              const times = steps.map((_, i) => NOW - i * MINUTE);
              for (const [i, at] of times.entries()) {
                const one = steps[i]?.endsWith('of another') ? { ...ref, name: 'other' } : ref;
                if (steps[i]?.startsWith('hourly')) await store.putHourly(ref.cluster, SHARD, at, [recordOf(one, at)]);
                else await store.put(recordOf(one, at));
              }
              const found = (await pagesOf(store, ref, size)).flat();
              expect(found).toEqual(times.filter((_, i) => !steps[i]?.endsWith('of another')));
            },
          ),
          { numRuns: 15 },
        );
      });

      test('is kept for a month, or for as long as records are where that is less', async () => {
        const { store, ref } = open();
        await store.putHourly(ref.cluster, SHARD, NOW, [recordOf(ref, NOW)]);
        const end = NOW + Math.min(retentionDays, 30) * DAY;
        expect((await make(() => end - 1000).list(ref, 10)).records.length).toBe(1);
        expect((await make(() => end).list(ref, 10)).records.length).toBe(0);
      });
    });

    test.each(['', 'unknown', `${new Date(NOW).toISOString()}-rules`, '2026-03-04T12:00:00.000Z-#~'])(
      'knows nothing under the id "%s"',
      async (id) => {
        const { store, ref } = open();
        await store.put(recordOf(ref, NOW));
        expect(await store.get(ref, id)).toBeNull();
      },
    );

    test('a record whose id does not begin with its time is found by the id it is listed with', async () => {
      const { store, ref } = open();
      const record = recordOf(ref, NOW);
      await store.put({ ...record, decision: { ...record.decision, id: 'custom' } });
      const listed = (await store.list(ref, 1)).records[0];
      expect(await store.get(ref, listed?.decision.id ?? '')).toEqual(listed);
    });

    test('lists newest first, of one workload only', async () => {
      const { store, ref } = open();
      for (const minutes of [2, 0, 1]) await store.put(recordOf(ref, NOW + minutes * MINUTE));
      await store.put(recordOf({ ...ref, name: `${ref.name}-2` }, NOW));
      const { records, cursor } = await store.list(ref, 10);
      expect(records.map(({ decision }) => (decision.at - NOW) / MINUTE)).toEqual([2, 1, 0]);
      expect(cursor).toBeNull();
    });

    test('lists nothing where nothing was decided', async () => {
      const { store, ref } = open();
      expect(await store.list(ref, 10)).toEqual({ records: [], cursor: null });
    });

    test('law: pages of any size, put together, are the list', async () => {
      const { store, ref } = open();
      const times = Array.from({ length: 9 }, (_, i) => NOW - i * MINUTE);
      for (const at of times) await store.put(recordOf(ref, at));
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 12 }), async (size) => {
          const pages = await pagesOf(store, ref, size);
          expect(pages.every((page) => page.length > 0 && page.length <= size)).toBe(true);
          expect(pages.flat()).toEqual(times);
        }),
        { numRuns: 12 },
      );
    });

    test.each(['', 'x', 'REVDIzE', Buffer.from('LATEST').toString('base64url')])(
      'refuses the cursor "%s" in words',
      async (cursor) => {
        const { store, ref } = open();
        const error = await store.list(ref, 10, cursor).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(AdapterError);
        expect(error).toMatchObject({ retryable: false, message: expect.stringContaining('cursor') });
      },
    );

    test('no longer shows what is past its retention', async () => {
      const { store, ref } = open();
      const record = recordOf(ref, NOW);
      await store.put(record);
      const end = NOW + retentionDays * DAY;
      expect((await make(() => end - 1000).list(ref, 10)).records.length).toBe(1);
      const late = make(() => end);
      expect((await late.list(ref, 10)).records.length).toBe(0);
      expect(await late.get(ref, record.decision.id)).toBeNull();
    });
  });
}

/** When what is on each page was decided. */
async function pagesOf(store: DecisionStore, ref: WorkloadRef, size: number): Promise<readonly EpochMs[][]> {
  const pages: EpochMs[][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(ref, size, cursor);
    pages.push(page.records.map(({ decision }) => decision.at));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

function workload(): WorkloadRef {
  return { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' };
}

function recordOf(ref: WorkloadRef, at: EpochMs): DecisionRecord {
  return {
    decision: {
      id: `${new Date(at).toISOString()}-reactive`,
      workload: ref,
      at,
      current: 3,
      target: 4,
      action: 'scale_up',
      source: 'reactive',
      reason: 'CPU at 90 % of requests against a target of 70 % → 4',
      blockedBy: null,
      verdicts: [],
    },
    outcome: { kind: 'applied', message: '3 → 4' },
    assessment: assessment(),
    advice: null,
    requestedBy: null,
  };
}
