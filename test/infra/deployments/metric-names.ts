// The metrics that an expression may name: those of the exporter, of kube-state-metrics and of the kubelet's cAdvisor.

/** Of the exporter, which is held to it; a histogram by its three series. */
export const OF_EXPORTER = [
  'litebrain_active_requests',
  'litebrain_complexity_score',
  'litebrain_complexity_work',
  'litebrain_kv_cache_usage_ratio',
  'litebrain_model_load_seconds',
  'litebrain_queue_seconds',
  'litebrain_rank_correlation',
  'litebrain_request_duration_seconds_bucket',
  'litebrain_request_duration_seconds_count',
  'litebrain_request_duration_seconds_sum',
  'litebrain_requests_total',
  'litebrain_requests_waiting',
  'litebrain_scored_requests',
  'litebrain_tokens_in_flight',
  'litebrain_tokens_total',
  'litebrain_unread_requests_total',
];

/** As kube-state-metrics 2 names them (before it, `kube_hpa_…`), and cAdvisor. */
const OF_KUBERNETES = [
  'container_cpu_usage_seconds_total',
  'container_memory_working_set_bytes',
  'kube_deployment_status_replicas_available',
  'kube_horizontalpodautoscaler_spec_max_replicas',
  'kube_horizontalpodautoscaler_spec_min_replicas',
  'kube_horizontalpodautoscaler_status_current_replicas',
  'kube_horizontalpodautoscaler_status_desired_replicas',
  'kube_pod_container_resource_requests',
];

export const KNOWN_METRICS = new Set([...OF_EXPORTER, ...OF_KUBERNETES]);

const WORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'vector']);

/** What an expression selects: the names that are neither a function, a keyword, a label nor in a text. */
export function metricsIn(expression: string): readonly string[] {
  const bare = expression
    .replace(/"(\\.|[^"\\])*"/g, '""')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)/g, ' ')
    .replace(/\{[^{}]*\}/g, '{}')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\boffset\s+-?\w+/g, '');
  const names = [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\w)(?!\s*\()/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => !WORDS.has(name) && !/^(sum|avg|max|min|count)$/.test(name));
}
