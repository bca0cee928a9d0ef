// The Deployment of the LLM story, what one of its replicas can do, and what is measured of it.
import type { PodRunner, SimulatedWorkload } from '../simulated-cluster/workload.ts';
import type { ReplicaProgram } from '../toy/replica-process.ts';
import type { StandInModel } from './model-server.ts';

/** Two answers at a time, a hundred tokens a second each. */
const MODEL: StandInModel = { slots: 2, tokensPerSecond: 100, promptTokensPerSecond: 2000 };

export const LLM_REPLICA: ReplicaProgram = { main: new URL('./replica-main.ts', import.meta.url), spec: { ...MODEL } };

/** Seconds of queue that nobody minds. */
export const QUEUE_OBJECTIVE_SECONDS = 5;

const MIB = 2 ** 20;

export function llmWorkload(runner: PodRunner): SimulatedWorkload {
  return {
    namespace: 'default',
    name: 'llm',
    replicas: 2,
    cpuRequestCores: 1,
    memoryRequestBytes: 512 * MIB,
    memoryBaseBytes: 0,
    memoryPerCoreBytes: 0,
    startupSeconds: 0,
    load: () => 0,
    annotations: {
      'ai4k8s.io/predictive-autoscaling-enabled': 'true',
      'ai4k8s.io/min-replicas': '2',
      'ai4k8s.io/max-replicas': '8',
      // Minutes stand for hours here.
      'ai4k8s.io/cooldown': '10s',
      'ai4k8s.io/llm': 'off',
      'ai4k8s.io/target-memory': 'off',
      // Two medium requests fill a replica.
      'ai4k8s.io/signal.complexity-work': 'target=100',
      'ai4k8s.io/signal.complexity': '',
      'ai4k8s.io/signal.queue-seconds': `target=${QUEUE_OBJECTIVE_SECONDS}`,
    },
    runner,
  };
}

/** Read as an adapter for the custom metrics API would have scraped them. */
export const LLM_SIGNALS = {
  sources: [{ name: 'custom', kind: 'custom-metrics' }],
  signals: [
    {
      name: 'complexity-work',
      kind: 'load',
      unit: 'points',
      source: 'custom',
      metric: 'litebrain_complexity_work',
      on: 'pods',
    },
    {
      name: 'complexity',
      kind: 'level',
      unit: 'points',
      source: 'custom',
      metric: 'litebrain_complexity_score',
      on: 'pods',
      across: 'mean',
      scaling: { queue: 'queue-seconds' },
    },
    {
      name: 'queue-seconds',
      kind: 'level',
      unit: 's',
      source: 'custom',
      metric: 'litebrain_queue_seconds',
      on: 'pods',
      across: 'max',
    },
  ],
} as const;
