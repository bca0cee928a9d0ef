// The words of the project as types; every other room speaks in them.

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** A Deployment. */
export interface WorkloadRef {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/** `namespace/name`: unique inside one cluster. */
export function workloadKey(ref: Pick<WorkloadRef, 'namespace' | 'name'>): string {
  return `${ref.namespace}/${ref.name}`;
}

/** Measured quantities. cpu is in cores, memory in bytes. */
export const SIGNAL_NAMES = ['cpu', 'memory'] as const;
export type SignalName = (typeof SIGNAL_NAMES)[number];
export type PerSignal<T> = Readonly<Partial<Record<SignalName, T>>>;

/** One measurement of one signal. */
export interface Reading {
  /** Total over all pods, never per replica: cores or bytes. */
  readonly demand: number;
  /** When it was measured, not when we asked. */
  readonly at: EpochMs;
  /** Measured pods ÷ ready pods, 0…1. Below 1 the demand is a lower bound. */
  readonly coverage: number;
  /** A pod read at its own limit: the true demand is at least this. */
  readonly atLimit: boolean;
  /** Ready pods left out because their figure still holds CPU of their start-up; absent where there are none. */
  readonly startingPods?: number;
}

export interface HpaStatus {
  readonly name: string;
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
  readonly scalingStatus: 'stable' | 'scaling_up' | 'scaling_down' | 'limited' | 'inactive';
}

/** Who else writes this workload's replica count. */
export type Owner =
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'hpa'; readonly name: string }
  | { readonly kind: 'keda'; readonly name: string }
  | { readonly kind: 'several_hpas'; readonly names: readonly string[] };

