// Forecasts: a rhythm is found and told apart from noise, and what is promised of quantiles is kept.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSignal } from '../../../lib/domain/forecast/fit.ts';
import { forecastSignal, hasSkill, peakWithin, plusBase } from '../../../lib/domain/forecast/forecast.ts';
import { EMPTY_SERIES } from '../../../lib/domain/workload/series.ts';
import { DAY, daily, END, forecastOf, HOUR, history, noise, STEP } from '../../make/histories.ts';
import { lesson } from '../../make/workloads.ts';

describe('forecasting', () => {
  it('finds a daily rhythm and sees the rise ahead', () => {
    const forecast = forecastOf(history(7, (at) => daily(at) + 0.2 * noise(at)));
    expect(forecast.method).toBe('daily_profile');
    expect(forecast.skill).toBeGreaterThan(0.3);
    expect(forecast.trend).toBe('increasing');
    for (const [i, value] of forecast.hourly.entries()) expect(value).toBeCloseTo(daily(END + (i + 1) * HOUR), 0);
    expect(forecast.peak).toBeGreaterThan(6);
  });

  it('knows weekends from weekdays once it has seen two of each', () => {
    const weekend = (at: number) => [0, 6].includes(new Date(at).getUTCDay());
    const office = (at: number) => (weekend(at) ? 1 : daily(at)) + 0.05 * noise(at);
    const saturday = Date.parse('2026-03-07T06:00:00Z');
    const forecast = forecastOf(history(14, office, saturday), saturday);
    // On the Friday before, noon had seven times as much.
    expect(forecast.hourly[5]).toBeLessThan(2);
  });

  it('on a random walk claims next to no skill', () => {
    let level = 50;
    let state = 1;
    const series = history(7, () => {
      state = (state * 48_271) % 2_147_483_647;
      level = Math.max(1, level + (state / 2_147_483_647 - 0.5) * 4);
      return level;
    });
    expect(forecastOf(series).skill).toBeLessThan(0.15);
  });

  it('without history says the last value, with unknown skill', () => {
    const series = history(0.05, () => 2);
    const forecast = forecastSignal('cpu', series, undefined, END);
    expect(forecast).toMatchObject({ method: 'last_value', skill: null, trend: 'stable', anomalous: false });
    expect(forecast?.peak).toBeCloseTo(2, 9);
    expect(hasSkill(forecast)).toBe(false);
    expect(forecast && peakWithin(forecast, HOUR, 'p99')).toBeGreaterThan(2);
  });

  it('moves the typical day to the level of today, and less so the further ahead', () => {
    const plain = forecastOf(history(7, (at) => daily(at) + 0.1 * noise(at)));
    const raised = forecastOf(history(7, (at) => (at > END - 2 * HOUR ? 2 : 1) * (daily(at) + 0.1 * noise(at))));
    expect(raised.points[2]?.p50).toBeGreaterThan((plain.points[2]?.p50 ?? 0) * 1.3);
    const ratio = (hour: number) => (raised.hourly[hour] ?? 0) / (plain.hourly[hour] ?? 1);
    expect(ratio(5)).toBeLessThan(ratio(0));
  });

  it('flags a jump as anomalous, and calm as not', () => {
    const calm = (at: number) => daily(at) + 0.1 * noise(at);
    expect(forecastOf(history(7, (at) => calm(at) * (at > END - 600_000 ? 5 : 1))).anomalous).toBe(true);
    expect(forecastOf(history(7, calm)).anomalous).toBe(false);
  });

  it('has no forecast where nothing was measured lately', () => {
    expect(forecastSignal('cpu', EMPTY_SERIES, undefined, END)).toBeUndefined();
    const missing = history(1, () => Number.NaN);
    expect(forecastSignal('cpu', missing, undefined, END)).toBeUndefined();
    expect(fitSignal(missing, 'cpu')).toBeUndefined();
    expect(fitSignal(EMPTY_SERIES, 'cpu')).toBeUndefined();
  });

  it('sees nothing of the future: samples that come later change no forecast made before', () => {
    const now = END - DAY;
    const until = (series: ReturnType<typeof history>) => {
      const kept = series.at.filter((at) => at <= now).length;
      const cut = (column: Float64Array) => column.slice(0, kept);
      return {
        at: cut(series.at),
        demand: { cpu: cut(series.demand.cpu), memory: cut(series.demand.memory) },
        replicas: cut(series.replicas),
      };
    };
    const calm = history(8, (at) => daily(at) + noise(at));
    const wild = history(8, (at) => (at > now ? 900 : daily(at) + noise(at)));
    expect(forecastSignal('cpu', wild, fitSignal(until(wild), 'cpu'), now)).toEqual(forecastOf(until(calm), now));
  });
});

