// What a run over one size leaves: of its first tick, of its steady ticks and of learning.
import type { FunctionName } from './deployed-functions.ts';
import type { TableUse } from './unit-meter.ts';

export interface TickMeasured {
  /** From the event of the schedule to the last shard, with everything on this machine. */
  readonly seconds: number;
  /** By function. */
  readonly cpuSeconds: Readonly<Record<'tick' | 'evaluate', number>>;
  /** From the event to the tick's own answer: the cluster observed, the shards handed on. */
  readonly tickSeconds: number;
  /** Of what stands in for AWS and the cluster, apart. */
  readonly standInCpuSeconds: Readonly<Record<'table' | 'cluster' | 'queue and bus', number>>;
  readonly table: TableUse;
  /** Of the Kubernetes API, SQS and EventBridge, by kind. */
  readonly calls: Readonly<Record<string, number>>;
  readonly logBytes: Readonly<Record<FunctionName, number>>;
  /** Lines of warnings and errors, by what they say. */
  readonly complaints: Readonly<Record<string, number>>;
}

export interface LearnMeasured {
  readonly workloads: number;
  readonly cpuSeconds: number;
}

/** The looks after one tick, all of them together. */
export interface LooksMeasured {
  readonly looks: number;
  readonly bytes: number;
  readonly cpuSeconds: number;
  /** CPU seconds of the longest of them. */
  readonly most: number;
  readonly table: TableUse;
  readonly calls: Readonly<Record<string, number>>;
  readonly logBytes: number;
}

export interface SizeMeasured {
  readonly workloads: number;
  readonly shards: number;
  readonly handedOn: boolean;
  /** Fresh processes, an empty table. */
  readonly first: TickMeasured;
  /** With a past; none where they were not asked for. */
  readonly steady: readonly TickMeasured[];
  readonly learn: LearnMeasured | null;
  /** After each of the steady ticks. */
  readonly looks: readonly LooksMeasured[];
  readonly peakMiB: Readonly<Partial<Record<FunctionName, number>>>;
  /** Until a process has imported its module. */
  readonly importCpuSeconds: Readonly<Record<FunctionName, number>>;
}

export function cpuOf({ cpuSeconds: { tick, evaluate } }: TickMeasured): number {
  return tick + evaluate;
}

/** As long as a tick would take if nobody but the functions took any time: the tick itself, then two that evaluate. */
export function ownSeconds({ cpuSeconds: { tick, evaluate } }: TickMeasured): number {
  return tick + evaluate / 2;
}

export function unitsOf({ table }: TickMeasured, what: 'readUnits' | 'writeUnits'): number {
  return Object.values(table.byKind).reduce((sum, units) => sum + units[what], 0);
}

/** But for the polling of a queue, which goes by the time that passes and is priced by itself. */
export function callsOf({ table, calls: { ReceiveMessage: _polls, ...calls } }: TickMeasured): number {
  const ofTable = Object.values(table.byKind).reduce((sum, units) => sum + units.calls, 0);
  return ofTable + Object.values(calls).reduce((sum, count) => sum + count, 0);
}

export function logBytesOf({ logBytes: { tick, evaluate } }: TickMeasured): number {
  return tick + evaluate;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** How a cost grows with size: 1 is linear, 2 quadratic. */
export function exponentOf(small: readonly [size: number, cost: number], large: readonly [number, number]): number {
  return Math.log(large[1] / small[1]) / Math.log(large[0] / small[0]);
}
