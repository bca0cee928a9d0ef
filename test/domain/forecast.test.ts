// Forecasts: a rhythm is found and told apart from noise, and no input makes nonsense.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastSignal, hasSkill, peakWithin } from '../../lib/domain/forecast.ts';
import type { Forecast, Series } from '../../lib/domain/model.ts';
import { EMPTY_SERIES } from '../../lib/domain/series.ts';
import { lesson } from '../make/workloads.ts';

const STEP = 300_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const END = Date.parse('2026-03-04T06:00:00Z');

/** `days` of five-minute samples ending at END. */
function history(days: number, demand: (at: number) => number): Series {
  const length = Math.round((days * DAY) / STEP);
  const at = Float64Array.from({ length }, (_, i) => END - (length - 1 - i) * STEP);
  const cpu = at.map(demand);
  return { at, demand: { cpu, memory: cpu.map(() => Number.NaN) }, replicas: at.map(() => 3) };
}

/** Lowest at midnight UTC, highest at noon. */
const daily = (at: number) => 4 - 3 * Math.cos((2 * Math.PI * (at % DAY)) / DAY);
/** A deterministic noise in −1…1. */
const noise = (at: number) => Math.sin(at / 7e5) * Math.cos(at / 3.1e6);

function forecastOf(series: Series, days = 7): Forecast {
  const learned = days === 0 ? undefined : lesson(series, END);
  const forecast = forecastSignal('cpu', series, learned?.signals.cpu, END);
  if (forecast === undefined) throw new Error('no forecast');
  return forecast;
}

describe('forecasting', () => {
  it('finds a daily rhythm and sees the rise ahead', () => {
    const forecast = forecastOf(history(7, (at) => daily(at) + 0.2 * noise(at)));
    expect(forecast.method).toBe('daily_profile');
    expect(forecast.skill).toBeGreaterThan(0.3);
    expect(forecast.trend).toBe('increasing');
    for (const [i, value] of forecast.hourly.entries()) expect(value).toBeCloseTo(daily(END + (i + 1) * HOUR), 0);
    expect(forecast.peak).toBeGreaterThan(6);
  });

  it('on a random walk claims next to no skill', () => {
    let level = 50;
    let state = 1;
    const series = history(7, () => {
      state = (state * 48_271) % 2_147_483_647;
      level = Math.max(1, level + (state / 2_147_483_647 - 0.5) * 4);
      return level;
    });
    const forecast = forecastOf(series);
    expect(forecast.skill).toBeLessThan(0.25);
  });

  it('without history says the last value, with unknown skill', () => {
    const forecast = forecastOf(
      history(0.05, () => 2),
      0,
    );
    expect(forecast).toMatchObject({ method: 'last_value', skill: null, trend: 'stable', peak: 2, anomalous: false });
    expect(hasSkill(forecast)).toBe(false);
    expect(peakWithin(forecast, HOUR, 'p99')).toBeGreaterThan(2);
  });

  it('moves the typical day to the level of today', () => {
    const doubled = history(7, (at) => (at > END - 2 * HOUR ? 2 : 1) * daily(at));
    const plain = forecastOf(history(7, daily));
    const raised = forecastOf(doubled);
    expect(raised.hourly[0]).toBeGreaterThan((plain.hourly[0] ?? 0) * 1.3);
    expect((raised.hourly[5] ?? 0) / (plain.hourly[5] ?? 1)).toBeLessThan(
      (raised.hourly[0] ?? 0) / (plain.hourly[0] ?? 1),
    );
  });

  it('flags a jump as anomalous, and calm as not', () => {
    expect(forecastOf(history(7, (at) => daily(at) * (at > END - 600_000 ? 5 : 1))).anomalous).toBe(true);
    expect(forecastOf(history(7, daily)).anomalous).toBe(false);
  });

  it('has no forecast where nothing was measured lately', () => {
    expect(forecastSignal('cpu', EMPTY_SERIES, undefined, END)).toBeUndefined();
    expect(
      forecastSignal(
        'cpu',
        history(1, () => Number.NaN),
        undefined,
        END,
      ),
    ).toBeUndefined();
  });

  it('one outlier of 1000 × does not move the typical day', () => {
    const spiked = history(7, (at) => daily(at) * (Math.abs(at - (END - 3 * DAY)) < STEP ? 1000 : 1));
    expect(forecastOf(spiked).peak).toBeLessThan(9);
  });
});

describe('law', () => {
  it('quantiles are ordered, finite and not negative, whatever the history', () => {
    const value = fc.oneof(fc.constant(0), fc.constant(Number.NaN), fc.double({ min: 0, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (cycle, days) => {
        const series = history(days, (at) => cycle[(at / STEP) % cycle.length] ?? 0);
        const learned = lesson(series, END);
        const numbers = learned.signals.cpu?.ratios.flatMap(({ p1, p90, p99 }) => [p1, p90, p99]) ?? [];
        expect(numbers.every(Number.isFinite)).toBe(true);
        const forecast = forecastSignal('cpu', series, learned.signals.cpu, END);
        for (const { p50, p90, p99 } of forecast?.points ?? []) {
          expect(Number.isFinite(p99)).toBe(true);
          expect(p50).toBeGreaterThanOrEqual(0);
          expect(p90).toBeGreaterThanOrEqual(p50);
          expect(p99).toBeGreaterThanOrEqual(p90);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('what was learned stays within 2 kB', () => {
    const series = history(20, (at) => daily(at) * 123.456 + noise(at));
    const both = { ...series, demand: { cpu: series.demand.cpu, memory: series.demand.cpu.map((x) => x * 1e8) } };
    expect(JSON.stringify(lesson(both, END)).length).toBeLessThan(2048);
  });
});
