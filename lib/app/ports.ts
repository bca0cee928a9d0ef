// What the use cases need from the outside world. Adapters implement these; tests pass their own.
import type { TrackedTick } from '../domain/advice-track.ts';
import type { Overruled } from '../domain/floor.ts';
import type { Readiness } from '../domain/hold.ts';
import type { Learned } from '../domain/learned.ts';
import type {
  AdviceResult,
  AdviceTrack,
  DecisionRecord,
  EpochMs,
  Observation,
  PastDecision,
  PerSignal,
  Reading,
  Series,
  WorkloadRef,
} from '../domain/model.ts';
import type { NamespaceLimits } from '../domain/quota.ts';
import type { ScheduleWindow } from '../domain/schedule-window.ts';

/** The one error adapters throw. Whatever can be expected is a value instead. */
export class AdapterError extends Error {
  readonly source: string;
  /** Trying again later may succeed. */
  readonly retryable: boolean;
  constructor(source: string, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'AdapterError';
    this.source = source;
    this.retryable = options.retryable;
  }
}

export interface Clock {
  now(): EpochMs;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

// --- the cluster ---------------------------------------------------------------------------------------------------

/** A pod as far as measuring needs it. */
export interface PodInfo {
  readonly name: string;
  readonly running: boolean;
  readonly ready: boolean;
  /** Sum over its containers; null where one of them states none. */
  readonly limits: PerSignal<number>;
  /** When its containers began to start. Absent where the pod does not tell. */
  readonly startedAt?: EpochMs;
  /** When it last became ready. Absent where the pod does not tell. */
  readonly readySince?: EpochMs;
}

/** A Deployment as the API server shows it, before anything is measured. */
export interface WorkloadSnapshot extends Omit<Observation, 'signals' | 'at'> {
  readonly pods: readonly PodInfo[];
}

export interface ClusterSnapshot {
  readonly cluster: string;
  readonly at: EpochMs;
  /** Keyed by `namespace/name`. */
  readonly workloads: ReadonlyMap<string, WorkloadSnapshot>;
  /** Parts that could not be read, one sentence each. */
  readonly problems: readonly string[];
}

export interface ClusterReader {
  /** Every Deployment of the watched namespaces, in paged LISTs: never a call per workload. */
  snapshot(cluster: string): Promise<ClusterSnapshot>;
  /** One Deployment as it is now, or null where there is none. */
  workload(ref: WorkloadRef): Promise<WorkloadSnapshot | null>;
}

export interface SignalBatch {
  /** Keyed by `namespace/name`. A signal that is not there was not measured: it is not zero. */
  readonly readings: ReadonlyMap<string, PerSignal<Reading>>;
  readonly problems: readonly string[];
}

/** A way to measure. Never throws for missing data: it leaves the reading out and says why. */
export interface SignalSource {
  readonly name: string;
  /** `ref` narrows the reading to one workload; otherwise the whole snapshot is measured in bulk. */
  read(snapshot: ClusterSnapshot, ref?: WorkloadRef): Promise<SignalBatch>;
}

interface WorkloadHistory {
  /** Total demand of one workload; signals the source does not have are NaN throughout. Empty where it knows nothing. */
  readonly series: Series;
  /** CPU request of one replica, cores; null where the source does not know it. */
  readonly coresPerReplica: number | null;
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
  /** Through the `scale` subresource, only while the Deployment is still at `resourceVersion`. */
  scale(ref: WorkloadRef, replicas: number, resourceVersion: string): Promise<WriteResult>;
  /** Sets (string) or removes (null) annotations of the Deployment itself. */
  annotate(ref: WorkloadRef, annotations: Readonly<Record<string, string | null>>): Promise<WriteResult>;
}

/** A HorizontalPodAutoscaler that drives a Deployment, as whoever writes it needs to see it. */
export interface HpaObject {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Name of the Deployment it drives. */
  readonly deployment: string;
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
export interface NewHpa extends Pick<HpaObject, 'cluster' | 'namespace' | 'name' | 'deployment'> {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly targetPercent: PerSignal<number>;
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
export interface Notice {
  readonly workload: WorkloadRef;
  /** Of the Deployment. */
  readonly uid: string;
  readonly at: EpochMs;
  readonly kind: 'change' | 'problem';
  /** CamelCase, as Kubernetes wants it. */
  readonly reason: string;
  readonly note: string;
}

export interface NoticeBoard {
  /** One Kubernetes Event each; the same notice within an hour is written once. Throws AdapterError at the first that fails. */
  post(notices: readonly Notice[]): Promise<void>;
}

// --- the table -----------------------------------------------------------------------------------------------------

/** What one tick adds to the history of one workload. NaN where a signal was not measured. */
export interface SampleRow {
  readonly workload: WorkloadRef;
  readonly cpu: number;
  readonly memory: number;
  readonly replicas: number;
}

/** What the API shows between ticks, and what the next tick builds on. */
export interface LatestEntry {
  readonly observation: Observation;
  readonly record: Omit<DecisionRecord, 'assessment'>;
  /** The six-hour peak per signal, total demand. */
  readonly peaks: PerSignal<number>;
  readonly past: readonly PastDecision[];
  /** What was wanted in the last minutes, for the down-stabilisation window and for what advice is charged with. */
  readonly wanted: readonly TrackedTick[];
  readonly track: AdviceTrack;
  readonly lastScaledAt: EpochMs | null;
  /** When a full record was last written: the heartbeat counts from here. */
  readonly recordedAt: EpochMs | null;
}

/** How far back history has a sample per tick; older, it is means of `COARSE_STEP_MS`, which flatten what sizing is learned from. */
export const FINE_HISTORY_MS = 14 * 86_400_000;
export const COARSE_STEP_MS = 300_000;

/** The part of a cluster's history that lives together: the unit of reading, appending and learning. */
export interface Shard {
  readonly id: number;
  readonly workloads: readonly WorkloadRef[];
}

export interface SeriesStore {
  /** Puts new workloads into shards with room; those known keep their place for good. */
  assign(cluster: string, workloads: readonly WorkloadRef[]): Promise<readonly Shard[]>;
  /** The shard a workload lives in, or null where no tick has seen it. */
  locate(ref: WorkloadRef): Promise<Shard | null>;
  /** All shards of a cluster; empty where no tick has run. */
  shards(cluster: string): Promise<readonly Shard[]>;
  /** One small item for the whole shard. Appending the same instant twice changes nothing. */
  append(cluster: string, shard: Shard, at: EpochMs, rows: readonly SampleRow[]): Promise<void>;
  /** Series since `from` for every workload of the shard, keyed `namespace/name`; coarse before `FINE_HISTORY_MS`. */
  read(cluster: string, shard: Shard, from: EpochMs, to: EpochMs): Promise<ReadonlyMap<string, Series>>;
  /** Folds finished hours into hour items and finished days into day items of five-minute means. */
  compact(cluster: string, shard: Shard, now: EpochMs): Promise<void>;
  /** Brings in history from elsewhere (a trace, another store). Rows by instant, ascending. */
  backfill(cluster: string, shard: Shard, history: ReadonlyMap<string, Series>): Promise<void>;
  readLearned(cluster: string, shard: Shard): Promise<ReadonlyMap<string, Learned>>;
  writeLearned(cluster: string, shard: Shard, learned: ReadonlyMap<string, Learned>): Promise<void>;
  readLatest(cluster: string, shard: Shard): Promise<ReadonlyMap<string, LatestEntry>>;
  /** Replaces what was there for the whole shard, but for what a tick later than `at` has written. */
  writeLatest(cluster: string, shard: Shard, latest: ReadonlyMap<string, LatestEntry>, at?: EpochMs): Promise<void>;
}

interface DecisionPage {
  readonly records: readonly DecisionRecord[];
  /** Opaque; null on the last page. */
  readonly cursor: string | null;
}

export interface DecisionStore {
  put(record: DecisionRecord): Promise<void>;
  /** Newest first. */
  list(ref: WorkloadRef, limit: number, cursor?: string): Promise<DecisionPage>;
  get(ref: WorkloadRef, id: string): Promise<DecisionRecord | null>;
}

/** What the API's enable and disable leave behind for one workload: raw values, read together with its annotations. */
export interface PolicyRecord {
  readonly workload: WorkloadRef;
  /** In the annotations' keys without prefix, e.g. `min-replicas` → "2". */
  readonly values: Readonly<Record<string, string>>;
  readonly updatedAt: EpochMs;
  readonly updatedBy: string | null;
}

export interface PolicyStore {
  /** Every record of a cluster, in one query, keyed `namespace/name`. */
  list(cluster: string): Promise<ReadonlyMap<string, PolicyRecord>>;
  get(ref: WorkloadRef): Promise<PolicyRecord | null>;
  put(record: PolicyRecord): Promise<void>;
}

/** A window in which a person set a floor, a ceiling or a size for one workload. */
export interface ScheduleRecord {
  readonly workload: WorkloadRef;
  /** Unique within the workload. */
  readonly id: string;
  readonly window: ScheduleWindow;
  readonly createdAt: EpochMs;
  readonly createdBy: string | null;
}

export interface ScheduleStore {
  /** Every window of a cluster, in one query, keyed `namespace/name`; those of a workload in the order of their ids. */
  list(cluster: string): Promise<ReadonlyMap<string, readonly ScheduleRecord[]>>;
  /** A workload's windows, as written a moment ago. */
  listOf(ref: WorkloadRef): Promise<readonly ScheduleRecord[]>;
  put(record: ScheduleRecord): Promise<void>;
  /** False where the workload has no such window. */
  remove(ref: WorkloadRef, id: string): Promise<boolean>;
}

/** A floor that we hold on an HPA: written before the HPA is, so that nobody's minReplicas is ever forgotten. */
export interface FloorRecord {
  readonly workload: WorkloadRef;
  /** Name of the HPA. */
  readonly hpa: string;
  /** The user's own minReplicas: what is given back. */
  readonly own: number;
  /** What we set, or were about to. */
  readonly floor: number;
  /** False until the HPA is known to have it. */
  readonly confirmed: boolean;
  /** Absent where nobody has set minReplicas against us. */
  readonly overruled?: Overruled;
  readonly updatedAt: EpochMs;
}

export interface FloorStore {
  /** Every floor held in a cluster. */
  list(cluster: string): Promise<readonly FloorRecord[]>;
  get(ref: WorkloadRef): Promise<FloorRecord | null>;
  put(record: FloorRecord): Promise<void>;
  /** The floor was given back, or its HPA is gone. */
  forget(ref: WorkloadRef): Promise<void>;
  /** Until when a person wants no floor raised in a cluster; 0 where nobody said so. */
  heldOffUntil(cluster: string): Promise<EpochMs>;
  holdOff(cluster: string, until: EpochMs): Promise<void>;
}

export interface StoredAdvice {
  /** The cache key of seed 2 §5.1: advice under another key is not for this state. */
  readonly key: string;
  readonly result: Extract<AdviceResult, { kind: 'advice' }>;
}

/** Requests and tokens used of a model's quota, counted from these instants. */
export interface BucketState {
  readonly minute: EpochMs;
  readonly day: EpochMs;
  readonly requestsThisMinute: number;
  readonly requestsToday: number;
  readonly tokensThisMinute: number;
  /** Until then the model is left alone (429, 498, 503). */
  readonly blockedUntil: EpochMs;
}

export interface BucketLimits {
  readonly requestsPerMinute: number;
  readonly requestsPerDay: number;
  readonly tokensPerMinute: number;
}

export interface AdviceStore {
  /** The last advice given on a workload and not expired. */
  get(ref: WorkloadRef, now: EpochMs): Promise<StoredAdvice | null>;
  put(ref: WorkloadRef, advice: StoredAdvice, expiresAt: EpochMs): Promise<void>;
  /** Claims the one call per interval for a workload: false where another call was made since `now - interval`. */
  claimCall(ref: WorkloadRef, now: EpochMs, intervalMs: number): Promise<boolean>;
  /** Gives a claim back where no call was made after all. */
  releaseCall(ref: WorkloadRef): Promise<void>;
  /** Takes one request and `tokens` from the model's bucket, or says which limit is out. Shared by all processes. */
  takeTokens(
    model: string,
    now: EpochMs,
    tokens: number,
    limits: BucketLimits,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly limit: string; readonly until: EpochMs }>;
  /** Leaves a model alone until `until`. */
  block(model: string, until: EpochMs): Promise<void>;
}

export interface TickSummary {
  readonly cluster: string;
  readonly scheduledAt: EpochMs;
  readonly finishedAt: EpochMs;
  readonly workloads: number;
  readonly enabled: number;
  readonly applied: number;
  readonly problems: readonly string[];
  /** Whether pods still serve after what was changed. Absent in what older releases stored. */
  readonly readiness?: Readiness;
}

export interface TickStore {
  /**
   * Claims the tick of `scheduledAt`: at most one owner per scheduled time, and one tick of a cluster at a time.
   * A lease whose owner died is free again after `ttlMs`.
   */
  acquire(
    cluster: string,
    scheduledAt: EpochMs,
    now: EpochMs,
    ttlMs: number,
  ): Promise<'acquired' | 'already_done' | 'held'>;
  /** Records the summary and frees the lease. */
  finish(summary: TickSummary): Promise<void>;
  /** The last tick that finished. */
  last(cluster: string): Promise<TickSummary | null>;
  /** What the ticks before the one that was claimed last have left. */
  before(cluster: string): Promise<TickLegacy>;
  /** Whether the tick of `scheduledAt` is still the one claimed last: asked once, right before anything is changed. */
  confirm(cluster: string, scheduledAt: EpochMs): Promise<boolean>;
  /**
   * Notes what a tick is about to change in one shard, before it does. Scheduled times only grow, so they are the fencing
   * token: false where a later tick has noted something, and nothing was written.
   */
  journal(cluster: string, shard: number, scheduledAt: EpochMs, records: readonly DecisionRecord[]): Promise<boolean>;
  /** What was last noted for a shard; empty where nothing was. */
  readJournal(cluster: string, shard: number): Promise<readonly DecisionRecord[]>;
  /** A person ends the hold of a cluster: changes made before `at` are no longer held against anybody. */
  clearHold(cluster: string, at: EpochMs): Promise<void>;
}

export interface TickLegacy {
  readonly last: TickSummary | null;
  /** A tick was claimed after the last one that finished, and never finished itself: its journal counts. */
  readonly unfinished: boolean;
  /** 0 where nobody ever ended a hold. */
  readonly holdClearedAt: EpochMs;
}

// --- the model and the world ---------------------------------------------------------------------------------------

export interface ModelRequest {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  /** Strict JSON schema of the answer, for models that enforce one. */
  readonly schema: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  readonly timeoutMs: number;
}

export type ModelReply =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly finishReason: string;
      readonly tokens: number;
    }
  | {
      readonly kind: 'failure';
      readonly code:
        | 'model_not_found'
        | 'rate_limited'
        | 'too_many_tokens'
        | 'capacity'
        | 'timeout'
        | 'network'
        | 'server_error'
        | 'request_refused'
        | 'too_large'
        | 'empty';
      readonly detail: string;
      /** How long the server asks us to stay away. */
      readonly retryAfterMs: number | null;
    };

/** One call of one model. Never retries, never throws for what a server may answer. */
export interface Model {
  complete(request: ModelRequest): Promise<ModelReply>;
}

export interface AutoscalerEvent {
  readonly type:
    | 'DecisionApplied'
    | 'DecisionRefused'
    | 'TickFinished'
    | 'TickFailed'
    | 'ClusterOnHold'
    | 'HoldEnded'
    | 'BlastRadiusReached';
  readonly at: EpochMs;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventSink {
  publish(events: readonly AutoscalerEvent[]): Promise<void>;
}
