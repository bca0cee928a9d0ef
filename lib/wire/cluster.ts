// What the functions that may touch a cluster add: Kubernetes clients and the event bus.
import { makeEksAccess } from '../adapters/eks/access.ts';
import type { EksCluster } from '../adapters/eks/cluster.ts';
import { makeEventBridge } from '../adapters/eventbridge.ts';
import { type KubernetesOptions, makeKubernetes } from '../adapters/kubernetes/adapter.ts';
import type { ClusterAccess } from '../adapters/kubernetes/connection.ts';
import type { EventSink } from '../app/ports/world.ts';
import type { ClusterConfig, Config } from '../config.ts';
import { VERSION } from '../version.ts';
import { WALL_CLOCK } from './advisor.ts';
import type { Overrides } from './parts.ts';
import { wireSignals } from './signals.ts';

const NOBODY: EventSink = { publish: () => Promise.resolve() };

/** Of functions that may touch a cluster. */
export interface ClusterOverrides extends Overrides {
  /** What sends to clusters. */
  readonly clusterHttp?: KubernetesOptions['http'];
}

export function wireCluster(config: Config, overrides: ClusterOverrides) {
  const kubernetes = makeKubernetes({
    clusters: new Map(config.CLUSTERS.map((cluster) => [cluster.id, accessOf(cluster)])),
    namespaces: { include: config.NAMESPACES, exclude: config.EXCLUDE_NAMESPACES },
    namespaceAnnotations: config.NAMESPACE_ANNOTATIONS,
    version: VERSION,
    http: overrides.clusterHttp,
  });
  const bus = config.EVENT_BUS_NAME;
  return {
    reader: kubernetes.reader,
    writer: kubernetes.writer,
    hpas: kubernetes.hpas,
    resizer: kubernetes.resizer,
    limits: kubernetes.limits,
    noticeBoard: kubernetes.noticeBoard,
    signals: [kubernetes.metrics, ...wireSignals(config.SIGNALS, kubernetes, overrides.clock ?? WALL_CLOCK)],
    usage: kubernetes.metrics,
    events: overrides.events ?? (bus === undefined ? NOBODY : makeEventBridge(bus)),
    calls: kubernetes.calls,
  };
}

/** How to reach a cluster of the configuration. @throws Error where it says neither of the two ways */
export function accessOf({ id, eks, kubeconfig, context }: ClusterConfig): ClusterAccess {
  if (eks !== undefined) return makeEksAccess(eksClusterOf(eks));
  if (kubeconfig === undefined) throw new Error(`CLUSTERS: cluster ${id} states neither eks nor kubeconfig`);
  return { kind: 'kubeconfig', path: kubeconfig, ...(context === undefined ? {} : { context }) };
}

function eksClusterOf({ name, region, roleArn, externalId }: NonNullable<ClusterConfig['eks']>): EksCluster {
  const role = roleArn === undefined ? {} : { role: { arn: roleArn, ...(externalId !== undefined && { externalId }) } };
  return { clusterName: name, region, ...role };
}
