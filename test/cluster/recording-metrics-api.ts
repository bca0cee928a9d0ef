// A metrics.k8s.io that scrapes every 15 s, as metrics-server does, and tells a listener what each HPA was shown.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';

export const SCRAPE_SECONDS = 15;
const GROUP_VERSION = 'metrics.k8s.io/v1beta1';
const HPA_CONTROLLER = 'system:serviceaccount:kube-system:horizontal-pod-autoscaler';
const LIST = /^\/apis\/metrics\.k8s\.io\/v1beta1\/namespaces\/([^/]+)\/pods$/;

/** What one scrape saw of one pod. The controller rounds CPU up to whole milli-cores. */
export interface PodUsage {
  readonly cpuNano: number;
  readonly memoryKi: number;
}

/** A Deployment as the API server has it, which is what the controller's own cache holds. */
export interface Target {
  readonly replicas: number;
  readonly pods: readonly V1Pod[];
}

export interface MetricsSource {
  readonly target: (app: string) => Promise<Target>;
  /** Usage by pod name of the last scrape, and when that was; null where the API should fail. */
  readonly usage: (app: string) => { readonly at: Date; readonly byPod: ReadonlyMap<string, PodUsage> } | null;
  /** An HPA asked and is about to be shown what `usage` says now. */
  readonly asked: (app: string, target: Target) => void;
}

/**
 * @param pki folder of the control plane's certificates: metrics-server.{key,crt}, front-proxy-ca.crt
 * @param port on 127.0.0.1
 */
export function startMetricsApi(pki: string, port: number, source: MetricsSource): Promise<Server> {
  const file = (name: string) => readFileSync(join(pki, name));
  const tls = { key: file('metrics-server.key'), cert: file('metrics-server.crt'), ca: file('front-proxy-ca.crt') };
  // The API server has authorised the request before it passes it on.
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const user = String(request.headers['x-remote-user']);
    const { code, body } = await answer(url, user, source).catch((error: unknown) => failure(500, String(error)));
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

interface Answer {
  readonly code: number;
  readonly body: object;
}

async function answer(url: URL, user: string, source: MetricsSource): Promise<Answer> {
  if (url.pathname === `/apis/${GROUP_VERSION}`) return { code: 200, body: discovery() };
  const app = /^app=([a-z]+)$/.exec(url.searchParams.get('labelSelector') ?? '')?.[1];
  if (!LIST.test(url.pathname) || app === undefined) return failure(404, `${url.pathname}${url.search} is not served`);
  const target = await source.target(app);
  const usage = source.usage(app);
  if (user === HPA_CONTROLLER) source.asked(app, target);
  if (usage === null) return failure(503, 'an outage of the script');
  const items = target.pods.flatMap((pod) => podMetrics(pod, usage.at, usage.byPod.get(pod.metadata?.name ?? '')));
  return { code: 200, body: { kind: 'PodMetricsList', apiVersion: GROUP_VERSION, metadata: {}, items } };
}

function podMetrics({ metadata, spec }: V1Pod, at: Date, usage: PodUsage | undefined): readonly object[] {
  if (usage === undefined) return [];
  const name = spec?.containers[0]?.name;
  const timestamp = at.toISOString().replace(/\.\d+Z$/, 'Z');
  const containers = [{ name, usage: { cpu: `${usage.cpuNano}n`, memory: `${usage.memoryKi}Ki` } }];
  const { namespace, labels } = metadata ?? {};
  return [
    { metadata: { name: metadata?.name, namespace, labels }, timestamp, window: `${SCRAPE_SECONDS}s`, containers },
  ];
}

function discovery(): object {
  const pods = { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: GROUP_VERSION, resources: [pods] };
}

function failure(code: number, message: string): Answer {
  return { code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code } };
}
