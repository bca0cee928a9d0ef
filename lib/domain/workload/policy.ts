// What annotations, the record in the table and the defaults say about one workload, and what those defaults are.
import type { Demotion } from './demotion.ts';
import type { Limits, Pause } from './restraint.ts';
import type { PerResource, PerSignal, Resource, SignalKind } from './signal.ts';
import type { EpochMs } from './time.ts';
import type { VerticalPolicy } from './vertical-policy.ts';

export const DEFAULT_POLICY = {
  enabled: false,
  mode: 'auto',
  min: 1,
  max: 10,
  sloPercent: 99.5,
  targetPercent: { cpu: 70, memory: 80 },
  cooldownDownSeconds: 300,
  cooldownUpSeconds: 60,
  restartSeconds: 300,
  staleAfterTicks: 3,
  tickSeconds: 60,
  paused: false,
  llm: 'on',
  problems: [],
} as const satisfies Policy;

/** `propose`: as `auto`, where a person approves each change. */
export type Mode = 'auto' | 'recommend' | 'propose' | 'hpa-floor' | 'scale';

/** What annotations, the record in the table and the defaults say about one workload. */
export interface Policy {
  readonly enabled: boolean;
  readonly mode: Mode;
  readonly min: number;
  readonly max: number;
  /** Nobody stated a maximum: `max` bounds growth and never orders a scale-in. */
  readonly maxIsDefault?: true;
  readonly sloPercent: number;
  readonly targetPercent: Readonly<Record<Resource, number>>;
  /** Memory is shown and not sized by; absent where it is. */
  readonly memoryOff?: boolean;
  /** Signals beside CPU and memory that it is scaled by. Absent where it names none. */
  readonly signals?: PerSignal<SignalPolicy>;
  /** What is said of CPU and memory beside their targets. Absent where nothing is. */
  readonly resources?: PerResource<Pick<SignalPolicy, 'missing' | 'direction'>>;
  readonly cooldownDownSeconds: number;
  readonly cooldownUpSeconds: number;
  /**
   * What a change of the replica count is worth, in seconds of a replica: learning makes one where it saves more. Absent in what
   * older releases stored: the default.
   */
  readonly restartSeconds?: number;
  /** By whose clocks days are compared, an IANA name. Absent: UTC. */
  readonly timeZone?: string;
  readonly staleAfterTicks: number;
  readonly tickSeconds: number;
  /** Until a replica that serves also has its model: it counts as start-up. Absent where there is nothing to load. */
  readonly modelLoadSeconds?: number;
  /** Which changes a person stopped: all, those one way, or none. */
  readonly paused: Pause;
  /** Until when. Absent: until somebody resumes it. */
  readonly pausedUntil?: EpochMs;
  readonly pausedReason?: string;
  /** A person trusts it again from this instant on: harm from before counts no more. Absent: all of the last day does. */
  readonly trustedSince?: EpochMs;
  /** Trusted less than its mode says, for harm that it did. No source states it: it comes from the workload's memory. */
  readonly demoted?: Demotion;
  /** How far it may go by itself. Absent where nothing is stated. */
  readonly limits?: Limits;
  readonly llm: 'on' | 'off' | 'shadow';
  /** How its containers' requests follow the level of complexity. Absent: they do not. */
  readonly vertical?: VerticalPolicy;
  /** Windows of it may switch it off (`--size 0`), as its namespace is listed for that. Absent: they may not. */
  readonly allowZero?: true;
  /** Whose cap `max` is, where it is less than what the workload itself says. Absent where it is not. */
  readonly maxCappedBy?: string;
  /** What was asked for and is more than a level above allows, a sentence each. Absent where nothing is. */
  readonly clipped?: readonly string[];
  /** One sentence per value that could not be read; not empty means the workload is treated as `recommend`. */
  readonly problems: readonly string[];
}

/**
 * Which way a signal may move a workload. `both`: it raises, and must agree to a scale-in. `up`: it raises and keeps what it
 * needs now, and is not waited for: unknown, or only as good as usual, it says nothing. `down`: it never raises, and must agree.
 */
export type SignalDirection = 'both' | 'up' | 'down';

/** What one workload says of a signal that it names: `ai4k8s.io/signal.NAME`. */
export interface SignalPolicy {
  readonly kind: SignalKind;
  /** Of a load: what one replica takes, in its unit. Of a level: the objective; null where its own baseline counts. */
  readonly target: number | null;
  readonly direction: SignalDirection;
  /** What it means that it is not measured: no scale-in (`hold`), or nothing (`ignore`). */
  readonly missing: 'hold' | 'ignore';
  /** Of a level: what is out of band. Absent: the defaults of `level/thresholds.ts`. */
  readonly ratio?: number;
  readonly sigmas?: number;
  /** Of a level: what was learned before this instant is forgotten. Absent: nothing is. */
  readonly relearnAt?: EpochMs;
}
