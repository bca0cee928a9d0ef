// What every ProposalStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ProposalAnswer, ProposalStore } from '../../lib/app/ports/proposal-store.ts';
import { NOW } from '../make/workloads.ts';

export function proposalStoreContract(kind: string, make: (now?: () => number) => ProposalStore): void {
  describe(`a ProposalStore: ${kind}`, () => {
    const yes: ProposalAnswer = { answer: 'approved', by: 'ada', at: NOW };
    const no: ProposalAnswer = { answer: 'rejected', by: 'bob', at: NOW + 1 };
    const newRef = () => ({ cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' });

    test('is claimed by the first, and tells the second who that was', async () => {
      const [store, ref] = [make(() => NOW), newRef()];
      expect(await store.claim(ref, 'p', yes, NOW + 60_000)).toBeNull();
      expect(await store.claim(ref, 'p', no, NOW + 60_000)).toEqual(yes);
    });

    test('of many at once one is the first', async () => {
      const [store, ref] = [make(() => NOW), newRef()];
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) => store.claim(ref, 'p', { ...no, by: `user-${i}` }, NOW + 60_000)),
      );
      const losers = answers.filter((answer) => answer !== null);
      expect(losers).toHaveLength(11);
      expect(new Set(losers.map((answer) => answer?.by)).size).toBe(1);
    });

    test('lapses, and is another for another proposal or workload', async () => {
      const ref = newRef();
      let now = NOW;
      const store = make(() => now);
      await store.claim(ref, 'p', yes, NOW + 60_000);
      expect(await store.claim(ref, 'q', no, NOW + 60_000)).toBeNull();
      expect(await store.claim({ ...ref, kind: 'StatefulSet' }, 'p', no, NOW + 60_000)).toBeNull();
      now = NOW + 61_000;
      expect(await store.claim(ref, 'p', no, NOW + 120_000)).toBeNull();
    });
  });
}
