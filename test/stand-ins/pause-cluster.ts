// A stand-in for a cluster in which Deployments are made, scaled and deleted, each with pods that serve at once and use next to nothing.
import { randomUUID } from 'node:crypto';
import type { Json } from './aws-wire.ts';
import { type ObjectServer, startObjectServer } from './object-server.ts';

export interface PauseCluster {
  readonly server: ObjectServer;
  /** YAML, which JSON is. */
  readonly kubeconfig: string;
  /** Names of the Deployments that are there. */
  names(): readonly string[];
  close(): void;
}

export interface PauseOptions {
  /** Their pods wait for an image that is not there. */
  readonly withoutImage?: boolean;
  /** Status by method: refused. */
  readonly refuse?: Readonly<Record<string, number>>;
}

const DEPLOYMENTS = /^\/apis\/apps\/v1\/namespaces\/([^/]+)\/deployments(?:\/([^/]+)(\/scale)?)?$/;

export async function startPauseCluster(options: PauseOptions = {}): Promise<PauseCluster> {
  let version = 100;
  const server = await startObjectServer((method, pathname, body) => {
    const [match, namespace = '', name, scale] = DEPLOYMENTS.exec(pathname) ?? [];
    if (match === undefined || method === 'GET') return null;
    const status = options.refuse?.[method];
    if (status !== undefined) return [status, { message: `no ${method} for you` }];
    const all = listOf(server, 'deployments');
    if (method === 'POST') return [201, made(namespace, body)];
    const one = all.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    if (one === undefined) return [404, { message: `deployments.apps "${name}" not found` }];
    if (method === 'DELETE') {
      all.splice(all.indexOf(one), 1);
      populate(one, 0);
      return [200, { status: 'Success' }];
    }
    if (method !== 'PUT' || scale === undefined) return null;
    if (body.metadata.resourceVersion !== one.metadata.resourceVersion) return [409, { message: 'it was modified' }];
    one.spec.replicas = body.spec.replicas;
    populate(one, one.spec.replicas);
    return [200, { ...body, metadata: one.metadata }];
  });

  function made(namespace: string, body: Json): Json {
    const metadata = { ...body.metadata, namespace, uid: randomUUID(), generation: 1, managedFields: [] };
    const deployment = { ...body, metadata, status: {} };
    listOf(server, 'deployments').push(deployment);
    populate(deployment, deployment.spec.replicas);
    return deployment;
  }

  /** So many pods of it, no more and no less. */
  function populate(deployment: Json, replicas: number): void {
    const { namespace, name } = deployment.metadata;
    const isOf = ({ metadata }: Json) => metadata.name.startsWith(`${name}-abc123-`);
    for (const list of [listOf(server, 'pods'), server.metrics])
      list.splice(0, list.length, ...list.filter((one) => !isOf(one)));
    const now = new Date().toISOString();
    for (let i = 0; i < replicas; i++) {
      const pod = podOf(deployment, i, now, options.withoutImage === true);
      listOf(server, 'pods').push(pod);
      const usage = { cpu: '1m', memory: '1Mi' };
      const metadata = { name: pod.metadata.name, namespace };
      server.metrics.push({ metadata, timestamp: now, window: '15s', containers: [{ name: 'pause', usage }] });
    }
    deployment.metadata.resourceVersion = String(++version);
    const ready = options.withoutImage === true ? 0 : replicas;
    deployment.status = { observedGeneration: 1, replicas, updatedReplicas: replicas, readyReplicas: ready };
  }

  return {
    server,
    kubeconfig: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'pause',
      clusters: [{ name: 'pause', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'ann', user: { token: 'x' } }],
      contexts: [{ name: 'pause', context: { cluster: 'pause', user: 'ann' } }],
    }),
    names: () => listOf(server, 'deployments').map(({ metadata }) => metadata.name),
    close: () => server.close(),
  };
}

function listOf(server: ObjectServer, plural: string): Json[] {
  server.objects[plural] ??= [];
  return server.objects[plural];
}

function podOf({ metadata: { name, namespace }, spec }: Json, index: number, now: string, isWaiting: boolean): Json {
  const [container] = spec.template.spec.containers;
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-abc123`, uid: 'u', controller: true };
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };
  const state = isWaiting ? { waiting } : { running: { startedAt: now } };
  return {
    metadata: {
      name: `${name}-abc123-${index}`,
      namespace,
      creationTimestamp: now,
      labels: { ...spec.template.metadata.labels, 'pod-template-hash': 'abc123' },
      ownerReferences: [owner],
    },
    spec: { containers: [container] },
    status: {
      phase: isWaiting ? 'Pending' : 'Running',
      startTime: now,
      conditions: [{ type: 'Ready', status: isWaiting ? 'False' : 'True', lastTransitionTime: now }],
      containerStatuses: [{ name: container.name, ready: !isWaiting, restartCount: 0, state }],
    },
  };
}
