// One tick of a complexity score: which triggers stand, since when, and whether more is kept than demand needs by itself.
import { type ComplexityScaling, isQuiet } from '../complexity/scaling-policy.ts';
import type { PerResource, PerSignal } from '../workload/signal.ts';
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';
import type { Band } from './band.ts';
import { freshLevel, type LevelMemory, short3 } from './level-memory.ts';
import { NEVER_RAISED, type RaisedMemory, TRIGGERS, type Trigger } from './raised.ts';

/** Seed 5's stabilisation: a trigger stands so long before it raises … */
const UP_AFTER_MS = MINUTE_MS;
/** … and a score is quiet so long before it agrees to less. */
const QUIET_FOR_MS = 5 * MINUTE_MS;
/** Low use for an extended period, whatever the score. */
const EASY_FOR_MS = 15 * MINUTE_MS;
/** Of its target, what a load is under while use is low: HPA's own tolerance. */
const EASY_SHARE = 0.9;
/** Windows that a trend is told from: the later half against the earlier. */
const TREND_WINDOWS = 6;
/** Points by which the later half may be above the earlier and still not rise. */
const TREND_POINTS = 5;
/** A queue grows where each of the last readings is more than the one before, and the last is worth a word: one request, or one second. */
const QUEUE_READINGS = 3;
const LEAST_QUEUE = 1;

interface Dated {
  readonly value: number;
  readonly at: EpochMs;
}

export interface ComplexitySeen {
  readonly now: number;
  readonly tickMs: number;
  /** Null where there is none that can be relied on. */
  readonly score: Dated | null;
  readonly scaling: ComplexityScaling;
  /** Percent of requests or of their targets, of the loads that are known. */
  readonly utilisation: PerSignal<number>;
  /** They are of all pods: of some, what is low is a lower bound. */
  readonly isWhole: boolean;
  /** Percent, likewise: CPU and memory above these are triggers. */
  readonly targets: PerResource<number>;
  /** Of the signal that tells what waits; null where none does. */
  readonly queue: Dated | null;
  /** Replicas that demand needs by itself; null where no load tells. */
  readonly base: number | null;
  /** As many as are asked for. */
  readonly replicas: number;
}

export interface ComplexityStep {
  /** Its `raisedBy` is there. */
  readonly memory: LevelMemory & { readonly raisedBy: RaisedMemory };
  readonly band: Band;
  /** Triggers that stand now, whether or not long enough. */
  readonly standing: readonly Trigger[];
}

/** The memory after this tick, the band and the triggers. The same reading again changes nothing but how long things have stood. */
export function stepComplexity(previous: LevelMemory | undefined, seen: ComplexitySeen): ComplexityStep {
  const known = withScore(previous ?? freshLevel(seen.now), seen);
  const before = known.raisedBy ?? NEVER_RAISED;
  const queued = withQueue(before, seen);
  const standing = TRIGGERS.filter((trigger) => STANDS[trigger](seen, queued.queue));
  const now = {
    ...queued,
    since: Object.fromEntries(standing.map((trigger) => [trigger, since(before.since[trigger], seen)])),
    quietAt: isQuietNow(seen) ? since(before.quietAt, seen) : null,
    easyAt: standing.length === 0 && isEasy(seen) ? since(before.easyAt, seen) : null,
  };
  const raisedAt = raisedSince(before, now, known.windows, seen);
  // What was needed before it was raised may be of another day.
  const base =
    seen.base ?? (raisedAt === null ? null : ((before.raisedAt === null ? null : before.base) ?? seen.replicas));
  const band = bandOfScore(seen, standing);
  const over = band === 'over' ? Math.max(1, known.over) : 0;
  return { memory: { ...known, over, raisedBy: { ...now, raisedAt, base } }, band, standing };
}

function bandOfScore({ score, scaling }: ComplexitySeen, standing: readonly Trigger[]): Band {
  if (standing.length > 0) return 'over';
  if (score === null) return 'missing';
  return isQuiet(score.value, scaling.complexityThresholds) ? 'low' : 'usual';
}

