// Which shard and slot a workload has. Remembered in process: a tick without news asks the table nothing.
import type { SeriesStore, Shard } from '../../app/ports/series-store.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { workloadPart } from './keys.ts';
import { readPlacement, type Stored, writePlacement } from './placement-items.ts';
import { isLiving, livingIn, type PlacedShard, type Placement, refOf, type Tenant } from './places.ts';
import { untilWonOrThrow } from './retry.ts';
import { settled } from './settle-places.ts';
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

export interface Places extends Pick<SeriesStore, 'assign' | 'locate' | 'shards'> {
  /** As last seen, without asking the table. */
  seen(cluster: string): Placement | null;
  read(cluster: string): Promise<Stored>;
  /** Null where others wrote meanwhile. */
  write(cluster: string, stored: Stored, next: Placement): Promise<Stored | null>;
}

export function makePlacement(table: Table): Places {
  const views = new Map<string, View>();
  const keep = (cluster: string, stored: Stored): Stored => {
    views.set(cluster, { stored, readAt: table.now() });
    return stored;
  };
  const read = async (cluster: string) => keep(cluster, await readPlacement(table, cluster));
  const write = async (cluster: string, stored: Stored, next: Placement) => {
    // What was written of it, if the table went away half-way, is not known.
    views.delete(cluster);
    const written = await writePlacement(table, cluster, stored, next);
    return written && keep(cluster, written);
  };
  const current = async (cluster: string): Promise<Stored> => {
    const view = views.get(cluster);
    return view !== undefined && isFresh(view, table.now()) ? view.stored : read(cluster);
  };

  return {
    read,
    write,
    seen: (cluster) => views.get(cluster)?.stored.placement ?? null,
    async assign(cluster, workloads, unlisted = null) {
      const seen = { keys: new Set(workloads.map(workloadPart)), unlisted };
      const isSettled = ({ placement, isOlder }: Stored) => !isOlder && settled(placement, seen, table) === placement;
      const settle = async () => {
        const stored = await read(cluster);
        if (isSettled(stored)) return stored;
        // What an older release left is taken over as it is.
        const { placement, isOlder } = stored;
        return write(cluster, stored, isOlder ? placement : settled(placement, seen, table));
      };
      let known = await current(cluster);
      while (!isSettled(known)) known = await untilWonOrThrow(`The placement of cluster "${cluster}"`, settle);
      return livingShards(cluster, known.placement);
    },
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

function livingShards(cluster: string, { shards }: Placement): readonly Shard[] {
  return shards.filter((shard) => livingIn(shard).length > 0).map((shard) => toShard(cluster, shard, isLiving));
}

function toShard(cluster: string, { id, tenants }: PlacedShard, isShown: (tenant: Tenant) => boolean): Shard {
  const shown = tenants.filter(isShown);
  return {
    id,
    workloads: shown.map(({ key }): WorkloadRef => refOf(cluster, key)),
    places: shown.map(({ slot, since }) => ({ slot, since })),
  };
}
