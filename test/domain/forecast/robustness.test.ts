// Whatever a history holds, a forecast stays sane: finite, ordered, never negative, and near what load can be.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSignal } from '../../../lib/domain/forecast/fit.ts';
import { type Forecast, forecastSignal } from '../../../lib/domain/forecast/forecast.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { DAY, daily, END, forecastOf, HOUR, history, noise, STEP } from '../../make/histories.ts';

const usual = (at: number) => daily(at) + 0.2 * noise(at);
const ago = (at: number) => END - at;
/** The highest that `usual` comes to, and room for what is promised of 99 %. */
const SANE = 3 * 7.3;

const DISTURBANCES: readonly (readonly [name: string, demand: (at: number) => number])[] = [
  ['nothing unusual', usual],
  ['flat', () => 4],
  ['all zeros', () => 0],
  ['zeros but for an hour a day', (at) => (at % DAY < HOUR ? 5 : 0)],
  ['zeros until an hour ago', (at) => (ago(at) < HOUR ? 5 : 0)],
  ['load until an hour ago, zeros since', (at) => (ago(at) < HOUR ? 0 : usual(at))],
  ['half the samples missing', (at) => ((at / STEP) % 2 === 0 ? usual(at) : Number.NaN)],
  ['two days missing', (at) => (ago(at) > 2 * DAY && ago(at) < 4 * DAY ? Number.NaN : usual(at))],
  ['all missing but the last quarter-hour', (at) => (ago(at) < 3 * STEP ? usual(at) : Number.NaN)],
  ['the same hours missing every day', (at) => (at % DAY < 8 * HOUR && ago(at) > HOUR ? Number.NaN : usual(at))],
  ['one sample of 1000 × a day ago', (at) => (ago(at) === DAY ? 1000 : 1) * usual(at)],
  ['one sample of 1000 × half an hour ago', (at) => (ago(at) === 6 * STEP ? 1000 : 1) * usual(at)],
  ['counter resets: a negative sample every few hours', (at) => ((at / STEP) % 50 === 0 ? -1e6 : usual(at))],
  ['infinite samples', (at) => ((at / STEP) % 70 === 0 ? Number.POSITIVE_INFINITY : usual(at))],
  ['a level shift to a tenth', (at) => (ago(at) < 2 * DAY ? 0.1 : 1) * usual(at)],
  ['a regime change from rhythm to noise', (at) => (ago(at) < 2 * DAY ? 4 + noise(at) : usual(at))],
];

describe.each(DISTURBANCES)('with %s', (_name, demand) => {
  it.each([0.05, 0.5, 1.2, 3, 9, 20])('a forecast after %d days is sane', (days) => {
    expectSane(forecastOf(history(days, demand)), SANE);
  });
});

describe('after a disturbance', () => {
  it.each([
    ['a level shift to a tenth', 0.1],
    ['a level shift to the triple', 3],
  ])('%s, six hours ahead follows within a day', (_name, factor) => {
    const shifted = (at: number) => (ago(at) < 1.25 * DAY ? factor : 1) * usual(at);
    const forecast = forecastOf(history(10, shifted));
    for (const [i, value] of forecast.hourly.entries())
      expect(Math.abs(value / (factor * daily(END + (i + 1) * HOUR)) - 1)).toBeLessThan(0.35);
  });

  it.each([1, 4, 12, 36, 72])('an outlier of 1000 × lifts nothing %d hours later', (hours) => {
    const spiked = (at: number) => (ago(at) === hours * HOUR ? 1000 : 1) * usual(at);
    const plain = forecastOf(history(10, usual));
    const forecast = forecastOf(history(10, spiked));
    for (const [i, { p50, p99 }] of forecast.points.entries()) {
      const calm = plain.points[i] ?? { p50: 0, p99: 0 };
      expect(Math.abs(p50 - calm.p50)).toBeLessThan(0.5);
      expect(p99).toBeLessThan(calm.p99 + 4);
    }
  });

  it('an outlier seen this minute is followed no further than it goes', () => {
    const spiked = history(7, (at) => (ago(at) === 0 ? 1000 : 1) * usual(at));
    const forecast = forecastOf(spiked);
    expect(forecast.anomalous).toBe(true);
    // In itself it is a load that must be carried; six hours on it is nearly forgotten.
    expect(forecast.hourly[5]).toBeLessThan(30);
  });

  it('a rhythm that ends is given up within two days', () => {
    const stopped = (at: number) => (ago(at) < 2 * DAY ? 4 : usual(at)) + 0.02 * noise(at);
    const forecast = forecastOf(history(10, stopped));
    for (const value of forecast.hourly) expect(Math.abs(value - 4)).toBeLessThan(0.5);
  });
});

