// For how much of the last hour a workload had fewer replicas ready than it needed. Stored with the workload, so a few numbers.
import type { Assessment } from '../assessment/assessment.ts';
import { needAtLine } from '../assessment/need-at-line.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../workload/time.ts';

/** Another is begun anew. */
const SHORTAGE_VERSION = 1;
const BIN_MS = 5 * MINUTE_MS;
/** So many ticks missed, and nobody saw what was. */
const TICKS_UNTIL_A_GAP = 3;
/** Of the hour: whoever has seen less says nothing of it. */
const LEAST_WATCHED_MS = HOUR_MS / 2;

/** Times in milliseconds. */
export interface Shortage {
  readonly v: typeof SHORTAGE_VERSION;
  /** Since when it has been watched without a gap. */
  readonly since: EpochMs;
  /** When it was last known what it needs. */
  readonly last: EpochMs;
  /** By five minutes that end at `at`, those alone in which it was short: a dozen at most. */
  readonly short: readonly (readonly [at: EpochMs, ms: number])[];
}

/** What is known at a tick. */
export interface SeenShortage {
  readonly at: EpochMs;
  /** Null where it cannot be told what it needs. */
  readonly isShort: boolean | null;
  readonly tickSeconds: number;
}

export function seenShortage({ now, observation, policy, levels, memory }: Assessment): SeenShortage {
  const { spec, ready } = observation.replicas;
  const need = needAtLine(observation, policy, levels, memory);
  // What is off, or asleep, is meant to have none.
  const isShort = spec === 0 ? false : need === null ? null : need > ready;
  return { at: now, isShort, tickSeconds: policy.tickSeconds };
}

/** The shortage after a tick; a reading tells of the time since the one before. @param stored whatever an earlier release left */
export function shortageAt(stored: Shortage | undefined, seen: SeenShortage): Shortage | undefined {
  const { at, isShort, tickSeconds } = seen;
  const before = stored?.v === SHORTAGE_VERSION && stored.last <= at ? stored : undefined;
  const isGap = before !== undefined && at - before.last > TICKS_UNTIL_A_GAP * tickSeconds * 1000;
  if (isShort === null) return isGap ? undefined : before;
  if (before === undefined || isGap) return { v: SHORTAGE_VERSION, since: at, last: at, short: [] };
  const short = isShort ? withTime(before.short, at, at - before.last) : before.short;
  return { ...before, last: at, short: short.filter(([bin]) => bin > at - HOUR_MS) };
}

function withTime(short: Shortage['short'], at: EpochMs, ms: number): Shortage['short'] {
  const bin = Math.ceil(at / BIN_MS) * BIN_MS;
  const newest = short.at(-1);
  if (newest?.[0] !== bin) return [...short, [bin, ms]];
  return [...short.slice(0, -1), [bin, newest[1] + ms]];
}

/**
 * Share of the last hour, 0 to 1, of which as much counts as was watched.
 * @param at of the last tick
 * @returns null where under half of it was
 */
export function shortShare(shortage: Shortage | undefined, at: EpochMs): number | null {
  if (shortage?.v !== SHORTAGE_VERSION) return null;
  const from = Math.max(shortage.since, at - HOUR_MS);
  if (shortage.last - from < LEAST_WATCHED_MS) return null;
  const ms = shortage.short.filter(([bin]) => bin > at - HOUR_MS).reduce((sum, [, one]) => sum + one, 0);
  return Math.min(1, ms / (shortage.last - from));
}
