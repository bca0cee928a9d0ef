// Objects for tests of StatefulSets and Rollouts: each with pods that serve, and an HPA where one drives it.
import type { ObjectServer } from '../stand-ins/object-server.ts';

type Kind = 'Deployment' | 'StatefulSet' | 'Rollout';

const NAMESPACE = 'shop';
const PLURALS = { Deployment: 'deployments', StatefulSet: 'statefulsets', Rollout: 'rollouts' } as const;
const HASHES = { Deployment: 'pod-template-hash', StatefulSet: '', Rollout: 'rollouts-pod-template-hash' } as const;
const API_VERSIONS = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  Rollout: 'argoproj.io/v1alpha1',
} as const;

interface Shape {
  /** 2 unless told; all of them serve. */
  readonly replicas?: number;
  readonly uid?: string;
  readonly annotations?: Record<string, string>;
  readonly managedFields?: readonly object[];
  readonly spec?: object;
  readonly status?: object;
  /** Cores that each pod uses. */
  readonly cores?: number;
}

/** Half a core and 1 GiB requested by each pod. Pods of one name and two kinds carry the same labels. */
export function workload(kind: Kind, name: string, shape: Shape = {}) {
  const { replicas = 2, uid = `${kind}-${name}`, annotations = {}, managedFields = [] } = shape;
  const labels = { app: name };
  const resources = { requests: { cpu: '500m', memory: '1Gi' } };
  const container = { name: 'app', image: 'x', resources };
  return {
    metadata: { name, namespace: NAMESPACE, uid, resourceVersion: '1', generation: 1, annotations, managedFields },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
      ...shape.spec,
    },
    status: {
      observedGeneration: kind === 'Rollout' ? '1' : 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      ...(kind === 'Rollout' ? { currentPodHash: 'abc', stableRS: 'abc' } : {}),
      ...(kind === 'StatefulSet' ? { currentRevision: 'r1', updateRevision: 'r1' } : {}),
      ...shape.status,
    },
  };
}

function pod(kind: Kind, name: string, index: number, now: number) {
  const hash = 'abc123';
  const [podName, owner] =
    kind === 'StatefulSet'
      ? [`${name}-${index}`, { kind, name }]
      : [`${name}-${hash}-${kind.slice(0, 1).toLowerCase()}${index}`, { kind: 'ReplicaSet', name: `${name}-${hash}` }];
  const born = new Date(now - 3_600_000).toISOString();
  const container = { name: 'app', image: 'x', resources: { requests: { cpu: '500m', memory: '1Gi' } } };
  return {
    metadata: {
      name: podName,
      namespace: NAMESPACE,
      creationTimestamp: born,
      labels: { app: name, ...(HASHES[kind] === '' ? { 'controller-revision-hash': 'r1' } : { [HASHES[kind]]: hash }) },
      ownerReferences: [{ apiVersion: 'apps/v1', uid: 'u', controller: true, ...owner }],
    },
    spec: { containers: [container] },
    status: {
      phase: 'Running',
      startTime: born,
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: born }],
      containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: { running: {} } }],
    },
  };
}

export function hpa(kind: Kind, target: string, change: { name?: string; min?: number; labels?: object } = {}) {
  const { name = `${target}-hpa`, min = 2, labels = {} } = change;
  return {
    metadata: { name, namespace: NAMESPACE, resourceVersion: '1', annotations: {}, labels },
    spec: {
      scaleTargetRef: { apiVersion: API_VERSIONS[kind] as string, kind: kind as string, name: target },
      minReplicas: min,
      maxReplicas: 12,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    },
    status: { currentReplicas: 2, desiredReplicas: 2 },
  };
}

/** Puts a workload with its pods and what they use into the server, and gives it back to be changed. */
export function put(server: ObjectServer, kind: Kind, name: string, now: number, shape: Shape = {}) {
  const { replicas = 2, cores = 0.1 } = shape;
  const made = workload(kind, name, shape);
  const pods = Array.from({ length: replicas }, (_, i) => pod(kind, name, i, now));
  into(server, PLURALS[kind], made);
  if (kind === 'Rollout') server.groups['argoproj.io'] = ['rollouts'];
  for (const one of pods) {
    into(server, 'pods', one);
    server.metrics.push({
      metadata: { name: one.metadata.name, namespace: NAMESPACE },
      timestamp: new Date(now - 15_000).toISOString(),
      window: '15s',
      containers: [{ name: 'app', usage: { cpu: `${cores * 1000}m`, memory: '256Mi' } }],
    });
  }
  return made;
}

export function into<T>(server: ObjectServer, plural: string, object: T): T {
  server.objects[plural] ??= [];
  server.objects[plural].push(object);
  return object;
}
