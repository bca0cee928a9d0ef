// The Deployment of the toy stories, and what one of its replicas can do.
import type { PodRunner, SimulatedWorkload } from '../simulated-cluster/workload.ts';
import type { ReplicaProgram } from './replica-process.ts';

export interface ToyReplica {
  readonly serviceMs: number;
  readonly slots: number;
  readonly longestLine: number;
}

/** One at a time, a tenth of a second each: ten requests a second fill a replica. Who finds 25 in line is turned away. */
const REPLICA: ToyReplica = { serviceMs: 100, slots: 1, longestLine: 25 };

export const TOY_REPLICA: ReplicaProgram = {
  main: new URL('./replica-main.ts', import.meta.url),
  spec: { ...REPLICA },
};

const MIB = 2 ** 20;

export function toyWorkload(annotations: Readonly<Record<string, string>>, runner: PodRunner): SimulatedWorkload {
  return {
    namespace: 'default',
    name: 'toy',
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