describe('quantiles', () => {
  it('cover what they promise two days after noise became five times as wide', () => {
    let state = 7;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647 - 0.5;
    };
    const series = history(14, (at) => 10 + daily(at) + (at > END - 5 * DAY ? 5 : 1) * random());
    const at = (k: number) => END - k * HOUR;
    let inside = 0;
    let width = 0;
    const origins = Array.from({ length: 72 }, (_, k) => at(k + 1));
    for (const now of origins) {
      const learnedAt = Math.floor((now - STEP) / (6 * HOUR)) * 6 * HOUR;
      const learned = learnedFrom(series, learnedAt);
      const point = forecastSignal('cpu', series, learned, now)?.points.find((p) => p.at === now + HOUR);
      const actual = series.demand.cpu[series.at.indexOf(now + HOUR)] ?? Number.NaN;
      if (point === undefined) throw new Error('no forecast');
      if (actual >= point.p5 && actual <= point.p95) inside++;
      width += point.p95 - point.p5;
    }
    expect(inside / origins.length).toBeGreaterThan(0.83);
    // The noise itself needs 4.5; twice that would be hiding.
    expect(width / origins.length).toBeLessThan(9);
  });

  const fitted = new Map<number, ReturnType<typeof fitSignal>>();
  function learnedFrom(series: ReturnType<typeof history>, until: number) {
    if (!fitted.has(until)) {
      const kept = series.at.filter((at) => at <= until).length;
      const cut = { ...series, at: series.at.slice(0, kept) };
      fitted.set(until, fitSignal(cut, 'cpu'));
    }
    return fitted.get(until);
  }

  it('rise with a base and keep their order', () => {
    const forecast = forecastOf(history(7, (at) => daily(at) + 0.2 * noise(at)));
    const raised = plusBase(forecast, 10);
    for (const [i, point] of forecast.points.entries())
      for (const key of ['p5', 'p50', 'p90', 'p95', 'p99'] as const)
        expect(raised.points[i]?.[key]).toBeCloseTo(point[key] + 10, 9);
  });
});

describe('law', () => {
  it('what was learned stays within 2 kB, both signals together and whatever their unit', () => {
    const scale = fc.double({ min: 1e-3, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(scale, fc.double({ min: 0, max: 3, noNaN: true }), (unit, noisy) => {
        const series = history(14, (at) => unit * Math.max(0, daily(at) + noisy * noise(at)));
        const both = { ...series, demand: { cpu: series.demand.cpu, memory: series.demand.cpu.map((x) => x * 1e8) } };
        const learned = lesson(both, END);
        expect(JSON.stringify(learned).length).toBeLessThan(2048);
        expect(JSON.stringify(learned.signals.cpu).length).toBeLessThan(720);
      }),
      { numRuns: 15 },
    );
  });

  it('a forecast in another unit is the same forecast', () => {
    const shape = (at: number) => daily(at) + 0.3 * noise(at);
    const one = forecastOf(history(5, shape));
    const many = forecastOf(history(5, (at) => 4096 * shape(at)));
    for (const [i, point] of one.points.entries())
      for (const key of ['p5', 'p50', 'p90', 'p95', 'p99'] as const)
        expect((many.points[i]?.[key] ?? 0) / 4096 / point[key]).toBeCloseTo(1, 2);
  });
});
