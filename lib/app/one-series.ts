// The past of one workload: its shard is read with it, and nothing is made of the others.
import { type WorkloadRef, workloadKey } from '../domain/workload/identity.ts';
import { EMPTY_SERIES, type Series } from '../domain/workload/series.ts';
import type { EpochMs } from '../domain/workload/time.ts';
import type { SeriesReader, Shard } from './ports/series-store.ts';

/**
 * @param shard in which it lives
 * @param from,to both inclusive
 * @returns no samples where the shard does not know it
 */
export async function seriesOf(
  series: Pick<SeriesReader, 'read'>,
  ref: WorkloadRef,
  shard: Shard,
  from: EpochMs,
  to: EpochMs,
): Promise<Series> {
  const found = await series.read(ref.cluster, aloneIn(shard, ref), from, to);
  return found.get(workloadKey(ref)) ?? EMPTY_SERIES;
}

function aloneIn({ id, workloads, places }: Shard, ref: WorkloadRef): Shard {
  const at = workloads.findIndex((one) => workloadKey(one) === workloadKey(ref));
  return { id, workloads: workloads.slice(at, at + 1), places: places.slice(at, at + 1) };
}
