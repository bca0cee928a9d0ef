// The load of the scripted hour: an hour of a recorded trace, played at its own pace, and the days before it as the past.

import { readTrace } from '../../../cli/trace/read-trace.ts';
import { demandAt, type Trace } from '../../../cli/trace/trace.ts';
import { FINE_HISTORY_MS } from '../../../lib/app/ports/series-store.ts';
import { quantile, type Series } from '../../../lib/domain/workload/series.ts';
import type { EpochMs } from '../../../lib/domain/workload/time.ts';

/** What one replica requests, and what each uses of memory whatever the load. */
export const CPU_REQUEST_CORES = 0.5;
export const MEMORY_REQUEST_MIB = 128;
export const MEMORY_USED_MIB = 64;

/** A trace's unit is anybody's guess: its 99.9th percentile is made to need so many replicas, at this share of requests. */
const PEAK_REPLICAS = 20;
const PEAK_SHARE = 0.7;
const PAST_SHARE = 0.6;
const MIB = 2 ** 20;
const HOUR_MINUTES = 60;
const DAY_MS = 86_400_000;

export interface HourLoad {
  /** Cores in use over all pods. @param seconds since the hour began; below 0 before it */
  coresAt(seconds: number): number;
  /** The past by the minute, up to two weeks, as if the hour began at `now`, on replicas at 60 % of their requests. */
  past(now: EpochMs): Series;
  /** The minute of the hour with the highest load. */
  readonly peakMinute: number;
}

/**
 * @param from ISO 8601: when the hour begins in the trace
 * @throws Error of one line where the trace cannot be read, or does not hold the hour and a day before it
 */
export function hourOf(path: string, from: string): HourLoad {
  const { trace } = readTrace(path);
  const began = Date.parse(from);
  const pastMs = Math.min(FINE_HISTORY_MS, began - trace.startsAt);
  const endsAt = trace.startsAt + trace.demand.length * trace.intervalSeconds * 1000;
  if (!(pastMs >= DAY_MS) || began + HOUR_MINUTES * 60_000 >= endsAt) {
    const range = `${new Date(trace.startsAt + DAY_MS).toISOString()} to an hour before ${new Date(endsAt).toISOString()}`;
    throw new Error(
      `--from ${from}: expected a time from ${range}, so that ${path} holds a day before it and the hour`,
    );
  }
  const coresPerUnit = (PEAK_REPLICAS * PEAK_SHARE * CPU_REQUEST_CORES) / quantile(trace.demand, 0.999);
  const coresAt = (seconds: number) => coresPerUnit * between(trace, (began - trace.startsAt) / 1000 + seconds);
  const minutes = Array.from({ length: HOUR_MINUTES }, (_, minute) => coresAt(minute * 60));
  return {
    coresAt,
    past: (now) => pastOf(coresAt, now, Math.floor(pastMs / 60_000)),
    peakMinute: minutes.indexOf(Math.max(...minutes)),
  };
}

/** Replicas at 60 % of their CPU requests: what the HPAs of this hour aim at. */
export function replicasFor(cores: number): number {
  return Math.max(2, Math.ceil(cores / (CPU_REQUEST_CORES * PAST_SHARE)));
}

function pastOf(coresAt: (seconds: number) => number, now: EpochMs, minutes: number): Series {
  const before = Float64Array.from({ length: minutes }, (_, i) => (i - minutes) * 60);
  const cpu = before.map(coresAt);
  const replicas = cpu.map(replicasFor);
  const memory = replicas.map((count) => count * MEMORY_USED_MIB * MIB);
  return { at: before.map((seconds) => now + seconds * 1000), demand: { cpu, memory }, replicas };
}

/** From one sample of the trace to the next in a straight line: load does not jump at full minutes. */
function between(trace: Trace, seconds: number): number {
  const share = (seconds / trace.intervalSeconds) % 1;
  return (1 - share) * demandAt(trace, seconds) + share * demandAt(trace, seconds + trace.intervalSeconds);
}
