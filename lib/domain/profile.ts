// The typical day or week of one workload, and demand ahead when today runs above or below it.
import type { EpochMs, ForecastMethod } from './model.ts';
import { type Grid, quantile } from './series.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How fast today's distance from the typical day is forgotten: after this long, 37 % of it is left. */
const LEVEL_DECAY_MS = 3 * HOUR_MS;

interface ProfileShape {
  readonly periodMs: number;
  readonly slots: number;
}

const SHAPES = {
  daily_profile: { periodMs: DAY_MS, slots: 48 },
  weekly_profile: { periodMs: 7 * DAY_MS, slots: 168 },
} as const satisfies Partial<Record<ForecastMethod, ProfileShape>>;

/** Epoch 0 was a Thursday; weeks counted from it serve as well as any. */
function slotOf(at: EpochMs, shape: ProfileShape): number {
  return ((at % shape.periodMs) / shape.periodMs) * shape.slots;
}

/**
 * The median demand by slot of the day or week over the grid's samples before `end`.
 * Returns an empty profile where fewer than two periods are there: one day is no rhythm.
 */
export function fitProfile(grid: Grid, end: EpochMs, method: keyof typeof SHAPES): readonly number[] {
  const shape = SHAPES[method];
  const length = Math.min(grid.values.length, Math.floor((end - grid.start) / grid.stepMs));
  if (length * grid.stepMs < 2 * shape.periodMs) return [];
  const bins: number[][] = Array.from({ length: shape.slots }, () => []);
  for (let i = 0; i < length; i++) {
    const value = grid.values[i] ?? Number.NaN;
    if (value >= 0) bins[Math.floor(slotOf(grid.start + i * grid.stepMs, shape))]?.push(value);
  }
  const medians = bins.map((bin) => quantile(bin, 0.5));
  return medians.some(Number.isNaN) ? fillGaps(medians) : medians;
}

/** The profile's value at an instant, linear between the middles of its slots. */
function profileAt(profile: readonly number[], at: EpochMs, method: ForecastMethod): number {
  if (method === 'last_value') return Number.NaN;
  const position = slotOf(at, SHAPES[method]) - 0.5;
  const left = Math.floor(position);
  const share = position - left;
  const n = profile.length;
  const a = profile[(left + n) % n] ?? 0;
  const b = profile[(left + 1 + n) % n] ?? 0;
  return a * (1 - share) + b * share;
}

/**
 * Median demand at `at`, seen from `now` at `level`: the typical value there plus what is left of today's distance.
 * With no profile this is the last value.
 */
export function extrapolate(
  method: ForecastMethod,
  profile: readonly number[],
  level: number,
  now: EpochMs,
  at: EpochMs,
): number {
  if (method === 'last_value' || profile.length === 0) return level;
  const distance = level - profileAt(profile, now, method);
  return Math.max(0, profileAt(profile, at, method) + distance * Math.exp((now - at) / LEVEL_DECAY_MS));
}

/** Slots never measured take their neighbour's value; a profile with no measurement at all is empty. */
function fillGaps(medians: readonly number[]): readonly number[] {
  const first = medians.find((value) => !Number.isNaN(value));
  if (first === undefined) return [];
  let last = first;
  return medians.map((value) => {
    if (!Number.isNaN(value)) last = value;
    return last;
  });
}
