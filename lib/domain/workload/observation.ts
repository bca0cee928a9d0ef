// One tick's readings of one workload, and who else writes it.

import type { Annotated } from './annotated-values.ts';
import type { HpaStatus } from './hpa-status.ts';
import type { WorkloadRef } from './identity.ts';
import type { NodeWaits } from './node-wait.ts';
import type { LevelReading, PerResource, PerSignal, Reading, SignalDefinition } from './signal.ts';
import type { EpochMs } from './time.ts';

/** Who else writes this workload's replica count. */
export type Owner =
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'hpa'; readonly name: string }
  | { readonly kind: 'keda'; readonly name: string }
  /** The first of them by name; `more` is there where there are too many to name. */
  | { readonly kind: 'several_hpas'; readonly names: readonly string[]; readonly more?: number }
  /** An Argo Rollout that runs a Deployment's pods in its place; null where only its traces can be seen. */
  | { readonly kind: 'rollout'; readonly name: string | null };

/** Who else writes this workload, or is to be known of, beside its owner. */
export interface OtherWriters {
  /**
   * Whose desired state holds `spec.replicas`, by managedFields. `reconciles`: sets its own count back within minutes
   * (Argo CD, Flux, an operator). `states`: a manifest holds a count, which returns when it is applied again.
   */
  readonly manager: { readonly name: string; readonly how: 'reconciles' | 'states' } | null;
  /** Who wrote `spec.replicas` last, us and the HPA controller aside; a `scale` is certainly about the count. */
  readonly writer: { readonly name: string; readonly at: EpochMs; readonly through: 'scale' | 'object' } | null;
  /** A VerticalPodAutoscaler on the same target; `mode` is its `updateMode`. */
  readonly vpa: { readonly name: string; readonly mode: string } | null;
  /** Names of Deployments in the namespace whose selectors match pods of this one, or this one's theirs. */
  readonly overlaps: readonly string[];
  /** Deployments beside those, where there are too many to name. */
  readonly moreOverlaps?: number;
}

/** Pods that do not serve, by what keeps them from it; each counted once. */
export interface PodTroubles {
  /** No node has room for them. */
  readonly unschedulable: number;
  /** Their image cannot be pulled. */
  readonly imagePull: number;
  /** Their containers end, or cannot be made, again and again. */
  readonly crashLoop: number;
}

/** What ResourceQuotas tell pods apart by. */
export interface PodTraits {
  readonly qos: 'Guaranteed' | 'Burstable' | 'BestEffort';
  readonly priorityClass: string | null;
  /** Has a deadline (`activeDeadlineSeconds`). */
  readonly terminating: boolean;
  /** Its affinity names other namespaces. */
  readonly crossNamespaceAffinity: boolean;
}

/** One tick's readings of one workload. */
export interface Observation {
  readonly workload: WorkloadRef;
  readonly at: EpochMs;
  /** Of the workload's object, as read: the precondition of a later write. */
  readonly resourceVersion: string;
  /** `spec` is what was asked for; `total` and `running` count the pods that exist; `ready` those that serve. */
  readonly replicas: {
    readonly spec: number;
    readonly ready: number;
    readonly running: number;
    readonly total: number;
    /** Pods that carry the measured load: those ready, and those that served and lost readiness. Absent: those ready. */
    readonly serving?: number;
  };
  /** Why none of its pods were found, where some should be there. Absent in what older versions stored. */
  readonly podsNotFound?: string;
  /** What one replica requests: cores, bytes. Absent where a container states no request. */
  readonly capacity: PerResource<number>;
  /** Where a request is not known: which container states none. Absent in what older versions stored. */
  readonly unrequested?: PerResource<string>;
  /** Why a signal was not measured, where the source knows. Absent in what older versions stored. */
  readonly unread?: PerSignal<string>;
  /** From a pod's birth until it serves: the median of the pods that found room on a node, of all where none did. Null where none can tell. */
  readonly startupSeconds: number | null;
  /** Which of its pods waited for a node. Absent in what older releases stored. */
  readonly nodeWaits?: NodeWaits;
  /** Loads. */
  readonly signals: PerSignal<Reading>;
  /** Levels. Absent where none was measured. */
  readonly levels?: PerSignal<LevelReading>;
  /** What the installation knows of the signals that the workload's annotations name. Absent where it knows none. */
  readonly definitions?: PerSignal<SignalDefinition>;
  readonly rollout: 'settled' | 'in_progress' | 'paused';
  readonly hpa: HpaStatus | null;
  readonly owner: Owner;
  /** Absent in what older versions stored. */
  readonly otherWriters?: OtherWriters;
  /** Absent in what older versions stored. */
  readonly troubles?: PodTroubles;
  /** Only those under `ai4k8s.io/`, capped, see own-annotations.ts. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Unknown keys under `ai4k8s.io/` that are not among them. Absent where there are none. */
  readonly moreUnknown?: number;
  /**
   * What its namespace's own object says under `ai4k8s.io/`, where the installation looks; absent where it says nothing.
   * `unread`: why nobody knows.
   */
  readonly inNamespace?: Annotated & { readonly unread?: string };
  /** Of the Deployment; events are found by it. Absent in what older releases stored. */
  readonly uid?: string;
  /** What one replica may use at most, as the widest of its pods says: cores, bytes. */
  readonly limits?: PerResource<number>;
  /** Of its newest pod, else of the template. Absent in what older releases stored. */
  readonly podTraits?: PodTraits;
}
