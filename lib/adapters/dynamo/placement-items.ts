// Places as they are stored: one item for each shard, and one that every change passes first, so that no two processes give one place.
import pLimit from 'p-limit';
import { expiry, knownOrRefused, numberOf, VERSIONS } from './items.ts';
import { type Key, placementKey } from './keys.ts';
import { isOlder, olderPlacement } from './older-placement.ts';
import { type Recent, recentOf, rootItem, rootOf, toItem, toShard, type UsedRow, usedOf } from './placement-rows.ts';
import { NOTHING_PLACED, type PlacedShard, type Placement, type Tenant } from './places.ts';
import { absent, type Condition, type Table } from './table.ts';

/** What is stored, and what is to be known of it to write over it. */
export interface Stored {
  readonly placement: Placement;
  readonly items: ReadonlyMap<number, ShardItem>;
  /** Of the item for all shards; 0 where there is none. */
  readonly revision: number;
  /** Written by a release that kept names in pages: it is to be taken over first. */
  readonly isOlder: boolean;
  /** Pages that nobody needs any more. */
  readonly pages: readonly Key[];
}

/** What a shard's own item holds: whoever came lately stands in the item for all shards alone. */
interface ShardItem {
  /** 0 where it has none yet. */
  readonly revision: number;
  readonly used: number;
  readonly tenants: readonly Tenant[];
}

/** Beyond so many, those who came lately are written into their shards' items: until then a new name costs one small write. */
const RECENT_MOST = 32;
const WRITES_AT_ONCE = 16;

/** @throws AdapterError where a later release wrote any of it */
export async function readPlacement(table: Table, cluster: string): Promise<Stored> {
  const { pk, sk } = placementKey(cluster);
  const found = await table.query(pk, { from: sk, to: `${sk}~`, consistent: true });
  const pages = found.filter(isOlder);
  const own = found.filter((item) => !isOlder(item));
  for (const item of own) knownOrRefused(item, 'placement');
  const root = own.find((item) => item.sk === sk);
  const older = root === undefined ? olderPlacement(pages) : NOTHING_PLACED;
  const shards = new Map(older.shards.map((shard) => [shard.id, shard]));
  const items = new Map(older.shards.map((shard): [number, ShardItem] => [shard.id, itemOf(shard, 0)]));
  for (const item of own.filter((one) => one.shard !== undefined)) {
    const shard = toShard(item);
    shards.set(shard.id, shard);
    items.set(shard.id, itemOf(shard, numberOf(item, 'revision')));
  }
  if (root !== undefined) {
    addRecent(shards, recentOf(root), numberOf(root, 'at'));
    addUsed(shards, usedOf(root), numberOf(root, 'at'));
  }
  const placed = withoutDoubles([...shards.values()]);
  return {
    placement: { ...rootOf(root, placed), shards: placed },
    items,
    revision: root === undefined ? 0 : numberOf(root, 'revision'),
    isOlder: root === undefined && pages.length > 0,
    pages: pages.filter((page) => page.sk !== sk).map(({ sk: of }) => ({ pk, sk: of })),
  };
}

/**
 * Writes the item for all shards first, under the revision that was read: whoever dies after it has placed everybody, and the
 * shards' own items follow with the next change. What an older release left is copied into those first, and then given up.
 * @returns null where others wrote meanwhile
 */
export async function writePlacement(
  table: Table,
  cluster: string,
  stored: Stored,
  next: Placement,
): Promise<Stored | null> {
  const items = new Map(stored.items);
  const recent = recentIn(stored, next);
  const isFlushed = recent.length > RECENT_MOST;
  const limit = pLimit(WRITES_AT_ONCE);
  const put = (shard: PlacedShard) =>
    limit(async () => {
      const revision = (stored.items.get(shard.id)?.revision ?? 0) + 1;
      items.set(shard.id, itemOf(shard, revision));
      return table.put(toItem(cluster, shard, revision), isAt(table, revision - 1));
    });
  const putShards = async () => {
    const remaining = new Set(next.shards.map(({ id }) => id));
    const left = stored.placement.shards.filter(({ id }) => !remaining.has(id) && stored.items.has(id));
    const changed = next.shards.filter((shard) => isShardDue(stored, shard, isFlushed));
    const won = await Promise.all(
      [...changed, ...left.map((shard) => ({ ...shard, at: table.now(), tenants: [] }))].map(put),
    );
    for (const { id } of left) items.delete(id);
    return won.every(Boolean);
  };
  const revision = stored.revision + 1;
  const isRootDue = stored.isOlder || isRootChanged(stored, next, recent);
  const putRoot = () =>
    table.put(
      rootItem(cluster, next, recent, usedBeside(stored, next), revision, table.now()),
      rootIsAt(stored.revision),
    );

  if (stored.isOlder && !(await putShards())) return null;
  if (isRootDue && !(await putRoot())) return null;
  if (!stored.isOlder && !(await putShards())) return null;
  for (const page of stored.pages) await table.put({ ...page, v: VERSIONS.placement, expires_at: expiry(table.now()) });
  return { placement: next, items, revision: isRootDue ? revision : stored.revision, isOlder: false, pages: [] };
}

