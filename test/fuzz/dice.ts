// Chance that a seed and an index settle: the same file again, on any machine.
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Dice {
  /** A whole number from `low` to `high`, both included. */
  readonly whole: (low: number, high: number) => number;
  /** True once in `oneIn` times. */
  readonly chance: (oneIn: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
}

export function diceOf(seed: number, index: number): Dice {
  const random = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const whole = (low: number, high: number) => uniformInt(random, low, high);
  return {
    whole,
    chance: (oneIn) => whole(1, oneIn) === 1,
    pick: (from) => from[whole(0, from.length - 1)] as (typeof from)[number],
  };
}
