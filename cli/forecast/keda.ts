// A forecast as KEDA asks for it: a ScaledObject whose prometheus triggers read the series that remote write leaves.
import { matcher } from '../../lib/adapters/prometheus/promql.ts';
import { WORKLOAD_METRICS } from '../../lib/app/report/workload-series.ts';
import { regionOfWorkspace } from '../../lib/aws/workspace.ts';
import type { SignalForecast, WorkloadForecast } from './forecasts.ts';

export interface KedaOptions {
  /** As the user has it: of the server, or with the path of one of its APIs. */
  readonly prometheus: string;
  /** `forecast`: demand, divided by what one replica is to take. `wanted`: the replicas that we would have. */
  readonly series: 'forecast' | 'wanted';
  /** Of these loads only. */
  readonly signal?: string | undefined;
}

/** What people have at hand is often the address that is written to. */
const API_PATH = /\/api\/v1(\/(query|write|push|remote_write))?\/?$/;
/** KEDA asks every 30 seconds: a minute and a half without an answer. */
const FAILURES_UNTIL_FALLBACK = 3;
const AMAZON_AUTHENTICATION = 'ai4k8s-amazon-prometheus';

/** Objects of Kubernetes in the order in which they are applied; none where nothing of the workload can be served. */
export function kedaObjects(forecast: WorkloadForecast, options: KedaOptions): readonly object[] {
  const { namespace, deployment, kind, replicas, min_replicas, max_replicas } = forecast;
  const serverAddress = options.prometheus.replace(API_PATH, '').replace(/\/+$/, '');
  const region = regionOfWorkspace(new URL(serverAddress));
  const triggers = metricsOf(forecast, options).map(({ name, query, threshold }) => ({
    type: 'prometheus',
    name,
    metricType: 'AverageValue',
    metadata: {
      serverAddress,
      query,
      threshold: String(threshold),
      activationThreshold: '0',
      // No series is no demand of nothing: it is an error, and the fallback counts.
      ignoreNullValues: 'false',
      ...(region !== null && { awsRegion: region }),
    },
    ...(region !== null && { authenticationRef: { name: AMAZON_AUTHENTICATION } }),
  }));
  if (triggers.length === 0) return [];
  const scaledObject = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: `${deployment}-ai4k8s`, namespace },
    spec: {
      scaleTargetRef: { apiVersion: kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1', kind, name: deployment },
      minReplicaCount: Math.max(1, min_replicas),
      maxReplicaCount: max_replicas,
      fallback: {
        failureThreshold: FAILURES_UNTIL_FALLBACK,
        replicas: Math.min(max_replicas, Math.max(1, min_replicas, replicas)),
      },
      triggers,
    },
  };
  return region === null ? [scaledObject] : [authentication(namespace), scaledObject];
}

interface Metric {
  readonly name: string;
  readonly query: string;
  readonly threshold: number;
}

function metricsOf({ signals, ...workload }: WorkloadForecast, { series, signal }: KedaOptions): readonly Metric[] {
  const labels = { cluster: workload.cluster, namespace: workload.namespace, workload: workload.deployment };
  const query = (metric: string, more: Readonly<Record<string, string>> = {}) => {
    const all = Object.entries({ ...labels, kind: workload.kind, ...more });
    return `max(${metric}{${all.map(([label, value]) => matcher(label, value)).join(',')}})`;
  };
  if (series === 'wanted') return [{ name: 'ai4k8s-wanted', query: query(WORKLOAD_METRICS.wanted), threshold: 1 }];
  return Object.entries(signals)
    .filter(([name, one]) => one.target_per_replica !== null && (signal === undefined || signal === name))
    .map(([name, one]) => ({
      name: `ai4k8s-${name}`,
      query: query(WORKLOAD_METRICS.forecast, { signal: name }),
      threshold: thresholdOf(one),
    }));
}

function thresholdOf({ target_per_replica }: SignalForecast): number {
  return target_per_replica ?? 1;
}

/** Of KEDA's own role: it needs aps:QueryMetrics on the workspace. */
function authentication(namespace: string): object {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'TriggerAuthentication',
    metadata: { name: AMAZON_AUTHENTICATION, namespace },
    spec: { podIdentity: { provider: 'aws' } },
  };
}
