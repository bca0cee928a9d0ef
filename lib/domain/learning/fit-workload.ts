// Fits one workload to its own history: forecasts and sizing. Run a few times a day, so that a tick need not read two weeks.

import { fitSignal } from '../forecast/fit.ts';
import type { FittedSignal } from '../forecast/fitted.ts';
import { fullPercentOf, hpaPercentOf } from '../sizing/capacity.ts';
import { learnSizing } from '../sizing/experts/learn-sizing.ts';
import { isWorthLearning, memoryRoom } from '../sizing/memory-ahead.ts';
import { fitMemoryBase, withoutMemoryBase } from '../sizing/memory-base.ts';
import type { FittedSizing } from '../sizing/sizing-policy.ts';
import type { HpaStatus } from '../workload/hpa-status.ts';
import { leadSeconds, type NodeLead, type NodeWaits, nodeLead, rememberedWaits } from '../workload/node-wait.ts';
import { LOOK_SECONDS } from '../workload/pace.ts';
import { DEFAULT_POLICY } from '../workload/policy.ts';
import { byTheMinute, demandOf, type Series, toGrid } from '../workload/series.ts';
import type { PerSignal, SignalName } from '../workload/signal.ts';
import { DEFAULT_STARTUP_SECONDS, rememberedStartup } from '../workload/startup-time.ts';
import { type EpochMs, HOUR_MS } from '../workload/time.ts';
import { FITTED_VERSION, type Fitted } from './fitted.ts';
import { replayOwnHpa } from './hpa-replay.ts';

/** Members without a fit may have died, so the shard is not read for them at every tick. */
const AGAIN_FOR_MISSING_MS = HOUR_MS / 4;
/** Young histories change fast: learned every three hours for the first three days, every twelve from then. */
const YOUNG_MS = 72 * HOUR_MS;
const YOUNG_PERIOD_MS = 3 * HOUR_MS;
const PERIOD_MS = 12 * HOUR_MS;
const SIZING_DAYS = 14;
/** A load that was measured in fewer hours than this has no day yet to learn from. */
const FEWEST_HOURS = 24;

export interface FitInput {
  readonly history: Series;
  /** Keeps the first sighting when older samples have aged out, and the start-up when no pod shows it. */
  readonly previous: Fitted | undefined;
  readonly now: EpochMs;
  /** Cores that one replica requests; undefined where a container states none. */
  readonly coresPerReplica: number | undefined;
  /** The HPA that the workload has, to be compared with; none unless given. */
  readonly hpa?: HpaStatus | null;
  /** Bytes that one replica requests; undefined where a container states none. */
  readonly bytesPerReplica?: number | undefined;
  /** Percent of them that memory is aimed at; null where it is not sized by. The default unless given. */
  readonly memoryTargetPercent?: number | null;
  /** Bytes at which one replica ends; undefined where a container states no limit. */
  readonly memoryLimitBytes?: number | undefined;
  /** What one replica takes of each named load, in its unit; none unless given. */
  readonly takenPerReplica?: PerSignal<number>;
  /** As its pods show it now; null where none can tell. */
  readonly startupSeconds: number | null;
  /** Which of its pods waited for a node; unknown unless given. */
  readonly nodeWaits?: NodeWaits | undefined;
  /** Until a replica that serves has its model too; nothing unless given. Added to the start-up, and not remembered with it. */
  readonly modelLoadSeconds?: number | undefined;
  readonly sloPercent: number;
  readonly tickSeconds: number;
  /** How often somebody looks between ticks, 0 where nobody does; the usual unless given. */
  readonly lookSeconds?: number;
  /** The defaults unless given. */
  readonly cooldownDownSeconds?: number;
  readonly restartSeconds?: number | undefined;
  /** By whose clocks days are compared, an IANA name; UTC unless given. */
  readonly timeZone?: string | undefined;
}

