// SeriesStore on the table: small appends, blocks folded from them, and reads that join both.
import type { SampleRow, SeriesStore, Shard } from '../../app/ports/series-store.ts';
import { AdapterError } from '../../app/ports/world.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { backfillShard } from './backfill.ts';
import { putTick } from './blocks.ts';
import { compactShard } from './compact.ts';
import { compactLeft } from './compact-left.ts';
import { type Frame, frameOf } from './frames.ts';
import { gatherShards } from './gather-shards.ts';
import { shardPk } from './keys.ts';
import { makePlacement } from './placement.ts';
import { placesIn } from './places.ts';
import { makeSeriesParts, readerOf, type SeriesOptions } from './series-reader.ts';
import type { Table } from './table.ts';

export function makeSeriesStore(table: Table, options: SeriesOptions = {}): SeriesStore {
  const parts = makeSeriesParts(table, options);
  const { watermarks, retentionDays, maps } = parts;
  const places = makePlacement(table, parts.view);
  return {
    ...readerOf(parts),
    ...maps,
    assign: places.assign,
    async gather(cluster, isOurs) {
      await compactLeft({ table, watermarks, retentionDays }, cluster, places.seen(cluster));
      return gatherShards({ table, places, maps, watermarks, retentionDays }, cluster, isOurs);
    },
    async append(cluster, shard, at, rows) {
      if (rows.length === 0) return;
      const [pk, frame] = [shardPk(cluster, shard.id), toFrame(shard, at, rows)];
      if (await putTick(table, pk, frame)) parts.ticks.wrote(pk, frame);
    },
    compact: (cluster, shard, now) => compactShard(table, watermarks, retentionDays, cluster, shard.id, now),
    backfill: (cluster, shard, history) => backfillShard(table, retentionDays, cluster, shard, history),
  };
}

function toFrame(shard: Shard, at: EpochMs, rows: readonly SampleRow[]): Frame {
  const places = placesIn(shard);
  const slots = new Map(places.map(({ key, slot }) => [key, slot]));
  const samples = rows.map(({ workload, cpu, memory, replicas, loads }) => {
    const slot = slots.get(workloadKey(workload));
    if (slot === undefined) {
      const message = `Shard ${shard.id} has no place for ${workloadKey(workload)}: assign it first.`;
      throw new AdapterError('dynamodb', message, { retryable: false });
    }
    return { slot, cpu, memory, replicas, ...(loads && { loads }) };
  });
  return frameOf(at, Math.max(-1, ...slots.values()) + 1, samples);
}
