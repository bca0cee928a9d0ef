// What is read of the recent minutes and of the same time of earlier days to tell the demand ahead: all of it known at that minute.

import { rollingMax, rollingMean } from '../../workload/rolling-window.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../../workload/time.ts';
import type { Usual } from '../usual-day.ts';

/** The longest look back of any reading. */
export const READING_MINUTES = 60;
/** Added to replicas before a logarithm is taken: under a third of a replica all demands are alike. */
export const LOG_OFFSET = 0.3;
/** A rise of half again within a minute is a jump. */
const JUMP = 0.4;
const DAY_MS = 24 * HOUR_MS;
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
 */
export function readingsOf(
  replicas: Float64Array,
  startsAt: EpochMs,
  usualAt: (at: EpochMs) => Usual | null,
  leadMinutes: number,
): Readings {
  const now = replicas.map(log);
  const window = (of: (values: Float64Array, minutes: number) => Float64Array, minutes: number) =>
    of(replicas, minutes).map(log);
  const [mean5, mean20, mean60] = [
    window(rollingMean, 5),
    window(rollingMean, 20),
    window(rollingMean, READING_MINUTES),
  ];
  const [peak5, peak20, peak60] = [window(rollingMax, 5), window(rollingMax, 20), window(rollingMax, READING_MINUTES)];
  const lowest20 = rollingMax(
    replicas.map((value) => -value),
    20,
  ).map((value) => log(-value));
  const move = now.map((value, i) => value - (now[i - 1] ?? value));
  const moves = move.map(Math.abs);
  const ups = move.map((value) => Math.max(0, value));
  const days = ofEarlierDays(replicas, startsAt, usualAt, now);
  const hourAgo = aboutAnHourAgo(replicas, leadMinutes);
  const over = (column: Float64Array) => column.map((value, i) => value - (mean20[i] ?? 0));
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
      replicas.map((_, i) => ((startsAt + i * MINUTE_MS) % DAY_MS) / DAY_MS),
      replicas.map((_, i) => Math.floor(((startsAt + i * MINUTE_MS) % HOUR_MS) / SLOT_MS)),
      replicas.map((_, i) => Math.floor(((startsAt + i * MINUTE_MS) % SLOT_MS) / MINUTE_MS)),
    ],
  };
}

/** As demands are compared. */
export function log(replicas: number): number {
  return Math.log(replicas + LOG_OFFSET);
}

function ofEarlierDays(
  replicas: Float64Array,
  startsAt: EpochMs,
  usualAt: (at: EpochMs) => Usual | null,
  now: Float64Array,
) {
  const columns = { usual: now.slice(), yesterday: now.slice(), week: now.slice() };
  const rise = new Float64Array(now.length);
  const riseMost = new Float64Array(now.length);
  for (let i = 0; i < now.length; i++) {
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
function aboutAnHourAgo(replicas: Float64Array, leadMinutes: number): Float64Array {
  const highest = rollingMax(replicas, leadMinutes + 1);
  return replicas.map((value, i) =>
    log(i < READING_MINUTES ? value : (highest[Math.min(i, i - READING_MINUTES + leadMinutes)] ?? value)),
  );
}

/** Minutes since the last jump, as far as an hour back. */
function sinceJump(ups: Float64Array): Float64Array {
  let last = -READING_MINUTES;
  return ups.map((up, i) => {
    if (up > JUMP) last = i;
    return Math.min(READING_MINUTES, i - last);
  });
}