/** Fits the history of one workload: how to forecast each signal, and how to size. */
export function fitWorkload(input: FitInput): Fitted {
  const { history, previous, now } = input;
  const memoryBaseBytes = fitMemoryBase(history);
  const load = withoutMemoryBase(history, memoryBaseBytes ?? 0);
  const signals: Record<SignalName, FittedSignal> = {};
  for (const signal of Object.keys(load.demand)) {
    // Memory that moves with the replicas cannot be forecast from its own past: nothing is claimed then.
    const learned =
      signal === 'memory' && memoryBaseBytes === null ? undefined : fitSignal(load, signal, input.timeZone);
    if (learned !== undefined) signals[signal] = learned;
  }
  const startupSeconds = rememberedStartup(input.startupSeconds, previous?.startupSeconds ?? null);
  const waits = rememberedWaits(input.nodeWaits, previous?.nodeWaits, now);
  const starting = { ...input, startupSeconds, lead: nodeLead(startupSeconds ?? DEFAULT_STARTUP_SECONDS, waits) };
  const memory = memorySizing(starting, load, memoryBaseBytes);
  const named = namedSizings(starting);
  const loads = memory === null ? named : { ...named, memory };
  return {
    version: FITTED_VERSION,
    at: now,
    since: Math.min(previous?.since ?? now, history.at[0] ?? now),
    signals,
    memoryBaseBytes,
    sizing: besideOwnHpa(sizingFrom(starting), starting, load, memoryBaseBytes),
    ...(loads !== null && { loads }),
    startupSeconds,
    ...(waits !== null && { nodeWaits: waits }),
  };
}

/** With what is remembered of start-ups. */
interface Starting extends FitInput {
  readonly lead: NodeLead | null;
}

function sizingFrom(input: Starting): FittedSizing | null {
  const { history, previous, now, coresPerReplica } = input;
  if (coresPerReplica === undefined || history.at.length === 0) return null;
  const since = now - SIZING_DAYS * 24 * HOUR_MS;
  return sizingOf(input, 'cpu', since, coresPerReplica, previous?.sizing ?? null);
}

/** Null where no named load can be sized by yet. */
function namedSizings(input: Starting): PerSignal<FittedSizing> | null {
  const { history, previous, now, takenPerReplica = {} } = input;
  const since = now - SIZING_DAYS * 24 * HOUR_MS;
  const sizings = Object.entries(takenPerReplica).flatMap(([signal, perReplica]) => {
    const began = beganAt(history, signal, since);
    if (began === null || !(perReplica > 0)) return [];
    const sizing = sizingOf(input, signal, began, perReplica, previous?.loads?.[signal] ?? null);
    return sizing === null ? [] : [[signal, sizing] as const];
  });
  return sizings.length === 0 ? null : Object.fromEntries(sizings);
}

/** @param load the history without what pods hold at rest */
function memorySizing(input: Starting, load: Series, baseBytes: number | null): FittedSizing | null {
  const { now, previous, bytesPerReplica, coresPerReplica: cores, sloPercent, memoryLimitBytes: limit } = input;
  const { memoryTargetPercent: targetPercent = DEFAULT_POLICY.targetPercent.memory } = input;
  if (baseBytes === null || bytesPerReplica === undefined || targetPercent === null) return null;
  const room = memoryRoom({ request: bytesPerReplica, targetPercent, limit }, baseBytes);
  const began = beganAt(load, 'memory', now - SIZING_DAYS * 24 * HOUR_MS);
  if (room === null || began === null || !isWorthLearning(load, began, { baseBytes, room, cores, sloPercent }))
    return null;
  return sizingOf({ ...input, history: load }, 'memory', began, room, previous?.loads?.memory ?? null);
}

