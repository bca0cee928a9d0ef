// What is read of the recent minutes and of the same time of earlier days to tell the demand ahead: all of it known at that minute.

import { type LocalTime, timeOfDay, UTC } from '../../workload/local-time.ts';
import { rollingMax, rollingMean } from '../../workload/rolling-window.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../workload/time.ts';
import type { Usual } from '../usual-day.ts';

/** The longest look back of any reading. */
export const READING_MINUTES = 60;
/** Added to replicas before a logarithm is taken: under a third of a replica all demands are alike. */
export const LOG_OFFSET = 0.3;
/** A rise of half again within a minute is a jump. */
const JUMP = 0.4;
const SLOT_MS = 5 * MINUTE_MS;

/** What the location of the demand ahead is a weighted sum of, each as a logarithm of replicas. */
export const LEVELS = [
  'now',
  'mean5',
  'mean20',
  'mean60',
  'peak20',
  'peak60',
  'usual',
  'yesterday',
  'hourAgo',
  'week',
] as const;

/** What its shape is told by: levels against the mean of twenty minutes, moves, jumps, the usual, and the clock. */
export const SHAPES = [
  'now',
  'nowOver',
  'mean5',
  'mean60',
  'peak5',
  'peak20',
  'peak60',
  'lowest20',
  'move',
  'moves10',
  'moves60',
  'jump60',
  'usual',
  'rise',
  'riseMost',
  'yesterday',
  'week',
  'hourAgo',
  'sinceJump',
  'timeOfDay',
  'slotOfHour',
  'minuteOfSlot',
] as const;

export interface Readings {
  /** One column per level, a value per minute. */
  readonly levels: readonly Float64Array[];
  readonly shapes: readonly Float64Array[];
}

/**
 * One value per minute and column, each made of minutes up to its own and of earlier days alone.
 * @param replicas demand by the minute in replicas that run full, no gaps
 * @param usualAt what earlier days had around an instant, in the same unit; null where there is no earlier day
 * @param leadMinutes how far the demand ahead reaches: so long an hour ago is looked at
 * @param from the first minute that is asked for; all unless given. What columns hold before it means nothing
 * @param local whose clocks are read
 */
export function readingsOf(
  replicas: Float64Array,
  startsAt: EpochMs,
  usualAt: (at: EpochMs) => Usual | null,
  leadMinutes: number,
  from = 0,
  local: LocalTime = UTC,
): Readings {
  const now = logs(replicas, 0);
  const mean = (minutes: number) => logs(rollingMean(replicas, minutes), from);
  const peak = (minutes: number) => logs(rollingMax(replicas, minutes), from);
  const [mean5, mean20, mean60] = [mean(5), mean(20), mean(READING_MINUTES)];
  const [peak5, peak20, peak60] = [peak(5), peak(20), peak(READING_MINUTES)];
  const lowest20 = logs(negative(rollingMax(negative(replicas), 20)), from);
  const { move, moves, ups } = movesOf(now);
  const days = ofEarlierDays(replicas, startsAt, usualAt, now, from);
  const hourAgo = aboutAnHourAgo(replicas, leadMinutes, from);
  const over = (column: Float64Array) => difference(column, mean20, from);
  return {
    levels: [now, mean5, mean20, mean60, peak20, peak60, days.usual, days.yesterday, hourAgo, days.week],
    shapes: [
      now,
      over(now),
      over(mean5),
      over(mean60),
      over(peak5),
      over(peak20),
      over(peak60),
      over(lowest20),
      move,
      rollingMean(moves, 10),
      rollingMean(moves, READING_MINUTES),
      rollingMax(ups, READING_MINUTES),
      over(days.usual),
      days.rise,
      days.riseMost,
      over(days.yesterday),
      over(days.week),
      over(hourAgo),
      sinceJump(ups),
      ...clock(replicas.length, startsAt, from, local),
    ],
  };
}

/** As demands are compared. */
export function log(replicas: number): number {
  return Math.log(replicas + LOG_OFFSET);
}

function logs(values: Float64Array, from: number): Float64Array {
  const into = new Float64Array(values.length);
  for (let i = from; i < values.length; i++) into[i] = log(values[i] ?? 0);
  return into;
}

function negative(values: Float64Array): Float64Array {
  const into = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) into[i] = -(values[i] ?? 0);
  return into;
}

function difference(column: Float64Array, less: Float64Array, from: number): Float64Array {
  const into = new Float64Array(column.length);
  for (let i = from; i < column.length; i++) into[i] = (column[i] ?? 0) - (less[i] ?? 0);
  return into;
}

/** From each minute to the next: as it is, without its sign, and where it goes up. */
function movesOf(now: Float64Array) {
  const [move, moves, ups] = [new Float64Array(now.length), new Float64Array(now.length), new Float64Array(now.length)];
  for (let i = 1; i < now.length; i++) {
    const moved = (now[i] ?? 0) - (now[i - 1] ?? 0);
    move[i] = moved;
    moves[i] = Math.abs(moved);
    ups[i] = Math.max(0, moved);
  }
  return { move, moves, ups };
}

function ofEarlierDays(
  replicas: Float64Array,
  startsAt: EpochMs,
  usualAt: (at: EpochMs) => Usual | null,
  now: Float64Array,
  from: number,
) {
  const columns = { usual: now.slice(), yesterday: now.slice(), week: now.slice() };
  const rise = new Float64Array(now.length);
  const riseMost = new Float64Array(now.length);
  for (let i = from; i < now.length; i++) {
    const there = usualAt(startsAt + i * MINUTE_MS);
    if (there === null) continue;
    columns.usual[i] = log(there.level);
    columns.yesterday[i] = log(there.yesterday);
    columns.week[i] = log(there.week);
    const stands = (replicas[i] ?? 0) + LOG_OFFSET;
    rise[i] = there.rise / stands;
    riseMost[i] = there.riseMost / stands;
  }
  return { ...columns, rise, riseMost };
}

/** The highest of the lead that began an hour ago. */
function aboutAnHourAgo(replicas: Float64Array, leadMinutes: number, from: number): Float64Array {
  const highest = rollingMax(replicas, leadMinutes + 1);
  const into = new Float64Array(replicas.length);
  for (let i = from; i < replicas.length; i++) {
    const then = Math.min(i, i - READING_MINUTES + leadMinutes);
    into[i] = log((i < READING_MINUTES ? replicas[i] : highest[then]) ?? 0);
  }
  return into;
}

/** Minutes since the last jump, as far as an hour back. */
function sinceJump(ups: Float64Array): Float64Array {
  const into = new Float64Array(ups.length);
  let last = -READING_MINUTES;
  for (let i = 0; i < ups.length; i++) {
    if ((ups[i] ?? 0) > JUMP) last = i;
    into[i] = Math.min(READING_MINUTES, i - last);
  }
  return into;
}

/** The time of day as a share of it, and the five minutes of the hour. */
function clock(length: number, startsAt: EpochMs, from: number, local: LocalTime): readonly Float64Array[] {
  const shareOfDay = new Float64Array(length);
  const slotOfHour = new Float64Array(length);
  const minuteOfSlot = new Float64Array(length);
  for (let i = from; i < length; i++) {
    const time = timeOfDay(startsAt + i * MINUTE_MS, local);
    shareOfDay[i] = time / DAY_MS;
    slotOfHour[i] = Math.floor((time % HOUR_MS) / SLOT_MS);
    minuteOfSlot[i] = Math.floor((time % SLOT_MS) / MINUTE_MS);
  }
  return [shareOfDay, slotOfHour, minuteOfSlot];
}
