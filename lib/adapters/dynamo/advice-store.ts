// AdviceStore on the table: the last advice per workload, the claim of its one call per interval, the shared quota, and what was spent.
import { randomUUID } from 'node:crypto';
import type { AdviceStore } from '../../app/ports/advice-store.ts';
import { AdapterError } from '../../app/ports/world.ts';
import { expiry, knownOrRefused, numberOf, packJson, unpackJson, VERSIONS } from './items.ts';
import { advicePk } from './keys.ts';
import { makeSpending } from './spending.ts';
import type { Item, Table } from './table.ts';
import { makeTokenBucket } from './token-bucket.ts';

/** Advice with all its words takes a few kilobytes. */
const LARGEST_ADVICE_BYTES = 64 * 1024;

/** Advice and claim are an item each: storing advice must not disturb a claim made meanwhile. */
export function makeAdviceStore(table: Table): AdviceStore {
  return {
    ...makeTokenBucket(table),
    ...makeSpending(table),
    async get(ref, now) {
      const item = knownOrRefused(await table.get({ pk: advicePk(ref), sk: 'ADVICE' }), 'advice');
      // `expires_at` is in whole seconds, for DynamoDB; callers mean the millisecond.
      return item === null || !(Number(item.until) > now) ? null : bodyOf(item);
    },
    async put(ref, advice, expiresAt) {
      const key = { pk: advicePk(ref), sk: 'ADVICE' };
      const body = packJson(`${key.pk} / ${key.sk}`, advice);
      await table.put({ ...key, v: VERSIONS.advice, body, until: expiresAt, expires_at: expiry(expiresAt) });
    },
    async claimCall(ref, now, intervalMs) {
      const key = { pk: advicePk(ref), sk: 'CALL' };
      const by = randomUUID();
      const life = { expires_at: expiry(now + intervalMs) };
      const item = { ...key, v: VERSIONS.advice, called_at: now, called_by: by, ...life };
      // The SDK repeats a write whose answer was lost: then it is our own claim that is in the way.
      const expression = 'attribute_not_exists(pk) OR called_at <= :latest OR called_at > :ahead OR called_by = :by';
      const values = { ':latest': now - intervalMs, ':ahead': now + table.aheadMs, ':by': by };
      if (await table.put(item, { expression, values })) return { ok: true };
      const theirs = await table.get(key, { consistent: true });
      // Gone meanwhile: it was about to expire.
      return { ok: false, calledAt: theirs === null ? now : numberOf(theirs, 'called_at') };
    },
  };
}

/** What cannot be unpacked is no advice either: it is for whoever checks it to say so. */
function bodyOf(item: Item): unknown {
  try {
    return unpackJson(item, LARGEST_ADVICE_BYTES);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return error.message;
  }
}
