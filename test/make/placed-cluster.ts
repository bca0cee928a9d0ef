// A cluster with places in a table: who is seen, what is appended for whom, and what is read of it.
import { randomUUID } from 'node:crypto';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import type { SeriesStore, Shard } from '../../lib/app/ports/series-store.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { NOW } from './workloads.ts';

/** One in a table of tests, with a clock that the test moves; `cold` is a process that begins. */
export function openPlaced(tableBy: (now: () => EpochMs) => Table) {
  const clock = { at: NOW };
  const table = tableBy(() => clock.at);
  const cluster = `c-${randomUUID()}`;
  const refs = (...names: readonly string[]): readonly WorkloadRef[] =>
    names.map((name) => ({ cluster, namespace: 'shop', name }));
  return { clock, table, cluster, refs, store: makeSeriesStore(table), cold: () => makeSeriesStore(table) };
}
export type Placed = ReturnType<typeof openPlaced>;

export const named = (count: number, prefix = 'w') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
export const namesIn = (shards: readonly Shard[]) =>
  shards.flatMap(({ workloads }) => workloads.map(({ name }) => name));

/** One minute of these, of a demand that tells each from the others. */
export async function minute(
  store: SeriesStore,
  cluster: string,
  shards: readonly Shard[],
  at: EpochMs,
  cpuOf: (name: string) => number,
) {
  for (const shard of shards) {
    const rows = shard.workloads.map((workload) => ({ workload, cpu: cpuOf(workload.name), memory: 1e9, replicas: 2 }));
    await store.append(cluster, shard, at, rows);
  }
}

/** Of a workload, as whoever asks for it by name finds it; null where it has no place. */
export async function historyOf(store: SeriesStore, ref: WorkloadRef, to: EpochMs) {
  const shard = await store.locate(ref);
  if (shard === null) return null;
  const series = (await store.read(ref.cluster, shard, 0, to)).get(workloadKey(ref));
  return series === undefined
    ? null
    : { at: [...series.at], cpu: [...series.demand.cpu].map((cores) => Math.round(cores)) };
}
