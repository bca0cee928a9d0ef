// PromQL about all workloads of a cluster at once, on the series of kube-state-metrics; of version 1 too where it has them.
import { CLUSTER_LABELS } from '../one-cluster.ts';
import { type Labels, selectorOf } from '../promql.ts';

/** Kept in every answer, so that no two clusters are taken for one. A server that minds its own labels moves ours aside. */
const OF_NAMESPACE = [...CLUSTER_LABELS, 'namespace', 'exported_namespace'];
const OF_POD = [...OF_NAMESPACE, 'pod', 'exported_pod'];
const OF_CONTAINER = [...OF_POD, 'container', 'exported_container'];
/** What was there of late, also where a scrape failed just now. */
const OF_LATE = '1h';
/** How finely the replicas of two weeks are looked through. */
const RAN_STEP = '10m';

export type FleetQueries = ReturnType<typeof fleetQueries>;

/** @param days how far back replicas are looked for */
export function fleetQueries(labels: Labels, days: number) {
  const late = (metric: string, more: readonly string[] = [], window = OF_LATE) =>
    `max_over_time(${metric}${selectorOf(more, labels)}[${window}])`;
  const by = (of: readonly string[], query: string, how = 'max') => `${how} by (${of.join(',')}) (${query})`;
  const replicas = ['kube_deployment_status_replicas', 'kube_deployment_spec_replicas'].map((metric) =>
    by([...OF_NAMESPACE, 'deployment'], `${metric}${selectorOf([], labels)}`),
  );
  const ran = (how: string) => replicas.map((query) => `${how}((${query} > 0)[${days}d:${RAN_STEP}])`).join(' or ');
  const hpa = (what: string, more: readonly string[] = []) => {
    const of = [...OF_NAMESPACE, 'horizontalpodautoscaler', ...more];
    const old = `label_replace(${late(`kube_hpa_${what}`)},"horizontalpodautoscaler","$1","hpa","(.*)")`;
    return `${by(of, late(`kube_horizontalpodautoscaler_${what}`))} or ${by(of, old)}`;
  };
  const requests = (metric: string, more: readonly string[]) => by(OF_POD, by(OF_CONTAINER, late(metric, more)), 'sum');
  const created = by(OF_POD, late('kube_pod_created', [], '1d'));
  return {
    deployments: by([...OF_NAMESPACE, 'deployment'], late('kube_deployment_spec_replicas')),
    ranFewest: ran('min_over_time'),
    ranMost: ran('max_over_time'),
    requests: `${requests('kube_pod_container_resource_requests', ['resource="cpu"'])} or ${requests('kube_pod_container_resource_requests_cpu_cores', [])}`,
    hpaTargets: by(
      [...OF_NAMESPACE, 'horizontalpodautoscaler', 'scaletargetref_kind', 'scaletargetref_name'],
      late('kube_horizontalpodautoscaler_info'),
    ),
    hpaMin: hpa('spec_min_replicas'),
    hpaMax: hpa('spec_max_replicas'),
    hpaMetrics: hpa('spec_target_metric', ['metric_name', 'metric_target_type']),
    /** Seconds from creation to readiness; at one moment a day, of the pods of that day. */
    startups: `${by(OF_POD, `min_over_time(kube_pod_status_ready_time${selectorOf([], labels)}[1d])`, 'min')} - ${created}`,
    /** The same to the minute, where nothing tells when a pod became ready: pods older than a day come out absurd. */
    startupsSeen: `${by(OF_POD, `min_over_time(timestamp(kube_pod_status_ready${selectorOf(['condition="true"'], labels)} == 1)[1d:1m])`, 'min')} - ${created}`,
  };
}
