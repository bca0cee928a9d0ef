// Stands in for prometheus-adapter: the aggregated API custom.metrics.k8s.io, with what a test says that each pod has.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { apply, kubectl } from './cluster-under-test.ts';

const GROUP = 'custom.metrics.k8s.io';
const VERSION = 'v1beta2';
const GROUP_VERSION = `${GROUP}/${VERSION}`;
const PODS = /^\/apis\/custom\.metrics\.k8s\.io\/v1beta2\/namespaces\/([^/]+)\/pods\/\*\/([^/]+)$/;
const AVAILABLE_WITHIN_MS = 60_000;

/** What each pod has where there are so many of them. */
export type EachPod = (pods: number) => number;

interface CustomMetrics {
  /** Absent until it is set: then there are no items, as of a metric that nobody has. */
  set(namespace: string, metric: string, each: EachPod): void;
  /** Takes the registration back as well. */
  stop(): Promise<void>;
}

/**
 * Registered with the API server and answering through it when this returns.
 * @param folder of a control plane that test/cluster/control-plane started: its certificates are in it
 */
export async function startCustomMetricsApi(folder: string, kubeconfig: string): Promise<CustomMetrics> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const values = new Map<string, EachPod>();
  const key = (name: string) => readFileSync(join(folder, 'pki', name));
  const tls = { key: key('metrics-server.key'), cert: key('metrics-server.crt'), ca: key('front-proxy-ca.crt') };
  // Only the API server's aggregator is let in, by its client certificate.
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const { code, body } = await answer(core, values, url).catch((error: unknown) => status(500, String(error)));
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await register(typeof address === 'object' && address ? address.port : 0, key('ca.crt').toString('base64'));
  return {
    set: (namespace, metric, each) => void values.set(`${namespace}/${metric}`, each),
    async stop() {
      kubectl(['delete', 'apiservice', `${VERSION}.${GROUP}`]);
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Answer {
  readonly code: number;
  readonly body: object;
}

async function answer(core: CoreV1Api, values: ReadonlyMap<string, EachPod>, url: URL): Promise<Answer> {
  if (url.pathname === `/apis/${GROUP_VERSION}`) return { code: 200, body: discovery() };
  const [, namespace, metric] = PODS.exec(decodeURIComponent(url.pathname)) ?? [];
  if (namespace === undefined || metric === undefined) return status(404, `${url.pathname} is not served`);
  const labelSelector = url.searchParams.get('labelSelector') ?? '';
  const { items: all } = await core.listNamespacedPod({ namespace, ...(labelSelector !== '' && { labelSelector }) });
  const pods = all.filter((pod) => pod.status?.phase === 'Running' && !pod.metadata?.deletionTimestamp);
  const each = values.get(`${namespace}/${metric}`);
  const items = each === undefined ? [] : pods.map((pod) => metricValue(pod, metric, each(pods.length)));
  return { code: 200, body: { kind: 'MetricValueList', apiVersion: GROUP_VERSION, metadata: {}, items } };
}

function metricValue({ metadata }: V1Pod, name: string, value: number): object {
  const { namespace, name: pod } = metadata ?? {};
  return {
    describedObject: { kind: 'Pod', namespace, name: pod, apiVersion: '/v1' },
    metric: { name, selector: null },
    timestamp: `${new Date().toISOString().slice(0, 19)}Z`,
    value: `${Math.round(1000 * value)}m`,
  };
}

/** The aggregator reaches it by the Service that the stand-in for metrics-server has: another name for localhost. */
async function register(port: number, caBundle: string): Promise<void> {
  const service = { namespace: 'kube-system', name: 'metrics-server', port };
  const order = { groupPriorityMinimum: 100, versionPriority: 100 };
  apply([
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `${VERSION}.${GROUP}` },
      spec: { group: GROUP, version: VERSION, caBundle, service, ...order },
    },
  ]);
  const deadline = Date.now() + AVAILABLE_WITHIN_MS;
  while (!isAvailable()) {
    if (Date.now() > deadline) throw new Error(`${GROUP} does not answer through the API server`);
    await sleep(500);
  }
}

function isAvailable(): boolean {
  const { status } = JSON.parse(kubectl(['get', 'apiservice', `${VERSION}.${GROUP}`, '-o', 'json']));
  const conditions: readonly { type: string; status: string }[] = status?.conditions ?? [];
  return conditions.some((one) => one.type === 'Available' && one.status === 'True');
}

function discovery(): object {
  const pods = { name: 'pods/*', singularName: '', namespaced: true, kind: 'MetricValueList', verbs: ['get'] };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: GROUP_VERSION, resources: [pods] };
}

function status(code: number, message: string): Answer {
  return { code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code } };
}
