// The Deployment of the toy stories, and what one of its replicas can do.
import type { PodRunner, SimulatedWorkload } from '../simulated-cluster/workload.ts';

export const NAMESPACE = 'default';
export const DEPLOYMENT = 'toy';

/** One at a time, a tenth of a second each: ten requests a second fill a replica. Who finds 25 in line is turned away. */
export const REPLICA = { serviceMs: 100, slots: 1, longestLine: 25 } as const;

const MIB = 2 ** 20;

export function toyWorkload(annotations: Readonly<Record<string, string>>, runner: PodRunner): SimulatedWorkload {
  return {
    namespace: NAMESPACE,
    name: DEPLOYMENT,
    replicas: 2,
    cpuRequestCores: 0.1,
    memoryRequestBytes: 256 * MIB,
    memoryBaseBytes: 0,
    memoryPerCoreBytes: 0,
    startupSeconds: 0,
    load: () => 0,
    annotations: {
      'ai4k8s.io/predictive-autoscaling-enabled': 'true',
      'ai4k8s.io/min-replicas': '2',
      'ai4k8s.io/max-replicas': '6',
      // Minutes stand for hours here.
      'ai4k8s.io/cooldown': '10s',
      'ai4k8s.io/llm': 'off',
      'ai4k8s.io/target-memory': 'off',
      ...annotations,
    },
    runner,
  };
}
