// What the scripted hour runs in the cluster: three Deployments alike under one load, and the account that AI4K8s acts as.
import { writeFileSync } from 'node:fs';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { CPU_REQUEST_CORES, MEMORY_REQUEST_MIB } from './load.ts';

export const NAMESPACE = 'demo';
/** `checkout` is scaled by us, `web` by an HPA whose floor we move, `plain` by an HPA alone. */
export const WORKLOADS = ['checkout', 'web', 'plain'] as const;
export type HourWorkload = (typeof WORKLOADS)[number];

const ACCOUNT = { namespace: 'ai4k8s', name: 'autoscaler' };
const MIN_REPLICAS = 2;
const MAX_REPLICAS = 30;
/**
 * From a pod's birth until it serves. Kept off the multiples of 15 s: learning replays by quarter minutes, and a pod whose
 * stamps say one second more would teach another plan to one of two Deployments that are alike.
 */
const STARTUP_SECONDS = 55;
/** An hour, with time to spare for its start. */
const TOKEN_SECONDS = 3 * 3600;

export const ENABLED_ANNOTATION = 'ai4k8s.io/predictive-autoscaling-enabled';
const ENABLED = { [ENABLED_ANNOTATION]: 'true' };
const ANNOTATIONS: Readonly<Record<HourWorkload, Readonly<Record<string, string>>>> = {
  checkout: {
    ...ENABLED,
    'ai4k8s.io/mode': 'scale',
    'ai4k8s.io/min-replicas': String(MIN_REPLICAS),
    'ai4k8s.io/max-replicas': String(MAX_REPLICAS),
  },
  web: { ...ENABLED, 'ai4k8s.io/mode': 'hpa-floor' },
  plain: {},
};

/** The Deployments as a manifest, without `replicas`: those are somebody else's to say. */
export function manifest(): object {
  return { apiVersion: 'v1', kind: 'List', items: WORKLOADS.map(deployment) };
}

/**
 * What a person types to install it all: the role of AI4K8s for its account, and the Deployments, serving, two under HPAs.
 * @param replicas of each at the beginning
 */
export function installCommands(replicas: number): readonly string[] {
  const names = WORKLOADS.map((name) => `deployment/${name}`).join(' ');
  const account = `--clusterrole=ai4k8s-autoscaler --serviceaccount=${ACCOUNT.namespace}:${ACCOUNT.name}`;
  const limits = `--cpu-percent=60 --min=${MIN_REPLICAS} --max=${MAX_REPLICAS}`;
  return [
    `kubectl create namespace ${ACCOUNT.namespace}`,
    `kubectl create serviceaccount ${ACCOUNT.name} -n ${ACCOUNT.namespace}`,
    'kubectl apply -f infra/manifests/rbac.yaml',
    `kubectl create clusterrolebinding ai4k8s-hour ${account}`,
    `kubectl create namespace ${NAMESPACE}`,
    'kubectl apply -f $HOUR/demo.json',
    `kubectl scale -n ${NAMESPACE} ${names} --replicas=${replicas}`,
    ...WORKLOADS.map((name) => `kubectl rollout status -n ${NAMESPACE} deployment/${name} | tail -1`),
    ...['web', 'plain'].map((name) => `kubectl autoscale deployment ${name} -n ${NAMESPACE} ${limits}`),
  ];
}

/**
 * Writes a kubeconfig that acts as the account of AI4K8s and nothing else.
 * @param admin path of the kubeconfig of a user who may make a token for it
 */
export async function writeAccountKubeconfig(admin: string, path: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(admin);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`${admin}: expected a current-context with a cluster`);
  const body = { spec: { audiences: [], expirationSeconds: TOKEN_SECONDS } };
  const made = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({ ...ACCOUNT, body });
  const own = new KubeConfig();
  own.loadFromClusterAndUser(cluster, { name: ACCOUNT.name, token: made.status?.token ?? '' });
  writeFileSync(path, own.exportConfig(), { mode: 0o600 });
}

function deployment(name: HourWorkload): object {
  const requests = { cpu: `${CPU_REQUEST_CORES * 1000}m`, memory: `${MEMORY_REQUEST_MIB}Mi` };
  // Read by the stand-in kubelet: it has no image to pull and no probe to wait for.
  const annotations = { 'fake-kubelet/ready-delay-ms': String(STARTUP_SECONDS * 1000) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, annotations: ANNOTATIONS[name] },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: { containers: [{ name: 'app', image: `registry.example/${name}:1`, resources: { requests } }] },
      },
    },
  };
}
