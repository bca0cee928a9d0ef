// The Deployments, StatefulSets and HPAs that these tests put into a cluster: pods that do nothing, and run on real nodes as well.
import type {
  V1Deployment,
  V1PodSpec,
  V1ResourceRequirements,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
  V2HorizontalPodAutoscalerBehavior,
} from '@kubernetes/client-node';
import { IMAGE } from './cluster-under-test.ts';

type Strings = Readonly<Record<string, string>>;

export interface DeploymentShape {
  /** 2 unless told; null leaves it out of the manifest, and the API server makes it 1. */
  readonly replicas?: number | null;
  /** Of its pods, and what it selects them by; `app: NAME` unless told. */
  readonly labels?: Strings;
  /** Of the Deployment, not of its pods. */
  readonly annotations?: Strings;
  /** Of the stand-in kubelet: `crashloop`, `imagepull`, `pending` … */
  readonly state?: string;
  /** Of its one container, `c`; requests of 100 millicores and 64 MiB unless told. */
  readonly resources?: V1ResourceRequirements;
  readonly podSpec?: Partial<V1PodSpec>;
}

const RESOURCES: V1ResourceRequirements = { requests: { cpu: '100m', memory: '64Mi' } };

export function deployment(namespace: string, name: string, shape: DeploymentShape = {}): V1Deployment {
  const { replicas = 2, labels = { app: name }, resources = RESOURCES } = shape;
  const state = shape.state === undefined ? {} : { 'fake-kubelet/state': shape.state };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, ...(shape.annotations && { annotations: shape.annotations }) },
    spec: {
      ...(replicas !== null && { replicas }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: state },
        spec: { containers: [{ name: 'c', image: IMAGE, resources }], ...shape.podSpec },
      },
    },
  };
}

/** Its pods are those that a Deployment of that shape has. */
export function statefulSet(namespace: string, name: string, shape: DeploymentShape = {}): V1StatefulSet {
  const { metadata, spec } = deployment(namespace, name, shape);
  if (spec === undefined) throw new Error('a Deployment has a specification');
  const { replicas, selector, template } = spec;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    ...(metadata && { metadata }),
    spec: { serviceName: name, selector, template, ...(replicas !== undefined && { replicas }) },
  };
}

export interface HpaShape {
  /** Name of the workload; that of the HPA unless told. */
  readonly target?: string;
  /** Of the workload; Deployment unless told. */
  readonly kind?: 'StatefulSet';
  /** 2 unless told. */
  readonly min?: number;
  /** 2 unless told. */
  readonly max?: number;
  readonly labels?: Strings;
  readonly behavior?: V2HorizontalPodAutoscalerBehavior;
}

/** It aims at 60 % of the CPU request. */
export function hpa(namespace: string, name: string, shape: HpaShape = {}): V2HorizontalPodAutoscaler {
  const cpu = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace, ...(shape.labels && { labels: shape.labels }) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: shape.kind ?? 'Deployment', name: shape.target ?? name },
      minReplicas: shape.min ?? 2,
      maxReplicas: shape.max ?? 2,
      metrics: [{ type: 'Resource', resource: cpu }],
      ...(shape.behavior && { behavior: shape.behavior }),
    },
  };
}
