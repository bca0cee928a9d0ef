// Chance that can be had again: all of it comes from a seed and the index of one input.
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** A whole number from 0 to one below. */
  below(count: number): number;
  /** Whether something of this probability, 0…1, comes to pass. */
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

export function randomOf(seed: number, index: number): Random {
  // Neighbouring seeds of the generator start alike: the two are spread first.
  const source = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const below = (count: number) => uniformInt(source, 0, count - 1);
  return {
    below,
    chance: (probability) => below(1_000_000) < probability * 1_000_000,
    pick: (from) => from[below(from.length)] as (typeof from)[number],
  };
}
