// A model's quota, shared by all processes through one item: looked at first, so that what is used up costs no write.
import type { AdviceStore, QuotaGrant, QuotaRequest } from '../../app/ports/advice-store.ts';
import {
  type BucketLimits,
  type BucketState,
  LONGEST_BLOCK_MS,
  rolledBucket,
  roomFor,
} from '../../domain/advice/quota.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { knownOrRefused, VERSIONS } from './items.ts';
import { bucketKey } from './keys.ts';
import { untilWon } from './retry.ts';
import type { Item, Table } from './table.ts';

type Bucket = Pick<AdviceStore, 'reserve' | 'block'>;

const CONTENTION_WAIT_MS = 1000;
/** `minute` and `day` are words of DynamoDB's own. */
const NAMES = { '#minute': 'minute', '#day': 'day' };
const NOT_BLOCKED = '(attribute_not_exists(blocked_until) OR blocked_until <= :now OR blocked_until > :farthest)';

export function makeTokenBucket(table: Table): Bucket {
  return {
    async reserve(model, now, request, limits) {
      const grant = await untilWon(() => reserveOnce(table, model, now, request, limits));
      if (grant !== null) return grant;
      const { minute, day } = rolledBucket(toState(null), now);
      return { granted: 0, minute, day, short: { limit: 'contention', until: now + CONTENTION_WAIT_MS } };
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

/** What is taken, and of which windows. */
interface Taking {
  readonly count: number;
  readonly tokens: number;
  /** Of requests granted before on the same day, and not made. */
  readonly unused: number;
  readonly stored: BucketState;
  readonly current: BucketState;
}

/** One attempt; null where another process changed the bucket in between. */
async function reserveOnce(
  table: Table,
  model: string,
  now: EpochMs,
  request: QuotaRequest,
  limits: BucketLimits,
): Promise<QuotaGrant | null> {
  const stored = toState(knownOrRefused(await table.get(bucketKey(model), { consistent: true }), 'bucket'));
  const current = rolledBucket(stored, now, table.aheadMs);
  const { minute, day } = current;
  const unused = request.unused?.day === day ? request.unused.requests : 0;
  const free = { ...current, requestsToday: current.requestsToday - unused };
  const { count, short } = roomFor(free, now, request.tokens, limits);
  const grant = { granted: count, minute, day, short };
  if (count === 0) return grant;
  const tokens = request.tokens.slice(0, count).reduce((sum, of) => sum + of, 0);
  const taking = { count, tokens, unused, stored, current };
  const isOpen = minute === stored.minute && day === stored.day;
  return (await (isOpen ? add(table, model, now, taking, limits) : open(table, model, now, taking))) ? grant : null;
}

/** Adds to the windows that are open, where they still have room: others may add at the same time. */
function add(
  table: Table,
  model: string,
  now: EpochMs,
  { count, tokens, unused, current }: Taking,
  limits: BucketLimits,
): Promise<boolean> {
  return table.update(bucketKey(model), {
    expression: 'ADD requests_minute :count, requests_day :today, tokens_minute :tokens',
    condition: [
      'v = :v AND #minute = :minute AND #day = :day',
      'requests_minute <= :rpm AND requests_day <= :rpd AND tokens_minute <= :tpm',
      NOT_BLOCKED,
    ].join(' AND '),
    names: NAMES,
    values: {
      ':v': VERSIONS.bucket,
      ':minute': current.minute,
      ':day': current.day,
      ':rpm': limits.requestsPerMinute - count,
      ':rpd': limits.requestsPerDay - count + unused,
      ':tpm': limits.tokensPerMinute - tokens,
      ':count': count,
      ':today': count - unused,
      ':tokens': tokens,
      ':now': now,
      ':farthest': now + LONGEST_BLOCK_MS,
    },
  });
}

/** Opens the minute of `current` with these requests in it, where the bucket is still as it was read. */
function open(
  table: Table,
  model: string,
  now: EpochMs,
  { count, tokens, unused, stored, current }: Taking,
): Promise<boolean> {
  const unchanged =
    stored.minute === 0
      ? 'attribute_not_exists(#minute)'
      : '#minute = :oldMinute AND requests_minute = :oldRequests AND requests_day = :oldToday';
  return table.update(bucketKey(model), {
    expression:
      'SET v = :v, #minute = :minute, #day = :day, requests_minute = :count, requests_day = :today, tokens_minute = :tokens',
    condition: `${unchanged} AND ${NOT_BLOCKED}`,
    names: NAMES,
    values: {
      ':v': VERSIONS.bucket,
      ':minute': current.minute,
      ':day': current.day,
      ':count': count,
      ':today': current.requestsToday + count - unused,
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
