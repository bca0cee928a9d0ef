// PromQL about one workload's pods; names are quoted, so that no name can change what is asked.
import type { WorkloadRef } from '../../domain/model.ts';

type Named = Pick<WorkloadRef, 'namespace' | 'name' | 'kind'>;

/** Cores in use over all pods, from cAdvisor; `container!=""` leaves out the sums that each pod reports of itself. */
export function cpuUsageQuery(ref: Named): string {
  return `sum(rate(container_cpu_usage_seconds_total{${podsOf(ref)},container!=""}[2m]))`;
}

/** Cores that one replica requests, from kube-state-metrics; the most, where a rollout has two kinds of pods. */
export function cpuRequestQuery(ref: Named): string {
  return `max(sum by (pod) (kube_pod_container_resource_requests{${podsOf(ref)},resource="cpu"}))`;
}

function podsOf({ namespace, name, kind }: Named): string {
  const pattern = kind === 'StatefulSet' ? `${escaped(name)}-[0-9]{1,10}` : podPattern(name);
  return `namespace=${quoted(namespace)},pod=~${quoted(pattern)}`;
}

/** Kubernetes cuts what comes before a pod's own five characters to this. */
const LONGEST_BASE = 58;
/** `-` and a ReplicaSet's hash, and the `-` after it. */
const HASH_CHARS = 12;

/** PromQL anchors patterns at both ends. Of `web`, `web-7d4b9c5f6-x2x8k` but not `web-api-7d4b9c5f6-x2x8k`. */
function podPattern(name: string): string {
  if (name.length + HASH_CHARS > LONGEST_BASE) return `${escaped(name.slice(0, LONGEST_BASE))}.*`;
  return `${escaped(name)}-[a-z0-9]{1,10}-[a-z0-9]{5}`;
}

/** For RE2: a name may hold dots. */
function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
