// Advice is reused for 300 s: from this process first, then from the workload's memory, then from the table where another process asked.

import { LRU } from 'tiny-lru';
import type { AdviceResult, GivenAdvice } from '../../domain/advice/advice.ts';
import { keyDigest } from '../../domain/advice/cache-key.ts';
import { CALL_INTERVAL_MS } from '../../domain/advice/call-interval.ts';
import { fittingNow } from '../../domain/advice/present-terms.ts';
import type { AdviceLimits } from '../../domain/advice/prose-parsing.ts';
import { readStored } from '../../domain/advice/stored-advice.ts';
import type { Assessment } from '../../domain/assessment/assessment.ts';
import type { LastCall } from '../../domain/decision/last-call.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AdviceStore } from '../ports/advice-store.ts';
import type { Log } from '../ports/world.ts';
import { namesOf } from './advice-log.ts';
import { orNull } from './or-null.ts';

const ENTRIES = 100;
/** How a call failed stays in sight until the next one, which may be long in coming. */
const FAILURE_KEPT_MS = 86_400_000;

export interface Known {
  /** Advice on this very state, of at most 300 s of assessment time ago, marked as cached. */
  readonly answer: GivenAdvice | null;
  /**
   * The last advice on the workload while it is fresh, whatever has changed since: an open proposal, to be guarded anew.
   * Null where its target no longer lies within the bounds.
   */
  readonly kept: GivenAdvice | null;
  /** What the last call came to that left something in the table. */
  readonly last: AdviceResult | null;
  /** When the workload may have its next call; null where no call is known of. */
  readonly nextCallAt: EpochMs | null;
}

interface AdviceCache {
  /** What this process and the workload's memory know; asks nobody. */
  look(key: string, assessment: Assessment, last: LastCall | null): Known;
  /** The same, with what is in the table. Throws what the store throws. */
  lookInTable(key: string, assessment: Assessment, known: Known): Promise<Known>;
  /**
   * A store that fails here costs a later call, never the advice in hand.
   * @param isKept the caller keeps it with the workload's memory, where everybody finds it: then the table is not written
   */
  put(key: string, assessment: Assessment, result: AdviceResult, isKept: boolean): Promise<void>;
}

/** Age is measured by `assessment.now`: a replay or a simulated clock ages advice as real time would. */
export function makeAdviceCache(store: Pick<AdviceStore, 'get' | 'put'>, log: Log): AdviceCache {
  const memory = new LRU<GivenAdvice>(ENTRIES);
  return {
    look(key, assessment, last) {
      const inMemory = memory.get(key);
      const nextCallAt = last?.nextCallAt ?? null;
      if (inMemory && isFresh(inMemory, assessment.now))
        return { answer: { ...inMemory, cached: true }, kept: null, last: null, nextCallAt };
      const given = last?.given;
      return { answer: null, kept: null, last: null, nextCallAt, ...(given && sorted(given, key, assessment)) };
    },
    async lookInTable(key, assessment, known) {
      const { observation, now } = assessment;
      const found = await store.get(observation.workload, now);
      if (found === null) return known;
      const read = readStored(found, now, limitsOf(assessment));
      if (!read.ok) log.warn('stored advice dropped', { ...namesOf(observation.workload), detail: read.detail });
      if (!read.ok || read.result.at > now) return known;
      const { result } = read;
      const nextCallAt = latest(known.nextCallAt, result.nextCallAt);
      if (result.kind === 'rejection') return { ...known, last: result, nextCallAt };
      // What the workload's memory has and is later, stands.
      if (known.kept !== null && known.kept.at > result.at) return { ...known, nextCallAt };
      const sortedIn = sorted(result, key, assessment);
      if (sortedIn.answer) memory.set(key, sortedIn.answer);
      return { ...known, last: result, nextCallAt, ...sortedIn };
    },
    async put(key, { observation }, result, isKept) {
      if (result.kind === 'advice') memory.set(key, result);
      if (isKept) return;
      // One past the last moment it is served: stores treat the moment of expiry itself as expired.
      const expiresAt = result.at + (result.kind === 'advice' ? CALL_INTERVAL_MS : FAILURE_KEPT_MS) + 1;
      await orNull(() => store.put(observation.workload, { key: keyDigest(key), result }, expiresAt));
    },
  };
}

/** Advice from the future is none: it would let a replay see what was not known yet. */
function sorted(given: GivenAdvice, key: string, assessment: Assessment): Pick<Known, 'answer' | 'kept'> {
  const fitting = isFresh(given, assessment.now) ? fittingNow(given, limitsOf(assessment)) : null;
  return given.key === keyDigest(key) ? { answer: fitting, kept: null } : { answer: null, kept: fitting };
}

export function limitsOf({ observation, policy }: Assessment): AdviceLimits {
  return { current: observation.replicas.spec, min: policy.min, max: policy.max };
}

function latest(a: EpochMs | null, b: EpochMs | undefined): EpochMs | null {
  if (b === undefined) return a;
  return a === null ? b : Math.max(a, b);
}

function isFresh(given: GivenAdvice, now: EpochMs): boolean {
  const age = now - given.at;
  return age >= 0 && age <= CALL_INTERVAL_MS;
}
