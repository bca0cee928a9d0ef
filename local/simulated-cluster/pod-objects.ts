// Pods and what metrics.k8s.io says of them and of their nodes.
import {
  nodeAfter,
  podUsage,
  READING_LAG_SECONDS,
  servesAfter,
  visibleUsage,
} from '../../lib/domain/simulation/workload-model.ts';
import { containerImage, owner, podSpec } from './deployment-objects.ts';
import { type JsonObject, type KubeObject, timestamp } from './kube-object.ts';
import { NODES, type Pod, replicaSetName, type Workload } from './workload.ts';

export interface PodOfWorkload {
  readonly workload: Workload;
  readonly pod: Pod;
}

/** What one pod uses, as last measured: cores and bytes. */
export interface PodReading {
  readonly cpu: number;
  readonly memory: number;
  /** Seconds of simulated time since 1970. */
  readonly at: number;
}

export function podLabels(workload: Workload): Record<string, string> {
  return { app: workload.name, 'pod-template-hash': workload.templateHash };
}

export function podObject({ workload, pod }: PodOfWorkload): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod.name,
      generateName: `${replicaSetName(workload)}-`,
      namespace: workload.namespace,
      uid: pod.uid,
      resourceVersion: String(pod.resourceVersion),
      creationTimestamp: timestamp(pod.bornAt),
      labels: podLabels(workload),
      ownerReferences: [owner('ReplicaSet', replicaSetName(workload), workload.replicaSetUid)],
    },
    spec: {
      ...podSpec(workload),
      ...(isPlaced({ workload, pod }) && { nodeName: pod.node }),
      serviceAccountName: 'default',
    },
    status: podStatus(workload, pod),
  };
}

/** Null for a pod that was not there yet when metrics were last taken. */
export function podReading({ workload, pod }: PodOfWorkload): PodReading | null {
  const { runner } = workload.spec;
  if (runner !== undefined) {
    const usage = runner.usage(pod.name);
    return usage === null ? null : { ...usage, at: workload.state.seconds };
  }
  const reading = visibleUsage(workload.state);
  const usage = podUsage(reading, pod.bornAt, workload.config, pod.older);
  return reading === null || usage === null ? null : { ...usage, at: reading.at };
}

export function podMetricsObject(of: PodOfWorkload, reading: PodReading): KubeObject {
  return {
    kind: 'PodMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: {
      name: of.pod.name,
      namespace: of.workload.namespace,
      creationTimestamp: timestamp(reading.at),
      labels: podLabels(of.workload),
    },
    ...measured(reading.at),
    containers: [{ name: 'app', usage: usageQuantities(reading) }],
  };
}

export function nodeMetricsObject(node: string, reading: PodReading): KubeObject {
  return {
    kind: 'NodeMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name: node, creationTimestamp: timestamp(reading.at), labels: { 'kubernetes.io/hostname': node } },
    ...measured(reading.at),
    usage: usageQuantities(reading),
  };
}

function measured(at: number): JsonObject {
  return { timestamp: timestamp(at), window: `${READING_LAG_SECONDS}s` };
}

/** In the units the real metrics server uses. */
function usageQuantities({ cpu, memory }: PodReading): { cpu: string; memory: string } {
  return { cpu: `${Math.round(cpu * 1e9)}n`, memory: `${Math.round(memory / 1024)}Ki` };
}

function isPlaced({ workload, pod }: PodOfWorkload): boolean {
  return pod.bornAt + nodeAfter(workload.config, pod.older) <= workload.state.seconds;
}

/** No node has room for it. */
function unplaced(pod: Pod): JsonObject {
  const message = `0/${NODES.length} nodes are available: ${NODES.length} Insufficient cpu.`;
  const since = { lastProbeTime: null, lastTransitionTime: timestamp(pod.bornAt) };
  const conditions = [{ type: 'PodScheduled', status: 'False', ...since, reason: 'Unschedulable', message }];
  return { phase: 'Pending', conditions, qosClass: 'Burstable' };
}

function podStatus(workload: Workload, pod: Pod): JsonObject {
  const placedAt = pod.bornAt + nodeAfter(workload.config, pod.older);
  if (!isPlaced({ workload, pod })) return unplaced(pod);
  const startedAt = timestamp(placedAt);
  const startedUpAt = pod.ready ? pod.bornAt + servesAfter(workload.config, pod.older) : placedAt;
  const readyChangedAt = timestamp(pod.readyChangedAt ?? startedUpAt);
  const condition = (type: string, holds: boolean, at: string): JsonObject => ({
    type,
    status: holds ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: at,
    ...(holds ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' }),
  });
  return {
    phase: 'Running',
    conditions: [
      condition('Initialized', true, startedAt),
      condition('Ready', pod.ready, readyChangedAt),
      condition('ContainersReady', pod.ready, readyChangedAt),
      condition('PodScheduled', true, startedAt),
    ],
    hostIP: '127.0.0.1',
    podIP: pod.ip,
    podIPs: [{ ip: pod.ip }],
    startTime: startedAt,
    containerStatuses: [
      {
        name: 'app',
        image: containerImage(workload),
        imageID: containerImage(workload),
        containerID: `simulated://${pod.uid}`,
        ready: pod.ready,
        started: true,
        restartCount: 0,
        state: { running: { startedAt } },
        lastState: {},
      },
    ],
    qosClass: 'Burstable',
  };
}
