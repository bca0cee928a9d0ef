// What the processes of an installation share about asking the LLM: the last answers, quotas and what was spent.
import type { AdviceResult } from '../../domain/advice/advice.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

export interface StoredAdvice {
  /** The cache key of seed 2 §5.1: advice under another key is not for this state. */
  readonly key: string;
  /** Advice, or how the last call failed. */
  readonly result: AdviceResult;
}

/** Requests and tokens used of a model's quota, counted from these instants. */
export interface BucketState {
  readonly minute: EpochMs;
  readonly day: EpochMs;
  readonly requestsThisMinute: number;
  readonly requestsToday: number;
  readonly tokensThisMinute: number;
  /** Until then the model is left alone (429, 498, 503). */
  readonly blockedUntil: EpochMs;
}

export interface BucketLimits {
  readonly requestsPerMinute: number;
  readonly requestsPerDay: number;
  readonly tokensPerMinute: number;
}

/** What keeps a model from being asked; `contention`: others took their share at the same moment, again and again. */
export type QuotaLimit = 'blocked' | 'requests_per_day' | 'requests_per_minute' | 'tokens_per_minute' | 'contention';

/** Which limit is out, and until when. */
export interface OutOfQuota {
  readonly limit: QuotaLimit;
  readonly until: EpochMs;
}

export interface AdviceStore {
  /** What the last call about a workload came to, where that was stored and has not expired. */
  get(ref: WorkloadRef, now: EpochMs): Promise<StoredAdvice | null>;
  put(ref: WorkloadRef, advice: StoredAdvice, expiresAt: EpochMs): Promise<void>;
  /** Claims the one call per interval for a workload: false where another call was made since `now - interval`. */
  claimCall(ref: WorkloadRef, now: EpochMs, intervalMs: number): Promise<boolean>;
  /** Gives a claim back where no call was made after all. */
  releaseCall(ref: WorkloadRef): Promise<void>;
  /** Takes one request and `tokens` from the model's bucket, or says which limit is out. Shared by all processes. */
  takeTokens(
    model: string,
    now: EpochMs,
    tokens: number,
    limits: BucketLimits,
  ): Promise<{ readonly ok: true } | ({ readonly ok: false } & OutOfQuota)>;
  /** Leaves a model alone until `until`. */
  block(model: string, until: EpochMs): Promise<void>;
  /**
   * Adds nano-dollars to what the installation has spent in a month, where the sum is at most `atMost`: one caller after the
   * other, however many there are. A correction may be negative and has no end.
   * @param month such as `2026-11`
   * @returns what is spent now, with or without it
   */
  spend(month: string, nanoUsd: number, atMost: number): Promise<{ readonly ok: boolean; readonly spent: number }>;
  /** Nano-dollars spent in a month, or set aside for calls under way. */
  spent(month: string): Promise<number>;
}
