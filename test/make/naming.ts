// Clusters in small whose workloads name signals, as a signal source sees them.
import type { ClusterSnapshot, PodInfo, WorkloadSnapshot } from '../../lib/app/ports/cluster.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';
import { observation } from './workloads.ts';

type Named = Pick<WorkloadRef, 'namespace' | 'name' | 'kind'>;

/** One workload of a snapshot that names these signals, with the pods NAME-0, NAME-1 … that serve. */
export function naming(ref: Named, signals: readonly string[], pods = 2): WorkloadSnapshot {
  const {
    signals: _measured,
    at: _at,
    ...rest
  } = observation({
    workload: { cluster: 'prod', ...ref },
    replicas: { spec: pods, ready: pods, running: pods, total: pods },
    annotations: Object.fromEntries(signals.map((name) => [`ai4k8s.io/signal.${name}`, 'target=10'])),
  });
  return { ...rest, pods: Array.from({ length: pods }, (_, i) => pod(`${ref.name}-${i}`)) };
}

export function pod(name: string, ready = true): PodInfo {
  return { name, running: true, ready, limits: {} };
}

export function snapshotOf(workloads: readonly WorkloadSnapshot[], cluster = 'prod', at = Date.now()): ClusterSnapshot {
  return { cluster, at, workloads: new Map(workloads.map((one) => [workloadKey(one.workload), one])), problems: [] };
}
