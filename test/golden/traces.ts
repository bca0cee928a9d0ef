// Four generated traces, one per kind of trouble: a daily wave, office hours, bursts, and a trend with an outage.
import type { Trace } from '../../cli/trace/trace.ts';

const STARTS_AT = Date.parse('2026-01-05T00:00:00Z');
const INTERVAL_SECONDS = 300;
const SLOTS_A_DAY = 86_400 / INTERVAL_SECONDS;

export const GENERATED: Readonly<Record<string, Trace>> = {
  wave: generated(4, 1, (slot, noise) => 40 - 30 * Math.cos(turnOf(slot)) + 4 * noise()),
  office: generated(9, 2, (slot, noise) => {
    const weekday = Math.floor(slot / SLOTS_A_DAY) % 7 < 5;
    const hour = (slot % SLOTS_A_DAY) / 12;
    return (weekday && hour >= 8 && hour < 18 ? 80 : 9) * (1 + 0.08 * noise());
  }),
  bursts: generated(3, 3, (slot, noise) => 12 + 3 * Math.abs(noise()) + (slot % 97 < 3 ? 60 * (1 + noise() / 4) : 0)),
  outage: generated(3, 4, (slot, noise) => {
    const day = slot / SLOTS_A_DAY;
    return day > 1.5 && day < 1.6 ? 0 : 10 + 15 * day + 2 * noise();
  }),
};

/** @param demandAt demand of a slot of five minutes; `noise` draws from −1…1 */
function generated(days: number, seed: number, demandAt: (slot: number, noise: () => number) => number): Trace {
  const noise = noiseFrom(seed);
  const demand = Float64Array.from({ length: days * SLOTS_A_DAY }, (_, slot) => Math.max(0, demandAt(slot, noise)));
  return { startsAt: STARTS_AT, intervalSeconds: INTERVAL_SECONDS, demand };
}

/** In radians: a day is one turn. */
function turnOf(slot: number): number {
  return (2 * Math.PI * (slot % SLOTS_A_DAY)) / SLOTS_A_DAY;
}

/** A linear congruential generator (Numerical Recipes): the same numbers on every machine. */
function noiseFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
