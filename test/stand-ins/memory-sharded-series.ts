// Stand-in for the table's SeriesStore where a cluster has several shards: no history, and what ticks leave each other is LATEST alone.

import type { SeriesStore, Shard } from '../../lib/app/ports/series-store.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';
import { workloadKey } from '../../lib/domain/workload/identity.ts';
import { EMPTY_SERIES } from '../../lib/domain/workload/series.ts';

type Latest = ReadonlyMap<string, WorkloadMemory>;

/** @param size workloads per shard */
export function makeMemoryShardedSeries(size: number): SeriesStore & { readonly latest: () => Latest } {
  const all = new Map<number, { readonly entries: Latest; readonly at: number }>();
  const nothing = async () => undefined;
  return {
    latest: () => new Map([...all.values()].flatMap(({ entries }) => [...entries])),
    async assign(_cluster, workloads) {
      const shards: Shard[] = [];
      for (let start = 0; start < workloads.length; start += size) {
        const mine = workloads.slice(start, start + size);
        shards.push({ id: start / size, workloads: mine, places: mine.map((_, slot) => ({ slot, since: 0 })) });
      }
      return shards;
    },
    gather: async () => false,
    locate: async () => null,
    shards: async () => [],
    append: nothing,
    compact: nothing,
    backfill: nothing,
    read: async (_cluster, shard) => new Map(shard.workloads.map((ref) => [workloadKey(ref), EMPTY_SERIES])),
    readFitted: async () => new Map(),
    writeFitted: nothing,
    readLatest: async (_cluster, { id }) => all.get(id)?.entries ?? new Map(),
    async writeLatest(_cluster, { id }, entries, at = Number.POSITIVE_INFINITY) {
      if (at >= (all.get(id)?.at ?? 0)) all.set(id, { entries: structuredClone(entries), at });
    },
  };
}
