// Where earlier releases placed workloads: pages of names by shard and slot, which only grew.
import { unpackJson } from './items.ts';
import { NOTHING_PLACED, type Placement } from './places.ts';
import type { Item } from './table.ts';

const PAGES_VERSION = 1;

export function isOlder(item: Item): boolean {
  return item.v === PAGES_VERSION;
}

/** Everybody lives there from the beginning; who is gone, the next tick that sees the whole cluster finds out. */
export function olderPlacement(pages: readonly Item[]): Placement {
  const shards = pages.flatMap((page) => unpackJson<readonly (readonly string[])[]>(page));
  const placed = shards.map((keys, id) => ({
    id,
    used: keys.length,
    at: 0,
    tenants: keys.map((key, slot) => ({ key, slot, since: 0 })),
  }));
  return { ...NOTHING_PLACED, shards: placed, next: placed.length };
}
