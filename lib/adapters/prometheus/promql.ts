// PromQL about one workload's pods; names and values are quoted, so that none can change what is asked.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import { CLUSTER_LABELS } from './one-cluster.ts';

type Named = Pick<WorkloadRef, 'namespace' | 'name' | 'kind'>;

/** Label names and values that every series must have, such as `cluster="prod"` on a server for many clusters. */
export type Labels = Readonly<Record<string, string>>;

export const CPU_METRIC = 'container_cpu_usage_seconds_total';
/** What tells the clusters of a central server apart stays in the answer, so that no two are summed unseen. */
const CLUSTERS = CLUSTER_LABELS.join(',');
/** The sum that a pod reports of itself, and the container that holds its network. */
const REAL_CONTAINER = 'container!="",container!="POD"';

/**
 * Cores in use over all pods, from cAdvisor. A container that is scraped twice (two Prometheus replicas, two jobs) is
 * counted once: the larger reading. `cpu` is there where the kubelet reports each core by itself.
 */
export function cpuUsageQuery(ref: Named, labels: Labels = {}): string {
  const rate = `rate(${CPU_METRIC}${selectorOf([podsOf(ref), REAL_CONTAINER], labels)}[2m])`;
  return `sum by (${CLUSTERS}) (max by (${CLUSTERS},namespace,pod,container,cpu) (${rate}))`;
}

/** Cores that one replica requests, from kube-state-metrics of version 2 or 1; the most, where a rollout has two kinds of pods. */
export function cpuRequestQuery(ref: Named, labels: Labels = {}): string {
  const request = (metric: string, more: readonly string[]) =>
    `max(sum by (pod) (max by (pod,container) (${metric}${selectorOf([podsOf(ref), ...more], labels)})))`;
  const current = request('kube_pod_container_resource_requests', ['resource="cpu"']);
  return `${current} or ${request('kube_pod_container_resource_requests_cpu_cores', [])}`;
}

/** How many pods a workload has, from kube-state-metrics or Argo Rollouts: 0 while it is scaled to zero. */
export function replicasQuery(ref: Named, labels: Labels = {}): string {
  const namespace = matcher('namespace', ref.namespace);
  const count = (metric: string, label: string) =>
    `max(${metric}${selectorOf([namespace, matcher(label, ref.name)], labels)})`;
  switch (kindOf(ref)) {
    case 'Rollout':
      return `${count('rollout_info_replicas_available', 'name')} or ${count('rollout_info_replicas_desired', 'name')}`;
    case 'StatefulSet':
      return `${count('kube_statefulset_status_replicas', 'statefulset')} or ${count('kube_statefulset_replicas', 'statefulset')}`;
    case 'Deployment':
      return `${count('kube_deployment_status_replicas', 'deployment')} or ${count('kube_deployment_spec_replicas', 'deployment')}`;
  }
}

/** Nodes whose cAdvisor was scraped: while there are some, a workload without series had no pods. */
export function scrapedNodesQuery(labels: Labels = {}): string {
  return `count(machine_cpu_cores${selectorOf([], labels)})`;
}

/** How many series there are, whatever they measure. */
export function countQuery(matchers: readonly string[], labels: Labels = {}): string {
  return `count(${CPU_METRIC}${selectorOf(matchers, labels)})`;
}

/** @param podLabel `pod_name` before Kubernetes 1.16 */
export function podsOf({ namespace, name, kind }: Named, podLabel = 'pod'): string {
  const pattern = kind === 'StatefulSet' ? `${escaped(name)}-[0-9]{1,10}` : podPattern(name);
  return `${matcher('namespace', namespace)},${podLabel}=~${text(pattern)}`;
}

export function matcher(label: string, value: string): string {
  return `${label}=${text(value)}`;
}

export function selectorOf(matchers: readonly string[], labels: Labels): string {
  const all = [...matchers, ...Object.entries(labels).map(([label, value]) => matcher(label, value))];
  return all.length === 0 ? '' : `{${all.join(',')}}`;
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
function escaped(name: string): string {
  return name.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** A PromQL string. */
function text(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;
}
