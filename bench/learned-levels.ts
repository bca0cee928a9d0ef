// Levels as they are after an hour: a bench whose ticks are few would measure them while they are still being learned.
import { compressed } from '../lib/adapters/dynamo/items.ts';
import type { SeriesStore } from '../lib/app/ports/series-store.ts';
import { WINDOWS_KEPT } from '../lib/domain/level/baseline.ts';
import { type LevelMemory, short3 } from '../lib/domain/level/level-memory.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';
import { standInLevel } from './stand-in-source.ts';

/** Fills what is remembered of every level with all the windows that are kept. Nothing where no workload names one. */
export async function learnLevels(series: SeriesStore, cluster: string, now: EpochMs): Promise<void> {
  let seed = 0;
  for (const shard of await series.shards(cluster)) {
    const latest = await series.readLatest(cluster, shard);
    if ([...latest.values()].every(({ levels }) => levels === undefined)) continue;
    const learned = [...latest].map(([key, { levels = {}, ...rest }]) => {
      const full = Object.entries(levels).map(([name, memory]) => [name, learnedFrom(memory, seed++, now)] as const);
      return [key, { ...rest, levels: Object.fromEntries(full) }] as const;
    });
    await series.writeLatest(cluster, shard, new Map(learned));
  }
}

/** What the memories of all workloads take in the table. */
export async function latestBytes(series: SeriesStore, cluster: string): Promise<number> {
  let bytes = 0;
  for (const shard of await series.shards(cluster))
    bytes += compressed(Object.fromEntries(await series.readLatest(cluster, shard))).length;
  return bytes;
}

function learnedFrom(memory: LevelMemory, seed: number, now: EpochMs): LevelMemory {
  const minute = Math.floor(now / 60_000);
  const windows = Array.from({ length: WINDOWS_KEPT }, (_, i) => short3(standInLevel(seed, minute - WINDOWS_KEPT + i)));
  const loadPercent = short3(0.7 * (windows[0] ?? 100));
  return {
    ...memory,
    since: now - 3_600_000,
    windows,
    anchor: windows[1] ?? null,
    usualLoad: loadPercent,
    wellLoad: loadPercent,
  };
}
