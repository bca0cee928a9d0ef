// Advice is reused for 300 s: from this process first, from the table where another process asked.
import { LRUCache } from 'lru-cache';
import type { AdviceResult, Assessment } from '../../domain/model.ts';
import type { AdviceStore } from '../ports.ts';
import { orNull } from './or-null.ts';

/** Seed 2 §5.1 and §5.3. */
const TTL_MS = 300_000;
const ENTRIES = 100;

type Given = Extract<AdviceResult, { kind: 'advice' }>;

interface AdviceCache {
  /** Advice of at most 300 s of assessment time ago, marked as cached. Throws what the store throws. */
  get(key: string, assessment: Assessment): Promise<Given | null>;
  /** A store that fails here costs a later call, never the advice in hand. */
  put(key: string, assessment: Assessment, given: Given): Promise<void>;
}

/** Age is measured by `assessment.now`: a replay or a simulated clock ages advice as real time would. */
export function makeAdviceCache(store: AdviceStore): AdviceCache {
  const memory = new LRUCache<string, Given>({ max: ENTRIES });
  return {
    async get(key, { now, observation }) {
      const inMemory = memory.get(key);
      if (inMemory && isFresh(inMemory, now)) return { ...inMemory, cached: true };
      const stored = await store.get(observation.workload, now);
      if (stored === null || stored.key !== key || !isFresh(stored.result, now)) return null;
      memory.set(key, stored.result);
      return { ...stored.result, cached: true };
    },
    async put(key, { observation }, given) {
      memory.set(key, given);
      // One past the last moment it is served: stores treat the moment of expiry itself as expired.
      const expiresAt = given.at + TTL_MS + 1;
      await orNull(() => store.put(observation.workload, { key, result: given }, expiresAt));
    },
  };
}

/** Advice from the future is none: it would let a replay see what was not known yet. */
function isFresh(given: Given, now: number): boolean {
  const age = now - given.at;
  return age >= 0 && age <= TTL_MS;
}
