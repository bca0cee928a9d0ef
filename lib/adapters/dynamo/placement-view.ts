// Which shard and slot a workload has, as this process knows it: a tick without news asks the table nothing.
import type { SeriesStore, Shard } from '../../app/ports/series-store.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { readPlacement, type Stored } from './placement-items.ts';
import { isLiving, livingIn, type PlacedShard, type Placement, refOf, type Tenant } from './places.ts';
import type { Table } from './table.ts';

/**
 * So long a process goes by what it read. Less than the hour for which a place is kept whose workload is gone, and after which
 * those move who were said to: what it knows of workloads that it sees is true.
 */
const VIEW_MS = 55 * 60_000;

interface View {
  readonly stored: Stored;
  readonly readAt: EpochMs;
}

export interface PlacementView extends Pick<SeriesStore, 'locate' | 'shards'> {
  /** As last seen, without asking the table. */
  seen(cluster: string): Placement | null;
  /** As last seen, where that is not too long ago. */
  current(cluster: string): Promise<Stored>;
  read(cluster: string): Promise<Stored>;
  /** What somebody has read or written; null where it is not known what is there. */
  keep(cluster: string, stored: Stored | null): void;
}

export function makePlacementView(table: Table): PlacementView {
  const views = new Map<string, View>();
  const keep = (cluster: string, stored: Stored | null): void => {
    if (stored === null) views.delete(cluster);
    else views.set(cluster, { stored, readAt: table.now() });
  };
  const read = async (cluster: string): Promise<Stored> => {
    const stored = await readPlacement(table, cluster);
    keep(cluster, stored);
    return stored;
  };
  const current = async (cluster: string): Promise<Stored> => {
    const view = views.get(cluster);
    return view !== undefined && isFresh(view, table.now()) ? view.stored : read(cluster);
  };
  return {
    seen: (cluster) => views.get(cluster)?.stored.placement ?? null,
    current,
    read,
    keep,
    async locate(ref) {
      const key = workloadKey(ref);
      const known = (await current(ref.cluster)).placement;
      const shards = lives(known, key) ? known.shards : (await read(ref.cluster)).placement.shards;
      const found = shards.find(({ tenants }) => tenants.some((tenant) => tenant.key === key));
      // Who is gone has a history while its place is kept.
      return found === undefined ? null : toShard(ref.cluster, found, (one) => isLiving(one) || one.key === key);
    },
    async shards(cluster) {
      return livingShards(cluster, (await read(cluster)).placement);
    },
  };
}

export function livingShards(cluster: string, { shards }: Placement): readonly Shard[] {
  return shards.filter((shard) => livingIn(shard).length > 0).map((shard) => toShard(cluster, shard, isLiving));
}

/** Where a move is due, others may have made it already. */
function isFresh({ stored, readAt }: View, now: EpochMs): boolean {
  const { plan } = stored.placement;
  const age = now - readAt;
  return age >= 0 && age < VIEW_MS && (plan === null || now < plan.notBefore);
}

/** The place of one that was gone may be another's by now. */
function lives({ shards }: Placement, key: string): boolean {
  return shards.some((shard) => livingIn(shard).some((tenant) => tenant.key === key));
}

function toShard(cluster: string, { id, tenants }: PlacedShard, isShown: (tenant: Tenant) => boolean): Shard {
  const shown = tenants.filter(isShown);
  return {
    id,
    workloads: shown.map(({ key }): WorkloadRef => refOf(cluster, key)),
    places: shown.map(({ slot, since }) => ({ slot, since })),
  };
}
