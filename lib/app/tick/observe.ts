// One tick's readings of every workload: what the cluster says and what the signal sources measured, put together.

import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { type PerSignal, type Reading, SIGNAL_NAMES, type SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type {
  ClusterReader,
  ClusterSnapshot,
  PodInfo,
  SignalBatch,
  SignalSource,
  WorkloadSnapshot,
} from '../ports/cluster.ts';

export interface Observed {
  /** Keyed by `namespace/name`. */
  readonly observations: ReadonlyMap<string, Observation>;
  readonly problems: readonly string[];
}

export interface ObservePorts {
  readonly reader: ClusterReader;
  readonly signals: readonly SignalSource[];
}

/** Reads a whole cluster in bulk. A source that fails costs its own signals, nothing else. */
export async function observeCluster(ports: ObservePorts, cluster: string, now: EpochMs): Promise<Observed> {
  const snapshot = await ports.reader.snapshot(cluster);
  const batches = await Promise.all(ports.signals.map((source) => source.read(snapshot)));
  return join(snapshot, batches, now);
}

/** Reads one workload afresh, or null where there is none. */
export async function observeWorkload(
  ports: ObservePorts,
  ref: WorkloadRef,
  now: EpochMs,
): Promise<Observation | null> {
  const workload = await ports.reader.workload(ref);
  if (workload === null) return null;
  const key = workloadKey(ref);
  const snapshot = { cluster: ref.cluster, at: now, workloads: new Map([[key, workload]]), problems: [] };
  const batches = await Promise.all(ports.signals.map((source) => source.read(snapshot, ref)));
  return join(snapshot, batches, now).observations.get(key) ?? null;
}

function join(snapshot: ClusterSnapshot, batches: readonly SignalBatch[], now: EpochMs): Observed {
  const observations = new Map<string, Observation>();
  for (const [key, workload] of snapshot.workloads) {
    const signals: PerSignal<Reading> = Object.assign({}, ...batches.map((batch) => batch.readings.get(key)));
    const unread: PerSignal<string> = Object.assign({}, ...batches.map((batch) => batch.unread?.get(key)));
    const serving = Math.max(workload.replicas.ready, ...batches.map((batch) => batch.serving?.get(key) ?? 0));
    const replicas = serving === workload.replicas.ready ? workload.replicas : { ...workload.replicas, serving };
    const unreadToo = Object.keys(unread).length > 0 ? { unread } : {};
    observations.set(key, { ...toObservation({ ...workload, replicas }, signals, now), ...unreadToo });
  }
  return { observations, problems: [...snapshot.problems, ...batches.flatMap((batch) => batch.problems)] };
}

function toObservation(workload: WorkloadSnapshot, signals: PerSignal<Reading>, at: EpochMs): Observation {
  const { pods, ...rest } = workload;
  return { ...rest, signals, at, ...(pods.length > 0 && { limits: widest(pods) }) };
}

/** What the widest pod may use: a quota on limits counts the next replica so. */
function widest(pods: readonly PodInfo[]): PerSignal<number> {
  const limits: Partial<Record<SignalName, number>> = {};
  for (const signal of SIGNAL_NAMES) {
    const stated = pods.flatMap((pod) => pod.limits[signal] ?? []);
    if (stated.length > 0) limits[signal] = Math.max(...stated);
  }
  return limits;
}
