// One window of one level: judged, learned from where it may be, and held against what was done for it.
import { medianOf } from '../workload/series.ts';
import { DAY_MS, type EpochMs } from '../workload/time.ts';
import { type Band, bandOf, isUnusual } from './band.ts';
import { baselineOf, WINDOWS_KEPT } from './baseline.ts';
import { FLAT, freshLevel, LEAST_PATIENCE, type LevelMemory, type Rise, short3 } from './level-memory.ts';
import type { Thresholds } from './thresholds.ts';

/** A change shows for so many windows: they are neither learned from nor judged by. */
const SETTLE_WINDOWS = 2;
/** A rise after which it was not over for so many windows has helped. */
const HELPED_WINDOWS = 10;
/** So many windows in a row without being over, and the last trouble is past: what is over sooner is the same trouble. */
export const PAST_WINDOWS = 30;
/** An effect is this share of what was too much, or none. */
const LEAST_EFFECT = 0.2;
/** Load per replica that fell by less says little of what more replicas do: load may have grown as fast. */
const RELIEVED = 0.95;
/** Six such rises in a row with no more load than usual, or where that is not known, and it is no load that grows. */
const UNRELIEVED_COUNTS = 1 / 3;
/** The anchor moves by this share with every window learned: a day at a minute each. */
const ANCHOR_SHARE = 1 / 1440;
const USUAL_LOAD_SHARE = 1 / 30;
const MOST_PATIENCE = 240;
/** What it was short with is forgotten after a day. */
const SHORT_KEPT_MS = DAY_MS;

export interface LevelSeen {
  readonly now: EpochMs;
  readonly tickMs: number;
  /** Null where there is no window that can be relied on. */
  readonly reading: { readonly value: number; readonly at: EpochMs } | null;
  readonly thresholds: Thresholds;
  readonly objective: number | null;
  readonly isLowerWorse: boolean;
  readonly relearnAt: EpochMs | undefined;
  /** As many as are asked for. */
  readonly replicas: number;
  /** No rollout is under way, and no pods are starting. */
  readonly isSettled: boolean;
  /** Percent of what a replica takes, of the busiest load that means anything; null where none does. */
  readonly loadPercent: number | null;
  /** Measured in a unit of time: 0 is then no measurement, but that nothing was asked of it. */
  readonly isTime: boolean;
  /** The last change of ours, to how many, and whether this level led it upwards. */
  readonly ownChange: { readonly at: EpochMs; readonly to: number; readonly isRise: boolean } | null;
}

/** The memory after this tick, and the band of the present. The same window again changes nothing. */
export function stepLevel(
  previous: LevelMemory | undefined,
  seen: LevelSeen,
): { readonly memory: LevelMemory; readonly band: Band } {
  const { now, reading, relearnAt } = seen;
  const known = previous ?? freshLevel(now);
  const isForgotten = relearnAt !== undefined && relearnAt <= now && known.since < relearnAt;
  const start = isForgotten ? freshLevel(now) : known;
  // Also where the same window comes again: what was done for it must not be done twice.
  const memory = withRise(withoutOldShort(start, now), seen);
  if (reading === null) return { memory, band: 'missing' };
  const band = bandNow(memory, seen, reading.value);
  if (reading.at <= memory.at) return { memory, band };
  // A source whose clock is ahead must not make the next change, or the next window, look older than this one.
  const window = { value: reading.value, at: Math.min(reading.at, now) };
  return { memory: learned(judged(memory, seen, window, band), seen, window, band), band };
}

/** A rise that this level led is remembered as things stood before it. */
function withRise(memory: LevelMemory, { ownChange }: LevelSeen): LevelMemory {
  const isNew = ownChange?.isRise === true && ownChange.at > (memory.rise?.at ?? 0) && ownChange.at >= memory.since;
  if (!isNew || ownChange.at < memory.at) return memory;
  const { at, to } = ownChange;
  return { ...memory, rise: { at, value: memory.value, load: memory.load, replicas: to, windows: 0 } };
}

type Window = NonNullable<LevelSeen['reading']>;

function judged(memory: LevelMemory, seen: LevelSeen, window: Window, band: Band): LevelMemory {
  const next = counted(memory, seen, window, band);
  const calm = next.calm ?? 0;
  if (calm >= HELPED_WINDOWS) return { ...next, rise: null, unhelped: calm >= PAST_WINDOWS ? 0 : next.unhelped };
  return memory.rise === null ? next : afterRise(next, memory.rise, seen, window, band);
}

/** Streaks, and with how many replicas it was over. */
function counted(memory: LevelMemory, seen: LevelSeen, { value }: Window, band: Band): LevelMemory {
  const { now, replicas, loadPercent, isLowerWorse } = seen;
  const baseline = baselineOf(memory.windows, memory.anchor);
  const isChanged = seen.ownChange !== null && seen.ownChange.at > memory.at;
  const low = band === 'low' ? (isChanged ? 0 : memory.low) + 1 : 0;
  const isRaised = band === 'over' || isUnusual({ value, baseline, isLowerWorse });
  const raised = isRaised ? Math.min(PAST_WINDOWS, (memory.raised ?? 0) + 1) : 0;
  if (band !== 'over') return { ...memory, low, raised, over: 0, calm: Math.min(PAST_WINDOWS, (memory.calm ?? 0) + 1) };
  const next = { ...memory, low, raised, over: memory.over + 1, calm: 0 };
  // Pods that do not serve yet say nothing of how many are enough, nor does a replica that has no more to do than usual.
  const isAsUsual = loadPercent !== null && memory.usualLoad !== null && loadPercent <= FLAT * memory.usualLoad;
  if (!seen.isSettled || isAsUsual) return next;
  const isAgain = memory.over === 0 && memory.short !== undefined && replicas <= memory.short.replicas;
  const patience = isAgain ? Math.min(MOST_PATIENCE, 2 * memory.patience) : memory.patience;
  // While what has piled up is worked off it is over with less to do than it was short with.
  if (isSpell(memory, seen) && (loadPercent ?? 0) <= (memory.short?.load ?? Number.POSITIVE_INFINITY)) return next;
  return { ...next, patience, short: { at: now, replicas, load: loadPercent } };
}

