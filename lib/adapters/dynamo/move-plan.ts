// When sparse shards are drawn together: where it saves enough of them, and has done so for long enough that it is no passing low.
import type { EpochMs } from '../../domain/workload/time.ts';
import { DAY_MS, HOUR_MS } from './keys.ts';
import { isLiving, livingIn, type MovePlan, type PlacedShard, type Tenant } from './places.ts';

/** A workload that moves. */
export interface Move {
  readonly from: { readonly shard: number; readonly tenant: Tenant };
  readonly slot: number;
}

/** A new shard, of those who move into it. */
export interface Gathered {
  readonly id: number;
  readonly moves: readonly Move[];
}

/** So many are left at once: the history of all of them is read in one tick. */
const SOURCES_MOST = 8;
/** New shards are left with room, so that a few who come do not open the next one. */
const FILLED_TO = 58;
/** Copying a full shard costs what a sparse one costs in about four days: one must be saved for each three that are written. */
const LEAST_SAVED = 1 / 3;
/** Longer than a process goes by what it knows of places (`VIEW_MS` in placement.ts): by then every one has read that it must look again. */
const SOONEST_MS = HOUR_MS;
/** To save one shard. A cluster that is small every night is not moved every night. */
const PATIENCE_MS = DAY_MS;

/** The plan for these shards: the one before, where it still saves enough, or the best there is. */
export function planned(shards: readonly PlacedShard[], before: MovePlan | null, now: EpochMs): MovePlan | null {
  const sizes = livingBySize(shards);
  const living = sizes.reduce((sum, { size }) => sum + size, 0);
  const spare = Math.max(1, sizes.length - Math.ceil(living / FILLED_TO));
  const soonest = now + Math.max(SOONEST_MS, PATIENCE_MS / spare);
  if (before !== null && savingOf(sizes.filter(({ id }) => before.from.includes(id))) >= LEAST_SAVED)
    return soonest < before.notBefore ? { ...before, notBefore: soonest } : before;
  let best: { readonly from: readonly number[]; readonly saving: number } | null = null;
  for (let count = 2; count <= Math.min(SOURCES_MOST, sizes.length); count++) {
    const sparsest = sizes.slice(0, count);
    const saving = savingOf(sparsest);
    if (saving >= LEAST_SAVED && saving > (best?.saving ?? 0)) best = { from: sparsest.map(({ id }) => id), saving };
  }
  return best === null ? null : { from: best.from, notBefore: soonest };
}

/** Who would move where; empty where it does not save enough any more. */
export function gathered(shards: readonly PlacedShard[], { from }: MovePlan, next: number): readonly Gathered[] {
  const left = shards.filter(({ id }) => from.includes(id));
  if (savingOf(livingBySize(left)) < LEAST_SAVED) return [];
  const moving = left.flatMap(({ id, tenants }) => tenants.filter(isLiving).map((tenant) => ({ shard: id, tenant })));
  const count = Math.ceil(moving.length / FILLED_TO);
  const size = Math.ceil(moving.length / count);
  return Array.from({ length: count }, (_, i) => ({
    id: next + i,
    moves: moving.slice(i * size, (i + 1) * size).map((one, slot) => ({ from: one, slot })),
  }));
}

/** The shards as they are once all have moved: those who are gone stay where they were. */
export function withMoved(
  shards: readonly PlacedShard[],
  targets: readonly Gathered[],
  now: EpochMs,
): readonly PlacedShard[] {
  const moved = new Set(targets.flatMap(({ moves }) => moves.map(({ from }) => from.tenant.key)));
  const left = shards.flatMap((shard) => {
    const staying = shard.tenants.filter(({ key }) => !moved.has(key));
    if (staying.length === shard.tenants.length) return [shard];
    return staying.length === 0 ? [] : [{ ...shard, tenants: staying, at: Math.max(shard.at, now) }];
  });
  // Nobody was there before: all that is in such a place is its own.
  const opened = targets.map(({ id, moves }) => ({
    id,
    used: moves.length,
    at: now,
    tenants: moves.map(({ from, slot }) => ({ key: from.tenant.key, slot, since: 0 })),
  }));
  return [...left, ...opened];
}

interface Size {
  readonly id: number;
  readonly size: number;
}

/** Shards in which somebody lives, the sparsest first. */
function livingBySize(shards: readonly PlacedShard[]): readonly Size[] {
  return shards
    .map((shard) => ({ id: shard.id, size: livingIn(shard).length }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => a.size - b.size || a.id - b.id);
}

/** Shards saved for each that is written. */
function savingOf(sizes: readonly Size[]): number {
  const count = Math.ceil(sizes.reduce((sum, { size }) => sum + size, 0) / FILLED_TO);
  return count === 0 ? 0 : (sizes.length - count) / count;
}
