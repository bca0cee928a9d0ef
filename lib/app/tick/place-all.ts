// The places of what a tick has seen, with sparse shards drawn together where that is due: before any shard is worked on.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Observed } from '../observe/observe.ts';
import type { SeriesStore, Shard } from '../ports/series-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import { AdapterError, type Log } from '../ports/world.ts';

export interface PlacePorts {
  readonly series: Pick<SeriesStore, 'assign' | 'gather'>;
  readonly ticks: Pick<TickStore, 'confirm'>;
  readonly log: Log;
}

export interface PlaceInput {
  readonly cluster: string;
  readonly now: EpochMs;
  readonly observed: Pick<Observed, 'unlisted'>;
  /** A tick before this one died half-way: what it meant to do stands in the journals of the shards as they are. */
  readonly unfinished: boolean;
}

/** @returns every shard in which somebody lives; a workload that is new has a place there */
export async function placeAll(
  ports: PlacePorts,
  { cluster, now, observed, unfinished }: PlaceInput,
  refs: readonly WorkloadRef[],
): Promise<readonly Shard[]> {
  const assign = () => ports.series.assign(cluster, refs, observed.unlisted);
  const shards = await assign();
  if (unfinished || !(await hasGathered(ports, cluster, now))) return shards;
  ports.log.info('sparse shards were drawn together', { cluster, before: shards.length });
  return assign();
}

/** It saves money, and may wait: a tick does not fail by it. */
async function hasGathered({ series, ticks, log }: PlacePorts, cluster: string, now: EpochMs): Promise<boolean> {
  try {
    return await series.gather(cluster, () => ticks.confirm(cluster, now));
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    log.warn('sparse shards stay apart', { cluster, message: error.message });
    return false;
  }
}