/** Whether `short` is of the windows in a row that are over now. */
function isSpell({ over, short }: LevelMemory, { now, tickMs }: LevelSeen): boolean {
  return over > 0 && short !== undefined && short.at >= now - 2 * over * tickMs;
}

/** Once the new pods have served for some windows: is it over again, and no better? Of what is measured late, older windows say nothing. */
function afterRise(memory: LevelMemory, rise: Rise, seen: LevelSeen, { value, at }: Window, band: Band): LevelMemory {
  // Somebody took it back, or we did: then nothing can be said of what it did.
  if (seen.replicas < (rise.replicas ?? 0)) return { ...memory, rise: null };
  const servedAt = rise.servedAt ?? (seen.isSettled ? seen.now : undefined);
  const counts = seen.isSettled && servedAt !== undefined && at > servedAt - seen.tickMs;
  const windows = rise.windows + (counts ? 1 : 0);
  if (windows < SETTLE_WINDOWS || band !== 'over')
    return { ...memory, rise: { ...rise, windows, ...(servedAt !== undefined && { servedAt }) } };
  const better = (rise.value - value) * (seen.isLowerWorse ? -1 : 1);
  const helped = better >= LEAST_EFFECT * Math.abs(rise.value - wellAt(memory, seen));
  const isRelieved = rise.load === null || seen.loadPercent === null || seen.loadPercent <= RELIEVED * rise.load;
  // Of a level that scatters some rises seem to have helped: those that did not stay counted.
  if (helped) return { ...memory, rise: null };
  if (!isRelieved) {
    const { usualLoad } = memory;
    const isMore = seen.loadPercent !== null && usualLoad !== null && seen.loadPercent > FLAT * usualLoad;
    return { ...memory, rise: null, unhelped: short3(memory.unhelped + (isMore ? 0 : UNRELIEVED_COUNTS)) };
  }
  // It was not replicas that it was short of.
  const { short: _none, ...rest } = memory;
  return { ...rest, rise: null, unhelped: short3(memory.unhelped + 1), patience: LEAST_PATIENCE };
}

/** Where it would be if all were well. */
function wellAt({ windows, anchor }: LevelMemory, { objective }: LevelSeen): number {
  return objective ?? baselineOf(windows, anchor)?.value ?? 0;
}

/** Under stress, in a rollout and just after a change of ours nothing is learned: load must not become the baseline. */
function learned(memory: LevelMemory, seen: LevelSeen, { value, at }: Window, band: Band): LevelMemory {
  const load = seen.loadPercent === null ? null : short3(seen.loadPercent);
  const next = { ...memory, at, value: short3(value), load };
  const changedAt = seen.ownChange?.at ?? 0;
  const isOwnEffect = at - changedAt < SETTLE_WINDOWS * seen.tickMs;
  // An objective may be kept or missed: what is unusual for the level itself is not learned either way.
  const isStress = band === 'over' || bandNow(memory, { ...seen, objective: null }, value) === 'over';
  if (isStress || !seen.isSettled || isOwnEffect || (seen.isTime && value === 0)) return next;
  const windows = [...memory.windows, short3(value)].slice(-WINDOWS_KEPT);
  const usual = baselineOf(windows, memory.anchor)?.value ?? null;
  // Twice nothing is nothing: from there it may follow.
  const followed = usual === 0 ? medianOf(windows) : usual;
  const anchor = followed === null ? memory.anchor : digits6(moved(memory.anchor, followed, ANCHOR_SHARE));
  const { loadPercent } = seen;
  const usualLoad =
    loadPercent === null ? memory.usualLoad : short3(moved(memory.usualLoad, loadPercent, USUAL_LOAD_SHARE));
  // Fades towards what it is, so that what was carried days ago proves nothing.
  const faded =
    memory.wellLoad === null || loadPercent === null ? null : moved(memory.wellLoad, loadPercent, ANCHOR_SHARE);
  const wellLoad =
    band !== 'low' || loadPercent === null ? memory.wellLoad : digits6(Math.max(faded ?? 0, loadPercent));
  return { ...next, windows, anchor, usualLoad, wellLoad };
}

/** Enough digits for a value that moves by a thousandth. */
function digits6(value: number): number {
  return Number(value.toPrecision(6));
}

function moved(from: number | null, to: number, share: number): number {
  return from === null ? to : from + share * (to - from);
}

function bandNow({ windows, anchor }: LevelMemory, seen: LevelSeen, value: number): Exclude<Band, 'missing'> {
  const { thresholds, objective, isLowerWorse } = seen;
  return bandOf({ value, baseline: baselineOf(windows, anchor), thresholds, objective, isLowerWorse });
}

function withoutOldShort(memory: LevelMemory, now: EpochMs): LevelMemory {
  if (memory.short === undefined || now - memory.short.at < SHORT_KEPT_MS) return memory;
  const { short: _old, ...rest } = memory;
  return { ...rest, patience: LEAST_PATIENCE };
}