describe('daylight saving: the whole day comes an hour earlier', () => {
  const CHANGE = Date.parse('2026-03-29T01:00:00Z');
  const local = (at: number) => daily(at + (at >= CHANGE ? HOUR : 0)) + 0.05 * noise(at);
  /** Mean share by which the forecasts of one day are off, one hour and six hours ahead. */
  function missOn(days: number, ahead: number): number {
    const misses = [0, 4, 8, 12, 16, 20].map((hour) => {
      const now = CHANGE - HOUR + days * DAY + hour * HOUR;
      const forecast = forecastOf(history(10, local, now), now);
      return Math.abs((forecast.hourly[ahead - 1] ?? 0) / local(now + ahead * HOUR) - 1);
    });
    return misses.reduce((sum, miss) => sum + miss, 0) / misses.length;
  }

  it('an hour ahead the level keeps up; the shape is right again after two days', () => {
    const before = missOn(-1, 6);
    expect(before).toBeLessThan(0.06);
    expect(missOn(0, 1)).toBeLessThan(0.2);
    expect(missOn(0, 6)).toBeLessThan(0.35);
    expect(missOn(2, 1)).toBeLessThan(0.08);
    expect(missOn(2, 6)).toBeLessThan(0.12);
    expect(missOn(4, 6)).toBeLessThan(0.06);
  });
});

describe('law', () => {
  const sample = fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
    { weight: 2, arbitrary: fc.constant(0) },
    fc.constantFrom(Number.NaN, -5, Number.POSITIVE_INFINITY, 1e5, 1e-12),
  );

  it('any samples in any order of gaps give a sane forecast or none', () => {
    const gap = fc.oneof({ weight: 9, arbitrary: fc.constant(60_000) }, fc.integer({ min: 1, max: 10 * HOUR }));
    fc.assert(
      fc.property(fc.array(fc.tuple(sample, gap), { minLength: 1, maxLength: 80 }), (steps) => {
        const series = seriesOf(steps);
        const now = (series.at.at(-1) ?? 0) + 15_000;
        const forecast = forecastSignal('cpu', series, fitSignal(series, 'cpu'), now);
        if (forecast !== undefined) expectSane(forecast, 3e6);
      }),
      { numRuns: 150 },
    );
  });

  it('any cycle of samples over any number of days does, too, and what was learned is finite', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (cycle, days) => {
        const series = history(days, (at) => cycle[(at / STEP) % cycle.length] ?? 0);
        const learned = fitSignal(series, 'cpu');
        expect(numbersIn(learned).every(Number.isFinite)).toBe(true);
        const forecast = forecastSignal('cpu', series, learned, END);
        if (forecast !== undefined) expectSane(forecast, 3e6);
      }),
      { numRuns: 40 },
    );
  });
});

function expectSane({ points, hourly, peak, current, skill }: Forecast, highest: number): void {
  expect(points).toHaveLength(32);
  for (const { p5, p50, p90, p95, p99 } of points) {
    const ordered = [0, p5, p50, p90, p95, p99, highest];
    expect(ordered.every(Number.isFinite)).toBe(true);
    expect(ordered).toEqual([...ordered].sort((a, b) => a - b));
  }
  expect([peak, current, ...hourly].every((value) => value >= 0 && value <= highest)).toBe(true);
  expect(skill === null || (skill <= 1 && Number.isFinite(skill))).toBe(true);
}

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function seriesOf(steps: readonly (readonly [number, number])[]): Series {
  let now = END;
  const at = Float64Array.from(steps, ([, gap]) => (now += gap));
  const cpu = Float64Array.from(steps, ([value]) => value);
  return { at, demand: { cpu, memory: cpu.map(() => Number.NaN) }, replicas: at.map(() => 2) };
}
