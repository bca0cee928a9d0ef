// What is measured of a workload, and one measurement of it: loads are shared by replicas, levels are not.
import type { ComplexityScaling } from '../complexity/scaling-policy.ts';
import type { EpochMs } from './time.ts';

/** Loads that Kubernetes itself measures, and that pods state requests for. cpu is in cores, memory in bytes. */
export const RESOURCES = ['cpu', 'memory'] as const;

export type Resource = (typeof RESOURCES)[number];

/** `cpu`, `memory`, or a signal that the installation names (`SIGNAL_NAME`). */
export type SignalName = string;

/** Short enough for an annotation, a column and a table's key; never a word that an object has of itself. */
export const SIGNAL_NAME = /^(?!constructor$)[a-z][a-z0-9-]{0,29}$/;

export type PerSignal<T> = Readonly<Record<SignalName, T>>;
export type PerResource<T> = Readonly<Partial<Record<Resource, T>>>;

/**
 * `load`: a total that replicas share (cores, bytes, requests/s, jobs waiting): divided by what one replica takes, forecast, replayed.
 * `level`: not shared (a latency, an error rate, a mean score): held against a baseline or an objective, and never divided.
 */
export type SignalKind = 'load' | 'level';

/** What the installation says of a signal, whichever workload it is of. */
export interface SignalDefinition {
  readonly kind: SignalKind;
  /** As people write it: `requests/s`, `ms`, `%`. For people, but for how far off is worth nothing (`deadband`). */
  readonly unit: string;
  /** Of a level: which way is worse. Absent: higher. */
  readonly worse?: 'lower';
  /** Of a level: as close to the baseline as this is the baseline. Absent: by the unit. */
  readonly deadband?: number;
  /** Of the least value and the greatest that are possible at all; beyond is a mistake of the source. Absent: 0 and no end. */
  readonly range?: readonly [number, number];
  /** Of a load: the metric by which an HPA can be made to measure it itself. Absent: none. */
  readonly hpa?: HpaMeasure;
  /** Of a level that is a complexity score: it is judged by this, and by no baseline. Absent: it is a level like any other. */
  readonly scaling?: ComplexityScaling;
}

/** A metric of the custom (`Pods`, `Object`) or external metrics API. */
export interface HpaMeasure {
  readonly type: 'Pods' | 'Object' | 'External';
  readonly metric: string;
  /** Labels and the values that they must have. */
  readonly selector?: Readonly<Record<string, string>>;
  /** The label whose value is the workload's name. */
  readonly label?: string;
}

/** One measurement of a load. */
export interface Reading {
  /** Total over all pods, never per replica: cores, bytes, or the signal's unit. */
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

/** One window of a level. */
export interface LevelReading {
  /** In the signal's unit: of a latency its 95th percentile, say. */
  readonly value: number;
  /** When the window ended. */
  readonly at: EpochMs;
  /** What else the source knows of the window, for people. Absent where it knows nothing. */
  readonly beside?: {
    readonly p50?: number;
    readonly average?: number;
    readonly successPercent?: number;
    readonly samples?: number;
  };
}