/** When a load was first measured; null where it was measured in less than a day of hours. What was before is not known, and not zero. */
function beganAt(history: Series, signal: SignalName, since: EpochMs): EpochMs | null {
  const { values } = toGrid(history, signal, HOUR_MS);
  if (values.filter((value) => value >= 0).length < FEWEST_HOURS) return null;
  const first = demandOf(history, signal).findIndex((value, i) => value >= 0 && (history.at[i] ?? 0) >= since);
  return history.at[first] ?? null;
}

function sizingOf(
  input: Starting,
  signal: SignalName,
  since: EpochMs,
  perReplica: number,
  before: FittedSizing | null,
): FittedSizing | null {
  const { history, previous, tickSeconds, sloPercent } = input;
  const { start, minutes } = byTheMinute(history, since, signal);
  const sizing = learnSizing({
    minutes,
    startsAt: start,
    perReplica,
    // What memory may hold is up to its target: the line itself.
    fullPercent: signal === 'memory' ? 100 : fullPercentOf(signal),
    hpaPercent: hpaPercentOf(signal),
    startupSeconds: untilItWorks(input),
    tickSeconds,
    lookSeconds: input.lookSeconds ?? LOOK_SECONDS,
    cooldownDownSeconds: input.cooldownDownSeconds ?? DEFAULT_POLICY.cooldownDownSeconds,
    sloPercent,
    restartSeconds: input.restartSeconds ?? DEFAULT_POLICY.restartSeconds,
    timeZone: input.timeZone,
    previous: before && previous ? { at: previous.at, sizing: before } : null,
  });
  if (sizing === null || input.lead === null) return sizing;
  return { ...sizing, policy: { ...sizing.policy, lead: input.lead } };
}

/** From a pod's birth until it takes its share of the work. */
function untilItWorks({
  startupSeconds,
  lead,
  modelLoadSeconds = 0,
}: Pick<Starting, 'startupSeconds' | 'lead' | 'modelLoadSeconds'>) {
  const serves = lead === null ? (startupSeconds ?? DEFAULT_STARTUP_SECONDS) : leadSeconds(lead);
  return serves + modelLoadSeconds;
}

/** @param load the history without what pods hold at rest */
function besideOwnHpa(
  sizing: FittedSizing | null,
  input: Starting,
  load: Series,
  memoryBaseBytes: number | null,
): FittedSizing | null {
  const { hpa, now, coresPerReplica, bytesPerReplica } = input;
  if (sizing === null || hpa === undefined || hpa === null || coresPerReplica === undefined) return sizing;
  const since = now - SIZING_DAYS * 24 * HOUR_MS;
  const isMemoryKnown = memoryBaseBytes !== null && load.demand.memory.some((value) => value >= 0);
  const ownHpa = replayOwnHpa({
    hpa,
    cpuMinutes: byTheMinute(load, since).minutes,
    memoryMinutes: isMemoryKnown ? byTheMinute(load, since, 'memory').minutes : null,
    memoryBaseBytes: memoryBaseBytes ?? 0,
    perReplica: { cpu: coresPerReplica, ...(bytesPerReplica !== undefined && { memory: bytesPerReplica }) },
    startupSeconds: untilItWorks(input),
  });
  return { ...sizing, policy: { ...sizing.policy, ownHpa } };
}

/**
 * Whether a shard is due. Shards are staggered by their number, so that fitting is spread over the period.
 * @param known what was fitted of the shard's workloads so far
 * @param members how many workloads the shard has
 */
export function isFitDue(shard: number, known: readonly Fitted[], members: number, now: EpochMs): boolean {
  if (known.length === 0) return members > 0;
  const oldest = known.reduce((a, b) => (a.at < b.at ? a : b));
  const period = now - oldest.since < YOUNG_MS ? YOUNG_PERIOD_MS : PERIOD_MS;
  const offset = (shard * 2_654_435_761) % period;
  const round = (at: EpochMs) => Math.floor((at + offset) / period);
  const missing = members > known.length && now - oldest.at > AGAIN_FOR_MISSING_MS;
  return missing || round(now) > round(oldest.at);
}
