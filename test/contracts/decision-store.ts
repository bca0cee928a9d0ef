// What every DecisionStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DecisionStore } from '../../lib/app/ports/decision-store.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import type { DecisionRecord } from '../../lib/domain/decision/decision.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { assessment, NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** @param retentionDays of the stores that `make` gives */
export function decisionStoreContract(
  kind: string,
  retentionDays: number,
  make: (now: () => EpochMs) => DecisionStore,
): void {
  describe(`a DecisionStore: ${kind}`, () => {
    const open = () => ({ store: make(() => NOW), ref: workload() });

    test('gives a record back whole, by its id', async () => {
      const { store, ref } = open();
      const record = recordOf(ref, NOW);
      await store.put(record);
      expect(await store.get(ref, record.decision.id)).toEqual(record);
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
          const found: EpochMs[] = [];
          let cursor: string | undefined;
          do {
            const page = await store.list(ref, size, cursor);
            expect(page.records.length).toBeGreaterThan(0);
            found.push(...page.records.map(({ decision }) => decision.at));
            cursor = page.cursor ?? undefined;
          } while (cursor !== undefined);
          expect(found).toEqual(times);
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
