// What is left of a model's quota, and how many requests of a list it still has room for: the same sums wherever it is kept.
import type { EpochMs } from '../workload/time.ts';

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

export const UNUSED_BUCKET: BucketState = {
  minute: 0,
  day: 0,
  requestsThisMinute: 0,
  requestsToday: 0,
  tokensThisMinute: 0,
  blockedUntil: 0,
};

export const QUOTA_MINUTE_MS = 60_000;
const QUOTA_DAY_MS = 86_400_000;
/** A quota lasts a day: whoever is blocked for longer was so by a wrong clock. */
export const LONGEST_BLOCK_MS = 2 * QUOTA_DAY_MS;

/**
 * Windows that are over start again; a clock that lags counts into the windows it finds.
 * @param aheadMs windows that begin later than this after `now` are of a wrong clock, and start again, too
 */
export function rolledBucket(state: BucketState, now: EpochMs, aheadMs = Number.POSITIVE_INFINITY): BucketState {
  const minute = windowOf(now, QUOTA_MINUTE_MS);
  const day = windowOf(now, QUOTA_DAY_MS);
  const isOver = (window: EpochMs, present: EpochMs) => present > window || window > now + aheadMs;
  return {
    ...state,
    ...(isOver(state.minute, minute) && { minute, requestsThisMinute: 0, tokensThisMinute: 0 }),
    ...(isOver(state.day, day) && { day, requestsToday: 0 }),
  };
}

/**
 * As many of the first requests as there is room for.
 * @param state rolled to `now`
 * @param tokens of each request, in the order in which they are to be served
 * @returns how many, and what leaves no room for the next; null where all have room
 */
export function roomFor(
  state: BucketState,
  now: EpochMs,
  tokens: readonly number[],
  limits: BucketLimits,
): { readonly count: number; readonly short: OutOfQuota | null } {
  if (state.blockedUntil > now && state.blockedUntil <= now + LONGEST_BLOCK_MS)
    return { count: 0, short: { limit: 'blocked', until: state.blockedUntil } };
  let used = state.tokensThisMinute;
  for (const [count, of] of tokens.entries()) {
    used += of;
    const limit = limitAt(state, count, used, limits);
    if (limit === 'requests_per_day') return { count, short: { limit, until: state.day + QUOTA_DAY_MS } };
    if (limit !== null) return { count, short: { limit, until: state.minute + QUOTA_MINUTE_MS } };
  }
  return { count: tokens.length, short: null };
}

function limitAt(state: BucketState, count: number, tokens: number, limits: BucketLimits): QuotaLimit | null {
  if (state.requestsToday + count >= limits.requestsPerDay) return 'requests_per_day';
  if (state.requestsThisMinute + count >= limits.requestsPerMinute) return 'requests_per_minute';
  return tokens > limits.tokensPerMinute ? 'tokens_per_minute' : null;
}

export function windowOf(at: EpochMs, lengthMs: number): EpochMs {
  return Math.floor(at / lengthMs) * lengthMs;
}
