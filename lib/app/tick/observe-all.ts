// All that a tick looks at before it decides: the cluster, the floors that the table remembers, and what people asked for.

import type { Request } from '../../domain/decision/request.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { withKnownFloors } from '../apply/known-floors.ts';
import type { FloorStore } from '../ports/floor-store.ts';
import type { RequestStore } from '../ports/request-store.ts';
import { type Observed, type ObservePorts, observeCluster } from './observe.ts';

/** Requests are read last: whatever of theirs was observed is then explained by one of them. */
export async function observeAll(
  ports: ObservePorts & { readonly floors: FloorStore; readonly ticks: RequestStore },
  cluster: string,
  now: EpochMs,
): Promise<{ readonly observed: Observed; readonly asked: readonly Request[] }> {
  const seen = await observeCluster(ports, cluster, now);
  const [observations, asked] = await Promise.all([
    withKnownFloors(ports.floors, cluster, seen.observations),
    ports.ticks.asked(cluster),
  ]);
  return { observed: { ...seen, observations }, asked };
}
