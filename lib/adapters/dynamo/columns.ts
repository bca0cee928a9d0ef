// From frames to the series callers read: per workload, ascending, no span of time counted twice.
import { COARSE_STEP_MS, type Place, type Shard } from '../../app/ports/series-store.ts';
import type { Series } from '../../domain/workload/series.ts';
import type { SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { type Frame, hasSample, loadsAt, ownSampleAt } from './frames.ts';
import { placesIn } from './places.ts';

/**
 * Joins fine samples and five-minute means. A mean is left out for a workload that has a fine sample in its span, and all that
 * is of before its place was its own.
 * @param fine ascending, one frame per instant
 * @param coarse ascending, one frame per five minutes
 * @param from,to both inclusive
 */
export function toSeries(
  shard: Shard,
  fine: readonly Frame[],
  coarse: readonly Frame[],
  from: EpochMs,
  to: EpochMs,
): ReadonlyMap<string, Series> {
  const inRange = ({ at }: Frame) => at >= from && at <= to;
  const ticks = fine.filter(inRange);
  const means = coarse.filter(inRange);
  return new Map(
    placesIn(shard).map(({ key, ...place }) => [key, columns(pick(ticks, means, place), place.slot)] as const),
  );
}

/** Whether a mean tells of a place since it was given: the one before was gone for an hour by then, and has no part in it. */
export function isMeanSince(at: EpochMs, since: EpochMs): boolean {
  return at + COARSE_STEP_MS > since;
}

/** The frames that count for one place, ascending. */
function pick(fine: readonly Frame[], means: readonly Frame[], { slot, since }: Place): readonly Frame[] {
  const picked: Frame[] = [];
  let next = 0;
  const takeFineBefore = (end: EpochMs) => {
    const before = picked.length;
    for (let frame = fine[next]; frame !== undefined && frame.at < end; frame = fine[++next]) {
      if (frame.at >= since && hasSample(frame, slot)) picked.push(frame);
    }
    return picked.length > before;
  };
  for (const mean of means) {
    takeFineBefore(mean.at);
    const covered = takeFineBefore(mean.at + COARSE_STEP_MS);
    if (!covered && isMeanSince(mean.at, since) && hasSample(mean, slot)) picked.push(mean);
  }
  takeFineBefore(Number.POSITIVE_INFINITY);
  return picked;
}

function columns(frames: readonly Frame[], slot: number): Series {
  const at = new Float64Array(frames.length);
  const cpu = new Float64Array(frames.length);
  const memory = new Float64Array(frames.length);
  const replicas = new Float64Array(frames.length);
  frames.forEach((frame, i) => {
    const sample = ownSampleAt(frame, slot);
    at[i] = frame.at;
    cpu[i] = sample.cpu;
    memory[i] = sample.memory;
    replicas[i] = sample.replicas;
  });
  return { at, demand: { ...namedLoads(frames, slot), cpu, memory }, replicas };
}

/** Loads that were measured at least once; NaN where they were not. */
function namedLoads(frames: readonly Frame[], slot: number): Record<SignalName, Float64Array> {
  const found = new Map<SignalName, Float64Array>();
  frames.forEach((frame, i) => {
    for (const [name, value] of loadsAt(frame, slot)) {
      const column = found.get(name) ?? new Float64Array(frames.length).fill(Number.NaN);
      found.set(name, column);
      column[i] = value;
    }
  });
  return Object.fromEntries(found);
}
