// What every AnswerStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AnswerStore } from '../../lib/app/ports/answer-store.ts';

const ANSWER = {
  status: 409,
  headers: { 'content-type': 'application/problem+json' },
  body: { title: 'ü', list: [1] },
};
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** @param make a store whose clock stands where it is told to */
export function answerStoreContract(kind: string, make: (now: () => number) => AnswerStore): void {
  describe(`an AnswerStore: ${kind}`, () => {
    const start = () => {
      let now = Date.parse('2026-03-04T12:00:00Z');
      const store = make(() => now);
      const later = (ms: number) => {
        now += ms;
      };
      return { store, key: randomUUID(), later };
    };

    test('of many at once one has the key, and the others are told that it is being done', async () => {
      const { store, key } = start();
      const claims = await Promise.all(Array.from({ length: 8 }, () => store.claim(key, 'a')));
      expect(claims.filter(({ kind }) => kind === 'ours')).toHaveLength(1);
      expect(claims.filter(({ kind }) => kind === 'running')).toHaveLength(7);
      expect(await store.claim(key, 'b')).toEqual({ kind: 'other' });
      expect(await store.claim(`${key}2`, 'b')).toEqual({ kind: 'ours' });
    });

    test('an answer that was kept is given again, whole, for a day and no longer', async () => {
      const { store, key, later } = start();
      await store.claim(key, 'a');
      await store.settle(key, 'a', ANSWER);
      later(DAY - MINUTE);
      expect(await store.claim(key, 'a')).toEqual({ kind: 'answered', answer: ANSWER });
      expect(await store.claim(key, 'b')).toEqual({ kind: 'other' });
      later(2 * MINUTE);
      expect(await store.claim(key, 'b')).toEqual({ kind: 'ours' });
    });

    test('a claim that was released, or whose holder died, is there for the next', async () => {
      const { store, key, later } = start();
      await store.claim(key, 'a');
      await store.release(key);
      expect(await store.claim(key, 'b')).toEqual({ kind: 'ours' });
      later(MINUTE + 1000);
      expect(await store.claim(key, 'a')).toEqual({ kind: 'ours' });
    });
  });
}
