// A made-up recording, and what must be read of it however it is written.
import type { Dice } from './dice.ts';

export interface Recording {
  /** Whole seconds since 1970. */
  readonly startSeconds: number;
  readonly stepSeconds: number;
  readonly values: readonly number[];
  /** Rows that are left out of the file, each with a neighbour on both sides and never as many as an hour has. */
  readonly missing: ReadonlySet<number>;
}

export interface Expected {
  readonly startsAt: number;
  readonly intervalSeconds: number;
  readonly demand: readonly number[];
}

const STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 60, 60, 300, 300, 900, 3600];

export function recordingOf(dice: Dice): Recording {
  const stepSeconds = dice.pick(STEPS);
  const rows = dice.whole(3, 120);
  const day = Date.UTC(dice.whole(1999, 2031), dice.whole(0, 11), dice.whole(1, 28)) / 1000;
  const startSeconds = day + 60 * dice.whole(0, 1439) + (dice.chance(4) ? dice.whole(0, 59) : 0);
  const digits = dice.whole(0, 3);
  const scale = 10 ** dice.whole(0, 5);
  const values = Array.from({ length: rows }, () =>
    Number((scale * (dice.whole(0, 1_000_000) / 1_000_000)).toFixed(digits)),
  );
  const missing = new Set<number>();
  if (rows > 12 && dice.chance(3)) {
    const run = dice.whole(1, Math.max(1, Math.min(Math.floor(3600 / stepSeconds), Math.floor(rows / 4))));
    const from = dice.whole(2, rows - run - 2);
    for (let i = 0; i < run; i++) missing.add(from + i);
  }
  return { startSeconds, stepSeconds, values, missing };
}

/** Straight lines where rows are missing; below 15 s the mean of what held in each 15 s, second by second. */
export function expectedOf({ startSeconds, stepSeconds, values, missing }: Recording): Expected {
  const whole = values.map((value, i) => (missing.has(i) ? between(values, missing, i) : value));
  const startsAt = 1000 * startSeconds;
  if (stepSeconds >= 15) return { startsAt, intervalSeconds: stepSeconds, demand: whole };
  const bySecond = whole.flatMap((value) => Array.from({ length: stepSeconds }, () => value));
  const demand = Array.from({ length: Math.ceil(bySecond.length / 15) }, (_, i) =>
    meanOf(bySecond.slice(15 * i, 15 * i + 15)),
  );
  return { startsAt, intervalSeconds: 15, demand };
}

function between(values: readonly number[], missing: ReadonlySet<number>, i: number): number {
  let [low, high] = [i, i];
  while (missing.has(low)) low--;
  while (missing.has(high)) high++;
  const [from, to] = [values[low] ?? 0, values[high] ?? 0];
  return from + ((to - from) * (i - low)) / (high - low);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
