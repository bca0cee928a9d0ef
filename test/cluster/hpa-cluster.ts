// What recording an HPA asks of a cluster: its Deployments, its HPAs, and pods that become ready when the script says so.
import {
  ApiregistrationV1Api,
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
  type V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { CPU_REQUEST_CORES, type HpaScenario, MAX_REPLICAS, MEMORY_REQUEST_MIB } from './hpa-scenarios.ts';
import type { Target } from './recording-metrics-api.ts';

const METRICS_API = 'v1beta1.metrics.k8s.io';
const MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const STRATEGIC = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

export type HpaCluster = ReturnType<typeof connectHpaCluster>;

/** @param kubeconfig path of a file whose user may do everything */
export function connectHpaCluster(kubeconfig: string, namespace: string) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  const autoscaling = config.makeApiClient(AutoscalingV2Api);
  const registration = config.makeApiClient(ApiregistrationV1Api);
  return {
    createNamespace: () => core.createNamespace({ body: { metadata: { name: namespace } } }),
    deleteNamespace: () => core.deleteNamespace({ name: namespace }),
    createDeployment: (of: HpaScenario) => apps.createNamespacedDeployment({ namespace, body: deployment(of) }),
    createHpa: (of: HpaScenario) => autoscaling.createNamespacedHorizontalPodAutoscaler({ namespace, body: hpa(of) }),
    readHpa: (name: string) => autoscaling.readNamespacedHorizontalPodAutoscaler({ namespace, name }),
    async target(app: string): Promise<Target> {
      const [{ spec }, pods] = await Promise.all([
        apps.readNamespacedDeployment({ namespace, name: app }),
        core.listNamespacedPod({ namespace, labelSelector: `app=${app}` }),
      ]);
      return { replicas: spec?.replicas ?? 0, pods: pods.items.filter((pod) => !pod.metadata?.deletionTimestamp) };
    },
    pods: async (): Promise<readonly V1Pod[]> => (await core.listNamespacedPod({ namespace })).items,
    /** As a kubelet does when the readiness probe first succeeds. */
    markReady(name: string, at: Date) {
      const lastTransitionTime = `${at.toISOString().slice(0, 19)}Z`;
      const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True', lastTransitionTime }));
      return core.patchNamespacedPodStatus({ namespace, name, body: { status: { conditions } } }, STRATEGIC);
    },
    metricsPort: async () => (await registration.readAPIService({ name: METRICS_API })).spec?.service?.port ?? 443,
    pointMetricsTo: (port: number) =>
      registration.patchAPIService({ name: METRICS_API, body: { spec: { service: { port } } } }, MERGE),
  };
}

export function isReady(pod: V1Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

export function readyCondition(pod: V1Pod) {
  return pod.status?.conditions?.find(({ type }) => type === 'Ready');
}

function deployment({ name, startupSeconds }: HpaScenario) {
  const requests = { cpu: `${CPU_REQUEST_CORES * 1000}m`, memory: `${MEMORY_REQUEST_MIB}Mi` };
  // The stand-in kubelet leaves such a pod running and not ready.
  const annotations: Record<string, string> = startupSeconds > 0 ? { 'fake-kubelet/state': 'notready' } : {};
  return {
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: { containers: [{ name: 'c', image: 'example/app:1', resources: { requests } }] },
      },
    },
  };
}

function hpa({ name, cpuPercent, memoryPercent, behavior }: HpaScenario): V2HorizontalPodAutoscaler {
  const metric = (resource: string, averageUtilization: number) => ({
    type: 'Resource',
    resource: { name: resource, target: { type: 'Utilization', averageUtilization } },
  });
  const metrics = [metric('cpu', cpuPercent)];
  if (memoryPercent !== null) metrics.push(metric('memory', memoryPercent));
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: MAX_REPLICAS, metrics };
  return { metadata: { name }, spec: behavior === null ? spec : { ...spec, behavior } };
}
