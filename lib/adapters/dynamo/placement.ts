// Giving workloads their shards and slots: whoever is new gets a place, and everybody else keeps his.
import type { SeriesStore } from '../../app/ports/series-store.ts';
import { workloadPart } from './keys.ts';
import { type Stored, writePlacement } from './placement-items.ts';
import { livingShards, makePlacementView, type PlacementView } from './placement-view.ts';
import type { Placement } from './places.ts';
import { untilWonOrThrow } from './retry.ts';
import { settled } from './settle-places.ts';
import type { Table } from './table.ts';

export interface Places extends Pick<PlacementView, 'seen' | 'read'>, Pick<SeriesStore, 'assign'> {
  /** Null where others wrote meanwhile. */
  write(cluster: string, stored: Stored, next: Placement): Promise<Stored | null>;
}

/** @param view of this process, where others read it, too */
export function makePlacement(table: Table, view: PlacementView = makePlacementView(table)): Places {
  const { seen, read, current, keep } = view;
  const write = async (cluster: string, stored: Stored, next: Placement) => {
    // What was written of it, if the table went away half-way, is not known.
    keep(cluster, null);
    const written = await writePlacement(table, cluster, stored, next);
    keep(cluster, written);
    return written;
  };
  return {
    seen,
    read,
    write,
    async assign(cluster, workloads, unlisted = null) {
      const found = { keys: new Set(workloads.map(workloadPart)), unlisted };
      const isSettled = ({ placement, isOlder }: Stored) => !isOlder && settled(placement, found, table) === placement;
      const settle = async () => {
        const stored = await read(cluster);
        if (isSettled(stored)) return stored;
        // What an older release left is taken over as it is.
        const { placement, isOlder } = stored;
        return write(cluster, stored, isOlder ? placement : settled(placement, found, table));
      };
      let known = await current(cluster);
      while (!isSettled(known)) known = await untilWonOrThrow(`The placement of cluster "${cluster}"`, settle);
      return livingShards(cluster, known.placement);
    },
  };
}
