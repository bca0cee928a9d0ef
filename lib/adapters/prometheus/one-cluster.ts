// A demand is one series: what a server answers for several clusters, replicas or jobs is named, and never summed unseen.
import type { LabelledSamples, Sample } from './answer.ts';
import { ascending } from './range.ts';
import { oneLine } from './words.ts';

/** What external labels call a cluster, or the tenant it writes as; a workload lives in one of each. */
export const CLUSTER_LABELS = [
  'cluster',
  'cluster_name',
  'cluster_id',
  'cluster_uid',
  'cluster_label',
  'clusterName',
  'ClusterName',
  'clustername',
  'k8s_cluster',
  'k8s_cluster_name',
  'k8s_cluster_id',
  'k8s_cluster_uid',
  'kubernetes_cluster',
  'kubernetes_cluster_name',
  'kube_cluster',
  'eks_cluster',
  'eks_cluster_name',
  'environment',
  'env',
  'region',
  'datacenter',
  'dc',
  'site',
  'stage',
  'project_id',
  'account_id',
  'aws_account_id',
  'subscription_id',
  'tenant',
  'tenant_id',
  '__tenant_id__',
  'vm_account_id',
  'vm_project_id',
] as const;
/** What tells two Prometheus servers apart that scrape the same pods. */
const REPLICA_LABELS = new Set(['prometheus_replica', '__replica__', 'replica', 'prometheus', 'receive_replica']);
/** A scrape at each side of the moment at which somebody gave the server a new label. */
const OVERLAP_FINE_SECONDS = 600;

type OneSeries =
  | { readonly kind: 'one'; readonly samples: readonly Sample[]; readonly notes: readonly string[] }
  | { readonly kind: 'several'; readonly message: string };

/** @param isOwnQuery the user's, whose labels are the user's too */
export function oneSeriesOf(answered: readonly LabelledSamples[], isOwnQuery: boolean): OneSeries {
  const series = answered.filter(({ samples }) => samples.length > 0);
  const [first, second] = series;
  if (first === undefined || second === undefined) return { kind: 'one', samples: first?.samples ?? [], notes: [] };
  const differing = differingLabels(series);
  const clusters = differing.filter(({ label }) => (CLUSTER_LABELS as readonly string[]).includes(label));
  const others = differing.filter((one) => !clusters.includes(one));
  const isRelabelled = clusters.every(({ values }) => values.length === 1) && others.length === 0;
  if (!isOwnQuery && differing.length > 0 && isRelabelled && !overlap(series)) {
    const [{ label } = { label: '' }] = clusters;
    const samples = ascending(series.flatMap((one) => one.samples));
    return { kind: 'one', samples, notes: [`some of its series have no label ${label}; taken as the same cluster`] };
  }
  return { kind: 'several', message: messageOn(series.length, clusters, others, isOwnQuery) };
}

/** Of series that each belong to something else: which option chooses a cluster where there are several; null where there is one. */
export function whyNotOneCluster(series: readonly LabelledSamples[]): string | null {
  const isCluster = ({ label, values }: DifferingLabel) =>
    (CLUSTER_LABELS as readonly string[]).includes(label) && values.length > 1;
  const clusters = differingLabels(series).filter(isCluster);
  return clusters.length === 0 ? null : messageOn(series.length, clusters, [], false);
}

interface DifferingLabel {
  readonly label: string;
  /** The values there are; a series without the label adds none. */
  readonly values: readonly string[];
}

function differingLabels(series: readonly LabelledSamples[]): readonly DifferingLabel[] {
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))];
  return labels.flatMap((label) => {
    const found = new Set(series.map((one) => one.labels[label] ?? ''));
    return found.size < 2 ? [] : [{ label, values: [...found].filter((value) => value !== '').sort() }];
  });
}

function overlap(series: readonly LabelledSamples[]): boolean {
  const spans = series.map(({ samples }) => {
    const at = samples.map(([seconds]) => seconds);
    return [at.reduce((a, b) => Math.min(a, b)), at.reduce((a, b) => Math.max(a, b))] as const;
  });
  const ascending = spans.sort(([a], [b]) => a - b);
  return ascending.some(([start], i) => start < (ascending[i - 1]?.[1] ?? -Infinity) - OVERLAP_FINE_SECONDS);
}

function messageOn(
  count: number,
  clusters: readonly DifferingLabel[],
  others: readonly DifferingLabel[],
  isOwnQuery: boolean,
): string {
  const [cluster] = clusters;
  if (cluster !== undefined) {
    const remedy = isOwnQuery
      ? `name one in the query, by its label ${cluster.label}`
      : `name one: --prometheus-label ${optionFor(cluster)}`;
    return `several clusters answer (${shown(clusters)}), and their demand must not be summed: ${remedy}`;
  }
  const several = `the query answers ${count} series where one is expected`;
  if (others.some(({ label }) => REPLICA_LABELS.has(label)))
    return `${several} (${shown(others)}): several Prometheus replicas measure the same; deduplicate on the server, or wrap it in max(…)`;
  return `${several}${others.length === 0 ? '' : ` (${shown(others)})`}: wrap it in sum(…)`;
}

/** `label=value` of one of them, for a shell: what a server calls a cluster must not become a command. */
function optionFor({ label, values }: DifferingLabel): string {
  const text = `${label}=${oneLine(values[0] ?? '', 60)}`;
  return /^[\w=.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function shown(labels: readonly DifferingLabel[]): string {
  return labels
    .slice(0, 3)
    .map(({ label, values }) => {
      const some = values.slice(0, 4).map((value) => oneLine(value, 60));
      return `${oneLine(label, 60)}: ${[...some, ...(values.length > 4 ? ['…'] : [])].join(', ') || 'on some only'}`;
    })
    .join('; ');
}
