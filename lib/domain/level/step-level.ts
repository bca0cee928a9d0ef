// One window of one level: judged, learned from where it may be, and held against what was done for it.
import { DAY_MS, type EpochMs } from '../workload/time.ts';
import { type Band, bandOf } from './band.ts';
import { baselineOf, WINDOWS_KEPT } from './baseline.ts';
import { FLAT, freshLevel, LEAST_PATIENCE, type LevelMemory, type Rise, short3 } from './level-memory.ts';
import type { Thresholds } from './thresholds.ts';

/** A change shows for so many windows: they are neither learned from nor judged by. */
const SETTLE_WINDOWS = 2;
/** An effect is this share of what was too much, or none. */
const LEAST_EFFECT = 0.2;
/** Load per replica that fell by less says nothing of what more replicas do. */
const RELIEVED = 0.95;
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
  readonly replicas: { readonly spec: number; readonly ready: number };
  /** No rollout is under way. */
  readonly isSettled: boolean;
  /** Percent of what a replica takes, of the busiest load that means anything; null where none does. */
  readonly loadPercent: number | null;
  /** The last change of ours, and whether this level led it upwards. */
  readonly ownChange: { readonly at: EpochMs; readonly isRise: boolean } | null;
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
  const memory = withoutOldShort(start, now);
  if (reading === null) return { memory: withRise(memory, seen), band: 'missing' };
  const band = bandNow(memory, seen, reading.value);
  if (reading.at <= memory.at) return { memory, band };
  return { memory: learned(judged(withRise(memory, seen), seen, band), seen, reading, band), band };
}

/** A rise that this level led is remembered as things stood before it. */
function withRise(memory: LevelMemory, { ownChange }: LevelSeen): LevelMemory {
  const isNew = ownChange?.isRise === true && ownChange.at > (memory.rise?.at ?? 0) && ownChange.at >= memory.since;
  if (!isNew || ownChange.at < memory.at) return memory;
  return { ...memory, rise: { at: ownChange.at, value: memory.value, load: memory.load, windows: 0 } };
}

function judged(memory: LevelMemory, seen: LevelSeen, band: Band): LevelMemory {
  const next = counted(memory, seen, band);
  return memory.rise === null ? next : afterRise(next, memory.rise, seen, band);
}

/** Streaks, and with how many replicas it was over. */
function counted(memory: LevelMemory, seen: LevelSeen, band: Band): LevelMemory {
  const { now, replicas, loadPercent } = seen;
  const isChanged = seen.ownChange !== null && seen.ownChange.at > memory.at;
  const low = band === 'low' ? (isChanged ? 0 : memory.low) + 1 : 0;
  if (band !== 'over') {
    return { ...memory, low, over: 0, unhelped: low >= LEAST_PATIENCE ? 0 : memory.unhelped };
  }
  const next = { ...memory, low, over: memory.over + 1 };
  // Pods that do not serve yet say nothing of how many are enough, nor does a replica that has no more to do than usual.
  const isAsUsual = loadPercent !== null && memory.usualLoad !== null && loadPercent <= FLAT * memory.usualLoad;
  if (replicas.ready < replicas.spec || !seen.isSettled || isAsUsual) return next;
  const isAgain = memory.over === 0 && memory.short !== undefined && replicas.spec <= memory.short.replicas;
  const patience = isAgain ? Math.min(MOST_PATIENCE, 2 * memory.patience) : memory.patience;
  // While what has piled up is worked off it is over with less to do than it was short with.
  if (isSpell(memory, seen) && (loadPercent ?? 0) <= (memory.short?.load ?? Number.POSITIVE_INFINITY)) return next;
  return { ...next, patience, short: { at: now, replicas: replicas.spec, load: loadPercent } };
}

/** Whether `short` is of the windows in a row that are over now. */
function isSpell({ over, short }: LevelMemory, { now, tickMs }: LevelSeen): boolean {
  return over > 0 && short !== undefined && short.at >= now - 2 * over * tickMs;
}

/** Once the new pods have served for some windows: did it help? */
function afterRise(memory: LevelMemory, rise: Rise, seen: LevelSeen, band: Band): LevelMemory {
  if (band !== 'over') return { ...memory, rise: null, unhelped: 0 };
  const serve = seen.replicas.ready >= seen.replicas.spec && seen.isSettled;
  const windows = rise.windows + (serve ? 1 : 0);
  if (windows < SETTLE_WINDOWS) return { ...memory, rise: { ...rise, windows } };
  const { reading, loadPercent } = seen;
  const better = (rise.value - (reading?.value ?? rise.value)) * (seen.isLowerWorse ? -1 : 1);
  const helped = better >= LEAST_EFFECT * Math.abs(rise.value - wellAt(memory, seen));
  const isRelieved = rise.load === null || loadPercent === null || loadPercent <= RELIEVED * rise.load;
  if (helped || !isRelieved) return { ...memory, rise: null, unhelped: helped ? 0 : memory.unhelped };
  // It was not replicas that it was short of.
  const { short: _none, ...rest } = memory;
  return { ...rest, rise: null, unhelped: memory.unhelped + 1 };
}

/** Where it would be if all were well. */
function wellAt({ windows, anchor }: LevelMemory, { objective }: LevelSeen): number {
  return objective ?? baselineOf(windows, anchor)?.value ?? 0;
}

/** Under stress, in a rollout and just after a change of ours nothing is learned: load must not become the baseline. */
function learned(
  memory: LevelMemory,
  seen: LevelSeen,
  { value, at }: NonNullable<LevelSeen['reading']>,
  band: Band,
): LevelMemory {
  const load = seen.loadPercent === null ? null : short3(seen.loadPercent);
  const next = { ...memory, at, value: short3(value), load };
  const changedAt = seen.ownChange?.at ?? 0;
  const isStill = seen.isSettled && seen.replicas.ready >= seen.replicas.spec;
  const isOwnEffect = at - changedAt < SETTLE_WINDOWS * seen.tickMs;
  // An objective may be kept or missed: what is unusual for the level itself is not learned either way.
  const isStress = band === 'over' || bandNow(memory, { ...seen, objective: null }, value) === 'over';
  if (isStress || !isStill || isOwnEffect) return next;
  const windows = [...memory.windows, short3(value)].slice(-WINDOWS_KEPT);
  const usual = baselineOf(windows, memory.anchor)?.value ?? null;
  const anchor = usual === null ? memory.anchor : digits6(moved(memory.anchor, usual, ANCHOR_SHARE));
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
