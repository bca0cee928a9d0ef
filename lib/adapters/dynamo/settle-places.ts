// When a place is given, kept and free again: pure, so that years of coming and going can be replayed.
import type { FloorsOnlyKind } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { type Dated, isAhead } from './ahead.ts';
import { DAY_MS, HOUR_MS } from './keys.ts';
import { planned } from './move-plan.ts';
import { isLiving, livingIn, type PlacedShard, type Placement, refOf, SHARD_SIZE, type Tenant } from './places.ts';

/** What a tick has seen of a cluster. */
export interface Seen {
  /** Workload keys, each once. */
  readonly keys: ReadonlySet<string>;
  /** Kinds of which some may not have been listed; null where that is not known, and nobody is gone. */
  readonly unlisted: readonly FloorsOnlyKind[] | null;
}

/** Who is gone is looked at so often: it is written then. */
const TIDY_MS = HOUR_MS;
/** Longer than any process goes by what it knows of places (`VIEW_MS` in placement.ts): none writes into a place that was given on. */
const LEAST_GONE_MS = HOUR_MS;
const MOST_GONE_MS = 7 * DAY_MS;
/** As many as this share of those that live, and so many more, are kept for their return. */
const KEPT_SHARE = 1 / 4;
const KEPT_LEAST = 16;
/** At a time: an hour in which the wrong namespaces are watched must not cost a cluster its history. */
const FREED_SHARE = 1 / 4;
const FREED_LEAST = 64;

/** So many new names are placed at once: with 253 characters each they fit into an item. */
const NAMES_AT_ONCE = 1000;

/** @returns what there was itself, where there is nothing new; where more are new than are placed at once, the rest is for the next time */
export function settled(before: Placement, seen: Seen, clock: Dated): Placement {
  const shards = keptIdentity(before.shards, (shard) => withReturned(shard, seen.keys, clock));
  const { tidied: last } = before;
  const isDue = seen.unlisted !== null && (clock.now() - last >= TIDY_MS || isAhead(clock, last));
  const kept = isDue ? tidied(shards, seen, clock) : shards;
  const placed = withNew(kept, before.next, seen.keys, clock);
  const plan = isDue ? planned(placed.shards, before.plan, clock.now()) : before.plan;
  if (placed.shards === before.shards && plan === before.plan) return before;
  const hasTidied = kept !== shards || plan !== before.plan;
  return { ...placed, plan, tidied: hasTidied ? clock.now() : last };
}

/** Who is there again keeps its place. One that was given by a clock ahead of ours is none: its samples would be hidden until then. */
function withReturned(shard: PlacedShard, keys: ReadonlySet<string>, clock: Dated): PlacedShard {
  const valid = keptIdentity(shard.tenants, (tenant) => {
    if (isAhead(clock, tenant.since)) return null;
    return isLiving(tenant) || !keys.has(tenant.key) ? tenant : living(tenant);
  });
  return changed(shard, valid, clock);
}

function tidied(shards: readonly PlacedShard[], seen: Seen, clock: Dated): readonly PlacedShard[] {
  const now = clock.now();
  const marked = keptIdentity(shards, (shard) =>
    changed(
      shard,
      keptIdentity(shard.tenants, (tenant) => markedGone(tenant, seen, clock)),
      clock,
    ),
  );
  const leaving = new Set(expendable(marked, now));
  return keptIdentity(marked, (shard) => {
    const staying = keptIdentity(shard.tenants, (tenant) => (leaving.has(tenant) ? null : tenant));
    return staying.length === 0 ? null : changed(shard, staying, clock);
  });
}

function markedGone(tenant: Tenant, { keys, unlisted }: Seen, clock: Dated): Tenant {
  const now = clock.now();
  if (tenant.gone !== undefined) return isAhead(clock, tenant.gone) ? { ...tenant, gone: now } : tenant;
  const { kind } = refOf('', tenant.key);
  const wasListed = kind === undefined || !unlisted?.includes(kind);
  return keys.has(tenant.key) || !wasListed ? tenant : { ...tenant, gone: now };
}

