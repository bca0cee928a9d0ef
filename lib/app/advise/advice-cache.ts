// Advice is reused for 300 s: from this process first, from the table where another process asked.

import { LRUCache } from 'lru-cache';
import type { AdviceResult } from '../../domain/advice/advice.ts';
import type { Assessment } from '../../domain/assessment/assessment.ts';
import { type Action, actionFor } from '../../domain/assessment/proposal.ts';
import type { AdviceStore } from '../ports/advice-store.ts';
import { CALL_INTERVAL_MS } from './call-interval.ts';
import { orNull } from './or-null.ts';

const ENTRIES = 100;
/** How a call failed stays in sight until the next one, which may be long in coming. */
const FAILURE_KEPT_MS = 86_400_000;

type Given = Extract<AdviceResult, { kind: 'advice' }>;

interface Known {
  /** Advice on this very state, of at most 300 s of assessment time ago, marked as cached. */
  readonly answer: Given | null;
  /**
   * The last advice on the workload while it is fresh, whatever has changed since: an open proposal, to be guarded anew.
   * Null where its target no longer lies within the bounds.
   */
  readonly kept: Given | null;
  /** What the last call came to that left something in the table. */
  readonly last: AdviceResult | null;
}

interface AdviceCache {
  /** Throws what the store throws. */
  look(key: string, assessment: Assessment): Promise<Known>;
  /** A store that fails here costs a later call, never the advice in hand. */
  put(key: string, assessment: Assessment, result: AdviceResult): Promise<void>;
}

/** Age is measured by `assessment.now`: a replay or a simulated clock ages advice as real time would. */
export function makeAdviceCache(store: AdviceStore): AdviceCache {
  const memory = new LRUCache<string, Given>({ max: ENTRIES });
  return {
    async look(key, assessment) {
      const { now, observation } = assessment;
      const inMemory = memory.get(key);
      if (inMemory && isFresh(inMemory, now)) return { answer: { ...inMemory, cached: true }, kept: null, last: null };
      const found = await store.get(observation.workload, now);
      if (found === null || found.result.at > now) return UNKNOWN;
      const { result } = found;
      if (result.kind === 'rejection' || !isFresh(result, now)) return { ...UNKNOWN, last: result };
      if (found.key !== key) return { answer: null, kept: keptFrom(result, assessment), last: result };
      memory.set(key, result);
      return { answer: { ...result, cached: true }, kept: null, last: result };
    },
    async put(key, { observation }, result) {
      if (result.kind === 'advice') memory.set(key, result);
      // One past the last moment it is served: stores treat the moment of expiry itself as expired.
      const expiresAt = result.at + (result.kind === 'advice' ? CALL_INTERVAL_MS : FAILURE_KEPT_MS) + 1;
      await orNull(() => store.put(observation.workload, { key, result }, expiresAt));
    },
  };
}

/** Advice from the future is none: it would let a replay see what was not known yet. */
const UNKNOWN: Known = { answer: null, kept: null, last: null };

function keptFrom(given: Given, assessment: Assessment): Given | null {
  const { min, max } = assessment.policy;
  const { advice } = given;
  if (advice.targetReplicas < min || advice.targetReplicas > max) return null;
  return { ...given, cached: true, advice: { ...advice, action: actionNow(advice, assessment) } };
}

/** The same target reads otherwise once the replicas have moved: "up to 9" is "maintain" at 9. */
function actionNow({ action, targetReplicas }: Given['advice'], { observation }: Assessment): Action {
  return action === 'at_max' ? action : actionFor(observation.replicas.spec, targetReplicas);
}

function isFresh(given: Given, now: number): boolean {
  const age = now - given.at;
  return age >= 0 && age <= CALL_INTERVAL_MS;
}
