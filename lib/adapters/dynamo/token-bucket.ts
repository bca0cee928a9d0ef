// A model's quota, shared by all processes through one item: counted by the table itself, so that callers rarely collide.
import type { AdviceStore, BucketLimits, BucketState, QuotaLimit } from '../../app/ports/advice-store.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { knownOrRefused, VERSIONS } from './items.ts';
import { bucketKey, DAY_MS, floorTo } from './keys.ts';
import { untilWon } from './retry.ts';
import type { Item, Table } from './table.ts';

type Bucket = Pick<AdviceStore, 'takeTokens' | 'block'>;
type Taken = Awaited<ReturnType<Bucket['takeTokens']>>;

const MINUTE_MS = 60_000;
const CONTENTION_WAIT_MS = 1000;
/** `minute` and `day` are words of DynamoDB's own. */
const NAMES = { '#minute': 'minute', '#day': 'day' };
const NOT_BLOCKED = '(attribute_not_exists(blocked_until) OR blocked_until <= :now OR blocked_until > :farthest)';
/** A quota lasts a day: whoever is blocked for longer was so by a wrong clock. */
const LONGEST_BLOCK_MS = 2 * DAY_MS;

export function makeTokenBucket(table: Table): Bucket {
  return {
    async takeTokens(model, now, tokens, limits) {
      const taken = await untilWon(() => takeOnce(table, model, now, tokens, limits));
      return taken ?? { ok: false, limit: 'contention', until: now + CONTENTION_WAIT_MS };
    },
    async block(model, until) {
      const expression = 'SET blocked_until = :until, v = :v';
      // Where a longer block is there already, nothing is to be done.
      const condition =
        '(attribute_not_exists(v) OR v = :v) AND (attribute_not_exists(blocked_until) OR blocked_until < :until OR blocked_until > :farthest)';
      const values = { ':until': until, ':farthest': until + LONGEST_BLOCK_MS, ':v': VERSIONS.bucket };
      await table.update(bucketKey(model), { expression, condition, values });
    },
  };
}

/** One attempt; null where another process changed the bucket in between. */
async function takeOnce(
  table: Table,
  model: string,
  now: EpochMs,
  tokens: number,
  limits: BucketLimits,
): Promise<Taken | null> {
  if (await count(table, model, now, tokens, limits)) return { ok: true };
  const item = knownOrRefused(await table.get(bucketKey(model), { consistent: true }), 'bucket');
  const stored = toState(item);
  const current = rolled(stored, now, table.aheadMs);
  const spent = exhausted(current, now, tokens, limits);
  if (spent !== null) return spent;
  if (current.minute === stored.minute) return null;
  return (await open(table, model, now, tokens, stored, current)) ? { ok: true } : null;
}

/** Adds to the windows that are open, where they have room: one write, no read. */
function count(table: Table, model: string, now: EpochMs, tokens: number, limits: BucketLimits): Promise<boolean> {
  return table.update(bucketKey(model), {
    expression: 'ADD requests_minute :one, requests_day :one, tokens_minute :tokens',
    condition: [
      'v = :v AND #minute >= :minute AND #day >= :day',
      'requests_minute < :rpm AND requests_day < :rpd AND tokens_minute <= :room',
      NOT_BLOCKED,
    ].join(' AND '),
    names: NAMES,
    values: {
      ':v': VERSIONS.bucket,
      ':minute': floorTo(now, MINUTE_MS),
      ':day': floorTo(now, DAY_MS),
      ':rpm': limits.requestsPerMinute,
      ':rpd': limits.requestsPerDay,
      ':room': limits.tokensPerMinute - tokens,
      ':one': 1,
      ':tokens': tokens,
      ':now': now,
      ':farthest': now + LONGEST_BLOCK_MS,
    },
  });
}

/** Opens the minute of `current` with this request in it, where the bucket is still as it was read. */
function open(
  table: Table,
  model: string,
  now: EpochMs,
  tokens: number,
  stored: BucketState,
  current: BucketState,
): Promise<boolean> {
  const unchanged =
    stored.minute === 0
      ? 'attribute_not_exists(#minute)'
      : '#minute = :oldMinute AND requests_minute = :oldRequests AND requests_day = :oldToday';
  return table.update(bucketKey(model), {
    expression:
      'SET v = :v, #minute = :minute, #day = :day, requests_minute = :one, requests_day = :today, tokens_minute = :tokens',
    condition: `${unchanged} AND ${NOT_BLOCKED}`,
    names: NAMES,
    values: {
      ':v': VERSIONS.bucket,
      ':minute': current.minute,
      ':day': current.day,
      ':one': 1,
      ':today': current.requestsToday + 1,
      ':tokens': tokens,
      ':now': now,
      ':farthest': now + LONGEST_BLOCK_MS,
      ...(stored.minute !== 0 && {
        ':oldMinute': stored.minute,
        ':oldRequests': stored.requestsThisMinute,
        ':oldToday': stored.requestsToday,
      }),
    },
  });
}

/** Windows that are over start again, and so do those of a wrong clock; one that lags counts into the windows it finds. */
function rolled(state: BucketState, now: EpochMs, aheadMs: number): BucketState {
  const minute = floorTo(now, MINUTE_MS);
  const day = floorTo(now, DAY_MS);
  const isOver = (window: EpochMs, present: EpochMs) => present > window || window > now + aheadMs;
  return {
    ...state,
    ...(isOver(state.minute, minute) && { minute, requestsThisMinute: 0, tokensThisMinute: 0 }),
    ...(isOver(state.day, day) && { day, requestsToday: 0 }),
  };
}

function exhausted(state: BucketState, now: EpochMs, tokens: number, limits: BucketLimits): Taken | null {
  const out = (limit: QuotaLimit, until: EpochMs): Taken => ({ ok: false, limit, until });
  if (state.blockedUntil > now && state.blockedUntil <= now + LONGEST_BLOCK_MS)
    return out('blocked', state.blockedUntil);
  if (state.requestsToday >= limits.requestsPerDay) return out('requests_per_day', state.day + DAY_MS);
  const nextMinute = state.minute + MINUTE_MS;
  if (state.requestsThisMinute >= limits.requestsPerMinute) return out('requests_per_minute', nextMinute);
  if (state.tokensThisMinute + tokens > limits.tokensPerMinute) return out('tokens_per_minute', nextMinute);
  return null;
}

function toState(item: Item | null): BucketState {
  const value = (attribute: string) => (typeof item?.[attribute] === 'number' ? item[attribute] : 0);
  return {
    minute: value('minute'),
    day: value('day'),
    requestsThisMinute: value('requests_minute'),
    requestsToday: value('requests_day'),
    tokensThisMinute: value('tokens_minute'),
    blockedUntil: value('blocked_until'),
  };
}
