// What pods use by now, of all workloads of a look at once, and in which shards that is news: most looks end here, and have read nothing else.

import { isNewsBeside } from '../../domain/decision/look.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { PerSignal, Reading } from '../../domain/workload/signal.ts';
import type { PodsOf, UsageSource } from '../ports/cluster.ts';
import type { LookedShard, LookTask } from '../ports/look-task.ts';
import type { Log } from '../ports/world.ts';

export type Readings = ReadonlyMap<string, PerSignal<Reading>>;

/** CPU and memory, of the pods that the tick saw. What cannot be read is told, and left to the next look. */
export async function readUsage(
  { usage, log }: { readonly usage: UsageSource; readonly log: Log },
  { cluster, shards }: LookTask,
): Promise<Readings> {
  const workloads = new Map(shards.flatMap(podsIn));
  const namespaces = [...new Set([...workloads.values()].map(({ workload }) => workload.namespace))];
  const { readings, problems } = await usage.read({ cluster, workloads, namespaces });
  for (const problem of problems) log.warn('look incomplete', { cluster, problem });
  return readings;
}

function podsIn({ shard, pods }: LookedShard): readonly (readonly [string, PodsOf])[] {
  const refs = new Map(shard.workloads.map((ref) => [workloadKey(ref), ref]));
  return pods.flatMap(([key, its]) => {
    const workload = refs.get(key);
    return workload === undefined ? [] : [[key, { workload, pods: its }] as const];
  });
}

/** @param wanting numbers of the shards in which the tick left more to be wanted */
export function shardsWithNews(
  { shards }: LookTask,
  readings: Readings,
  wanting: readonly number[],
): readonly LookedShard[] {
  return shards.filter(({ shard, seen }) =>
    seen.some(([key, then]) => isNewsBeside(then, readings.get(key) ?? {}, wanting.includes(shard.id))),
  );
}
