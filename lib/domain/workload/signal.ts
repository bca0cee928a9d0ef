// What is measured of a workload, and one measurement of it.
import type { EpochMs } from './time.ts';

/** Measured quantities. cpu is in cores, memory in bytes. */
export const SIGNAL_NAMES = ['cpu', 'memory'] as const;

export type SignalName = (typeof SIGNAL_NAMES)[number];

export type PerSignal<T> = Readonly<Partial<Record<SignalName, T>>>;

/** One measurement of one signal. */
export interface Reading {
  /** Total over all pods, never per replica: cores or bytes. */
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
