// The words of the project as types; every other room speaks in them.

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** What else than a Deployment may be a workload, where an HPA drives it: only the HPA's floor is ours to move then. */
export const FLOORS_ONLY_KINDS = ['StatefulSet', 'Rollout'] as const;
export type FloorsOnlyKind = (typeof FLOORS_ONLY_KINDS)[number];

/** A Deployment, or what an HPA drives of another kind. */
export interface WorkloadRef {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent for a Deployment. */
  readonly kind?: FloorsOnlyKind;
}

/** Unique inside one cluster: `namespace/name` of a Deployment, `namespace/statefulset:name` of another kind. */
export function workloadKey(ref: Omit<WorkloadRef, 'cluster'>): string {
  return `${ref.namespace}/${spelledName(ref)}`;
}

/** Unique inside one namespace: `web`, or `statefulset:web`. No Kubernetes name of these kinds holds a `:`. */
export function spelledName({ name, kind }: Pick<WorkloadRef, 'name' | 'kind'>): string {
  return kind === undefined ? name : `${kind.toLowerCase()}:${name}`;
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
  /** Measured pods ÷ pods that carry load, 0…1. Below 1 the demand is a lower bound. */
  readonly coverage: number;
  /** A pod read at its own limit: the true demand is at least this. */
  readonly atLimit: boolean;
  /** Ready pods left out because their figure still holds CPU of their start-up; absent where there are none. */
  readonly startingPods?: number;
  /** Why pods are not in it, of the first of them; absent where none was left out, or nothing more is known. */
  readonly leftOut?: string;
}

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
  /** Per pod: cores or bytes, of CPU and memory only. */
  readonly targetAverage?: number;
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
  readonly capacity: PerSignal<number>;
  /** Where a request is not known: which container states none. Absent in what older versions stored. */
  readonly unrequested?: PerSignal<string>;
  /** Why a signal was not measured, where the source knows. Absent in what older versions stored. */
  readonly unread?: PerSignal<string>;
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
  /** Only those under `ai4k8s.io/`, capped, see own-annotations.ts. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Unknown keys under `ai4k8s.io/` that are not among them. Absent where there are none. */
  readonly moreUnknown?: number;
  /** Of the Deployment; events are found by it. Absent in what older releases stored. */
  readonly uid?: string;
  /** What one replica may use at most, as the widest of its pods says: cores, bytes. */
  readonly limits?: PerSignal<number>;
  /** Of its newest pod, else of the template. Absent in what older releases stored. */
  readonly podTraits?: PodTraits;
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
/** `watchdog` decides where ticks have stopped, and only upwards. */
export type ProposalSource = 'rules' | 'reactive' | 'predictive' | 'scheduled' | 'llm' | 'watchdog';

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
  /** Both as they come out within the bounds of the policy, and with what keeps the present count for now. */
  readonly floor: number;
  readonly ceiling: number;
  readonly reason: string;
  /** What evidence alone says, whatever the bounds: no fewer than these … */
  readonly needed: number;
  /** … and of advice no more than these. */
  readonly justified: number;
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
  /** Whatever is advised, orders and evidence leave one answer. */
  | 'no_room'
  /** Advice has cost too much of late, or moved the workload to and fro: what is left of its room is one answer. */
  | 'room_closed'
  /** Nothing may be written to the workload, whatever is advised. */
  | 'not_permitted'
  /** What holds the workload for now stands against every advice alike. */
  | 'held'
  /** The month's budget in dollars is spent. */
  | 'budget_used_up'
  /** What time has earned of the month's budget is spent, for now. */
  | 'budget_paced'
  /** Our own interval: the workload had its call. */
  | 'asked_recently'
  /** The server's limit. */
  | 'rate_limited'
  /** Our own count of the model's quota, or the tokens that its server takes at once. */
  | 'quota_exhausted'
  /** Every model is left alone for a while, after a server said no. */
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
  /** Differing advice, or advice taken back: which is meant cannot be told. */
  | 'several_answers'
  | 'schema'
  | 'out_of_bounds'
  | 'contradiction';

/** Why the LLM was not asked this time. */
export interface NotAsked {
  readonly code: RejectionCode;
  readonly detail: string;
  /** When it may be asked again; null where that is not known. */
  readonly until: EpochMs | null;
  /** When the workload last got advice, where that is known: a call that failed before is over then. */
  readonly answeredAt?: EpochMs;
}

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
      /** When the workload may have its next call; absent where no call was made. */
      readonly nextCallAt?: EpochMs;
      /** Set where no call was made: all of the above is then of the last one, where that is known to have failed. */
      readonly notAsked?: NotAsked;
    };

