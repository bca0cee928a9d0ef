// How places stand in an item: rows, compressed, with what conditions and lookups need beside them.
import { expiry, numberOf, packJson, unpackJson, VERSIONS } from './items.ts';
import { placementKey, placesKey } from './keys.ts';
import { type MovePlan, NOTHING_PLACED, type PlacedShard, type Placement, type Tenant } from './places.ts';
import type { Item } from './table.ts';

/** Who came lately stands in the item for all shards. */
export interface Recent {
  readonly shard: number;
  readonly tenant: Tenant;
}

/** How much of a shard has been somebody's, where neither its item nor who stands beside it tells: who had it is given up. */
export type UsedRow = readonly [shard: number, used: number];

type Row = readonly [key: string, slot: number, since: number, gone?: number];
type RecentRow = readonly [shard: number, ...Row];

export function rootItem(
  cluster: string,
  { next, tidied, plan }: Placement,
  recent: readonly Recent[],
  used: readonly UsedRow[],
  revision: number,
  at: number,
): Item {
  const rows = recent.map(({ shard, tenant }): RecentRow => [shard, ...toRow(tenant)]);
  const body = packJson(`The new places of cluster "${cluster}"`, rows);
  const item = { ...placementKey(cluster), v: VERSIONS.placement, revision, at, next, tidied, plan, body };
  return used.length === 0 ? item : { ...item, used };
}

/** What the item for all shards says; what there is from the beginning without one. */
export function rootOf(root: Item | undefined, shards: readonly PlacedShard[]): Omit<Placement, 'shards'> {
  const following = (shards.at(-1)?.id ?? -1) + 1;
  if (root === undefined) return { ...NOTHING_PLACED, next: following };
  const plan = (root.plan ?? null) as MovePlan | null;
  return { next: Math.max(numberOf(root, 'next'), following), tidied: numberOf(root, 'tidied'), plan };
}

export function recentOf(root: Item): readonly Recent[] {
  return unpackJson<readonly RecentRow[]>(root).map(([shard, ...row]) => ({ shard, tenant: toTenant(row) }));
}

export function usedOf({ used = [] }: Item): readonly UsedRow[] {
  return used as readonly UsedRow[];
}

export function toShard(item: Item): PlacedShard {
  const tenants = unpackJson<readonly Row[]>(item).map(toTenant);
  return { id: numberOf(item, 'shard'), used: numberOf(item, 'used'), at: numberOf(item, 'at'), tenants };
}

/** One in which nobody is left is gone at once. */
export function toItem(cluster: string, { id, used, at, tenants }: PlacedShard, revision: number): Item {
  const body = packJson(`The places of shard ${id} of cluster "${cluster}"`, tenants.map(toRow));
  const item = { ...placesKey(cluster, id), v: VERSIONS.placement, revision, shard: id, used, at, body };
  return tenants.length === 0 ? { ...item, expires_at: expiry(at) } : item;
}

function toRow({ key, slot, since, gone }: Tenant): Row {
  return gone === undefined ? [key, slot, since] : [key, slot, since, gone];
}

function toTenant([key, slot, since, gone]: Row): Tenant {
  return gone === undefined ? { key, slot, since } : { key, slot, since, gone };
}
