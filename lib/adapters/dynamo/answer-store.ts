// AnswerStore on the table: one item a key, claimed by a conditional write.
import type { AnswerStore, KeptAnswer } from '../../app/ports/answer-store.ts';
import { expiry, knownOrRefused, packJson, unpackJson, VERSIONS } from './items.ts';
import { answerKey, DAY_MS } from './keys.ts';
import { absent, type Table } from './table.ts';

/** A function that answers people ends sooner. */
const CLAIM_MS = 60_000;

export function makeAnswerStore(table: Table): AnswerStore {
  return {
    async claim(key, fingerprint) {
      const now = table.now();
      const claim = { ...answerKey(key), v: VERSIONS.answer, fingerprint, expires_at: expiry(now + CLAIM_MS) };
      if (await table.put(claim, absent(now))) return { kind: 'ours' };
      const item = knownOrRefused(await table.get(answerKey(key), { consistent: true }), 'answer');
      // It ended between the two: whoever asks again has it.
      if (item === null) return { kind: 'running' };
      if (item.fingerprint !== fingerprint) return { kind: 'other' };
      if (item.body === undefined) return { kind: 'running' };
      return { kind: 'answered', answer: unpackJson<KeptAnswer>(item) };
    },
    async settle(key, fingerprint, answer) {
      const body = packJson(`the answer to ${key}`, answer);
      const expires_at = expiry(table.now() + DAY_MS);
      await table.put({ ...answerKey(key), v: VERSIONS.answer, fingerprint, body, expires_at });
    },
    async release(key) {
      await table.put({ ...answerKey(key), v: VERSIONS.answer, expires_at: expiry(0) });
    },
  };
}
