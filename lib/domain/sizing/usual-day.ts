// What earlier days had at this time: how high demand stood, how much it rose right after, and what yesterday and a week ago took.

import { fromBase64, toBase64 } from '../text/base64.ts';
import { type LocalTime, UTC } from '../workload/local-time.ts';
import { rollingMax, rollingMean } from '../workload/rolling-window.ts';
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';

const SLOT_MINUTES = 5;
const DAYS_BACK = 7;
/** A day's level is its highest demand from ten minutes before to twenty minutes after the same time. */
const LEVEL_BEFORE = 10;
const LEVEL_AFTER = 20;
/** A day's rise is from the mean of five minutes to the highest of the fifteen that follow. */
const RISE_AFTER = 15;
const RISE_BEFORE = 5;
/** What a single day took: the highest of these minutes from the slot on. */
const DAY_AFTER = 9;

/** Of the slot of five minutes that an instant lies in; all in the unit of demand. */
export interface Usual {
  /** Means over the earlier days. */
  readonly level: number;
  readonly rise: number;
  /** The steepest of these rises. */
  readonly riseMost: number;
  readonly yesterday: number;
  /** A week ago; the level where history is shorter. */
  readonly week: number;
}

const COLUMNS = ['level', 'rise', 'riseMost', 'yesterday', 'week'] as const;

/** The hours ahead, as fitting leaves them behind: a byte each, in steps of the logarithm up to the highest. */
export interface UsualAhead {
  readonly from: EpochMs;
  readonly most: number;
  /** Column after column of five-minute slots, in base64; empty where no earlier day is known. */
  readonly slots: string;
}

const NOTHING_USUAL: UsualAhead = { from: 0, most: 0, slots: '' };

/**
 * Looks up an instant in up to seven days before it. Sees nothing of the instant's own day.
 * @param minutes demand by the minute, no gaps
 * @param local whose clocks tell what the same time is
 * @returns null where no whole day lies before the instant
 */
export function usualDays(
  minutes: Float64Array,
  startsAt: EpochMs,
  local: LocalTime = UTC,
): (at: EpochMs) => Usual | null {
  const highest = rollingMax(minutes, LEVEL_BEFORE + LEVEL_AFTER + 1);
  const ahead = rollingMax(minutes, RISE_AFTER + 1);
  const single = rollingMax(minutes, DAY_AFTER + 1);
  const before = rollingMean(minutes, RISE_BEFORE);
  let known: { readonly slot: number; readonly usual: Usual | null } | null = null;
  return (at) => {
    const slot = Math.floor(at / (SLOT_MINUTES * MINUTE_MS));
    if (known?.slot === slot) return known.usual;
    const begin = slot * SLOT_MINUTES * MINUTE_MS;
    const minuteBefore = (days: number) => Math.round((local.daysBefore(begin, days) - startsAt) / MINUTE_MS);
    let days = 0;
    let level = 0;
    let rise = 0;
    let riseMost = 0;
    for (let day = 1; day <= DAYS_BACK; day++) {
      const then = minuteBefore(day);
      if (then - LEVEL_BEFORE < 0) break;
      if (then + LEVEL_AFTER >= minutes.length) continue;
      days++;
      level += highest[then + LEVEL_AFTER] ?? 0;
      const rose = Math.max(0, (ahead[then + RISE_AFTER] ?? 0) - (before[then] ?? 0));
      rise += rose;
      riseMost = Math.max(riseMost, rose);
    }
    const usual = { level: level / days, rise: rise / days, riseMost };
    const dayBefore = (back: number) => single[minuteBefore(back) + DAY_AFTER] ?? usual.level;
    known = { slot, usual: days === 0 ? null : { ...usual, yesterday: dayBefore(1), week: dayBefore(DAYS_BACK) } };
    return known.usual;
  };
}

/** The usual of the coming hours, small enough to be kept. */
export function usualAhead(usualAt: (at: EpochMs) => Usual | null, from: EpochMs, hours: number): UsualAhead {
  const slots = Array.from({ length: (hours * 60) / SLOT_MINUTES }, (_, i) =>
    usualAt(from + i * SLOT_MINUTES * MINUTE_MS),
  );
  if (slots.some((slot) => slot === null)) return { ...NOTHING_USUAL, from };
  const values = COLUMNS.flatMap((column) => slots.map((slot) => slot?.[column] ?? 0));
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const bytes = Uint8Array.from(values, (value) =>
    most > 0 ? Math.round((255 * Math.log1p((MOST_RATIO * value) / most)) / LOG_MOST) : 0,
  );
  return { from, most: Number(most.toPrecision(4)), slots: toBase64(bytes) };
}

/** What is under a thousandth of the highest is nothing: then a byte's steps are under 3 %. */
const MOST_RATIO = 1000;
const LOG_MOST = Math.log1p(MOST_RATIO);

/** Reads back what `usualAhead` kept; null outside its hours, and everywhere where it is not whole. */
export function fromAhead({ from, most, slots }: UsualAhead): (at: EpochMs) => Usual | null {
  const bytes = fromBase64(slots);
  const length = bytes.length / COLUMNS.length;
  const first = Math.floor(from / (SLOT_MINUTES * MINUTE_MS));
  return (at) => {
    const slot = Math.floor(at / (SLOT_MINUTES * MINUTE_MS)) - first;
    if (!Number.isInteger(length) || !(slot >= 0 && slot < length)) return null;
    const value = (column: number) =>
      (most * Math.expm1((LOG_MOST * (bytes[column * length + slot] ?? 0)) / 255)) / MOST_RATIO;
    return { level: value(0), rise: value(1), riseMost: value(2), yesterday: value(3), week: value(4) };
  };
}
