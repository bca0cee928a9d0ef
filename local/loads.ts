// Made-up demand for demos and benchmarks: a function of time alone, so that the past can be asked for as well as the present.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { EpochMs } from '../lib/domain/workload/time.ts';

export interface LoadShape {
  /** The same seed gives the same load, everywhere and always. */
  readonly seed: number;
  /** Mean of a weekday, in cores (or whatever the demand counts). */
  readonly mean: number;
  /** Half the way from the quietest to the busiest hour ÷ mean, 0…1. Drawn from the seed unless given, as all below. */
  readonly dailySwing?: number;
  /** Hour of the day, UTC, with the most load. */
  readonly peakHour?: number;
  /** Load of a Saturday or Sunday ÷ that of a weekday. */
  readonly weekend?: number;
  /** Standard deviation of the noise ÷ load. */
  readonly noise?: number;
  readonly burstsPerDay?: number;
  /** What a burst of mean height adds ÷ mean. */
  readonly burstHeight?: number;
  readonly burstMinutes?: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Noise at these spacings, added up: load wanders over hours and trembles over minutes. */
const NOISE_SLOTS = [MINUTE, 10 * MINUTE, HOUR] as const;
/** One burst at most begins within a slot, and none outlasts two. */
const BURST_SLOT = HOUR;
/** Standard deviation of a value even in −1…1, halved in variance by interpolation. */
const EVEN_DEVIATION = Math.sqrt(1 / 3) * Math.sqrt(2 / 3);

/**
 * A load with a daily and weekly rhythm, bursts and noise; never negative.
 * @returns total demand at any instant, in the unit of `mean`
 */
export function generatedLoad(shape: LoadShape): (at: EpochMs) => number {
  const full = drawShape(shape);
  return (at) => {
    const noise = 1 + full.noise * wander(full.seed, at);
    return Math.max(0, full.mean * (rhythm(full, at) * noise + bursts(full, at)));
  };
}

/** What is not given is drawn from the seed, always all of it: giving one value must not change the others. */
function drawShape(shape: LoadShape): Required<LoadShape> {
  const random = xoroshiro128plus(shape.seed);
  const between = (low: number, high: number): number => low + (high - low) * uniformFloat64(random);
  return {
    dailySwing: between(0.35, 0.7),
    peakHour: between(9, 20),
    weekend: between(0.5, 0.9),
    noise: between(0.03, 0.08),
    burstsPerDay: between(0.5, 3),
    burstHeight: between(0.3, 0.8),
    burstMinutes: between(8, 30),
    ...shape,
  };
}

function rhythm(shape: Required<LoadShape>, at: EpochMs): number {
  const hour = (at % DAY) / HOUR;
  const day = 1 + shape.dailySwing * Math.cos(((hour - shape.peakHour) / 24) * 2 * Math.PI);
  return day * (1 + (shape.weekend - 1) * weekendShare(at));
}

/** 0 on weekdays, 1 at the weekend, with three hours' crossing so that midnight is not a cliff. */
function weekendShare(at: EpochMs): number {
  const CROSSING = 3 * HOUR;
  // 1970-01-01 was a Thursday: from Saturday 00:00 two of seven days.
  const sinceSaturday = (((at - 2 * DAY) % (7 * DAY)) + 7 * DAY) % (7 * DAY);
  if (sinceSaturday < 2 * DAY) return Math.min(1, sinceSaturday / CROSSING);
  return Math.max(0, 1 - (sinceSaturday - 2 * DAY) / CROSSING);
}

/** Mean 0, deviation about 1: even values at each slot's border, joined by lines, summed over the spacings. */
function wander(seed: number, at: EpochMs): number {
  let sum = 0;
  NOISE_SLOTS.forEach((spacing, layer) => {
    const slot = Math.floor(at / spacing);
    const from = 2 * hashed(seed, slot, layer) - 1;
    const to = 2 * hashed(seed, slot + 1, layer) - 1;
    sum += from + (to - from) * (at / spacing - slot);
  });
  return sum / (EVEN_DEVIATION * Math.sqrt(NOISE_SLOTS.length));
}

/** What bursts add ÷ mean: a steep rise, then a decay. */
function bursts(shape: Required<LoadShape>, at: EpochMs): number {
  const thisSlot = Math.floor(at / BURST_SLOT);
  const chance = (shape.burstsPerDay * BURST_SLOT) / DAY;
  let sum = 0;
  for (let slot = thisSlot - 2; slot <= thisSlot; slot++) {
    if (hashed(shape.seed, slot, 10) >= chance) continue;
    const start = (slot + hashed(shape.seed, slot, 11)) * BURST_SLOT;
    const length = Math.min(2 * BURST_SLOT, shape.burstMinutes * MINUTE * (0.5 + hashed(shape.seed, slot, 12)));
    const passed = (at - start) / length;
    if (passed <= 0 || passed >= 1) continue;
    const height = shape.burstHeight * (0.5 + hashed(shape.seed, slot, 13));
    sum += height * (passed < 0.15 ? passed / 0.15 : (1 - passed) / 0.85);
  }
  return sum;
}

/** Even in 0…1, from whole numbers: the same slot is drawn alike in any order (a finaliser in the manner of MurmurHash3). */
function hashed(seed: number, slot: number, layer: number): number {
  let h = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(slot | 0, 0x85ebca6b) ^ Math.imul(layer + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
