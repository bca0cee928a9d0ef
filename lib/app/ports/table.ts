// What the use cases need of the table, store by store. Adapters implement these; tests pass their own.
import type { TrackedTick } from '../../domain/advice/regret-budget.ts';
import type { Readiness } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import type { Learned } from '../../domain/learning/fitted.ts';
import type {
  AdviceResult,
  AdviceTrack,
  DecisionRecord,
  EpochMs,
  MemoryNature,
  Observation,
  Overruled,
  PastDecision,
  PerSignal,
  Series,
  Standing,
  WorkloadRef,
} from '../../domain/model.ts';
import type { ScheduleWindow } from '../../domain/schedule/window.ts';
import type { AskedStore } from './asked.ts';

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
  /** What is known of its memory. Absent in what older versions stored. */
  readonly memory?: MemoryNature;
  readonly lastScaledAt: EpochMs | null;
  /** When a full record was last written: the heartbeat counts from here. */
  readonly recordedAt: EpochMs | null;
  /** The most replicas it ran with while nobody stated a maximum. Absent where somebody does. */
  readonly ranAtMost?: number;
  /** Since when what holds it has done so. Absent in what older releases stored. */
  readonly standing?: Standing;
  /** Whoever sets the replica count against us. Absent where nobody did of late. */
  readonly overruled?: Overruled;
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
  /** Advice, or how the last call failed. */
  readonly result: AdviceResult;
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
  /** What the last call about a workload came to, where that was stored and has not expired. */
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
  /**
   * Adds nano-dollars to what the installation has spent in a month, where the sum is at most `atMost`: one caller after the
   * other, however many there are. A correction may be negative and has no end.
   * @param month such as `2026-11`
   * @returns what is spent now, with or without it
   */
  spend(month: string, nanoUsd: number, atMost: number): Promise<{ readonly ok: boolean; readonly spent: number }>;
  /** Nano-dollars spent in a month, or set aside for calls under way. */
  spent(month: string): Promise<number>;
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

export interface TickStore extends AskedStore {
  /**
   * Claims the tick of `scheduledAt`: at most one owner per scheduled time, and one tick of a cluster at a time.
   * A lease whose owner died is free again after `ttlMs`; a claim dated further ahead of `now` than clocks differ is none.
   * @param namedAt what the event calls its time, where `scheduledAt` is not that: delivered again, it is known by it
   */
  acquire(
    cluster: string,
    scheduledAt: EpochMs,
    now: EpochMs,
    ttlMs: number,
    namedAt?: EpochMs,
  ): Promise<'acquired' | 'already_done' | 'held'>;
  /**
   * Claims `now` as the next tick from whoever holds the lease, until `until`: for the watchdog, where no tick has finished
   * for long. A tick at work is overtaken: it changes nothing more. False where that or a later one was claimed already.
   */
  takeOver(cluster: string, now: EpochMs, until: EpochMs): Promise<boolean>;
  /** Records the summary and frees the lease. */
  finish(summary: TickSummary): Promise<void>;
  /** The last tick that finished. */
  last(cluster: string): Promise<TickSummary | null>;
  /** Keeps why the tick of `scheduledAt` failed, for status. */
  fail(cluster: string, scheduledAt: EpochMs, message: string): Promise<void>;
  /** The tick that failed last, where none has finished since. */
  lastFailure(cluster: string): Promise<{ readonly scheduledAt: EpochMs; readonly message: string } | null>;
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
