// The workload of `npm start -- --signals`: requests that wait for a free place, scaled by how many come and by how long they take.
import type { SimulatedWorkload } from './simulated-cluster/workload.ts';

const QUEUE = { serviceSeconds: 0.1, slotsPerReplica: 4, maxWaitSeconds: 10 };
/** Cores at which all places of a replica are taken: then it answers so many requests a second. */
const CORES = 0.5;
const FULL_REQUESTS = QUEUE.slotsPerReplica / QUEUE.serviceSeconds;

export const QUEUED: Pick<SimulatedWorkload, 'queue' | 'annotations'> = {
  queue: QUEUE,
  annotations: {
    'ai4k8s.io/predictive-autoscaling-enabled': 'true',
    'ai4k8s.io/min-replicas': '2',
    'ai4k8s.io/max-replicas': '40',
    'ai4k8s.io/target-cpu': '90',
    'ai4k8s.io/target-memory': 'off',
    'ai4k8s.io/signal.requests': 'target=28',
    'ai4k8s.io/signal.latency': 'target=300',
  },
};

/** Requests a second that so much CPU is of. */
export function requestsOf(cores: number): number {
  return (cores * FULL_REQUESTS) / CORES;
}

/** What the simulated cluster serves, as an installation would name it. */
export const DEMO_SIGNALS = JSON.stringify({
  allow: [],
  sources: [{ name: 'custom', kind: 'custom-metrics' }],
  signals: [
    {
      name: 'requests',
      kind: 'load',
      unit: 'requests/s',
      source: 'custom',
      metric: 'requests_per_second',
      on: 'deployments',
    },
    { name: 'latency', kind: 'level', unit: 'ms', source: 'custom', metric: 'latency_p95_ms', on: 'deployments' },
  ],
});
