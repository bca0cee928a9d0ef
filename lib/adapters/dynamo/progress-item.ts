// The item in which batches of a tick's shards meet: plain numbers, so that one conditional update both checks and counts.

import type { Opening, Progress } from '../../app/ports/progress-store.ts';
import type { Caps } from '../../domain/guardrails/cluster/blast-purse.ts';
import type { Ask, BlastBudget } from '../../domain/guardrails/cluster/blast-radius.ts';
import { NOTHING_PROMISED, type Promised } from '../../domain/guardrails/cluster/quota-promises.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { expiry, numberOf, VERSIONS } from './items.ts';
import { DAY_MS, progressKey } from './keys.ts';
import type { Item } from './table.ts';

/** As long as a journal: for whoever repairs an installation that stood still over a weekend. */
export const PROGRESS_LIFE_MS = 7 * DAY_MS;

export function newProgress({ cluster, scheduledAt, shards }: Opening, now: EpochMs): Item {
  const zero = { used_replicas: 0, used_workloads: 0, rest_replicas: 0, rest_workloads: 0, enabled: 0, applied: 0 };
  return {
    ...progressKey(cluster),
    v: VERSIONS.progress,
    scheduled_at: scheduledAt,
    shards: shards.length,
    ...zero,
    expires_at: expiry(now + PROGRESS_LIFE_MS),
  };
}

export function toProgress(item: Item): Progress {
  const rest = { replicas: numberOf(item, 'rest_replicas'), workloads: numberOf(item, 'rest_workloads') };
  return {
    scheduledAt: numberOf(item, 'scheduled_at'),
    shards: numberOf(item, 'shards'),
    begun: setOf(item, 'begun'),
    done: setOf(item, 'done'),
    spent: {
      short: {
        replicas: numberOf(item, 'used_replicas') - rest.replicas,
        workloads: numberOf(item, 'used_workloads') - rest.workloads,
      },
      rest,
    },
    promised: typeof item.promised === 'string' ? (JSON.parse(item.promised) as Promised) : NOTHING_PROMISED,
    enabled: numberOf(item, 'enabled'),
    applied: numberOf(item, 'applied'),
    closed: item.closed === true,
  };
}

/** A set that is empty is no attribute at all. */
function setOf(item: Item, attribute: string): ReadonlySet<number> {
  const value = item[attribute];
  return value instanceof Set ? (value as ReadonlySet<number>) : new Set();
}

/** The tick is still the one that opened last, and not closed. */
const CURRENT = 'v = :v AND scheduled_at = :this AND attribute_not_exists(closed)';

/** An update of the tick of `scheduledAt` and of no other. `shards` must not be in the set `without` yet. */
export function updateOf(
  scheduledAt: EpochMs,
  expression: string,
  values: Readonly<Record<string, unknown>>,
  without?: { readonly set: 'begun' | 'done'; readonly shards: readonly number[] },
) {
  const named = (without?.shards ?? []).map((shard, i) => [`:s${i}`, shard] as const);
  const absent = named.map(([name]) => ` AND NOT contains(${without?.set}, ${name})`);
  return {
    expression,
    condition: CURRENT + absent.join(''),
    values: { ':v': VERSIONS.progress, ':this': scheduledAt, ...values, ...Object.fromEntries(named) },
  };
}

/** Adds a grant, where what is spent then stays within the caps. What is short is what is used without the rest. */
export function reserveUpdate(scheduledAt: EpochMs, { short, rest }: Ask, spent: Ask, caps: Caps) {
  const used = { replicas: short.replicas + rest.replicas, workloads: short.workloads + rest.workloads };
  // The rest never shrinks, so that what is short is at most what is used without the rest that was seen.
  const most = (unit: keyof BlastBudget) =>
    Math.min(caps.all[unit], caps.short[unit] + spent.rest[unit] + rest[unit]) - used[unit];
  const update = updateOf(
    scheduledAt,
    'ADD used_replicas :r, used_workloads :w, rest_replicas :rr, rest_workloads :rw',
    {
      ':r': used.replicas,
      ':w': used.workloads,
      ':rr': rest.replicas,
      ':rw': rest.workloads,
      ':mr': most('replicas'),
      ':mw': most('workloads'),
      ':mrr': caps.rest.replicas - rest.replicas,
      ':mrw': caps.rest.workloads - rest.workloads,
    },
  );
  const room = 'used_replicas <= :mr AND used_workloads <= :mw AND rest_replicas <= :mrr AND rest_workloads <= :mrw';
  return { ...update, condition: `${update.condition} AND ${room}` };
}

/** Puts what is promised now in the place of what was, unless somebody else has promised more meanwhile. As text: that compares. */
export function promiseUpdate(scheduledAt: EpochMs, before: Promised, promised: Promised) {
  const isFirst = Object.keys(before).length === 0;
  const update = updateOf(scheduledAt, 'SET promised = :promised', {
    ':promised': JSON.stringify(promised),
    ...(!isFirst && { ':before': JSON.stringify(before) }),
  });
  const unchanged = isFirst ? 'attribute_not_exists(promised)' : 'promised = :before';
  return { ...update, condition: `${update.condition} AND ${unchanged}` };
}