/** Those who stand in no shard's item. */
function recentIn({ items }: Stored, { shards }: Placement): readonly Recent[] {
  return shards.flatMap(({ id, tenants }) => {
    const inItem = keysIn(items.get(id));
    return tenants.filter(({ key }) => !inItem.has(key)).map((tenant) => ({ shard: id, tenant }));
  });
}

/** A slot of who stood beside its shard's item, and is given up or has moved, is somebody's past: it is not to look new. */
function usedBeside({ items }: Stored, { shards }: Placement): readonly UsedRow[] {
  return shards.flatMap(({ id, used, tenants }) => {
    const told = Math.max(items.get(id)?.used ?? 0, ...tenants.map(({ slot }) => slot + 1));
    return used > told ? [[id, used] as const] : [];
  });
}

function isRootChanged(stored: Stored, next: Placement, recent: readonly Recent[]): boolean {
  const { placement: before } = stored;
  const known = new Set(recentIn(stored, before).map(({ tenant }) => tenant));
  const isSame = next.next === before.next && next.tidied === before.tidied && next.plan === before.plan;
  return !isSame || recent.length !== known.size || recent.some(({ tenant }) => !known.has(tenant));
}

function isShardDue({ items }: Stored, { id, tenants }: PlacedShard, isFlushed: boolean): boolean {
  const item = items.get(id);
  const inItem = keysIn(item);
  const standing = tenants.filter(({ key }) => inItem.has(key));
  if (item?.revision === 0 || (isFlushed && standing.length < tenants.length)) return true;
  const stored = item?.tenants ?? [];
  return standing.length !== stored.length || standing.some((tenant, i) => tenant !== stored[i]);
}

function itemOf({ used, tenants }: PlacedShard, revision: number): ShardItem {
  return { revision, used, tenants };
}

function keysIn(item: ShardItem | undefined): ReadonlySet<string> {
  return new Set(item?.tenants.map(({ key }) => key));
}

/** Whom the shard's own item has, it has later; whoever is gone has made room. */
function addRecent(shards: Map<number, PlacedShard>, recent: readonly Recent[], at: number): void {
  for (const { shard: id, tenant } of recent) {
    const shard = shards.get(id) ?? { id, used: 0, at, tenants: [] };
    if (shard.tenants.some(({ key }) => key === tenant.key)) continue;
    const others = shard.tenants.filter(({ slot }) => slot !== tenant.slot);
    const tenants = [...others, tenant].sort((a, b) => a.slot - b.slot);
    shards.set(id, { id, tenants, used: Math.max(shard.used, tenant.slot + 1), at: Math.max(shard.at, at) });
  }
}

/** A shard that is not there has nobody left: no other gets its number. */
function addUsed(shards: Map<number, PlacedShard>, rows: readonly UsedRow[], at: number): void {
  for (const [id, used] of rows) {
    const shard = shards.get(id);
    if (shard !== undefined && shard.used < used) shards.set(id, { ...shard, used, at: Math.max(shard.at, at) });
  }
}

/** Who has moved, and still stands where it was, lives in the later shard. */
function withoutDoubles(shards: readonly PlacedShard[]): readonly PlacedShard[] {
  const seen = new Set<string>();
  const placed = shards
    .toSorted((a, b) => b.id - a.id)
    .map((shard) => {
      const tenants = shard.tenants.filter(({ key }) => !seen.has(key));
      for (const { key } of tenants) seen.add(key);
      return tenants.length < shard.tenants.length ? { ...shard, tenants } : shard;
    });
  return placed.reverse();
}

function isAt(table: Table, revision: number): Condition {
  if (revision === 0) return absent(table.now());
  return { expression: 'revision = :revision', values: { ':revision': revision } };
}

/** A page of an older release has no revision: it is written over. */
function rootIsAt(revision: number): Condition {
  if (revision === 0) return { expression: 'attribute_not_exists(revision)' };
  return { expression: 'revision = :revision', values: { ':revision': revision } };
}