/** A new window of the score joins those that a trend is told from. */
function withScore(memory: LevelMemory, { score, now, scaling }: ComplexitySeen): LevelMemory {
  if (score === null || isKnown(score, memory.at, now)) return memory;
  const isLow = isQuiet(score.value, scaling.complexityThresholds);
  return {
    ...memory,
    // A clock that is ahead must not make the next window look older than this one.
    at: Math.min(score.at, now),
    value: short3(score.value),
    windows: [...memory.windows, short3(score.value)].slice(-TREND_WINDOWS),
    low: isLow ? memory.low + 1 : 0,
    over: score.value > scaling.scaleUpAt ? memory.over + 1 : memory.over,
  };
}

/** One that is missing now and then is in a row all the same; what was before a long gap, or is dated after now, is not. */
function withQueue(
  { queue: readings, queueAt }: RaisedMemory,
  { queue, now, tickMs }: ComplexitySeen,
): Pick<RaisedMemory, 'queue' | 'queueAt'> {
  if (queue === null || isKnown(queue, queueAt, now)) return { queue: readings, queueAt };
  const isInRow = queueAt <= now && queue.at - queueAt <= QUEUE_READINGS * Math.max(tickMs, MINUTE_MS);
  const next = [...(isInRow ? readings : []), short3(queue.value)].slice(-QUEUE_READINGS);
  return { queue: next, queueAt: Math.min(queue.at, now) };
}

/** Of a clock that was set back nothing is known yet. */
function isKnown({ at }: Dated, knownAt: EpochMs, now: EpochMs): boolean {
  return at <= knownAt && knownAt <= now;
}

const STANDS: Readonly<Record<Trigger, (seen: ComplexitySeen, queue: readonly number[]) => boolean>> = {
  score: ({ score, scaling }) => score !== null && score.value > scaling.scaleUpAt,
  cpu: ({ utilisation, targets }) => isAbove(utilisation.cpu, targets.cpu),
  memory: ({ utilisation, targets }) => isAbove(utilisation.memory, targets.memory),
  queue: ({ queue }, readings) => queue !== null && isGrowing(readings),
};

function isAbove(percent: number | undefined, target: number | undefined): boolean {
  return percent !== undefined && target !== undefined && percent > target;
}

function isGrowing(queue: readonly number[]): boolean {
  const rises = queue.slice(1).filter((value, i) => value > (queue[i] ?? value));
  return rises.length >= QUEUE_READINGS - 1 && (queue.at(-1) ?? 0) >= LEAST_QUEUE;
}

/** Something is measured, of all pods, and nothing that is measured comes near its target. */
function isEasy({ utilisation, targets, isWhole }: ComplexitySeen): boolean {
  const known = Object.entries(utilisation);
  const targetOf = (name: string) =>
    (Object.hasOwn(targets, name) ? (targets as PerSignal<number>)[name] : undefined) ?? 100;
  return isWhole && known.length > 0 && known.every(([name, percent]) => percent < EASY_SHARE * targetOf(name));
}

function isQuietNow({ score, scaling }: ComplexitySeen): boolean {
  return score !== null && isQuiet(score.value, scaling.complexityThresholds);
}

/** A score alone ends nothing: use must be low as well. */
function raisedSince(
  before: RaisedMemory,
  { since: stood, quietAt, easyAt }: Pick<RaisedMemory, 'since' | 'quietAt' | 'easyAt'>,
  scores: readonly number[],
  { now, tickMs }: ComplexitySeen,
): number | null {
  const isQuietLong = quietAt !== null && now - quietAt >= QUIET_FOR_MS && !isRising(scores);
  if (easyAt !== null && (isQuietLong || now - easyAt >= EASY_FOR_MS)) return null;
  if (before.raisedAt !== null) return Math.min(before.raisedAt, now);
  // A tick that is longer than that is itself what a trigger has stood for.
  const upAfterMs = tickMs > UP_AFTER_MS ? 0 : UP_AFTER_MS;
  return Object.values(stood).some((at) => now - at >= upAfterMs) ? now : null;
}

function isRising(scores: readonly number[]): boolean {
  const half = Math.floor(scores.length / 2);
  if (half === 0) return false;
  return mean(scores.slice(-half)) > mean(scores.slice(0, half)) + TREND_POINTS;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Never later than now, whatever clock wrote it. */
function since(at: number | null | undefined, { now }: ComplexitySeen): number {
  return Math.min(at ?? now, now);
}
