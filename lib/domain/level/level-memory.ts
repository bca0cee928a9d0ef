// What is carried from tick to tick of one level: its windows, its streaks, and what the last rise for it came to. Stored, so small.
import type { EpochMs } from '../workload/time.ts';

export interface LevelMemory {
  /** Since when it is learned. */
  readonly since: EpochMs;
  /** The newest window counted. */
  readonly at: EpochMs;
  /** Windows learned from, oldest first, to three digits. */
  readonly windows: readonly number[];
  /** What the last day had, slowly: null before the first baseline. */
  readonly anchor: number | null;
  /** The last window's value, over or not, … */
  readonly value: number;
  /** … and then percent of what a replica takes, of the busiest load; null where no load tells. */
  readonly load: number | null;
  /** Windows in a row in which all was well; begins anew with every change. */
  readonly low: number;
  /** Windows in a row that were over. */
  readonly over: number;
  /** The same when all is well. */
  readonly usualLoad: number | null;
  /** The most of that it was well with; fades over a day. */
  readonly wellLoad: number | null;
  /** The last time it grew for this level and nothing is known yet of what came of it. */
  readonly rise: Rise | null;
  /** Rises in a row that did not help; from two on it asks for no more. */
  readonly unhelped: number;
  /** With what it was last over although all its pods served. Absent where it never was, or long ago. */
  readonly short?: Short;
  /** Low windows in a row before it agrees to fewer: doubles each time that was too early. */
  readonly patience: number;
}

/** A change that this level led, and how things stood before it. */
export interface Rise {
  readonly at: EpochMs;
  readonly value: number;
  /** As `usualLoad`, at that moment. */
  readonly load: number | null;
  /** Windows since, with all pods serving. */
  readonly windows: number;
}

interface Short {
  readonly at: EpochMs;
  readonly replicas: number;
  /** As `usualLoad`, at that moment. */
  readonly load: number | null;
}

/** Load per replica up to so many times the usual is as usual: then replicas are not what is missing. */
export const FLAT = 1.1;

/** Seed 4's code: down after three windows in which all was well. */
export const LEAST_PATIENCE = 3;

export function freshLevel(since: EpochMs): LevelMemory {
  return {
    since,
    at: 0,
    windows: [],
    anchor: null,
    value: 0,
    load: null,
    low: 0,
    over: 0,
    usualLoad: null,
    wellLoad: null,
    rise: null,
    unhelped: 0,
    patience: LEAST_PATIENCE,
  };
}

/** As many digits as a latency is worth. */
export function short3(value: number): number {
  return Number(value.toPrecision(3));
}
