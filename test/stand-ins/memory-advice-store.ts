// An AdviceStore in memory: what the table does, without the table; can be told to fail.

import { AdapterError, type AdviceStore, type BucketLimits, type StoredAdvice } from '../../lib/app/ports.ts';
import type { EpochMs, WorkloadRef } from '../../lib/domain/model.ts';

export interface MemoryAdviceStore extends AdviceStore {
  /** From now on these methods throw AdapterError. */
  failOn(...methods: readonly (keyof AdviceStore)[]): void;
  blockedUntil(model: string): EpochMs | null;
}

interface Bucket {
  minute: number;
  day: number;
  requestsThisMinute: number;
  requestsToday: number;
  tokensThisMinute: number;
}

export function makeMemoryAdviceStore(): MemoryAdviceStore {
  const advice = new Map<string, { stored: StoredAdvice; expiresAt: EpochMs }>();
  const claims = new Map<string, EpochMs>();
  const buckets = new Map<string, Bucket>();
  const blocks = new Map<string, EpochMs>();
  const failing = new Set<keyof AdviceStore>();
  const reach = (method: keyof AdviceStore) => {
    if (failing.has(method)) throw new AdapterError('memory', `${method} was told to fail`, { retryable: true });
  };

  return {
    failOn: (...methods) => {
      for (const method of methods) failing.add(method);
    },
    blockedUntil: (model) => blocks.get(model) ?? null,
    async get(ref, now) {
      reach('get');
      const entry = advice.get(keyOf(ref));
      return entry && entry.expiresAt > now ? entry.stored : null;
    },
    async put(ref, stored, expiresAt) {
      reach('put');
      advice.set(keyOf(ref), { stored, expiresAt });
    },
    async claimCall(ref, now, intervalMs) {
      reach('claimCall');
      const last = claims.get(keyOf(ref));
      if (last !== undefined && last > now - intervalMs) return false;
      claims.set(keyOf(ref), now);
      return true;
    },
    async releaseCall(ref) {
      reach('releaseCall');
      claims.delete(keyOf(ref));
    },
    async takeTokens(model, now, tokens, limits) {
      reach('takeTokens');
      const until = blocks.get(model) ?? 0;
      if (until > now) return { ok: false, limit: 'blocked', until };
      return take(buckets, model, now, tokens, limits);
    },
    async block(model, until) {
      reach('block');
      blocks.set(model, until);
    },
  };
}

function take(buckets: Map<string, Bucket>, model: string, now: EpochMs, tokens: number, limits: BucketLimits) {
  const minute = Math.floor(now / 60_000);
  const day = Math.floor(now / 86_400_000);
  const last = buckets.get(model) ?? { minute, day, requestsThisMinute: 0, requestsToday: 0, tokensThisMinute: 0 };
  const sameMinute = last.minute === minute;
  const bucket = {
    minute,
    day,
    requestsThisMinute: (sameMinute ? last.requestsThisMinute : 0) + 1,
    requestsToday: (last.day === day ? last.requestsToday : 0) + 1,
    tokensThisMinute: (sameMinute ? last.tokensThisMinute : 0) + tokens,
  };
  const nextMinute = (minute + 1) * 60_000;
  const out = (limit: string, until: EpochMs) => ({ ok: false, limit, until }) as const;
  if (bucket.requestsToday > limits.requestsPerDay) return out('requests_per_day', (day + 1) * 86_400_000);
  if (bucket.requestsThisMinute > limits.requestsPerMinute) return out('requests_per_minute', nextMinute);
  if (bucket.tokensThisMinute > limits.tokensPerMinute) return out('tokens_per_minute', nextMinute);
  buckets.set(model, bucket);
  return { ok: true } as const;
}

function keyOf({ cluster, namespace, name }: WorkloadRef): string {
  return JSON.stringify([cluster, namespace, name]);
}
