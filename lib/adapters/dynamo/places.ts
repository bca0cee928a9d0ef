// What a place is: a shard and a slot in it, since when they are a workload's, and when it was found missing.
import type { Place, Shard } from '../../app/ports/series-store.ts';
import { AdapterError } from '../../app/ports/world.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { refFrom } from '../../domain/workload/kind.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** Workloads per shard: a tick's samples of so many stay within one write unit (1 KB). */
export const SHARD_SIZE = 64;

/** A workload in its place. */
export interface Tenant {
  readonly key: string;
  readonly slot: number;
  /** Samples before this are of others. */
  readonly since: EpochMs;
  /** When it was found missing. Absent while it is there. */
  readonly gone?: EpochMs;
}

/** A shard's places. */
export interface PlacedShard {
  readonly id: number;
  /** Slots from this one on have never been anybody's. */
  readonly used: number;
  /** The latest clock by which it was changed. */
  readonly at: EpochMs;
  /** By slot. */
  readonly tenants: readonly Tenant[];
}

export interface Placement {
  /** By id. */
  readonly shards: readonly PlacedShard[];
  /** The next shard's: none has the number of one that is no more. */
  readonly next: number;
  /** When it was last looked who is gone, and something had changed. */
  readonly tidied: EpochMs;
  /** That sparse shards are to be drawn together. */
  readonly plan: MovePlan | null;
}

/** Sparse shards that are to be drawn together. */
export interface MovePlan {
  /** Ids of the shards that are to be left. */
  readonly from: readonly number[];
  readonly notBefore: EpochMs;
}

export const NOTHING_PLACED: Placement = { shards: [], next: 0, tidied: 0, plan: null };

export function isLiving(tenant: Tenant): boolean {
  return tenant.gone === undefined;
}

export function livingIn({ tenants }: PlacedShard): readonly Tenant[] {
  return tenants.filter(isLiving);
}

export function refOf(cluster: string, key: string): WorkloadRef {
  const slash = key.indexOf('/');
  return refFrom(cluster, key.slice(0, slash), key.slice(slash + 1));
}

/**
 * The workloads of a shard with their places.
 * @throws AdapterError where it does not say every one
 */
export function placesIn({ id, workloads, places }: Shard): readonly (Place & { readonly key: string })[] {
  return workloads.map((ref, i) => {
    const place = places[i];
    if (place !== undefined) return { key: workloadKey(ref), ...place };
    const message = `Shard ${id} does not say where ${workloadKey(ref)} has its place: assign it first.`;
    throw new AdapterError('dynamodb', message, { retryable: false });
  });
}
