// The stand-in for prometheus-adapter itself, on a thread of its own: tests wait for kubectl, and nobody may wait for them.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { CoreV1Api, KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { GROUP, type Measured, type Told, VERSION, type WorkerTask } from './custom-metrics-api.ts';

const GROUP_VERSION = `${GROUP}/${VERSION}`;
const PODS = /^\/apis\/custom\.metrics\.k8s\.io\/v1beta2\/namespaces\/([^/]+)\/pods\/\*\/([^/]+)$/;

const { folder, kubeconfig } = workerData as WorkerTask;
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const values = new Map<string, Measured>();
parentPort?.on('message', ({ namespace, metric, measured }: Told) => values.set(`${namespace}/${metric}`, measured));

const key = (name: string) => readFileSync(join(folder, 'pki', name));
const tls = { key: key('metrics-server.key'), cert: key('metrics-server.crt'), ca: key('front-proxy-ca.crt') };
// Only the API server's aggregator is let in, by its client certificate.
const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
  const url = new URL(request.url ?? '/', 'https://localhost');
  const { code, body } = await answer(url).catch((error: unknown) => status(500, String(error)));
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
parentPort?.postMessage(typeof address === 'object' && address ? address.port : 0);

interface Answer {
  readonly code: number;
  readonly body: object;
}

async function answer(url: URL): Promise<Answer> {
  if (url.pathname === `/apis/${GROUP_VERSION}`) return { code: 200, body: discovery() };
  const [, namespace, metric] = PODS.exec(decodeURIComponent(url.pathname)) ?? [];
  if (namespace === undefined || metric === undefined) return status(404, `${url.pathname} is not served`);
  const labelSelector = url.searchParams.get('labelSelector') ?? '';
  const { items: all } = await core.listNamespacedPod({ namespace, ...(labelSelector !== '' && { labelSelector }) });
  const pods = all.filter((pod) => pod.status?.phase === 'Running' && !pod.metadata?.deletionTimestamp);
  const measured = values.get(`${namespace}/${metric}`);
  const items =
    measured === undefined ? [] : pods.map((pod) => metricValue(pod, metric, eachOf(measured, pods.length)));
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

function eachOf(measured: Measured, pods: number): number {
  return 'each' in measured ? measured.each : measured.shared / pods;
}

function discovery(): object {
  const pods = { name: 'pods/*', singularName: '', namespaced: true, kind: 'MetricValueList', verbs: ['get'] };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: GROUP_VERSION, resources: [pods] };
}

function status(code: number, message: string): Answer {
  return { code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code } };
}
