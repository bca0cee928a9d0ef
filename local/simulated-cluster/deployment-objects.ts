// Deployments, their ReplicaSets and their Scale, as the API shows them.
import {
  cpuQuantity,
  type JsonObject,
  type KubeObject,
  memoryQuantity,
  timestamp,
  withoutEmpty,
} from './kube-object.ts';
import { isAvailable, readyPods, replicaSetName, type Workload } from './workload.ts';

const REVISION = { 'deployment.kubernetes.io/revision': '1' };

export function deploymentObject(workload: Workload): KubeObject {
  const { namespace, name, uid, createdAt } = workload;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: String(workload.resourceVersion),
      generation: workload.generation,
      creationTimestamp: timestamp(createdAt),
      labels: workload.labels,
      annotations: { ...REVISION, ...workload.annotations },
    },
    spec: {
      replicas: workload.state.replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec(workload) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...(workload.paused ? { paused: true } : {}),
    },
    status: deploymentStatus(workload),
  };
}

export function replicaSetObject(workload: Workload): KubeObject {
  const ready = readyPods(workload);
  const labels = { app: workload.name, 'pod-template-hash': workload.templateHash };
  const replicas = workload.state.replicas;
  const desired = { 'deployment.kubernetes.io/desired-replicas': String(replicas) };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: replicaSetName(workload),
      namespace: workload.namespace,
      uid: workload.replicaSetUid,
      resourceVersion: String(workload.resourceVersion),
      generation: workload.generation,
      creationTimestamp: timestamp(workload.createdAt),
      labels,
      annotations: { ...REVISION, ...desired },
      ownerReferences: [owner('Deployment', workload.name, workload.uid)],
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(workload) },
    },
    status: {
      ...withoutEmpty({ fullyLabeledReplicas: replicas, readyReplicas: ready, availableReplicas: ready }),
      replicas,
      observedGeneration: workload.generation,
    },
  };
}

/** The `scale` subresource, autoscaling/v1. Its resourceVersion is the Deployment's. */
export function scaleObject(workload: Workload): KubeObject {
  const { namespace, name, uid, createdAt } = workload;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: String(workload.resourceVersion),
      creationTimestamp: timestamp(createdAt),
    },
    spec: { replicas: workload.state.replicas },
    status: { replicas: workload.pods.length, selector: `app=${name}` },
  };
}

export function containerImage(workload: Workload): string {
  return `registry.example/${workload.name}:1.0`;
}

export function podSpec(workload: Workload): JsonObject {
  const { cpuRequestCores, memoryRequestBytes, cpuLimitCores } = workload.spec;
  return {
    containers: [
      {
        name: 'app',
        image: containerImage(workload),
        resources: {
          requests: { cpu: cpuQuantity(cpuRequestCores), memory: memoryQuantity(memoryRequestBytes) },
          ...(cpuLimitCores === undefined ? {} : { limits: { cpu: cpuQuantity(cpuLimitCores) } }),
        },
        imagePullPolicy: 'IfNotPresent',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
  };
}

export function owner(kind: string, name: string, uid: string): JsonObject {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function deploymentStatus(workload: Workload): JsonObject {
  const ready = readyPods(workload);
  const replicas = workload.pods.length;
  return {
    observedGeneration: workload.generation,
    ...withoutEmpty({
      replicas,
      updatedReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: replicas - ready,
    }),
    conditions: conditions(workload),
  };
}

function conditions(workload: Workload): JsonObject[] {
  const available = isAvailable(workload);
  const changed = timestamp(workload.availableChangedAt);
  const created = timestamp(workload.createdAt);
  return [
    {
      type: 'Available',
      status: available ? 'True' : 'False',
      lastUpdateTime: changed,
      lastTransitionTime: changed,
      reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: `Deployment ${available ? 'has' : 'does not have'} minimum availability.`,
    },
    {
      type: 'Progressing',
      status: 'True',
      lastUpdateTime: created,
      lastTransitionTime: created,
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${replicaSetName(workload)}" has successfully progressed.`,
    },
  ];
}
