// One tick of a cluster at a time: its lease, its journal, and what it leaves to the next.
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { BlastBudget } from '../../domain/guardrails/cluster/blast-radius.ts';
import type { Readiness } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { RequestStore } from './request-store.ts';

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
  /** What of the blast radius it used. Absent in what older releases stored: nobody knows what is left. */
  readonly spent?: BlastBudget;
  /** Numbers of shards in which a workload wants more than it was given. Absent where none does, and in older releases. */
  readonly wanting?: readonly number[];
}

export interface TickStore extends RequestStore {
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
  /**
   * Records the summary and frees the lease.
   * @param by the tick claimed now, where it is another: it records how the one before it ended, and keeps its lease
   */
  finish(summary: TickSummary, by?: EpochMs): Promise<void>;
  /** The last tick that finished. */
  last(cluster: string): Promise<TickSummary | null>;
  /** Keeps why the tick of `scheduledAt` failed, for status. `by`: as for `finish`. */
  fail(cluster: string, scheduledAt: EpochMs, message: string, by?: EpochMs): Promise<void>;
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
  /** A person closes the circuit breaker of a cluster: changes made before `at` are no longer held against anybody. */
  resetBreaker(cluster: string, at: EpochMs): Promise<void>;
}

export interface TickLegacy {
  readonly last: TickSummary | null;
  /** A tick was claimed after the last one that finished, and never finished itself: its journal counts. */
  readonly unfinished: boolean;
  /** A look acted since the last tick that finished: what it did is in the journal of its shard. */
  readonly looked: boolean;
  /** 0 where nobody ever closed it. */
  readonly holdClearedAt: EpochMs;
}
