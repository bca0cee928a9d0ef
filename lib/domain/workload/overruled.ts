// A number of ours that somebody set against: how often, and until when his is left alone.
import type { EpochMs } from './time.ts';

/** A number of ours that somebody overruled: how often in a row, and until when his is left alone. */
export interface Overruled {
  readonly times: number;
  readonly until: EpochMs;
}

const FIRST_YIELD_MS = 10 * 60_000;
const LONGEST_YIELD_MS = 24 * 3_600_000;

/**
 * How long to leave an HPA alone whose floor was overruled: ten minutes, and twice as long each time it happens again, up
 * to a day. A person is given way to; a program that keeps setting its own number is soon hardly ever contradicted.
 * @param before what was known of earlier times; forgotten a day after it ended
 */
export function yieldTo(before: Overruled | undefined, now: EpochMs): Overruled {
  const times = before !== undefined && now < before.until + LONGEST_YIELD_MS ? before.times + 1 : 1;
  return { times, until: now + Math.min(LONGEST_YIELD_MS, FIRST_YIELD_MS * 2 ** (times - 1)) };
}

/** Whether his number is still to be left alone. Nobody is given way to for longer than a day: such a time is of a wrong clock. */
export function isYieldedTo({ until }: Overruled, now: EpochMs): boolean {
  return now < until && until <= now + LONGEST_YIELD_MS;
}

/**
 * The same for the replica count itself. The first time costs no more than the cooldown: people scale by hand, once. Whoever
 * does it again within a day is left alone for ten minutes, and twice as long each time.
 */
export function yieldCountTo(before: Overruled | undefined, now: EpochMs): Overruled {
  if (before === undefined || now >= before.until + LONGEST_YIELD_MS) return { times: 1, until: now };
  const times = before.times + 1;
  return { times, until: now + Math.min(LONGEST_YIELD_MS, FIRST_YIELD_MS * 2 ** (times - 2)) };
}
