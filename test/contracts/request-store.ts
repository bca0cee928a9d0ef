// What every AskedStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { RequestStore } from '../../lib/app/ports/request-store.ts';
import { decide } from '../../lib/domain/decision/decide.ts';
import type { Request } from '../../lib/domain/decision/request.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import { assessment, NO_HISTORY, NOW, observation } from '../make/workloads.ts';

const SECOND = 1000;

export function askedStoreContract(kind: string, make: () => RequestStore): void {
  describe(`an AskedStore: ${kind}`, () => {
    test('gives a request back whole, until it is forgotten', async () => {
      const [store, asked] = [make(), of(refIn())];
      expect(await store.ask(asked)).toBe(true);
      expect(await store.asked(refOf(asked).cluster)).toEqual([asked]);
      expect(await store.askedOf(refOf(asked))).toEqual([asked]);
      await store.forget(refOf(asked), idOf(asked));
      expect(await store.asked(refOf(asked).cluster)).toEqual([]);
      await store.forget(refOf(asked), idOf(asked));
      expect(await store.asked(refOf(asked).cluster)).toEqual([]);
    });

    test('an id is taken once: of several who ask at the same instant, none is overwritten', async () => {
      const store = make();
      const ref = refIn();
      const asking = ['alice', 'bob', 'carol'].map((by) => store.ask(of(ref, { by })));
      expect((await Promise.all(asking)).toSorted()).toEqual([false, false, true]);
      expect(await store.askedOf(ref)).toHaveLength(1);
    });

    test('is settled once, and told by one', async () => {
      const store = make();
      const asked = of(refIn());
      const [ref, id] = [refOf(asked), idOf(asked)];
      const done = { ...asked.record, outcome: { kind: 'applied', message: 'done' } as const };
      expect(await store.settle(done)).toBe(false);
      await store.ask(asked);
      expect(await store.close(ref, id, true, 'x')).toBe(false);
      expect(await store.settle(done)).toBe(true);
      expect(await store.settle({ ...done, outcome: { kind: 'failed', message: 'not done' } })).toBe(false);
      const closing = await Promise.all(
        ['a', 'b', 'c'].map(async (by) => [by, await store.close(ref, id, true, by)] as const),
      );
      const winners = closing.filter(([, isWon]) => isWon).map(([by]) => by);
      expect(winners).toHaveLength(1);
      // Who does not know whether he won may ask again.
      for (const [by] of closing) expect(await store.close(ref, id, true, by)).toBe(winners.includes(by));
      expect(await store.askedOf(ref)).toEqual([{ ...asked, record: done, settled: true, recorded: true, told: true }]);
    });

    test('remembers that the history could not be written', async () => {
      const store = make();
      const asked = of(refIn(), { settled: true });
      await store.ask(asked);
      expect(await store.close(refOf(asked), idOf(asked), false, 'a')).toBe(true);
      expect(await store.askedOf(refOf(asked))).toMatchObject([{ told: true, recorded: false }]);
    });

    test('lists in the order of asking, of one cluster or one workload only', async () => {
      const store = make();
      const ref = refIn();
      const others = [
        { ...ref, name: 'web-2' },
        { ...ref, namespace: 'shop2' },
        { ...ref, cluster: `${ref.cluster}2` },
      ];
      const mine = [3, 1, 2].map((second) => of(ref, { at: NOW + second * SECOND }));
      for (const asked of [...mine, ...others.map((other) => of(other))]) await store.ask(asked);
      const times = (list: readonly Request[]) => list.map(({ record }) => record.decision.at);
      expect(times(await store.askedOf(ref))).toEqual([1, 2, 3].map((second) => NOW + second * SECOND));
      expect(await store.asked(ref.cluster)).toHaveLength(5);
    });
  });
}

function refIn(): WorkloadRef {
  return { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' };
}

function of(workload: WorkloadRef, { at = NOW, by = 'alice', settled = false } = {}): Request {
  const assessed = assessment(observation({ workload }), { now: at });
  const decision = decide(assessed, null, NO_HISTORY);
  const outcome = { kind: 'failed', message: 'not known' } as const;
  const record = { decision, outcome, assessment: assessed, advice: null, requestedBy: by };
  return { goal: { kind: 'decision' }, record, settled, recorded: false, told: false };
}

function refOf({ record }: Request): WorkloadRef {
  return record.decision.workload;
}

function idOf({ record }: Request): string {
  return record.decision.id;
}
