// What an earlier `npm start` left in a data folder: from which clock, and from which cluster, this one goes on.
import { makeFloorStore } from '../lib/adapters/dynamo/floor-store.ts';
import { makeSeriesStore } from '../lib/adapters/dynamo/series-store.ts';
import { openTable } from '../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../lib/adapters/dynamo/tick-store.ts';
import type { FloorRecord } from '../lib/app/ports/floor-store.ts';
import type { WorkloadMemory } from '../lib/domain/decision/workload-memory.ts';
import { FLOOR_ANNOTATION, OWN_MIN_ANNOTATION } from '../lib/domain/hpa/floor.ts';
import { workloadKey } from '../lib/domain/workload/identity.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';
import { type DemoWorkload, demoKey } from './demo-workloads.ts';
import type { EmbeddedTable } from './embedded-table.ts';
import { type KeptWorld, readKeptWorld } from './kept-world.ts';
import type { SimulatedWorkload } from './simulated-cluster/workload.ts';

const TICK_MS = 60_000;
export interface Past {
  /** Null where the cluster's own objects were not kept, or cannot be read. */
  readonly kept: KeptWorld | null;
  /** Why they cannot be read; null where nothing is wrong. */
  readonly problem: string | null;
  readonly lastTickAt: EpochMs | null;
  /** What the table knows of each workload, by `namespace/name`. */
  readonly latest: ReadonlyMap<string, WorkloadMemory>;
  readonly floors: ReadonlyMap<string, FloorRecord>;
}

/** @param folder null where nothing is kept */
export async function pastIn(embedded: EmbeddedTable, cluster: string, folder: string | null): Promise<Past> {
  const found = folder === null ? { kept: null, problem: null } : readKeptWorld(folder);
  const lastTickAt = await lastTickIn(embedded, cluster);
  // By the clock that goes on, which may be ahead of ours: what is dated ahead of its table's clock counts as absent.
  const now = startOf({ kept: found.kept, lastTickAt }, Date.now());
  const table = openTable({ ...embedded, now: () => now });
  try {
    const series = makeSeriesStore(table);
    const latest = new Map<string, WorkloadMemory>();
    for (const shard of await series.shards(cluster))
      for (const [key, entry] of await series.readLatest(cluster, shard)) latest.set(key, entry);
    const floors = await makeFloorStore(table).list(cluster);
    return {
      ...found,
      lastTickAt,
      latest,
      floors: new Map(floors.map((floor) => [workloadKey(floor.workload), floor])),
    };
  } finally {
    table.close();
  }
}

/** The scheduled time of the last tick, whatever the time is: nothing else tells how far a faster clock has come. */
async function lastTickIn(embedded: EmbeddedTable, cluster: string): Promise<EpochMs | null> {
  const table = openTable({ ...embedded, now: () => Number.MAX_SAFE_INTEGER });
  try {
    return (await makeTickStore(table).last(cluster))?.scheduledAt ?? null;
  } finally {
    table.close();
  }
}

/** A folder may have seen a faster clock than ours: time goes on from there, never back; by whole minutes, as ticks do. */
export function startOf({ kept, lastTickAt }: Pick<Past, 'kept' | 'lastTickAt'>, ours: EpochMs): EpochMs {
  const shown = Math.max(kept?.clock ?? 0, lastTickAt === null ? 0 : lastTickAt + TICK_MS);
  return Math.max(Math.floor(ours / TICK_MS) * TICK_MS, Math.ceil(shown / TICK_MS) * TICK_MS);
}

/** Since when each workload runs, for those whose past is in the table already. */
export function sinceIn({ kept, latest }: Past, now: EpochMs): Readonly<Record<string, EpochMs>> {
  // Folders of older releases say only that ticks have seen a workload.
  return kept?.since ?? Object.fromEntries([...latest.keys()].map((key) => [key, now]));
}

/**
 * The workloads as the table has them, for a folder that holds no cluster that can be read: as many replicas as they last
 * had, and the floors that are held. Else the table's floors would look overruled by somebody.
 */
export function asTheTableHas({ latest, floors }: Past, demo: readonly DemoWorkload[]): readonly DemoWorkload[] {
  return demo.map((entry) => {
    const key = demoKey(entry);
    const { workload } = entry;
    const [known, floor] = [latest.get(key), floors.get(key)];
    const hpa = workload.hpa && floor ? { hpa: withFloor(workload.hpa, floor) } : {};
    return { ...entry, workload: { ...workload, ...hpa, replicas: replicasIn(known) ?? workload.replicas } };
  });
}

/** Under an HPA the count is the HPA's; else what was applied last is there now. */
function replicasIn(known: WorkloadMemory | undefined): number | null {
  if (known === undefined) return null;
  const { decision, outcome } = known.record;
  const isOurs = outcome.kind === 'applied' && known.observation.owner.kind !== 'hpa';
  return isOurs ? decision.target : decision.current;
}

type SimulatedHpa = NonNullable<SimulatedWorkload['hpa']>;

function withFloor(hpa: SimulatedHpa, { own, floor }: FloorRecord): SimulatedHpa {
  const annotations = { [OWN_MIN_ANNOTATION]: String(own), [FLOOR_ANNOTATION]: String(floor) };
  return { ...hpa, minReplicas: floor, annotations };
}
