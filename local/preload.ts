// Puts the past of simulated workloads into the table, as if it had been watched all along.
import type { PolicyStore } from '../lib/app/ports/policy-store.ts';
import type { SeriesStore } from '../lib/app/ports/series-store.ts';
import { workloadKey } from '../lib/domain/workload/identity.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';
import { type DemoWorkload, historyOf } from './demo-workloads.ts';

/** Done twice it comes to the same: a start that was cut short is begun again. */
export async function preload(
  { series, policies }: { readonly series: SeriesStore; readonly policies: PolicyStore },
  cluster: string,
  demo: readonly DemoWorkload[],
  now: EpochMs,
): Promise<void> {
  const ref = ({ workload: { namespace, name } }: DemoWorkload) => ({ cluster, namespace, name });
  const pasts = new Map(demo.map((entry) => [workloadKey(ref(entry)), historyOf(entry)]));
  for (const shard of await series.assign(cluster, demo.map(ref))) await series.backfill(cluster, shard, pasts);
  for (const entry of demo) {
    if (entry.record === null) continue;
    await policies.put({ workload: ref(entry), values: entry.record, updatedAt: now, updatedBy: 'npm start' });
  }
}