/** Whose places are given up: of those who are gone the oldest, and those beyond the share that is kept. */
function expendable(shards: readonly PlacedShard[], now: EpochMs): readonly Tenant[] {
  const all = shards.flatMap(({ tenants }) => tenants);
  const goneFor = ({ gone }: Tenant) => now - (gone ?? now);
  const gone = all.filter((tenant) => !isLiving(tenant)).sort((a, b) => goneFor(b) - goneFor(a));
  const most = KEPT_LEAST + Math.floor(KEPT_SHARE * (all.length - gone.length));
  const atOnce = Math.max(FREED_LEAST, Math.floor(FREED_SHARE * all.length));
  const surplus = gone.length - most;
  return gone.filter((tenant, i) => goneFor(tenant) >= (i < surplus ? LEAST_GONE_MS : MOST_GONE_MS)).slice(0, atOnce);
}

/** Fills the fullest shards first, so that the others empty themselves; then new ones. */
function withNew(
  shards: readonly PlacedShard[],
  next: number,
  keys: ReadonlySet<string>,
  clock: Dated,
): Pick<Placement, 'shards' | 'next'> {
  const known = new Set(shards.flatMap(({ tenants }) => tenants.map(({ key }) => key)));
  const missing = [...keys]
    .filter((key) => !known.has(key))
    .sort()
    .slice(0, NAMES_AT_ONCE);
  if (missing.length === 0) return { shards, next };
  // What a clock ahead of ours has changed may hold samples later than now, under slots that look free.
  const open = shards.filter((shard) => livingIn(shard).length > 0 && !isAhead(clock, shard.at));
  open.sort((a, b) => livingIn(b).length - livingIn(a).length || a.id - b.id);
  const filled = new Map<number, PlacedShard>();
  for (const shard of open) if (missing.length > 0) filled.set(shard.id, withTenants(shard, missing, clock));
  const added: PlacedShard[] = [];
  while (missing.length > 0)
    added.push(withTenants({ id: next + added.length, used: 0, at: 0, tenants: [] }, missing, clock));
  return {
    shards: [...keptIdentity(shards, (shard) => filled.get(shard.id) ?? shard), ...added],
    next: next + added.length,
  };
}

/** Takes as many from the front of `missing` as there are free slots: at first those that were nobody's, whose past may come from elsewhere. */
function withTenants(shard: PlacedShard, missing: string[], clock: Dated): PlacedShard {
  const taken = new Set(shard.tenants.map(({ slot }) => slot));
  const slots = Array.from({ length: SHARD_SIZE }, (_, slot) => slot).filter((slot) => !taken.has(slot));
  const free = [...slots.filter((slot) => slot >= shard.used), ...slots.filter((slot) => slot < shard.used)];
  const tenants = missing.splice(0, free.length).map((key, i) => {
    const slot = free[i] ?? 0;
    return { key, slot, since: slot >= shard.used ? 0 : clock.now() };
  });
  return tenants.length === 0 ? shard : changed(shard, [...shard.tenants, ...tenants], clock);
}

function changed(shard: PlacedShard, tenants: readonly Tenant[], clock: Dated): PlacedShard {
  if (tenants === shard.tenants) return shard;
  const used = Math.max(shard.used, ...tenants.map(({ slot }) => slot + 1));
  const bySlot = tenants.toSorted((a, b) => a.slot - b.slot);
  return { ...shard, used, tenants: bySlot, at: Math.max(shard.at, clock.now()) };
}

function living({ gone: _gone, ...tenant }: Tenant): Tenant {
  return tenant;
}

/** The list itself where every part of it stays what it was; null leaves one out. */
function keptIdentity<T>(list: readonly T[], change: (one: T) => T | null): readonly T[] {
  const after = list.map(change);
  return after.every((one, i) => one === list[i]) ? list : after.filter((one) => one !== null);
}
