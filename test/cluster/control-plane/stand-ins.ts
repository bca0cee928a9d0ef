// What a control plane lacks to bring pods to life: a node, and metrics. Both live in this process.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiregistrationV1Api, CoreV1Api, KubeConfig, Metrics } from '@kubernetes/client-node';
import { startKubelet } from './kubelet.ts';
import { METRICS_GROUP, startMetricsApi } from './metrics-api.ts';
import { type PodWatch, watchPods } from './pod-watch.ts';
import type { ControlPlane } from './start.ts';

const METRICS_API = `v1beta1.${METRICS_GROUP}`;
const AVAILABLE_WITHIN_MS = 60_000;

interface StandInOptions {
  /** Without one, pods stay as they are written. */
  readonly kubelet: boolean;
  readonly report: (problem: string) => void;
}

/** @throws Error where the API server does not find the metrics within a minute */
export async function startStandIns({ folder, kubeconfig }: ControlPlane, { kubelet, report }: StandInOptions) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const pods: PodWatch = await watchPods(config, core);
  const node = kubelet ? await startKubelet(core, pods, report) : null;
  writeFileSync(join(folder, 'usage.json'), JSON.stringify({ '*': { cpuMilli: 10, memoryMi: 20 } }));
  const metrics = await startMetricsApi(folder, pods);
  await register(config, core, metrics.port, readFileSync(join(folder, 'pki', 'ca.crt')));
  return {
    async stop() {
      metrics.stop();
      node?.stop();
      await pods.stop();
    },
  };
}

/** The aggregator reaches it as a Service whose name is another name for localhost: nothing leaves the machine. */
async function register(config: KubeConfig, core: CoreV1Api, port: number, ca: Buffer): Promise<void> {
  const registration = config.makeApiClient(ApiregistrationV1Api);
  const service = { namespace: 'kube-system', name: 'metrics-server', port };
  const spec = { type: 'ExternalName', externalName: 'localhost', ports: [{ port, protocol: 'TCP' }] };
  await core.createNamespacedService({ namespace: 'kube-system', body: { metadata: { name: service.name }, spec } });
  const caBundle = ca.toString('base64');
  const order = { groupPriorityMinimum: 100, versionPriority: 100 };
  await registration.createAPIService({
    body: {
      metadata: { name: METRICS_API },
      spec: { group: METRICS_GROUP, version: 'v1beta1', caBundle, service, ...order },
    },
  });
  const metrics = new Metrics(config);
  const deadline = Date.now() + AVAILABLE_WITHIN_MS;
  // The aggregator says that it is available a moment before it lets anybody through.
  while (!(await metrics.getPodMetrics('default').catch(() => null))) {
    if (Date.now() > deadline) throw new Error(`${METRICS_API} does not answer through the API server`);
    await sleep(200);
  }
}
