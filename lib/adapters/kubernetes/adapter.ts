// Puts the Kubernetes ports together over one transport and one set of connections.
import type { HttpLibrary } from '@kubernetes/client-node';
import type {
  ClusterReader,
  ClusterWriter,
  EventRecorder,
  HpaAccess,
  LimitsReader,
  PodResizer,
  SignalSource,
  UsageSource,
} from '../../app/ports/cluster.ts';
import { type ClusterAccess, makeConnections } from './connection.ts';
import { type CustomMetricsOptions, makeCustomMetrics } from './custom-metrics.ts';
import { makeEventRecorder } from './events.ts';
import { type ExternalMetricsOptions, makeExternalMetrics } from './external-metrics.ts';
import { makeHpaAccess } from './hpa-access.ts';
import { makeLimitsReader } from './limits.ts';
import { makeMetrics } from './metrics.ts';
import type { NamespaceFilter } from './namespaces.ts';
import { makeReader } from './reader.ts';
import { makePodResizer } from './resize.ts';
import { makeTransport } from './transport.ts';
import { makeWriter } from './writer.ts';

export interface KubernetesOptions {
  /** By the name that workloads carry as `cluster`. */
  readonly clusters: ReadonlyMap<string, ClusterAccess>;
  readonly namespaces: NamespaceFilter;
  /** What namespaces themselves say is read as well: needs an optional right. Not unless given. */
  readonly namespaceAnnotations?: boolean;
  /** Of this project, for the User-Agent. */
  readonly version: string;
  /** For one HTTP call; a snapshot makes several. */
  readonly timeoutMs?: number;
  /** What sends; over the network unless told. */
  readonly http?: HttpLibrary | undefined;
}

export interface Kubernetes {
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  readonly hpas: HpaAccess;
  readonly resizer: PodResizer;
  readonly limits: LimitsReader;
  readonly noticeBoard: EventRecorder;
  readonly metrics: SignalSource & UsageSource;
  /** Signals that an adapter of metrics serves, through the same connections. */
  externalMetrics(options: ExternalMetricsOptions): SignalSource;
  customMetrics(options: CustomMetricsOptions): SignalSource;
  /** HTTP requests sent to all clusters so far. */
  calls(): number;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** No cluster is contacted before the first call. */
export function makeKubernetes(options: KubernetesOptions): Kubernetes {
  const transport = makeTransport(options.version, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, options.http);
  const connect = makeConnections(options.clusters, transport.http);
  return {
    reader: makeReader(connect, options.namespaces, Date.now, options.namespaceAnnotations),
    writer: makeWriter(connect),
    hpas: makeHpaAccess(connect, options.namespaces),
    resizer: makePodResizer(connect, Date.now),
    limits: makeLimitsReader(connect, options.namespaces),
    noticeBoard: makeEventRecorder(connect, `ai4k8s-${options.version}`),
    metrics: makeMetrics(connect, options.namespaces, Date.now),
    externalMetrics: (signals) => makeExternalMetrics(connect, signals),
    customMetrics: (signals) => makeCustomMetrics(connect, signals),
    calls: transport.calls,
  };
}
