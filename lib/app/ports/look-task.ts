// A look between two ticks, as plain data: what a tick tells those who come after it.

import type { Seen } from '../../domain/decision/look.ts';
import type { PerResource } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { PodInfo } from './cluster.ts';
import type { Shard } from './series-store.ts';
import type { Entries } from './shard-task.ts';

export interface LookTask {
  readonly cluster: string;
  /** Of the tick that it follows. */
  readonly scheduledAt: EpochMs;
  /** The `now` of everything that is decided, before the next tick's. No two looks of a tick have the same. */
  readonly at: EpochMs;
  /** When it is to look: as much later than `at` as its tick began after its scheduled time. */
  readonly due: EpochMs;
  /** Replicas asked for in the whole cluster: the blast radius is a share of them. */
  readonly clusterReplicas: number;
  readonly shards: readonly LookedShard[];
}

/** Those of a shard that are enabled and scaled directly. */
export interface LookedShard {
  readonly shard: Shard;
  /** As the tick found them, by `namespace/name`: whose usage is whose. */
  readonly pods: Entries<readonly PodInfo[]>;
  /** CPU and memory as the tick measured them, in the order of `pods`: what is hardly more is no news. */
  readonly seen: Entries<PerResource<Seen>>;
}
