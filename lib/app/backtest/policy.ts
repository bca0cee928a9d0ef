// What a policy is in a backtest: it is shown the present as a cluster would show it, and answers with replicas.

import type { HpaBehaviour } from '../../domain/hpa/behaviour.ts';
import type { PodGroup, SimulationReading } from '../../domain/simulation/workload-model.ts';
import { LOOK_SECONDS } from '../../domain/workload/pace.ts';
import type { LevelReading, PerSignal, SignalDefinition } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** The simulated cluster moves in steps of this length (backtest contract). */
export const STEP_SECONDS = 15;

/** Ticks come so long after the full minutes of a trace: anywhere between them is as likely, and this is the middle. */
export const PHASE_SECONDS = 30;

/** A policy decides at its ticks; one that looks between them may answer with more. */
export type Occasion = 'tick' | 'look';

/** Everything a policy may see at one moment. Nothing in here knows the future. */
export interface BacktestView {
  readonly now: EpochMs;
  readonly occasion: Occasion;
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
  /** When it first does, in seconds from the start of the trace; a multiple of the step. Absent: at once. */
  readonly phaseSeconds?: number;
  /** How often it looks between two ticks; a multiple of the step. Absent or 0: never. */
  readonly lookSeconds?: number;
  /** What led to the last answer, in a word: the timeline shows it. */
  readonly source: string;
  /** Why, where the policy says so. */
  readonly reason?: string;
  /** How much of the time it expects to be short, percent. Absent where it promises nothing. */
  readonly promisedPct?: number | null;
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
  /** After the full minutes of the trace, of every tick that is not on the step; a multiple of the step. `PHASE_SECONDS` unless given. */
  readonly phaseSeconds?: number;
  /** How often `ours` looks between two ticks; a multiple of the step, 0 is never. `LOOK_SECONDS` unless given. */
  readonly lookSeconds?: number;
  /** What a change of the count is worth to `ours`, in seconds of a replica; the default policy's unless given. */
  readonly restartSeconds?: number;
  /** Of an HPA: windows, paces and tolerances that it states; the documented defaults unless given. */
  readonly hpaBehaviour?: HpaBehaviour;
  /** By whose clocks `ours` compares days, an IANA name; UTC unless given. */
  readonly timeZone?: string;
  /** Levels that `ours` follows; absent: none. */
  readonly levels?: PerSignal<SignalDefinition>;
  /** Nothing is known of the demand, and nothing waits for it: levels alone move the replicas. */
  readonly isDemandUnknown?: boolean;
}

/** What a policy is asked for at a moment; null where it is not asked. @param seconds since the trace began */
export function occasionAt(
  {
    everySeconds,
    phaseSeconds = 0,
    lookSeconds = 0,
  }: Pick<BacktestPolicy, 'everySeconds' | 'phaseSeconds' | 'lookSeconds'>,
  seconds: number,
): Occasion | null {
  if (seconds < phaseSeconds) return null;
  const sinceTick = (seconds - phaseSeconds) % everySeconds;
  if (sinceTick === 0) return 'tick';
  return lookSeconds > 0 && sinceTick % lookSeconds === 0 ? 'look' : null;
}

/** When ticks of so many seconds begin: a policy on every step has no phase. */
export function phaseOf(
  { phaseSeconds = PHASE_SECONDS }: Pick<PolicySettings, 'phaseSeconds'>,
  everySeconds: number,
): number {
  return phaseSeconds % everySeconds;
}

export function lookOf({ lookSeconds = LOOK_SECONDS }: Pick<PolicySettings, 'lookSeconds'>): number {
  return lookSeconds;
}
