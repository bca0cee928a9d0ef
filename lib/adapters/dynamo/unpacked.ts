// What was unpacked is not unpacked again: most of the items that an answer is made of are those of the answer before.
import { LRU } from 'tiny-lru';
import type { Item } from './table.ts';

/**
 * @param unpack what it makes of an item depends on the item and the part alone, and nobody changes it
 * @param part of the item that is wanted; all of it unless given
 */
export type Unpacked<T> = (item: Item, unpack: (item: Item) => T, part?: string) => T;

interface Kept<T> {
  readonly item: Item;
  readonly value: T;
}

/** Keeps, for as many keys as told, what was last made of the item there, as long as the item is the same to the byte. */
export function keptUnpacked<T>(most: number): Unpacked<T> {
  const all = new LRU<Kept<T>>(most);
  return (item, unpack, part = '') => {
    const key = `${item.pk} ${item.sk} ${part}`;
    const kept = all.get(key);
    if (kept !== undefined && isSame(kept.item, item)) return kept.value;
    const value = unpack(item);
    all.set(key, { item, value });
    return value;
  };
}

/** For a process that reads nothing twice. */
export function unpackedAnew<T>(item: Item, unpack: (item: Item) => T): T {
  return unpack(item);
}

function isSame(one: Item, other: Item): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => isEqual(one[name], other[name]));
}

/** An attribute that is a list or a map counts as changed: no packed item has one. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return Object.is(one, other);
}
