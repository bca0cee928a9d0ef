// What a sizing policy is, as learned of a workload: the way of sizing in force, and what its record promises.
import type { NodeLead } from '../workload/node-wait.ts';
import type { PerResource } from '../workload/signal.ts';
import { FULL_PERCENT } from './capacity.ts';
import type { DemandPattern } from './demand-pattern.ts';
import type { Expert } from './experts/experts.ts';
import type { UsualAhead } from './usual-day.ts';

/** What learning leaves behind of one load. */
export interface FittedSizing {
  readonly policy: SizingPolicy;
  /** Demand that one replica took, as it was learned: readings and numbers are in replicas of that. */
  readonly unit: number;
  /** How far ahead the highest demand is learned. */
  readonly leadMinutes: number;
  /** By whose clocks it was learned, and is read; an IANA name. Absent: UTC. */
  readonly timeZone?: string;
  /** What earlier days had at the hours ahead, in replicas. */
  readonly usual: UsualAhead;
  /** `packDistilled`; null where plain headroom is in force. */
  readonly model: string | null;
  /** `packRecord`: how each way of sizing has done. */
  readonly record: string;
  /** What its past is like. Absent in what older releases stored. */
  readonly pattern?: DemandPattern;
}

/**
 * Demand that one replica takes before it counts as short: FULL_PERCENT of its request, or all of a stated target.
 * @param fullPercent by load, `fullPercentOf`
 */
export function demandPerReplica(perReplica: number, fullPercent: number = FULL_PERCENT): number {
  return (perReplica * fullPercent) / 100;
}

/** What a replay of the last days says would have come of a way of sizing. */
export interface ReplayScore {
  /** Share of minutes in which ready capacity was short of need, percent. */
  readonly violationPercent: number;
  /** Replica-minutes ÷ those that exactly the needed replicas would have taken. */
  readonly cost: number;
  /** Of an HPA: minutes in which its count changed. Absent in what older releases stored. */
  readonly changesPerHour?: number;
}

/** What the workload's own HPA would have done, as far as its metrics are in the history. */
export interface HpaReplay {
  /** Of what was replayed, in percent of requests. */
  readonly targets: PerResource<number>;
  /** Null where none of its metrics is in the history. */
  readonly score: ReplayScore | null;
  /** Metrics that are not in the history, as `name (kind)`: cleaned, for people only. */
  readonly leftOut: readonly string[];
}

/** The way of sizing that is in force, and what is to be expected of it. */
export interface SizingPolicy {
  readonly expert: Expert;
  /** Its record on the days before, none of which it had learned from. */
  readonly expected: ReplayScore;
  readonly changesPerHour: number;
  /** The same days under a plain HPA, replayed by the minute: at 70 % of the CPU request, or at a named load's own target. */
  readonly hpa70: ReplayScore;
  /** The same days under the workload's own HPA; absent where it has none. */
  readonly ownHpa?: HpaReplay;
  /** Start-up as it was learned with, where new pods lately waited for nodes. Absent where they did not. */
  readonly lead?: NodeLead;
  /** Days that are on record. */
  readonly days: number;
  /** What was learned for it was too large to be kept: until the next lesson, plain headroom stands in. Absent where it was kept. */
  readonly isModelLeftOut?: true;
}
