// Folds what was left in shards in which nobody lives: no tick works on those, and who comes back finds all that it had.
import type { EpochMs } from '../../domain/workload/time.ts';
import { compactShard, isDone } from './compact.ts';
import { livingIn, type PlacedShard, type Placement } from './places.ts';
import type { Table } from './table.ts';
import type { Watermarks } from './watermark.ts';

export interface LeftParts {
  readonly table: Table;
  readonly watermarks: Watermarks;
  readonly retentionDays: number;
}

/** Where a whole cluster has emptied itself, the ticks that follow go on. */
const SHARDS_AT_ONCE = 8;

/**
 * Until the hours and the day in which the last of them was found missing are folded: then the table is not asked any more.
 * @param placement as last seen; null where that is not known, and the next time will do
 */
export async function compactLeft(
  { table, watermarks, retentionDays }: LeftParts,
  cluster: string,
  placement: Placement | null,
): Promise<void> {
  const isDue = (shard: PlacedShard, known = watermarks.seen(cluster, shard.id)) =>
    !isDone(known, lastGone(shard), table.now());
  const left = (placement?.shards ?? []).filter((shard) => livingIn(shard).length === 0);
  for (const shard of left.filter((one) => isDue(one)).slice(0, SHARDS_AT_ONCE))
    if (isDue(shard, await watermarks.read(cluster, shard.id)))
      await compactShard(table, watermarks, retentionDays, cluster, shard.id, table.now());
}

/** Nobody in it was there later. */
function lastGone({ tenants }: PlacedShard): EpochMs {
  return Math.max(...tenants.map(({ gone }) => gone ?? Number.NEGATIVE_INFINITY));
}
