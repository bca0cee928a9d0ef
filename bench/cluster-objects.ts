// The objects that the cluster benchmark reads: Deployments and pods of an everyday size, written as if they were running.
export const REPLICAS = 4;
const HASH = '7c9f8b6d54';

/** The one workload that is written through the API server; its names are as long as those of all its copies. */
export const NAMESPACE = namespaceOf(0);
export const NAME = nameOf(0);
export const POD = podName(0, 0);

/** Where a workload lives: a hundred to a namespace. */
export function namespaceOf(index: number): string {
  return `bench-${String(Math.floor(index / 100)).padStart(2, '0')}`;
}

export function nameOf(index: number): string {
  return `service-${String(index).padStart(4, '0')}`;
}

export function podName(index: number, replica: number): string {
  return `${nameOf(index)}-${HASH}-${String(replica).padStart(5, 'x')}`;
}

export function deployment(): object {
  const name = NAME;
  const labels = labelsOf();
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels, annotations: { 'ai4k8s.io/mode': 'recommend' } },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels }, spec: podSpec() },
    },
  };
}

export function deploymentStatus(): object {
  const condition = (type: string, reason: string) => ({
    type,
    status: 'True',
    reason,
    message: `Deployment has ${REPLICAS} replicas as it should.`,
    lastTransitionTime: '2026-11-01T00:00:20Z',
    lastUpdateTime: '2026-11-01T00:00:20Z',
  });
  return {
    status: {
      observedGeneration: 1,
      replicas: REPLICAS,
      updatedReplicas: REPLICAS,
      readyReplicas: REPLICAS,
      availableReplicas: REPLICAS,
      conditions: [
        condition('Available', 'MinimumReplicasAvailable'),
        condition('Progressing', 'NewReplicaSetAvailable'),
      ],
    },
  };
}

export function pod(): object {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${NAME}-${HASH}`, controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: POD,
      labels: { ...labelsOf(), 'pod-template-hash': HASH },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090', 'kubernetes.io/psp': 'restricted' },
      ownerReferences: [{ ...owner, uid: '00000000-0000-4000-8000-000000000001' }],
    },
    spec: { ...podSpec(), nodeName: 'ip-198-51-100-7.eu-central-1.compute.internal' },
  };
}

/** Ready for an hour: a younger pod's CPU may still be its start-up, and is not read as load. */
export function podStatus(): object {
  const at = `${new Date(Date.now() - 3_600_000).toISOString().slice(0, 19)}Z`;
  const conditions = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: at,
  }));
  const container = { restartCount: 0, ready: true, started: true, state: { running: { startedAt: at } } };
  const image = 'registry.example.com/team/service:2026.11.1';
  return {
    status: {
      phase: 'Running',
      startTime: at,
      hostIP: '198.51.100.7',
      podIP: '198.51.100.8',
      podIPs: [{ ip: '198.51.100.8' }],
      qosClass: 'Burstable',
      conditions,
      containerStatuses: ['app', 'proxy'].map((of) => ({
        ...container,
        name: of,
        image,
        imageID: `${image}@sha256:${'4f'.repeat(32)}`,
        containerID: `containerd://${'9c'.repeat(32)}`,
      })),
    },
  };
}

function labelsOf() {
  return {
    app: NAME,
    'app.kubernetes.io/name': NAME,
    'app.kubernetes.io/part-of': NAMESPACE,
    'app.kubernetes.io/managed-by': 'Helm',
    team: 'team-a',
  };
}

/** A service with a mesh's proxy beside it. */
function podSpec(): object {
  const probe = (path: string) => ({ httpGet: { path, port: 8080 }, periodSeconds: 10, failureThreshold: 3 });
  const env = Array.from({ length: 12 }, (_, of) => ({ name: `SETTING_${of}`, value: `https://${of}.example.com/v1` }));
  const volumeMounts = [{ name: 'settings', mountPath: '/etc/settings', readOnly: true }];
  const container = (name: string, cpu: string, memory: string) => ({
    name,
    image: 'registry.example.com/team/service:2026.11.1',
    ports: [{ name: 'http', containerPort: 8080 }],
    env,
    volumeMounts,
    livenessProbe: probe('/alive'),
    readinessProbe: probe('/ready'),
    resources: { requests: { cpu, memory }, limits: { cpu: '2', memory: '1Gi' } },
    securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
  });
  return {
    automountServiceAccountToken: false, // no controller is there to make a token
    terminationGracePeriodSeconds: 30,
    containers: [container('app', '250m', '256Mi'), container('proxy', '50m', '64Mi')],
    volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'services', effect: 'NoSchedule' }],
  };
}
