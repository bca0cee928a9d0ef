// A cluster's placement through days of coming and going, without a table: what ticks would have made of it.
import { gathered, withMoved } from '../../lib/adapters/dynamo/move-plan.ts';
import { livingIn, NOTHING_PLACED, type Placement, type Tenant } from '../../lib/adapters/dynamo/places.ts';
import { settled } from '../../lib/adapters/dynamo/settle-places.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';

const HOUR = 3_600_000;

export function startPlacing(start: EpochMs) {
  const clock = { at: start, now: () => clock.at, aheadMs: 120_000 };
  const counted = { changes: 0, shardsWritten: 0 };
  let placement: Placement = NOTHING_PLACED;
  const gatherWhereDue = () => {
    const { plan, next, shards } = placement;
    const targets = plan === null || plan.notBefore > clock.at ? [] : gathered(shards, plan, next);
    if (targets.length === 0) return;
    counted.shardsWritten += targets.length;
    const moved = withMoved(shards, targets, clock.at);
    placement = { ...placement, shards: moved, next: next + targets.length, plan: null };
  };
  return {
    clock,
    /** Changes of what is stored, and shards that were copied to draw others together. */
    counted,
    placement: () => placement,
    /** Those that a tick works on. */
    visited: () => placement.shards.filter((shard) => livingIn(shard).length > 0),
    tenants: (): readonly Tenant[] => placement.shards.flatMap(({ tenants }) => tenants),
    place: (key: string) =>
      placement.shards.flatMap(({ id, tenants }) =>
        tenants.flatMap((tenant) => (tenant.key === key ? [{ shard: id, ...tenant }] : [])),
      ),
    /** A tick that sees these, and every kind of them. */
    tick(keys: Iterable<string>, unlisted: readonly 'StatefulSet'[] | null = []) {
      const seen = { keys: new Set(keys), unlisted };
      let before: Placement | null = null;
      while (before !== placement) {
        before = placement;
        placement = settled(before, seen, clock);
        counted.changes += placement === before ? 0 : 1;
      }
      gatherWhereDue();
    },
    pass: (hours: number) => {
      clock.at += hours * HOUR;
    },
  };
}

/** So many shards serve so many who live, once it has been calm for some days. */
export function mostShards(living: number): number {
  return Math.ceil((1.5 * living) / 64) + 1;
}

export function keysOf(count: number, prefix = 'shop/w'): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}
