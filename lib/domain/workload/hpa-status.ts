// A workload's HPA as it was read: its bounds, its metrics, its behaviour, and what of ours is on it.

/** One policy of an HPA's `spec.behavior`: so many pods, or so many percent, within a period. */
export interface HpaPace {
  readonly kind: 'pods' | 'percent';
  readonly value: number;
  readonly periodSeconds: number;
}

/** What an HPA states of one direction in `spec.behavior`; what is absent is Kubernetes' own default. */
export interface HpaRules {
  /** As a share: 0.05 leaves a ratio of 1.05 alone. */
  readonly tolerance?: number;
  readonly windowSeconds?: number;
  readonly select?: 'max' | 'min' | 'disabled';
  readonly paces?: readonly HpaPace[];
}

/** A metric of an HPA. Its name comes from the cluster: cleaned and cut, for people only. */
export interface HpaMetricSpec {
  readonly kind: 'Resource' | 'ContainerResource' | 'Pods' | 'Object' | 'External' | 'unknown';
  readonly name: string;
  /** Of requests. */
  readonly targetPercent?: number;
  /** Per pod: cores, bytes, or the metric's own unit. */
  readonly targetAverage?: number;
  /** In all, in the metric's own unit. */
  readonly targetValue?: number;
}

export interface HpaStatus {
  readonly name: string;
  /** 0 where its user lets it scale to none. */
  readonly minReplicas: number;
  /** The user's own minReplicas, while `minReplicas` is a floor of ours; absent where that is the user's own. */
  readonly ownMinReplicas?: number;
  /** Who keeps `minReplicas` at its own number (Argo CD, Flux …): a floor of ours would be set back. Absent where nobody does. */
  readonly floorManager?: string;
  /** Who else last wrote `minReplicas`. Absent where nobody is known to have. */
  readonly floorWriter?: string;
  readonly maxReplicas: number;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly targetCpuPercent: number | null;
  readonly targetMemoryPercent: number | null;
  /** All of its metrics, those two targets included. Absent in what older versions stored. */
  readonly metrics?: readonly HpaMetricSpec[];
  /** What it states of scaling up and down; absent where it states nothing. */
  readonly up?: HpaRules;
  readonly down?: HpaRules;
  /** The condition `ScaledToZero` (Kubernetes 1.37): whether it was the HPA that scaled to none. Absent where it is not there. */
  readonly scaledToZero?: boolean;
  readonly scalingStatus: 'stable' | 'scaling_up' | 'scaling_down' | 'limited' | 'inactive';
}
