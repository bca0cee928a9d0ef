// When a model's quota is used up and when it is back: a line for each change, however many workloads go without.
import { type OutOfQuota, QUOTA_MINUTE_MS, type QuotaLimit } from '../../domain/advice/quota.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Log } from '../ports/world.ts';
import { LOG_WORDS } from './advice-log.ts';

interface QuotaLog {
  /** @param short what a request for a share met; null where all of it was granted */
  told(short: OutOfQuota | null, now: EpochMs): void;
}

/** A pause that a server asks for by the second is no news: the call that met it has its line. */
const SHORT_PAUSE_MS = 60_000;

export function makeQuotaLog(log: Log, model: string): QuotaLog {
  let state: { readonly what: string; readonly since: EpochMs; readonly until: EpochMs } | null = null;
  return {
    told(short, now) {
      if (short === null) {
        // Where each minute is used up, its first requests are no sign of the quota being back.
        if (state === null || now < state.until + QUOTA_MINUTE_MS) return;
        log.info(LOG_WORDS.quotaBack, { model, since: iso(state.since) });
        state = null;
        return;
      }
      const { limit, until } = short;
      if (limit === 'contention' || (limit === 'blocked' && until - now < SHORT_PAUSE_MS)) return;
      const what = stateOf(limit);
      const isNews = state?.what !== what;
      const since = state?.since ?? now;
      state = { what, since, until: Math.max(until, state?.until ?? 0) };
      if (isNews) log.info(LOG_WORDS.rateLimited, { model, limit, since: iso(since), until: iso(until) });
    },
  };
}

/** Requests and tokens of a minute take turns at running out. */
function stateOf(limit: QuotaLimit): string {
  return limit === 'requests_per_minute' || limit === 'tokens_per_minute' ? 'minute' : limit;
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}