/** The count (or the floor) as it would be had advice never led. */
export interface RulesAlone {
  readonly replicas: number;
  readonly changedAt: EpochMs;
}

/** How often a workload was changed, and would have been by rules alone; both fade over a week. */
export interface ChangesTrack {
  readonly made: number;
  readonly byRules: number;
  /** Null before the first tick. */
  readonly alone: RulesAlone | null;
  /** Advice has moved it to and fro: rules decide at present. */
  readonly closed: boolean;
}

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
  /** Absent in what older releases stored. */
  readonly changes?: ChangesTrack;
}

/** What the windows that are active now ask for, inside the policy's bounds; null where none asks. */
export interface ActiveSchedule {
  readonly floor: number | null;
  /** Never under the floor. */
  readonly ceiling: number | null;
  readonly reason: string;
}

/**
 * Whether more replicas would lower memory per pod. `at_rest`: every pod holds it before any load, and they would not.
 * `unknown`: before a step of replicas has shown it, and where memory is not sized by.
 */
export type MemoryKind = 'follows_load' | 'at_rest' | 'unknown';

/** What is known of a workload's memory from one tick to the next. */
export interface MemoryNature {
  /** What every pod holds before any load, bytes; null before that is known. */
  readonly baseBytes: number | null;
  /** When that was learned. */
  readonly at: EpochMs;
  /** The last rollout seen: what was measured before it is of other pods. */
  readonly since: EpochMs;
  /** What is tried to find out; null where nothing is. */
  readonly trial: MemoryTrial | null;
}

/** One step of replicas, to see what it does to memory. */
export interface MemoryTrial {
  /** When memory came near its target. */
  readonly at: EpochMs;
  /** Replicas then. */
  readonly from: number;
  readonly perPodBytes: number;
  /** When another number of replicas was first seen; null before. */
  readonly steppedAt: EpochMs | null;
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
  /** Absent in what older versions stored. */
  readonly memoryKind?: MemoryKind;
  /** For the next assessment. Absent in what older versions stored. */
  readonly memory?: MemoryNature;
  readonly track: AdviceTrack;
  readonly past: readonly PastDecision[];
  /** Since when what holds this workload has done so. */
  readonly standing: Standing;
  /** Whoever sets the replica count against us; absent where nobody did of late. */
  readonly overruled?: Overruled;
}

/** Since when what holds a workload has done so, by what it is called. */
export type Standing = Readonly<Partial<Record<ReasonCode, EpochMs>>>;

/** A number of ours that somebody overruled: how often in a row, and until when his is left alone. */
export interface Overruled {
  readonly times: number;
  readonly until: EpochMs;
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

/** What the workload's own HPA would have done, as far as its metrics are in the history. */
export interface HpaReplay {
  /** Of what was replayed, in percent of requests. */
  readonly targets: PerSignal<number>;
  /** Null where none of its metrics is in the history. */
  readonly score: ReplayScore | null;
  /** Metrics that are not in the history, as `name (kind)`: cleaned, for people only. */
  readonly leftOut: readonly string[];
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
  /** The same days under the workload's own HPA; absent where it has none, and in what older versions stored. */
  readonly ownHpa?: HpaReplay;
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
  /** Nobody stated a maximum: `max` bounds growth and never orders a scale-in. */
  readonly maxIsDefault?: true;
  readonly sloPercent: number;
  readonly targetPercent: Readonly<Record<SignalName, number>>;
  /** Memory is shown and not sized by; absent where it is. */
  readonly memoryOff?: boolean;
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
/** Met by each workload's answer by itself. */
export type CheckName = (typeof GUARDRAILS)[number];
type GuardrailName = CheckName | ClusterGuardrailName;

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
  /** Its HPA holds it at none, and wakes it. */
  | 'hpa_at_zero'
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
  /** What constraints leave of advice goes the other way, or moves what it wanted kept. */
  | 'direction_turned'
  /** Advice has moved it to and fro more often than rules alone would have, past its allowance. */
  | 'too_many_changes'
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
  /** An Argo Rollout runs its pods (`workloadRef`). */
  | 'owned_by_rollout'
  /** A StatefulSet or a Rollout is scaled through an HPA, or not at all. */
  | 'floors_only'
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
  /** What orders and evidence leave of the proposal, before it is held or slowed down. Absent in what older releases stored. */
  readonly wanted?: number;
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
