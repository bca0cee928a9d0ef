// What a policy is in a backtest: it is shown the present as a cluster would show it, and answers with replicas.

import type { PodGroup, SimulationReading } from '../../domain/simulation/workload-model.ts';
import type { LevelReading, PerSignal, SignalDefinition } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** The simulated cluster moves in steps of this length (backtest contract). */
export const STEP_SECONDS = 15;

/** Everything a policy may see at one moment. Nothing in here knows the future. */
export interface BacktestView {
  readonly now: EpochMs;
  /** Since the trace began: the clock of the reading and of the pods. */
  readonly seconds: number;
  /** Asked for; `ready` of them serve. */
  readonly replicas: number;
  readonly ready: number;
  /** The newest usage that is 15 s old, capped at 200 % of the ready pods' requests. Null at the very start. */
  readonly reading: SimulationReading | null;
  /** The newest windows of its levels that are over. Absent where there are none. */
  readonly levels?: PerSignal<LevelReading>;
  /** Made on demand: most policies do without. */
  readonly pods: () => readonly PodGroup[];
}

export interface BacktestPolicy {
  /** As it was asked for: `ours`, `hpa:0.7` … */
  readonly name: string;
  /** How often it decides; a multiple of the step. */
  readonly everySeconds: number;
  /** What led to the last answer, in a word: the timeline shows it. */
  readonly source: string;
  /** Why, where the policy says so. */
  readonly reason?: string;
  /** The replicas to have from now on. A policy may remember what it saw; it is asked in order of time, once each. */
  readonly decide: (view: BacktestView) => number;
}

/** What every policy is told before the start. */
export interface PolicySettings {
  /** Demand that one replica takes at 100 % of its CPU request. */
  readonly capacity: number;
  readonly min: number;
  readonly max: number;
  /** Share of the time with enough capacity ready that `ours` sizes for, percent. */
  readonly sloPercent: number;
  readonly tickSeconds: number;
  /** Levels that `ours` follows; absent: none. */
  readonly levels?: PerSignal<SignalDefinition>;
  /** Nothing is known of the demand, and nothing waits for it: levels alone move the replicas. */
  readonly isDemandUnknown?: boolean;
}
