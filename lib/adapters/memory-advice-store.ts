// AdviceStore in this process: a backtest's advice, claims and quotas end with it, and need no table.
import type { AdviceStore, BucketLimits, BucketState, OutOfQuota, StoredAdvice } from '../app/ports/advice-store.ts';
import type { WorkloadRef } from '../domain/workload/identity.ts';
import type { EpochMs } from '../domain/workload/time.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const UNUSED: BucketState = {
  minute: 0,
  day: 0,
  requestsThisMinute: 0,
  requestsToday: 0,
  tokensThisMinute: 0,
  blockedUntil: 0,
};

/** Limits reported: `blocked`, `requests_per_day`, `requests_per_minute`, `tokens_per_minute`. Never throws. */
export function makeMemoryAdviceStore(): AdviceStore {
  const advice = new Map<string, { readonly stored: StoredAdvice; readonly expiresAt: EpochMs }>();
  const claims = new Map<string, EpochMs>();
  const buckets = new Map<string, BucketState>();
  const spending = new Map<string, number>();
  return {
    async get(ref, now) {
      const entry = advice.get(keyOf(ref));
      return entry !== undefined && entry.expiresAt > now ? entry.stored : null;
    },
    async put(ref, stored, expiresAt) {
      advice.set(keyOf(ref), { stored, expiresAt });
    },
    async claimCall(ref, now, intervalMs) {
      const last = claims.get(keyOf(ref));
      if (last !== undefined && last > now - intervalMs) return false;
      claims.set(keyOf(ref), now);
      return true;
    },
    async releaseCall(ref) {
      claims.delete(keyOf(ref));
    },
    async takeTokens(model, now, tokens, limits) {
      const bucket = rolled(buckets.get(model) ?? UNUSED, now);
      const spent = exhausted(bucket, now, tokens, limits);
      if (spent !== null) return { ok: false, ...spent };
      buckets.set(model, {
        ...bucket,
        requestsThisMinute: bucket.requestsThisMinute + 1,
        requestsToday: bucket.requestsToday + 1,
        tokensThisMinute: bucket.tokensThisMinute + tokens,
      });
      return { ok: true };
    },
    async spend(month, nanoUsd, atMost) {
      const spent = spending.get(month) ?? 0;
      if (spent + nanoUsd > atMost) return { ok: false, spent };
      spending.set(month, spent + nanoUsd);
      return { ok: true, spent: spent + nanoUsd };
    },
    async spent(month) {
      return spending.get(month) ?? 0;
    },
    async block(model, until) {
      const bucket = buckets.get(model) ?? UNUSED;
      buckets.set(model, { ...bucket, blockedUntil: Math.max(bucket.blockedUntil, until) });
    },
  };
}

/** Windows that are over start again; a clock that lags counts into the windows it finds. */
function rolled(bucket: BucketState, now: EpochMs): BucketState {
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const day = Math.floor(now / DAY_MS) * DAY_MS;
  return {
    ...bucket,
    ...(minute > bucket.minute && { minute, requestsThisMinute: 0, tokensThisMinute: 0 }),
    ...(day > bucket.day && { day, requestsToday: 0 }),
  };
}

function exhausted(bucket: BucketState, now: EpochMs, tokens: number, limits: BucketLimits): OutOfQuota | null {
  if (bucket.blockedUntil > now) return { limit: 'blocked', until: bucket.blockedUntil };
  if (bucket.requestsToday >= limits.requestsPerDay) return { limit: 'requests_per_day', until: bucket.day + DAY_MS };
  const until = bucket.minute + MINUTE_MS;
  if (bucket.requestsThisMinute >= limits.requestsPerMinute) return { limit: 'requests_per_minute', until };
  return bucket.tokensThisMinute + tokens > limits.tokensPerMinute ? { limit: 'tokens_per_minute', until } : null;
}

function keyOf({ cluster, namespace, name }: WorkloadRef): string {
  return JSON.stringify([cluster, namespace, name]);
}
