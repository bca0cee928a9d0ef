// Looks between two ticks, in the cluster's lease: what they know of the tick that they follow, and what they leave there.
import type { BlastBudget } from '../../domain/guardrails/cluster/blast-radius.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { TickSummary } from './tick-store.ts';

/** What the looks after a tick have done so far. */
export interface Looked {
  /** The time of the last look that acted; 0 where none did. */
  readonly at: EpochMs;
  /** What of the blast radius they used. */
  readonly spent: BlastBudget;
}

export interface LookStore {
  /** Null unless the tick of `scheduledAt` is the one claimed last and has finished. */
  after(
    cluster: string,
    scheduledAt: EpochMs,
  ): Promise<{ readonly summary: TickSummary; readonly looked: Looked } | null>;
  /**
   * A look is about to act: what it spends is counted, and the next tick reads the journals.
   * @param before as `after` told it
   * @returns false where a tick has been claimed since, or another look acted
   */
  claim(cluster: string, scheduledAt: EpochMs, look: Looked, before: Looked): Promise<boolean>;
}