/** Who else has a hand in this workload, beside its owner. */
export interface OtherHands {
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

/** One tick's readings of one workload. */
export interface Observation {
  readonly workload: WorkloadRef;
  readonly at: EpochMs;
  /** Of the Deployment, as read: the precondition of a later write. */
  readonly resourceVersion: string;
  /** `spec` is what was asked for; `total` and `running` count the pods that exist; `ready` those that serve. */
  readonly replicas: {
    readonly spec: number;
    readonly ready: number;
    readonly running: number;
    readonly total: number;
  };
  /** What one replica requests: cores, bytes. Absent where a container states no request. */
  readonly capacity: PerSignal<number>;
  /** From a pod's birth until it serves: the median of the pods that can tell. Null where none can. */
  readonly startupSeconds: number | null;
  readonly signals: PerSignal<Reading>;
  readonly rollout: 'settled' | 'in_progress' | 'paused';
  readonly hpa: HpaStatus | null;
  readonly owner: Owner;
  /** Absent in what older versions stored. */
  readonly hands?: OtherHands;
  /** Absent in what older versions stored. */
  readonly troubles?: PodTroubles;
  /** Only those under `ai4k8s.io/`. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the Deployment; events are found by it. Absent in what older releases stored. */
  readonly uid?: string;
  /** What one replica may use at most, as the widest of its pods says: cores, bytes. */
  readonly limits?: PerSignal<number>;
}

/** A workload's history of demand, as columns of equal length. NaN marks a sample that is missing. */
export interface Series {
  /** Ascending. */
  readonly at: Float64Array;
  readonly demand: Readonly<Record<SignalName, Float64Array>>;
  /** Ready replicas. */
  readonly replicas: Float64Array;
}

export type Trend = 'increasing' | 'decreasing' | 'stable';

/** Mean demand of the five minutes that end at one moment ahead: its quantiles, in the signal's unit. */
export interface ForecastPoint {
  readonly at: EpochMs;
  readonly p5: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Forecast {
  readonly signal: SignalName;
  readonly method: ForecastMethod;
  readonly current: number;
  /** Five-minute steps for the first hour, quarter-hours from there to six hours. */
  readonly points: readonly ForecastPoint[];
  /** The medians at 1, 2, … 6 hours. */
  readonly hourly: readonly number[];
  /** The highest median within six hours, the present included. */
  readonly peak: number;
  readonly trend: Trend;
  /** 1 − error ÷ error of the last value, over this workload's own past. Null before there is enough of it. */
  readonly skill: number | null;
  /** The present lies outside what its own past made likely. */
  readonly anomalous: boolean;
}

/** What weighs most in the blend, an hour ahead. */
export type ForecastMethod = 'last_value' | 'recent_level' | 'daily_profile' | 'weekly_profile';

export type Action = 'scale_up' | 'scale_down' | 'maintain' | 'at_max';
export type ProposalSource = 'rules' | 'reactive' | 'predictive' | 'scheduled' | 'llm';

/** One source's answer. */
export interface Proposal {
  readonly source: ProposalSource;
  readonly action: Action;
  readonly replicas: number;
  /** What its evidence says, where missing evidence keeps it at the present count. */
  readonly wanted?: number;
  readonly reason: string;
}

/** The replicas between which advice is free. */
export interface Envelope {
  readonly floor: number;
  readonly ceiling: number;
  readonly reason: string;
}

type Level = 'low' | 'medium' | 'high';

/** The LLM's answer, parsed and valid; not yet held against the envelope. */
export interface Advice {
  readonly action: Action;
  readonly targetReplicas: number;
  /** 0…1, self-reported: shown, never a gate. */
  readonly confidence: number;
  readonly reasoning: string;
  readonly factors: readonly string[];
  readonly risk: Level;
  readonly costImpact: Level;
  readonly performanceImpact: 'positive' | 'neutral' | 'negative';
  readonly timing: 'immediate' | 'gradual' | 'scheduled';
}

export type RejectionCode =
  | 'no_api_key'
  | 'switched_off'
  | 'rate_limited'
  | 'quota_exhausted'
  | 'backing_off'
  | 'timeout'
  | 'network'
  | 'server_error'
  | 'request_refused'
  | 'no_model'
  | 'empty'
  | 'truncated'
  | 'too_large'
  | 'unparsable'
  | 'schema'
  | 'out_of_bounds'
  | 'contradiction';

/** What asking the LLM came to. */
export type AdviceResult =
  | {
      readonly kind: 'advice';
      readonly advice: Advice;
      readonly model: string;
      /** When the model answered; older than now when cached. */
      readonly at: EpochMs;
      readonly cached: boolean;
    }
  | {
      readonly kind: 'rejection';
      readonly code: RejectionCode;
      readonly detail: string;
      readonly model: string | null;
      readonly at: EpochMs;
      /** What came back, cut and without control characters. */
      readonly raw: string | null;
    };

/** What following advice has cost a workload of late; all amounts fade over a week. */
export interface AdviceTrack {
  /** The last tick counted. */
  readonly at: EpochMs;
  /** Minutes short of capacity in which rules alone would have had enough. */
  readonly shortMinutes: number;
  /** Replica-minutes that neither rules nor the load asked for. */
  readonly spareMinutes: number;
  /** Replica-minutes of rules alone, to compare with. */
  readonly rulesMinutes: number;
  /** Advice may not go under rules at present. */
  readonly downClosed: boolean;
  /** Advice may not go over rules at present. */
  readonly upClosed: boolean;
}

/** What the windows that are active now ask for, inside the policy's bounds; null where none asks. */
export interface ActiveSchedule {
  readonly floor: number | null;
  /** Never under the floor. */
  readonly ceiling: number | null;
  readonly reason: string;
}

/** Everything known before the LLM is asked. Pure function of its inputs. */
export interface Assessment {
  readonly now: EpochMs;
  readonly policy: Policy;
  readonly observation: Observation;
  /** How much history stands behind the forecast. */
  readonly historyHours: number;
  /** Demand ÷ what the ready replicas request, in percent; absent where either is unknown. */
  readonly utilisation: PerSignal<number>;
  /** Signals that are missing or stale, and why. */
  readonly blind: PerSignal<string>;
  readonly forecasts: PerSignal<Forecast>;
  /** The learned way of sizing, where it decides. */
  readonly plan: Plan | null;
  /** Utilisation aimed at, percent of requests: the plan's where there is one, else the policy's. */
  readonly targets: Readonly<Record<SignalName, number>>;
  /** Null where no scheduled window is active. */
  readonly schedule: ActiveSchedule | null;
  readonly proposals: readonly Proposal[];
  readonly envelope: Envelope;
  readonly track: AdviceTrack;
  readonly past: readonly PastDecision[];
}

/** A decision already taken, and what came of it: CPU utilisation before and ten minutes after. */
export interface PastDecision {
  readonly at: EpochMs;
  readonly action: Action;
  readonly source: ProposalSource;
  readonly from: number;
  readonly to: number;
  readonly cpuPercentBefore: number | null;
  readonly cpuPercentAfter: number | null;
  /** Pods that served when it was taken. Absent in what older releases stored. */
  readonly readyBefore?: number;
}

/** What a replay of the last days says would have come of a way of sizing. */
export interface ReplayScore {
  /** Share of minutes in which ready capacity was short of need, percent. */
  readonly violationPercent: number;
  /** Replica-minutes ÷ those that exactly the needed replicas would have taken. */
  readonly cost: number;
}

/** What a plan may look at; `plan-features.ts` says how each is read. */
export const PLAN_FEATURES = [
  'peak5',
  'peak20',
  'peak60',
  'mean60',
  'moves60',
  'jump60',
  'slope',
  'usual',
  'rise',
  'spare',
] as const;
export type PlanFeature = (typeof PLAN_FEATURES)[number];

/** A way of sizing: be ready for a weighted sum of what is seen, and hold it for a while. */
export interface PlanShape {
  readonly weights: Readonly<Partial<Record<PlanFeature, number>>>;
  /** The highest number wanted within so many minutes stands. */
  readonly holdMinutes: number;
}

export interface Plan extends PlanShape {
  /** What the plan kept above the demand that was there, as a share of it, over the days replayed. */
  readonly headroom: number;
  /** How much of the planned demand each feature made up, the largest first. */
  readonly shares: readonly (readonly [PlanFeature, number])[];
  readonly expected: ReplayScore;
  /** The same days under an HPA at 70 %, replayed by the minute. */
  readonly hpa70: ReplayScore;
  /** Days that were replayed. */
  readonly days: number;
}

export type Mode = 'auto' | 'recommend' | 'hpa-floor' | 'scale';

/** What annotations, the record in the table and the defaults say about one workload. */
export interface Policy {
  readonly enabled: boolean;
  readonly mode: Mode;
  readonly min: number;
  readonly max: number;
  readonly sloPercent: number;
  readonly targetPercent: Readonly<Record<SignalName, number>>;
  readonly cooldownDownSeconds: number;
  readonly cooldownUpSeconds: number;
  readonly staleAfterTicks: number;
  readonly tickSeconds: number;
  readonly paused: boolean;
  readonly llm: 'on' | 'off' | 'shadow';
  /** One sentence per value that could not be read; not empty means the workload is treated as `recommend`. */
  readonly problems: readonly string[];
}

export const GUARDRAILS = [
  'advice',
  'bounds',
  'schedule_ceiling',
  'signals',
  'rollout',
  'not_ready',
  'direction',
  'schedule_floor',
  'envelope',
  'step',
  'stabilisation',
  'cooldown',
  'pods',
  'zero',
  'ownership',
  'manager',
  'neighbours',
  'paused',
  'kill_switch',
] as const;
/** Met after those above, by the changes of a whole cluster at once. */
export type ClusterGuardrailName = 'hold' | 'quota' | 'blast_radius';
export type GuardrailName = (typeof GUARDRAILS)[number] | ClusterGuardrailName;

/** Why a guardrail did what it did; closed, so that dashboards and alarms can count on it. */
export type ReasonCode =
  | 'ok'
  | RejectionCode
  | 'below_min'
  | 'above_max'
  /** A scheduled window asks for more, or for less, than the source. */
  | 'below_schedule'
  | 'above_schedule'
  | 'workload_at_zero'
  | 'signal_missing'
  /** Measured too long ago. */
  | 'signal_stale'
  /** Measured on some of the ready pods only. */
  | 'signal_partial'
  /** Ready pods whose figure still holds CPU of their start-up. */
  | 'pods_starting'
  /** A container states no request: utilisation is undefined. */
  | 'request_missing'
  | 'rollout_in_progress'
  | 'deployment_paused'
  | 'pods_not_ready'
  | 'down_while_over_target'
  | 'up_while_under_target'
  | 'below_envelope'
  | 'above_envelope'
  | 'step_up'
  | 'step_down'
  | 'stabilising'
  | 'cooling_down'
  /** Somebody else changed the replica count within the cooldown. */
  | 'scaled_by_other'
  | 'pods_unschedulable'
  | 'image_pull_failing'
  | 'crash_looping'
  | 'owned_by_hpa'
  | 'owned_by_keda'
  | 'ambiguous_owner'
  | 'owner_unknown'
  /** A GitOps controller or operator sets `spec.replicas` to its own count. */
  | 'owned_by_manager'
  /** A manifest holds `spec.replicas`: told, not an obstacle. */
  | 'replicas_in_manifest'
  /** A VerticalPodAutoscaler changes the requests that sizing counts in: told. */
  | 'vpa_present'
  /** Selectors of two Deployments match the same pods: told. */
  | 'selector_overlap'
  | 'paused'
  | 'kill_switch'
  /** Ready counts fell after changes of ours: the cluster is on hold. */
  | 'on_hold'
  /** A ResourceQuota has no room for so many pods. */
  | 'quota_exceeded'
  /** A LimitRange refuses pods of this size. */
  | 'limit_range'
  /** One tick may change only a share of a cluster. */
  | 'blast_radius';

/** `rejected`: not an answer · `vetoed`: an answer that must not be followed · `clipped`: moved · `held`: kept as it is · `blocked`: nobody may act · `noted`: told, and changes nothing. */
export type Effect = 'passed' | 'noted' | 'rejected' | 'vetoed' | 'clipped' | 'held' | 'blocked';

export interface Verdict {
  readonly guardrail: GuardrailName;
  readonly source: ProposalSource;
  readonly effect: Effect;
  readonly code: ReasonCode;
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** The replicas to have, and how that came about. */
export interface Decision {
  readonly id: string;
  readonly workload: WorkloadRef;
  readonly at: EpochMs;
  readonly current: number;
  readonly target: number;
  readonly action: Action;
  readonly source: ProposalSource;
  readonly reason: string;
  /** Set when a guardrail forbids acting at all; recommending is still allowed. */
  readonly blockedBy: ReasonCode | null;
  readonly verdicts: readonly Verdict[];
}

/** `unchanged`: allowed to act, and already where it should be. */
type OutcomeKind = 'applied' | 'unchanged' | 'recommended' | 'refused' | 'conflict' | 'failed';

export interface Outcome {
  readonly kind: OutcomeKind;
  readonly message: string;
  /** The answer to a write was lost, and nobody could tell yet what became of it: the next tick finds out. */
  readonly unsettled?: true;
}

/** A decision with everything it was made from: what history and the API show. */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly outcome: Outcome;
  readonly assessment: Assessment;
  readonly advice: AdviceResult | null;
  /** Who asked, where a person did. */
  readonly requestedBy: string | null;
}
