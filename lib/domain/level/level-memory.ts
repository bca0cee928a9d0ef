// What is carried from tick to tick of one level: its windows, its streaks, and what the last rise for it came to. Stored, so small.
import type { EpochMs } from '../workload/time.ts';
import { isRaisedMemory, type RaisedMemory } from './raised.ts';

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
  /** Windows in a row that were over, or worse than they are by chance. Absent in what older releases stored: none. */
  readonly raised?: number;
  /** Windows in a row that were not over, as far as that is of interest. Absent in what older releases stored: none. */
  readonly calm?: number;
  /** As `load`, when all is well. */
  readonly usualLoad: number | null;
  /** As `load`, the most that it was well with; fades over a day. */
  readonly wellLoad: number | null;
  /** The last time it grew for this level, until it is over again or has been well for long. */
  readonly rise: Rise | null;
  /** Rises in a row that did not help, see step-level.ts; from MOST_UNHELPED on it asks for no more. */
  readonly unhelped: number;
  /** That more replicas do not help was said, and the trouble is not past. Absent where it was not, or is. */
  readonly isUnhelpedSaid?: true;
  /** With what it was last over although all its pods served. Absent where it never was, or long ago. */
  readonly short?: Short;
  /** Low windows in a row before it agrees to fewer: doubles each time that was too early. */
  readonly patience: number;
  /** Of a complexity score: what it is raised by. Absent of other levels, and before the first reading. */
  readonly raisedBy?: RaisedMemory;
}

/** A change that this level led, and how things stood before it. */
export interface Rise {
  readonly at: EpochMs;
  readonly value: number;
  /** As it was in that window. */
  readonly load: number | null;
  /** How many it was to be. Absent in what older releases stored. */
  readonly replicas?: number;
  /** Windows since, with all pods serving. */
  readonly windows: number;
  /** When all of them were first seen to. Absent until then. */
  readonly servedAt?: EpochMs;
}

interface Short {
  readonly at: EpochMs;
  readonly replicas: number;
  /** As it was in that window. */
  readonly load: number | null;
}

/** Two rises without an effect, and no third. */
export const MOST_UNHELPED = 2;

/** Load per replica up to so many times the usual is as usual: then replicas are not what is missing. */
export const FLAT = 1.1;

/** Seed 4's code: down after three windows in which all was well. */
export const LEAST_PATIENCE = 3;

/** As it was stored, whatever that holds: fields that are not there are as in the beginning, and one that cannot be is not believed. */
export function knownLevel(stored: LevelMemory | undefined): LevelMemory | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const level = { ...freshLevel(0), ...stored };
  const {
    since,
    at,
    value,
    low,
    over,
    unhelped,
    patience,
    raised = 0,
    calm = 0,
    anchor,
    load,
    usualLoad,
    wellLoad,
  } = level;
  const { windows, rise, short } = level;
  const isSound =
    areNumbers([since, at, value, low, over, unhelped, patience, raised, calm]) &&
    [anchor, load, usualLoad, wellLoad].every(isNumberOrNull) &&
    Array.isArray(windows) &&
    areNumbers(windows) &&
    (rise === null ||
      (isThere(rise) && areNumbers([rise.at, rise.value, rise.windows]) && isNumberOrNull(rise.load))) &&
    (level.raisedBy === undefined || isRaisedMemory(level.raisedBy)) &&
    (short === undefined || (isThere(short) && areNumbers([short.at, short.replicas]) && isNumberOrNull(short.load)));
  return isSound ? level : undefined;
}

/** What was kept of a score says nothing of a level that is none any more, nor the other way round. */
export function knownAs(kind: 'score' | 'other', stored: LevelMemory | undefined): LevelMemory | undefined {
  const known = knownLevel(stored);
  return (known?.raisedBy !== undefined) === (kind === 'score') ? known : undefined;
}

function areNumbers(values: readonly unknown[]): boolean {
  return values.every((value) => Number.isFinite(value));
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || Number.isFinite(value);
}

function isThere(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

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
