// What every ProposalStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AskedChange, ProposalAnswer, ProposalStore } from '../../lib/app/ports/proposal-store.ts';
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

    test('keeps what was asked for, one a workload, until it expires', async () => {
      const ref = newRef();
      let now = NOW;
      const store = make(() => now);
      const set: AskedChange = {
        ...{ id: 'a', workload: ref, from: 3, to: 5, reason: 'why — "so"', by: 'ada' },
        ...{ at: NOW, expiresAt: NOW + 90_000 },
      };
      const other = { ...set, workload: { ...ref, kind: 'StatefulSet' as const }, by: null, declinedBy: 'bob' };
      expect([await store.askedOf(ref), await store.asked(ref.cluster)]).toEqual([null, []]);
      await store.ask({ ...set, id: 'before' });
      await store.ask(set);
      await store.ask(other);
      expect([await store.askedOf(ref), await store.askedOf(other.workload)]).toEqual([set, other]);
      expect(new Set(await store.asked(ref.cluster))).toEqual(new Set([set, other]));
      await store.claim(ref, 'a', yes, NOW + 60_000);
      expect(await store.asked(ref.cluster)).toHaveLength(2);
      now = NOW + 91_000;
      expect([await store.askedOf(ref), await store.asked(ref.cluster)]).toEqual([null, []]);
    });

    test('drops what was asked for where that is still what is', async () => {
      const [store, ref] = [make(() => NOW), newRef()];
      const set = { id: 'a', workload: ref, from: 3, to: 5, reason: 'x', by: null, at: NOW, expiresAt: NOW + 60_000 };
      await store.ask(set);
      await store.drop({ ...set, id: 'another' });
      expect(await store.askedOf(ref)).toEqual(set);
      await store.drop(set);
      expect([await store.askedOf(ref), await store.asked(ref.cluster)]).toEqual([null, []]);
    });
  });
}
