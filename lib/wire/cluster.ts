// What the functions that may touch a cluster add: Kubernetes clients and the event bus.
import { makeEksAccess } from '../adapters/eks.ts';
import { makeEventBridge } from '../adapters/eventbridge.ts';
import { makeKubernetes } from '../adapters/kubernetes/adapter.ts';
import type { ClusterAccess } from '../adapters/kubernetes/connection.ts';
import type { EventSink } from '../app/ports.ts';
import type { ClusterConfig, Config } from '../config.ts';
import { VERSION } from '../version.ts';
import type { Overrides } from './parts.ts';

const NOBODY: EventSink = { publish: () => Promise.resolve() };

export function wireCluster(config: Config, overrides: Overrides) {
  const kubernetes = makeKubernetes({
    clusters: new Map(config.CLUSTERS.map((cluster) => [cluster.id, accessOf(cluster)])),
    namespaces: { include: config.NAMESPACES, exclude: config.EXCLUDE_NAMESPACES },
    version: VERSION,
  });
  const bus = config.EVENT_BUS_NAME;
  return {
    reader: kubernetes.reader,
    writer: kubernetes.writer,
    signals: [kubernetes.metrics],
    events: overrides.events ?? (bus === undefined ? NOBODY : makeEventBridge(bus)),
    calls: kubernetes.calls,
  };
}

function accessOf({ id, eks, kubeconfig, context }: ClusterConfig): ClusterAccess {
  if (eks !== undefined) return makeEksAccess({ clusterName: eks.name, region: eks.region });
  if (kubeconfig === undefined) throw new Error(`CLUSTERS: cluster ${id} states neither eks nor kubeconfig`);
  return { kind: 'kubeconfig', path: kubeconfig, ...(context === undefined ? {} : { context }) };
}
