// What is known of how a workload's memory behaves, from one tick to the next.
import type { EpochMs } from '../workload/time.ts';

/**
 * Whether more replicas would lower memory per pod. `at_rest`: every pod holds it before any load, and they would not.
 * `unknown`: before a step of replicas has shown it, and where memory is not sized by.
 */
export type MemoryKind = 'follows_load' | 'at_rest' | 'unknown';

/** What is known of a workload's memory from one tick to the next. */
export interface MemoryNature {
  /** What every pod holds before any load, bytes; null before that is known. */
  readonly baseBytes: number | null;
  /** When that was found out. */
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
