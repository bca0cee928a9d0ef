// Stands in for prometheus-adapter: the aggregated API custom.metrics.k8s.io, with what a test says that each pod has.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { apply, kubectl } from './cluster-under-test.ts';

export const GROUP = 'custom.metrics.k8s.io';
export const VERSION = 'v1beta2';
const AVAILABLE_WITHIN_MS = 60_000;

/** Of each pod, or of all together, who share it. */
export type Measured = { readonly each: number } | { readonly shared: number };

export interface WorkerTask {
  readonly folder: string;
  readonly kubeconfig: string;
}

export interface Told {
  readonly namespace: string;
  readonly metric: string;
  readonly measured: Measured;
}

export interface CustomMetrics {
  /** Absent until it is set: then there are no items, as of a metric that nobody has. */
  set(namespace: string, metric: string, measured: Measured): void;
  /** Takes the registration back as well. */
  stop(): Promise<void>;
}

/**
 * Registered with the API server and answering through it when this returns.
 * @param folder of a control plane that test/cluster/control-plane started: its certificates are in it
 */
export async function startCustomMetricsApi(folder: string, kubeconfig: string): Promise<CustomMetrics> {
  const workerData: WorkerTask = { folder, kubeconfig };
  const worker = new Worker(new URL('./custom-metrics-worker.ts', import.meta.url), { workerData });
  const [port] = await once(worker, 'message');
  await register(Number(port), readFileSync(join(folder, 'pki', 'ca.crt')).toString('base64'));
  return {
    set: (namespace, metric, measured) => worker.postMessage({ namespace, metric, measured } satisfies Told),
    async stop() {
      kubectl(['delete', 'apiservice', `${VERSION}.${GROUP}`]);
      await worker.terminate();
    },
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
