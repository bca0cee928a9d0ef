// Memory that follows load, as a load whose sizing is learned: what pods hold above their base, in units of what one may hold.

import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import { byTheMinute, demandOf, quantile, type Series } from '../workload/series.ts';
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';
import { withoutMemoryBase } from './memory-base.ts';
import { BELOW_LIMIT, LEAST_LOAD, LEAST_ROOM, type MemoryView } from './memory-sizing.ts';
import { LOOKBACK_MINUTES, size } from './size.ts';
import { demandPerReplica, type FittedSizing } from './sizing-policy.ts';

/** A base that was told lately and lies further from the learned one, as a share of the room above, speaks against what was learned. */
const AGREED = 0.5;
/** What pods hold but for a twentieth of the time: whether any of it follows load shows when there is load. */
const HIGH = 0.95;
/** Of how memory above the base moves, what CPU must explain. */
const EXPLAINED = 0.5;
const EPSILON = 1e-9;

/** How much memory one replica may hold. */
export interface MemoryBounds {
  /** Bytes that one replica requests. */
  readonly request: number;
  /** Percent of that which the policy aims at. */
  readonly targetPercent: number;
  /** Bytes; undefined where a container states none. */
  readonly limit?: number | undefined;
}

/**
 * Bytes above the base that one replica may hold before it counts as short: up to the target, and never near the limit.
 * @returns null where more replicas would hardly bring it there
 */
export function memoryRoom({ request, targetPercent, limit }: MemoryBounds, baseBytes: number): number | null {
  const most = Math.min(
    (request * targetPercent) / 100,
    limit === undefined ? Number.POSITIVE_INFINITY : BELOW_LIMIT * limit,
  );
  const room = most - baseBytes;
  return room >= LEAST_ROOM * request ? room : null;
}

/** How memory would be sized, as `isWorthLearning` judges it. */
export interface MemorySizing {
  readonly baseBytes: number;
  /** `memoryRoom`. */
  readonly room: number;
  /** Cores that one replica requests; undefined where a container states none. */
  readonly cores: number | undefined;
  readonly sloPercent: number;
}

/**
 * Whether the sizing of memory is worth learning: a fair share of it follows load, and CPU with it, without which the base was
 * told from replicas alone; and for longer than the SLO leaves it asks for more replicas than CPU does.
 * @param load the history without what pods hold at rest
 */
export function isWorthLearning(
  load: Series,
  from: EpochMs,
  { baseBytes, room, cores, sloPercent }: MemorySizing,
): boolean {
  const [memory, cpu] = [demandOf(load, 'memory'), demandOf(load, 'cpu')];
  const unit = cores === undefined ? Number.POSITIVE_INFINITY : demandPerReplica(cores);
  const measured = Array.from(load.at, (_, i) => i).filter(
    (i) => (load.at[i] ?? 0) >= from && (memory[i] ?? -1) >= 0 && (cpu[i] ?? -1) >= 0,
  );
  const perPod = measured.map((i) => (memory[i] ?? 0) / Math.max(1, load.replicas[i] ?? 1));
  const high = quantile(perPod, HIGH);
  if (!(high >= LEAST_LOAD * (high + baseBytes))) return false;
  const asking = measured.filter((i) => Math.ceil((memory[i] ?? 0) / room) > Math.ceil((cpu[i] ?? 0) / unit));
  if (asking.length <= (measured.length * (100 - sloPercent)) / 100) return false;
  return explainedBy(at(memory, measured), at(cpu, measured)) >= EXPLAINED;
}

function at(values: Float64Array, indices: readonly number[]): readonly number[] {
  return indices.map((i) => values[i] ?? 0);
}

/** The share of the variance of `values` that a straight line over `others` explains (r²); 0 where either stands still. */
function explainedBy(values: readonly number[], others: readonly number[]): number {
  const mean = (all: readonly number[]) => all.reduce((sum, value) => sum + value, 0) / Math.max(1, all.length);
  const [middle, otherMiddle] = [mean(values), mean(others)];
  let [together, alone, other] = [0, 0, 0];
  for (const [i, value] of values.entries()) {
    const [x, y] = [value - middle, (others[i] ?? 0) - otherMiddle];
    together += x * y;
    alone += x * x;
    other += y * y;
  }
  return alone > 0 && other > 0 ? together ** 2 / (alone * other) : 0;
}

/** What was learned of a workload's memory. */
export interface LearnedMemory {
  /** What each pod holds at rest, as the sizing was learned with. */
  readonly baseBytes: number;
  readonly sizing: FittedSizing;
  /** The highest above the base of all pods together in the time that was learned from. */
  readonly highest: number;
}

/**
 * Replicas for what memory may come to before new pods serve. It foresees what has been: more than the highest of the past
 * needed is left to the present reading, so that neither a leak nor a base that is wrong is followed into what never was.
 * @param view of memory now
 * @returns null where memory does not follow load now, pods are being replaced, or a base was told that is another
 */
export function memoryAhead(
  { baseBytes, sizing, highest }: LearnedMemory,
  view: MemoryView,
  { observation, policy, recent, now }: { observation: Observation; policy: Policy; recent: Series; now: EpochMs },
): number | null {
  const request = observation.capacity.memory;
  if (request === undefined || view.kind !== 'follows_load' || observation.rollout !== 'settled') return null;
  const bounds = { request, targetPercent: policy.targetPercent.memory, limit: observation.limits?.memory };
  const room = memoryRoom(bounds, baseBytes);
  if (room === null || Math.abs(view.baseBytes - baseBytes) > AGREED * room) return null;
  const lookback = now - LOOKBACK_MINUTES * MINUTE_MS;
  const { start, minutes } = byTheMinute(withoutMemoryBase(recent, baseBytes), lookback, 'memory');
  if (minutes.length === 0) return null;
  const current = observation.replicas.spec;
  const wanted = size({ minutes, startsAt: start, unit: room, current }, sizing);
  return Math.min(wanted, Math.max(1, Math.ceil(highest / room - EPSILON)));
}
