// What earlier days had at this time: how high demand stood, and how much it rose right after.

import { rollingMax, rollingMean } from '../workload/rolling-window.ts';
import { DAY_MINUTES, type EpochMs, MINUTE_MS } from '../workload/time.ts';

const SLOT_MINUTES = 5;
const DAYS_BACK = 7;
/** A day's level is its highest demand from ten minutes before to twenty minutes after the same time. */
const LEVEL_BEFORE = 10;
const LEVEL_AFTER = 20;
/** A day's rise is from the mean of five minutes to the highest of the fifteen that follow. */
const RISE_AFTER = 15;
const RISE_BEFORE = 5;

export interface Usual {
  /** Mean over the earlier days, in the unit of demand. */
  readonly level: number;
  readonly rise: number;
}

/** The hours ahead, as fitting leaves them behind. */
export interface UsualAhead {
  readonly from: EpochMs;
  /** One number per five minutes. */
  readonly levels: readonly number[];
  readonly rises: readonly number[];
}

/**
 * Looks up an instant in up to seven days before it. Sees nothing of the instant's own day.
 * @param minutes demand by the minute, no gaps
 * @returns null where no whole day lies before the instant
 */
export function usualDays(minutes: Float64Array, startsAt: EpochMs): (at: EpochMs) => Usual | null {
  const highest = rollingMax(minutes, LEVEL_BEFORE + LEVEL_AFTER + 1);
  const ahead = rollingMax(minutes, RISE_AFTER + 1);
  const before = rollingMean(minutes, RISE_BEFORE);
  let known: { readonly slot: number; readonly usual: Usual | null } | null = null;
  return (at) => {
    const slot = Math.floor(at / (SLOT_MINUTES * MINUTE_MS));
    if (known?.slot === slot) return known.usual;
    const here = Math.round((slot * SLOT_MINUTES * MINUTE_MS - startsAt) / MINUTE_MS);
    let days = 0;
    let level = 0;
    let rise = 0;
    for (let day = 1; day <= DAYS_BACK; day++) {
      const then = here - day * DAY_MINUTES;
      if (then - LEVEL_BEFORE < 0) break;
      if (then + LEVEL_AFTER >= minutes.length) continue;
      days++;
      level += highest[then + LEVEL_AFTER] ?? 0;
      rise += Math.max(0, (ahead[then + RISE_AFTER] ?? 0) - (before[then] ?? 0));
    }
    known = { slot, usual: days === 0 ? null : { level: level / days, rise: rise / days } };
    return known.usual;
  };
}

/** The usual of the coming hours, small enough to be kept: three digits per five minutes. */
export function usualAhead(usualAt: (at: EpochMs) => Usual | null, from: EpochMs, hours: number): UsualAhead {
  const slots = Array.from({ length: (hours * 60) / SLOT_MINUTES }, (_, i) =>
    usualAt(from + i * SLOT_MINUTES * MINUTE_MS),
  );
  if (slots.some((slot) => slot === null)) return { from, levels: [], rises: [] };
  const short = (value: number) => Number(value.toPrecision(3));
  return {
    from,
    levels: slots.map((slot) => short(slot?.level ?? 0)),
    rises: slots.map((slot) => short(slot?.rise ?? 0)),
  };
}

/** Reads back what `usualAhead` kept; null outside its hours. */
export function fromAhead({ from, levels, rises }: UsualAhead): (at: EpochMs) => Usual | null {
  const first = Math.floor(from / (SLOT_MINUTES * MINUTE_MS));
  return (at) => {
    const slot = Math.floor(at / (SLOT_MINUTES * MINUTE_MS)) - first;
    const level = levels[slot];
    return level === undefined ? null : { level, rise: rises[slot] ?? 0 };
  };
}
