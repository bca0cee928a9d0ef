// AdviceStore in this process: a backtest's advice, claims and quotas end with it, and need no table.
import type { AdviceStore, StoredAdvice } from '../app/ports/advice-store.ts';
import { type BucketState, rolledBucket, roomFor, UNUSED_BUCKET } from '../domain/advice/quota.ts';
import type { WorkloadRef } from '../domain/workload/identity.ts';
import type { EpochMs } from '../domain/workload/time.ts';

/** Never throws. */
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
      if (last !== undefined && last > now - intervalMs) return { ok: false, calledAt: last };
      claims.set(keyOf(ref), now);
      return { ok: true };
    },
    async reserve(model, now, { tokens, unused }, limits) {
      const rolled = rolledBucket(buckets.get(model) ?? UNUSED_BUCKET, now);
      const back = unused?.day === rolled.day ? unused.requests : 0;
      const bucket = { ...rolled, requestsToday: rolled.requestsToday - back };
      const { count, short } = roomFor(bucket, now, tokens, limits);
      const used = tokens.slice(0, count).reduce((sum, of) => sum + of, 0);
      if (count > 0)
        buckets.set(model, {
          ...bucket,
          requestsThisMinute: bucket.requestsThisMinute + count,
          requestsToday: bucket.requestsToday + count,
          tokensThisMinute: bucket.tokensThisMinute + used,
        });
      return { granted: count, minute: bucket.minute, day: bucket.day, short };
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
      const bucket = buckets.get(model) ?? UNUSED_BUCKET;
      buckets.set(model, { ...bucket, blockedUntil: Math.max(bucket.blockedUntil, until) });
    },
  };
}

function keyOf({ cluster, namespace, name }: WorkloadRef): string {
  return JSON.stringify([cluster, namespace, name]);
}
