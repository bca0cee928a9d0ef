// A model's quota as one process uses it: shares are taken from the table for many requests at once, and a refusal is remembered.
import { type BucketLimits, type OutOfQuota, QUOTA_MINUTE_MS, windowOf } from '../../domain/advice/quota.ts';
import { ASKERS, type Asker, bucketOf } from '../../domain/advice/quota-share.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AdviceStore, QuotaGrant } from '../ports/advice-store.ts';
import type { Clock, Log } from '../ports/world.ts';
import { makeQuotaLog } from './quota-log.ts';
import { together } from './together.ts';

/** One request that may be made. */
export interface Ticket {
  readonly model: string;
  readonly tokens: number;
  readonly minute: EpochMs;
}

export interface ModelQuota {
  /** Why the model may not be asked now, as far as this process knows: asks nobody. Null where it may be. */
  closed(): OutOfQuota | null;
  /** @throws AdapterError where the table is away */
  take(tokens: number): Promise<Ticket | OutOfQuota>;
  /** No request was made with it: the next one is. */
  giveBack(ticket: Ticket): void;
  /** The server said no. A block that cannot be written still holds in this process. */
  block(until: EpochMs): Promise<void>;
}

interface QuotaDeps {
  readonly store: Pick<AdviceStore, 'reserve' | 'block'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the asker's share, where there are shares. */
  readonly limits: BucketLimits;
  /** Ticks unless given. */
  readonly asker?: Asker;
}

/** Of a minute's limit, what a process takes ahead of those who wait at most; of a day's. */
const AHEAD_SHARE_OF_MINUTE = 0.25;
const AHEAD_SHARE_OF_DAY = 0.01;
/** Refusals at the same time name moments a little apart. */
const SAME_BLOCK_MS = 1000;

/**
 * What a share holds beyond those who wait is what this process used up in the minute before, or again as much as it has in
 * this one: a tick that makes hundreds of calls takes a handful of shares. What is left of a share ends with its minute, and goes
 * back to the day with the next one. Never over quota: what is in a share is counted in the table.
 */
export function makeModelQuota(model: string, { store, clock, log, limits, asker = 'ticks' }: QuotaDeps): ModelQuota {
  let share: Share = NOTHING;
  let refusal: (OutOfQuota & { readonly at: EpochMs }) | null = null;
  let unused: { readonly day: EpochMs; readonly requests: number } = { day: 0, requests: 0 };
  const quotaLog = makeQuotaLog(log, model);

  /** Closes the share of a minute that is over. */
  function present(now: EpochMs): Share {
    const minute = windowOf(now, QUOTA_MINUTE_MS);
    // A clock that lags counts into the minute it found; one that went back far has no share.
    if (minute <= share.minute && minute >= share.minute - QUOTA_MINUTE_MS) return share;
    forgo();
    const isNext = minute === share.minute + QUOTA_MINUTE_MS;
    share = { ...NOTHING, minute, day: share.day, before: isNext ? share.taken : 0 };
    return share;
  }

  /** What is left of the share goes back to its day with the next one. */
  function forgo(): void {
    const kept = unused.day === share.day ? unused.requests : 0;
    unused = { day: share.day, requests: kept + share.requests };
    share = { ...share, requests: 0, tokens: 0 };
  }

  function refused(now: EpochMs): OutOfQuota | null {
    if (refusal === null || now >= refusal.until || now < refusal.at - QUOTA_MINUTE_MS) return null;
    return refusal;
  }

  function fromShare(tokens: number, now: EpochMs): Ticket | null {
    const { requests, tokens: left, taken, minute } = present(now);
    if (requests === 0 || left < tokens || refused(now)?.limit === 'blocked') return null;
    share = { ...share, requests: requests - 1, tokens: left - tokens, taken: taken + 1 };
    return { model, tokens, minute };
  }

  function aheadOf(waiting: readonly number[]): readonly number[] {
    const mean = Math.ceil(waiting.reduce((sum, tokens) => sum + tokens, 0) / waiting.length);
    const expected = Math.max(share.before - share.taken, share.taken) - waiting.length;
    const most = Math.min(
      AHEAD_SHARE_OF_MINUTE * limits.requestsPerMinute,
      AHEAD_SHARE_OF_DAY * limits.requestsPerDay,
      (AHEAD_SHARE_OF_MINUTE * limits.tokensPerMinute) / mean,
    );
    return Array<number>(Math.max(0, Math.floor(Math.min(expected, most)))).fill(mean);
  }

  async function reserve(waiting: readonly number[]): Promise<readonly (Ticket | OutOfQuota)[]> {
    const now = clock.now();
    present(now);
    const known = refused(now);
    if (known !== null) return waiting.map((tokens) => fromShare(tokens, now) ?? known);
    const ahead = aheadOf(waiting);
    const { granted, short, minute, day } = await askFor([...waiting, ...ahead], now);
    quotaLog.told(short, now);
    const blocked = refused(now);
    if (short !== null && blocked === null) refusal = { ...short, at: now };
    if (minute !== share.minute || day !== share.day) {
      forgo();
      share = { ...share, minute, day };
    }
    // Blocked while the table was asked: nothing of this may be used.
    const usable = blocked === null ? Math.min(granted, waiting.length) : 0;
    const surplus = granted - usable;
    const tokens = (ahead[0] ?? 0) * surplus;
    const { requests, tokens: left, taken } = share;
    share = { ...share, requests: requests + surplus, tokens: left + tokens, taken: taken + usable };
    if (blocked !== null) forgo();
    const none = blocked ?? short ?? { limit: 'contention', until: now };
    return waiting.map((of, i) => (i < usable ? { model, tokens: of, minute } : none));
  }

  async function askFor(tokens: readonly number[], now: EpochMs): Promise<QuotaGrant> {
    const back = unused;
    unused = { ...back, requests: 0 };
    let granted = 0;
    try {
      const request = { tokens, ...(back.requests > 0 && { unused: back }) };
      const grant = await store.reserve(bucketOf(model, asker), now, request, limits);
      granted = grant.granted;
      return grant;
    } finally {
      if (granted === 0 && back.day === unused.day) unused = { ...back, requests: back.requests + unused.requests };
    }
  }

  const wait = together(reserve);
  return {
    closed() {
      const now = clock.now();
      const known = refused(now);
      return known?.limit !== 'blocked' && present(now).requests > 0 ? null : known;
    },
    async take(tokens) {
      const now = clock.now();
      return fromShare(tokens, now) ?? refused(now) ?? wait(tokens);
    },
    giveBack({ tokens, minute }) {
      const { minute: open } = present(clock.now());
      if (minute === open)
        share = { ...share, requests: share.requests + 1, tokens: share.tokens + tokens, taken: share.taken - 1 };
      else unused = { ...unused, requests: unused.requests + 1 };
    },
    async block(until) {
      const now = clock.now();
      if (refusal?.limit === 'blocked' && refusal.until >= until - SAME_BLOCK_MS) return;
      forgo();
      refusal = { limit: 'blocked', until, at: now };
      quotaLog.told(refusal, now);
      // The server says no to all.
      await Promise.all(ASKERS.map((one) => store.block(bucketOf(model, one), until)));
    },
  };
}

/** What this process may still use without asking. */
interface Share {
  readonly minute: EpochMs;
  readonly day: EpochMs;
  readonly requests: number;
  readonly tokens: number;
  /** Used in this minute, and in the one before. */
  readonly taken: number;
  readonly before: number;
}

const NOTHING: Share = { minute: 0, day: 0, requests: 0, tokens: 0, taken: 0, before: 0 };
