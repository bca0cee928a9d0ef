// Stands in for metrics-server: the aggregated API metrics.k8s.io, with what usage.json says, read again at every request.
//
//   { "demo/web": { "cpuMilli": 150, "memoryMi": 100 },         of each pod of that Deployment
//     "demo/api": { "totalCpuMilli": 900, "memoryMi": 64 },     spread over its running pods
//     "*":        { "cpuMilli": 10, "memoryMi": 20 } }          of every other pod; without it they have no metrics
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import type { PodWatch } from './pod-watch.ts';

interface Usage {
  readonly cpuMilli?: number;
  readonly totalCpuMilli?: number;
  readonly memoryMi?: number;
}

export const METRICS_GROUP = 'metrics.k8s.io';
const GROUP_VERSION = `${METRICS_GROUP}/v1beta1`;
const WINDOW = '15s';

/** On a free port of 127.0.0.1. Only the API server's aggregator is let in, by its client certificate. */
export async function startMetricsApi(folder: string, pods: PodWatch) {
  const key = (name: string) => readFileSync(join(folder, 'pki', name));
  const tls = { key: key('metrics-server.key'), cert: key('metrics-server.crt'), ca: key('front-proxy-ca.crt') };
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    const { code, body } = answer(new URL(request.url ?? '/', 'https://localhost'), folder, pods.list());
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const PODS = /^\/apis\/metrics\.k8s\.io\/v1beta1(?:\/namespaces\/([^/]+))?\/pods(?:\/([^/]+))?$/;

function answer(url: URL, folder: string, pods: readonly V1Pod[]): { code: number; body: object } {
  if (url.pathname === `/apis/${GROUP_VERSION}`) return { code: 200, body: discovery() };
  const match = PODS.exec(url.pathname);
  if (!match) return missing(url.pathname);
  const [, namespace, name] = match;
  const selects = labelSelector(url.searchParams.get('labelSelector') ?? '');
  const items = podMetrics(usages(folder), pods, ({ metadata }) => {
    const here = namespace === undefined || metadata?.namespace === namespace;
    return here && (name === undefined || metadata?.name === name) && selects(metadata?.labels ?? {});
  });
  if (name === undefined)
    return { code: 200, body: { kind: 'PodMetricsList', apiVersion: GROUP_VERSION, metadata: {}, items } };
  const [only] = items;
  return only ? { code: 200, body: { kind: 'PodMetrics', apiVersion: GROUP_VERSION, ...only } } : missing(name);
}

function podMetrics(
  usage: Readonly<Record<string, Usage>>,
  pods: readonly V1Pod[],
  wanted: (pod: V1Pod) => boolean,
): readonly object[] {
  const running = pods.filter(({ metadata, status }) => status?.phase === 'Running' && !metadata?.deletionTimestamp);
  const sharers = new Map<string, number>();
  for (const pod of running) sharers.set(workloadOf(pod), (sharers.get(workloadOf(pod)) ?? 0) + 1);
  const timestamp = `${new Date().toISOString().slice(0, 19)}Z`;
  return running.filter(wanted).flatMap((pod) => {
    const workload = workloadOf(pod);
    const of = usage[workload] ?? usage['*'];
    if (!of) return [];
    const containers = pod.spec?.containers ?? [];
    const cpuMilli = of.cpuMilli ?? (of.totalCpuMilli ?? 0) / (sharers.get(workload) ?? 1);
    const share = {
      cpu: `${Math.round((cpuMilli * 1e6) / containers.length)}n`,
      memory: `${Math.round(((of.memoryMi ?? 0) * 1024) / containers.length)}Ki`,
    };
    const { name, namespace, labels } = pod.metadata ?? {};
    const usages = containers.map((container) => ({ name: container.name, usage: share }));
    return [{ metadata: { name, namespace, labels }, timestamp, window: WINDOW, containers: usages }];
  });
}

/** `namespace/name` of the Deployment, or of the pod itself. */
function workloadOf({ metadata }: V1Pod): string {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller)?.name;
  const hash = metadata?.labels?.['pod-template-hash'];
  const name = owner === undefined ? metadata?.name : owner.replace(hash === undefined ? '' : `-${hash}`, '');
  return `${metadata?.namespace}/${name}`;
}

/** The HPA controller asks by `key=value` pairs: what its Deployment's matchLabels say. */
function labelSelector(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const pairs = text === '' ? [] : text.split(',').map((pair) => pair.split(/==?/));
  return (labels) => pairs.every(([key = '', value]) => labels[key] === value);
}

function usages(folder: string): Readonly<Record<string, Usage>> {
  return JSON.parse(readFileSync(join(folder, 'usage.json'), 'utf8'));
}

function discovery(): object {
  const pods = { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: GROUP_VERSION, resources: [pods] };
}

function missing(what: string): { code: number; body: object } {
  return { code: 404, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: `${what} is not here` } };
}
