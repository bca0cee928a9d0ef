// What the processes of an installation share about asking the LLM: the last answers, quotas and what was spent.
import type { AdviceResult } from '../../domain/advice/advice.ts';
import type { BucketLimits, OutOfQuota } from '../../domain/advice/quota.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

export interface StoredAdvice {
  /** Digest of the cache key of seed 2 §5.1: advice under another key is not for this state. */
  readonly key: string;
  /** Advice, or how the last call failed. */
  readonly result: AdviceResult;
}

/** Several requests at once, in the order in which they are to be served. */
export interface QuotaRequest {
  /** Of each request. */
  readonly tokens: readonly number[];
  /** Requests that were granted on that day before and never made: they go back. */
  readonly unused?: { readonly day: EpochMs; readonly requests: number };
}

export interface QuotaGrant {
  /** So many of the first may be made within the minute: as many as there is room for. */
  readonly granted: number;
  /** The windows they are counted in. */
  readonly minute: EpochMs;
  readonly day: EpochMs;
  /** What leaves no room for the others; null where all are granted. */
  readonly short: OutOfQuota | null;
}

/** The one call per interval: ours, or another was made at `calledAt`. */
type Claim = { readonly ok: true } | { readonly ok: false; readonly calledAt: EpochMs };

export interface AdviceStore {
  /** What the last call about a workload came to, where that was stored and has not expired: as it was found, to be checked. */
  get(ref: WorkloadRef, now: EpochMs): Promise<unknown>;
  put(ref: WorkloadRef, advice: StoredAdvice, expiresAt: EpochMs): Promise<void>;
  /** Claims the one call per interval for a workload, right before it is made: lost where another was made since `now - interval`. */
  claimCall(ref: WorkloadRef, now: EpochMs, intervalMs: number): Promise<Claim>;
  /** Takes requests and their tokens from the model's bucket in one write, or says which limit is out. Shared by all processes. */
  reserve(model: string, now: EpochMs, request: QuotaRequest, limits: BucketLimits): Promise<QuotaGrant>;
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
