// What a simulated Deployment is: as it was asked for, and as the world keeps it.
import { createHash } from 'node:crypto';
import type { QueueConfig } from '../../lib/domain/simulation/queue-model.ts';
import {
  type SimulationConfig,
  type SimulationState,
  servesAfter,
  startSimulation,
} from '../../lib/domain/simulation/workload-model.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import type { JsonObject } from './kube-object.ts';

export interface SimulatedWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  readonly cpuRequestCores: number;
  readonly memoryRequestBytes: number;
  /** A pod's usage saturates here; at twice the request where there is no limit. */
  readonly cpuLimitCores?: number;
  readonly memoryBaseBytes: number;
  readonly memoryPerCoreBytes: number;
  readonly startupSeconds: number;
  /** Only so many of its pods find room; each beyond waits for a node. Room for all unless given. */
  readonly nodes?: { readonly room: number; readonly waitSeconds: number };
  /** Cores in total, over all pods. */
  readonly load: (at: EpochMs) => number;
  readonly hpa?: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly targetCpuPercent: number;
    /** `spec.behavior` as the API has it. */
    readonly behavior?: JsonObject;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly annotations?: Readonly<Record<string, string>>;
  /** `spec.paused` of the Deployment. */
  readonly paused?: boolean;
  /** What finds no free place waits: then a pod serves its CPU request and never more, and custom metrics tell of it. */
  readonly queue?: QueueConfig;
  /** Who really runs its pods. They are ready when PATCH or PUT of their status says so. Absent: they are simulated. */
  readonly runner?: PodRunner;
}

/** Values and when they were read, ms. */
export interface PodMetrics {
  readonly at: EpochMs;
  readonly values: Readonly<Record<string, number>>;
}

/** What a metrics server asks kubelets. */
export interface PodRunner {
  /** Cores and bytes of a pod, lately; null while it is not measured. */
  usage(pod: string): { readonly cpu: number; readonly memory: number } | null;
  /** What a custom metrics adapter has scraped of a pod, by metric; null while it has nothing. Absent where nobody scrapes. */
  metrics?(pod: string): PodMetrics | null;
}

/** Times in seconds of simulated time since 1970. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly ip: string;
  readonly bornAt: number;
  /** Pods of the workload that are older. */
  readonly older: number;
  ready: boolean;
  /** When somebody said so; absent where it follows from the start-up. */
  readyChangedAt?: number;
  resourceVersion: number;
}

/** A Deployment and its one ReplicaSet. `pods` runs parallel to the births in `state`: oldest first. */
export interface Workload {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly replicaSetUid: string;
  readonly templateHash: string;
  readonly createdAt: number;
  readonly spec: SimulatedWorkload;
  readonly config: SimulationConfig;
  state: SimulationState;
  readonly pods: Pod[];
  annotations: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  paused: boolean;
  generation: number;
  resourceVersion: number;
  /** When enough replicas to be Available came or went. */
  availableChangedAt: number;
  podsMade: number;
}

export const NODES = ['simulated-node-1', 'simulated-node-2'] as const;

/** Without vowels and look-alikes, as Kubernetes makes names. */
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A Deployment that has stood for a while: its pods exist from the start and serve.
 * @param seconds of simulated time since 1970
 */
export function makeWorkload(spec: SimulatedWorkload, seconds: number): Workload {
  const key = `${spec.namespace}/${spec.name}`;
  const config: SimulationConfig = {
    capacity: spec.cpuRequestCores,
    startupSeconds: spec.startupSeconds,
    memoryBaseBytes: spec.memoryBaseBytes,
    memoryPerDemandBytes: spec.memoryPerCoreBytes,
    ...(spec.cpuLimitCores === undefined ? {} : { saturation: spec.cpuLimitCores / spec.cpuRequestCores }),
    ...(spec.queue !== undefined && { queue: spec.queue }),
    ...(spec.nodes !== undefined && { nodes: spec.nodes }),
  };
  const state = startSimulation(spec.replicas, seconds, config);
  const createdAt = (state.bornAt[0] ?? seconds - 86_400) - 1;
  const workload: Workload = {
    key,
    namespace: spec.namespace,
    name: spec.name,
    uid: uidOf(`deployment ${key}`),
    replicaSetUid: uidOf(`replicaset ${key}`),
    templateHash: lettersOf(`template ${key}`, 10),
    createdAt,
    spec,
    config,
    state,
    pods: [],
    annotations: spec.annotations ?? {},
    labels: { app: spec.name },
    paused: spec.paused ?? false,
    generation: 1,
    resourceVersion: 0,
    availableChangedAt: createdAt,
    podsMade: 0,
  };
  for (let i = 0; i < spec.replicas; i++)
    workload.pods.push(
      spec.runner === undefined
        ? { ...makePod(workload, createdAt + 1), ready: true }
        : // Nobody has started it yet: it begins to start now.
          makePod(workload, seconds),
    );
  return workload;
}

export function makePod(workload: Workload, bornAt: number): Pod {
  const number = workload.podsMade++;
  const id = `pod ${workload.key} ${number}`;
  const uid = uidOf(id);
  const bytes = Number.parseInt(uid.slice(0, 4), 16);
  return {
    name: `${replicaSetName(workload)}-${lettersOf(id, 5)}`,
    uid,
    node: NODES[bytes % NODES.length] ?? NODES[0],
    ip: `10.${bytes % 200}.${(bytes >> 8) % 250}.${(number % 250) + 2}`,
    bornAt,
    older: workload.pods.length,
    ready: workload.spec.runner === undefined && servesAfter(workload.config, workload.pods.length) <= 0,
    resourceVersion: 0,
  };
}

export function replicaSetName(workload: Workload): string {
  return `${workload.name}-${workload.templateHash}`;
}

export function readyPods(workload: Workload): number {
  return workload.pods.reduce((count, pod) => (pod.ready ? count + 1 : count), 0);
}

/**
 * Marks the pods whose start-up is over.
 * @returns those that became ready just now
 */
export function finishStartUps(workload: Workload): Pod[] {
  const finished: Pod[] = [];
  if (workload.spec.runner !== undefined) return finished;
  for (let i = workload.pods.length - 1; i >= 0; i--) {
    const pod = workload.pods[i];
    // Pods stand in order of birth: the first ready one from the end has only ready ones before it.
    if (pod === undefined || pod.ready) break;
    if (pod.bornAt + servesAfter(workload.config, pod.older) > workload.state.seconds) continue;
    pod.ready = true;
    finished.push(pod);
  }
  return finished;
}

/** A Deployment is Available with all but a quarter of its replicas, rounded in its favour (`maxUnavailable` 25 %). */
export function isAvailable(workload: Workload): boolean {
  return readyPods(workload) >= workload.state.replicas - Math.floor(workload.state.replicas / 4);
}

/** The same text always gives the same id: runs can be compared. */
export function uidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function lettersOf(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from(digest.subarray(0, length), (byte) => NAME_LETTERS[byte % NAME_LETTERS.length]).join('');
}
