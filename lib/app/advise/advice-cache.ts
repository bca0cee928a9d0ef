// Advice is reused for 300 s: from this process first, from the table where another process asked.
import { LRUCache } from 'lru-cache';
import type { Action, AdviceResult, Assessment } from '../../domain/model.ts';
import { actionFor } from '../../domain/proposals.ts';
import type { AdviceStore } from '../ports/table.ts';
import { orNull } from './or-null.ts';

/** Seed 2 §5.1 and §5.3. */
const TTL_MS = 300_000;
const ENTRIES = 100;

type Given = Extract<AdviceResult, { kind: 'advice' }>;

interface AdviceCache {
  /** Advice of at most 300 s of assessment time ago, marked as cached. Throws what the store throws. */
  get(key: string, assessment: Assessment): Promise<Given | null>;
  /**
   * The last advice on the workload while it is fresh, whatever has changed since: an open proposal, to be guarded anew.
   * Null where its target no longer lies within the bounds. Throws what the store throws.
   */
  kept(assessment: Assessment): Promise<Given | null>;
  /** A store that fails here costs a later call, never the advice in hand. */
  put(key: string, assessment: Assessment, given: Given): Promise<void>;
}

/** Age is measured by `assessment.now`: a replay or a simulated clock ages advice as real time would. */
export function makeAdviceCache(store: AdviceStore): AdviceCache {
  const memory = new LRUCache<string, Given>({ max: ENTRIES });
  const stored = async ({ now, observation }: Assessment) => {
    const found = await store.get(observation.workload, now);
    return found !== null && isFresh(found.result, now) ? found : null;
  };
  return {
    async get(key, assessment) {
      const inMemory = memory.get(key);
      if (inMemory && isFresh(inMemory, assessment.now)) return { ...inMemory, cached: true };
      const found = await stored(assessment);
      if (found === null || found.key !== key) return null;
      memory.set(key, found.result);
      return { ...found.result, cached: true };
    },
    async kept(assessment) {
      const found = await stored(assessment);
      const { min, max } = assessment.policy;
      if (found === null) return null;
      const { advice } = found.result;
      if (advice.targetReplicas < min || advice.targetReplicas > max) return null;
      return { ...found.result, cached: true, advice: { ...advice, action: actionNow(advice, assessment) } };
    },
    async put(key, { observation }, given) {
      memory.set(key, given);
      // One past the last moment it is served: stores treat the moment of expiry itself as expired.
      const expiresAt = given.at + TTL_MS + 1;
      await orNull(() => store.put(observation.workload, { key, result: given }, expiresAt));
    },
  };
}

/** The same target reads otherwise once the replicas have moved: "up to 9" is "maintain" at 9. */
function actionNow({ action, targetReplicas }: Given['advice'], { observation }: Assessment): Action {
  return action === 'at_max' ? action : actionFor(observation.replicas.spec, targetReplicas);
}

/** Advice from the future is none: it would let a replay see what was not known yet. */
function isFresh(given: Given, now: number): boolean {
  const age = now - given.at;
  return age >= 0 && age <= TTL_MS;
}
