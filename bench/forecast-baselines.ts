// The forecasts to beat that need no fitting: the last value, the day before, and the formula of the seeds' later autoscaler.
import { predictPercent } from '../lib/app/backtest/a14k8s-policy.ts';
import { HORIZONS, type Method, SLOTS_PER_DAY, SLOTS_PER_HOUR } from './forecast-method.ts';

const EVERY_MINUTES = 30;
const A14K8S_POINTS = 24;
/** Kindly: the highest demand so far counts as half of what is requested, so that its clamp at 100 % seldom bites. */
const A14K8S_PEAK_PERCENT = 50;

/** The mean of the last five minutes. */
export function lastValue(): Method {
  return {
    name: 'last value',
    everyMinutes: EVERY_MINUTES,
    quantiles: 'past_misses',
    forecast: ({ past }) => HORIZONS.map(() => past.at(-1) ?? 0),
  };
}

/** The same five minutes of the day before; the last value where there is no day before. */
export function seasonalNaive(): Method {
  return {
    name: 'seasonal naive',
    everyMinutes: EVERY_MINUTES,
    quantiles: 'past_misses',
    forecast: ({ past }) => HORIZONS.map((slots) => past[past.length - 1 + slots - SLOTS_PER_DAY] ?? past.at(-1) ?? 0),
  };
}

/** 0.7 × (current + slope × h) + 0.3 × pattern over the last 24 points of five minutes. */
export function a14k8s(): Method {
  return {
    name: 'a14k8s',
    everyMinutes: EVERY_MINUTES,
    quantiles: 'past_misses',
    forecast({ now, past }) {
      const unit = past.reduce((highest, value) => Math.max(highest, value), 0) / A14K8S_PEAK_PERCENT || 1;
      const percents = Array.from(past.subarray(-A14K8S_POINTS), (value) => value / unit);
      const hour = new Date(now).getUTCHours() + new Date(now).getUTCMinutes() / 60;
      return HORIZONS.map((slots) => unit * predictPercent(percents, hour, slots / SLOTS_PER_HOUR));
    },
  };
}
