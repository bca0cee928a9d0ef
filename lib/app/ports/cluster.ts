// What the use cases need of a cluster: read it, measure it, change it, tell it. Adapters implement these; tests pass their own.

import type { NamespaceLimits } from '../../domain/guardrails/cluster/quota.ts';
import type { PlannedHpa } from '../../domain/hpa/manifest.ts';
import type { ResizablePod, VerticalFacts } from '../../domain/vertical/container-resources.ts';
import type { PodPatch } from '../../domain/vertical/vertical-view.ts';
import type { HpaStatus } from '../../domain/workload/hpa-status.ts';
import type { FloorsOnlyKind, WorkloadRef } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { Series } from '../../domain/workload/series.ts';
import type { LevelReading, PerResource, PerSignal, Reading, SignalDefinition } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** A container that runs for as long as its pod does. */
export interface ContainerInfo {
  readonly name: string;
  /** Absent where it is not limited. */
  readonly limits: PerResource<number>;
}

/** A pod as far as measuring needs it. */
export interface PodInfo {
  readonly name: string;
  readonly running: boolean;
  readonly ready: boolean;
  /** It runs, was ready since its start and is not any more: what it uses may be load. Absent where that is not so. */
  readonly lostReadiness?: boolean;
  /** What its usage is held against. Absent where nobody knows: usage is then taken as it comes. */
  readonly containers?: readonly ContainerInfo[];
  /** Names of containers in it that come and go: debuggers, init containers that end. Absent where there are none. */
  readonly passing?: readonly string[];
  /** Name of the node it runs on. */
  readonly node?: string;
  /** Sum over its containers; null where one of them states none. */
  readonly limits: PerResource<number>;
  /** When its containers last began to start. Absent where the pod does not tell. */
  readonly startedAt?: EpochMs;
  /** When it last became ready, or stopped being. Absent where the pod does not tell. */
  readonly readySince?: EpochMs;
}

/** A workload as the API server shows it, before anything is measured. */
export interface WorkloadSnapshot extends Omit<Observation, 'signals' | 'at'> {
  readonly pods: readonly PodInfo[];
  /** What its requests are. Absent where the workload does not ask for them to follow a level. */
  readonly vertical?: VerticalFacts;
}

export interface ClusterSnapshot {
  readonly cluster: string;
  readonly at: EpochMs;
  /** By workload key. */
  readonly workloads: ReadonlyMap<string, WorkloadSnapshot>;
  /** Parts that could not be read, one sentence each. */
  readonly problems: readonly string[];
  /** Kinds of which some may be missing in `workloads`. Absent: of every kind, where there are problems. */
  readonly unlisted?: readonly FloorsOnlyKind[];
  /** Where only these are wanted: those in which its workloads are. Absent: all that are watched. */
  readonly namespaces?: readonly string[];
}

/** All that measuring CPU and memory needs of a cluster. */
export interface UsageSnapshot extends Pick<ClusterSnapshot, 'cluster' | 'namespaces'> {
  /** By workload key. */
  readonly workloads: ReadonlyMap<string, PodsOf>;
}

export type PodsOf = Pick<WorkloadSnapshot, 'workload' | 'pods' | 'vertical'>;

export interface ClusterReader {
  /** Every Deployment of the watched namespaces, and what else an HPA drives there, in paged LISTs: never a call per workload. */
  snapshot(cluster: string): Promise<ClusterSnapshot>;
  /** One workload as it is now, also of another kind without an HPA; null where there is none. */
  workload(ref: WorkloadRef): Promise<WorkloadSnapshot | null>;
}

export interface SignalBatch {
  /** Keyed by `namespace/name`. A signal that is not there was not measured: it is not zero. */
  readonly readings: ReadonlyMap<string, PerSignal<Reading>>;
  /** Levels, keyed as `readings`. Absent where the source measures none. */
  readonly levels?: ReadonlyMap<string, PerSignal<LevelReading>>;
  /** Pods over which the demand was taken, where that is more than those that are ready. Keyed as `readings`. */
  readonly serving?: ReadonlyMap<string, number>;
  /** Working sets of the containers of workloads whose requests follow a level, by `namespace/name` of the pod. Absent: none. */
  readonly memoryUsed?: ReadonlyMap<string, MemoryUsed>;
  /** Why a signal has no reading although pods serve, where that is known. Keyed as `readings`. */
  readonly unread?: ReadonlyMap<string, PerSignal<string>>;
  readonly problems: readonly string[];
}

interface MemoryUsed {
  readonly at: EpochMs;
  /** Bytes, by container. */
  readonly containers: Readonly<Record<string, number>>;
}

/** A way to measure. Never throws for missing data: it leaves the reading out and says why. */
export interface SignalSource {
  readonly name: string;
  /** The signals beside CPU and memory that it measures, of the workloads whose annotations name them. Absent: none. */
  readonly definitions?: PerSignal<SignalDefinition>;
  /** `ref` narrows the reading to one workload; otherwise the whole snapshot is measured in bulk. */
  read(snapshot: ClusterSnapshot, ref?: WorkloadRef): Promise<SignalBatch>;
}

