// What every AdviceRowStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AdviceRowStore } from '../../lib/app/ports/advice-row-store.ts';
import { adviceRowOf } from '../../lib/domain/advice/advice-row.ts';
import { advised, assessment, NOW, observation } from '../make/workloads.ts';

const MINUTE = 60_000;

export function adviceRowStoreContract(kind: string, make: () => AdviceRowStore): void {
  describe(`an AdviceRowStore: ${kind}`, () => {
    test('gives rows newest first, within the times and the number asked for, of one workload', async () => {
      const [store, ref] = [make(), { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' }];
      for (let i = 0; i < 5; i++) await store.put(ref, { ...row(), at: NOW - i * MINUTE });
      const at = async (from: number, limit = 10) => (await store.list(ref, from, NOW, limit)).map((one) => one.at);
      expect(await at(NOW - 2 * MINUTE)).toEqual([NOW, NOW - MINUTE, NOW - 2 * MINUTE]);
      expect(await at(0, 2)).toEqual([NOW, NOW - MINUTE]);
      expect(await store.list({ ...ref, name: 'api' }, 0, NOW, 10)).toEqual([]);
    });

    test('keeps one row for an instant', async () => {
      const [store, ref] = [make(), { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' }];
      await store.put(ref, row());
      await store.put(ref, row());
      expect(await store.list(ref, 0, NOW, 10)).toHaveLength(1);
    });
  });
}

function row() {
  const given = advised(4);
  if (given.kind !== 'advice') throw new Error('no advice');
  return { ...adviceRowOf(given, assessment(observation({})), 3, 4), at: NOW };
}
