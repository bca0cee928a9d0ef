// Draws sparse shards together: all that is known of their workloads is written into a new shard before anybody is said to live there.
import type { SeriesStore, Shard } from '../../app/ports/series-store.ts';
import { copyHistory } from './copy-history.ts';
import { HOUR_MS } from './keys.ts';
import { type Gathered, gathered, withMoved } from './move-plan.ts';
import type { Places } from './placement.ts';
import type { PlacedShard } from './places.ts';
import { refOf } from './places.ts';
import type { Table } from './table.ts';
import type { Watermarks } from './watermark.ts';

export interface GatherParts {
  readonly table: Table;
  readonly places: Pick<Places, 'seen' | 'read' | 'write'>;
  readonly maps: Pick<SeriesStore, 'readFitted' | 'writeFitted' | 'readLatest' | 'writeLatest'>;
  readonly watermarks: Watermarks;
  readonly retentionDays: number;
}

/** An attempt that fails, or dies, is made again so much later: the ticks between have their time for themselves. */
const AGAIN_MS = HOUR_MS;

/** @returns whether workloads have other places now; where anything is in the way, all stay where they are */
export async function gatherShards(
  parts: GatherParts,
  cluster: string,
  isOurs: () => Promise<boolean>,
): Promise<boolean> {
  const { table, places } = parts;
  const isDue = (plan: { readonly notBefore: number } | null | undefined) => !!plan && plan.notBefore <= table.now();
  if (!isDue(places.seen(cluster)?.plan)) return false;
  const stored = await places.read(cluster);
  const { plan, shards, next } = stored.placement;
  if (plan === null || !isDue(plan)) return false;
  const targets = gathered(shards, plan, next);
  if (targets.length === 0) return false;
  // The numbers are taken for good: what an attempt left half-written is never mixed with the next.
  const reserved = await places.write(cluster, stored, {
    ...stored.placement,
    next: next + targets.length,
    plan: { ...plan, notBefore: table.now() + AGAIN_MS },
  });
  if (reserved === null) return false;
  for (const target of targets) if (!(await fill(parts, cluster, target, shards))) return false;
  if (!(await isOurs())) return false;
  const moved = { ...reserved.placement, plan: null, shards: withMoved(shards, targets, table.now()) };
  return (await places.write(cluster, reserved, moved)) !== null;
}

/** False where a change is under way whose trace is in the journal of the shard that would be left. */
async function fill(
  parts: GatherParts,
  cluster: string,
  { id, moves }: Gathered,
  shards: readonly PlacedShard[],
): Promise<boolean> {
  const { maps, table } = parts;
  const sources = shards
    .filter((shard) => moves.some(({ from }) => from.shard === shard.id))
    .map((shard) => emptyShard(shard.id));
  const keys = new Set(moves.map(({ from }) => from.tenant.key));
  const target: Shard = {
    id,
    workloads: moves.map(({ from }) => refOf(cluster, from.tenant.key)),
    places: moves.map(({ slot }) => ({ slot, since: 0 })),
  };
  await copyHistory(parts, cluster, id, moves, table.now());
  const fitted = await Promise.all(sources.map((source) => maps.readFitted(cluster, source)));
  const latest = await Promise.all(sources.map((source) => maps.readLatest(cluster, source)));
  const memories = latest.flatMap((map) => [...map]);
  if (memories.some(([, { record }]) => record.outcome.unsettled)) return false;
  const moving = <T>(entries: readonly (readonly [string, T])[]) => new Map(entries.filter(([key]) => keys.has(key)));
  await maps.writeFitted(cluster, target, moving(fitted.flatMap((map) => [...map])));
  await maps.writeLatest(cluster, target, moving(memories));
  return true;
}

/** For what is kept by shard, whoever lives there. */
function emptyShard(id: number): Shard {
  return { id, workloads: [], places: [] };
}