/** CPU and memory alone. */
export interface UsageSource {
  /** As a `SignalSource` reads. */
  read(snapshot: UsageSnapshot, ref?: WorkloadRef): Promise<SignalBatch>;
}

interface WorkloadHistory {
  /** Total demand of one workload; signals the source does not have are NaN throughout. Empty where it knows nothing. */
  readonly series: Series;
  /** CPU request of one replica, cores; null where the source does not know it. */
  readonly coresPerReplica: number | null;
  /** What the reader must know of how it was got, each a sentence. */
  readonly notes?: readonly string[];
  /** Where the series is empty: what was found to be the reason, a sentence; null or absent where that is not known. */
  readonly whyEmpty?: string | null;
}

/** Where the past of a single workload can be read from. */
export interface HistorySource {
  /** As people call it: `the table`, `Prometheus at …`. */
  readonly name: string;
  /** What was measured from `from` until `to`, both inclusive, ascending. Throws AdapterError. */
  read(ref: WorkloadRef, from: EpochMs, to: EpochMs): Promise<WorkloadHistory>;
}

export type WriteResult =
  | { readonly kind: 'applied' }
  /** The object moved since it was read: nothing was changed. */
  | { readonly kind: 'conflict'; readonly message: string }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'forbidden'; readonly message: string };

export interface ClusterWriter {
  /** Through the `scale` subresource, only while the Deployment is still at `resourceVersion`; never to 0. */
  scale(ref: WorkloadRef, replicas: number, resourceVersion: string): Promise<WriteResult>;
  /** As `scale`, to 0: by a person's window that says so, and by nothing else. */
  switchOff(ref: WorkloadRef, resourceVersion: string): Promise<WriteResult>;
  /** Sets (string) or removes (null) annotations of the Deployment itself; as `scale`, never of another kind. */
  annotate(ref: WorkloadRef, annotations: Readonly<Record<string, string | null>>): Promise<WriteResult>;
}

export interface PodResizer {
  /** Whether the API server has `pods/resize`, by its discovery; asked once an hour at most. Throws AdapterError. */
  isServed(cluster: string): Promise<boolean>;
  /** Requests and limits of running containers, only while the pod is still at `resourceVersion`. Throws AdapterError. */
  resize(
    pod: Pick<WorkloadRef, 'cluster' | 'namespace'> & Pick<ResizablePod, 'name' | 'resourceVersion'>,
    patch: PodPatch,
  ): Promise<ResizeResult>;
}

export type ResizeResult =
  | WriteResult
  /** It was understood and refused: by a quota, a range, a rule of resizing. The words are the API server's. */
  | { readonly kind: 'refused'; readonly message: string };

/** A HorizontalPodAutoscaler that drives a workload, as whoever writes it needs to see it. */
export interface HpaObject extends Pick<HpaStatus, 'up' | 'down' | 'scaledToZero'> {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Name of the workload it drives. */
  readonly deployment: string;
  /** Kind of the workload it drives; absent for a Deployment. */
  readonly targetKind?: FloorsOnlyKind;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Only those under `ai4k8s.io/`. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The label `app.kubernetes.io/managed-by`. */
  readonly managedBy: string | null;
  /** The KEDA ScaledObject that rewrites it; null for an HPA of its own. */
  readonly scaledObject: string | null;
  /** Who else last wrote minReplicas, by managedFields; null where nobody is known to have. */
  readonly floorWriter: string | null;
  readonly resourceVersion: string;
}

/** What an HPA of ours is made with; a target is percent of requests, absent where the pods state no request. */
interface NewHpa extends PlannedHpa {
  readonly cluster: string;
}

/** The HPAs of a cluster, read afresh and written only as they were read. */
export interface HpaAccess {
  /** @param namespace null for all that are watched */
  list(cluster: string, namespace: string | null): Promise<readonly HpaObject[]>;
  /** Merge-patches minReplicas (null leaves it) and annotations (null removes one), only while `hpa` is as it was read. */
  patch(
    hpa: HpaObject,
    minReplicas: number | null,
    annotations: Readonly<Record<string, string | null>>,
  ): Promise<WriteResult>;
  /** A conflict where the name is taken. */
  create(hpa: NewHpa): Promise<WriteResult>;
  /** Only while `hpa` is as it was read. */
  delete(hpa: HpaObject): Promise<WriteResult>;
}

export interface LimitsReader {
  /** ResourceQuotas and LimitRanges of these namespaces, in at most two paged LISTs each, or two in all. */
  limits(cluster: string, namespaces: readonly string[]): Promise<ReadonlyMap<string, NamespaceLimits>>;
}

/** Something to tell whoever looks at a workload in the cluster. */
export interface KubernetesEvent {
  readonly workload: WorkloadRef;
  /** Of the workload's object. */
  readonly uid: string;
  readonly at: EpochMs;
  readonly kind: 'change' | 'problem';
  /** CamelCase, as Kubernetes wants it. */
  readonly reason: string;
  readonly note: string;
}

/** Among a use case's ports it is called `noticeBoard`. */
export interface EventRecorder {
  /** One Kubernetes Event each; the same one within an hour is written once. Throws AdapterError at the first that fails. */
  post(notices: readonly KubernetesEvent[]): Promise<void>;
}
