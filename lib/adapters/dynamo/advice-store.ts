// AdviceStore on the table: the last advice per workload, the claim of its one call per interval, the shared quota, and what was spent.
import { randomUUID } from 'node:crypto';
import type { AdviceStore, StoredAdvice } from '../../app/ports/advice-store.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { expiry, knownOrRefused, numberOf, packJson, unpackJson, VERSIONS } from './items.ts';
import { type Key, workloadPk } from './keys.ts';
import { makeSpending } from './spending.ts';
import type { Table } from './table.ts';
import { makeTokenBucket } from './token-bucket.ts';

/** Advice and claim are an item each: storing advice must not disturb a claim made meanwhile. */
export function makeAdviceStore(table: Table): AdviceStore {
  return {
    ...makeTokenBucket(table),
    ...makeSpending(table),
    async get(ref, now) {
      const item = knownOrRefused(await table.get(adviceKey(ref)), 'advice');
      // `expires_at` is in whole seconds, for DynamoDB; callers mean the millisecond.
      return item === null || numberOf(item, 'until') <= now ? null : unpackJson<StoredAdvice>(item);
    },
    async put(ref, advice, expiresAt) {
      const key = adviceKey(ref);
      const body = packJson(`${key.pk} / ${key.sk}`, advice);
      await table.put({ ...key, v: VERSIONS.advice, body, until: expiresAt, expires_at: expiry(expiresAt) });
    },
    claimCall(ref, now, intervalMs) {
      const by = randomUUID();
      const life = { expires_at: expiry(now + intervalMs) };
      const item = { ...callKey(ref), v: VERSIONS.advice, called_at: now, called_by: by, ...life };
      // The SDK repeats a write whose answer was lost: then it is our own claim that is in the way.
      const expression = 'attribute_not_exists(pk) OR called_at <= :latest OR called_at > :ahead OR called_by = :by';
      return table.put(item, {
        expression,
        values: { ':latest': now - intervalMs, ':ahead': now + table.aheadMs, ':by': by },
      });
    },
    async releaseCall(ref) {
      const values = { ':never': 0 };
      const condition = 'attribute_exists(pk)';
      await table.update(callKey(ref), { expression: 'SET called_at = :never', condition, values });
    },
  };
}

function adviceKey(ref: WorkloadRef): Key {
  return { pk: workloadPk(ref), sk: 'ADVICE' };
}

function callKey(ref: WorkloadRef): Key {
  return { pk: workloadPk(ref), sk: 'CALL' };
}
