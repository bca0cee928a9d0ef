// The scores of a forecast: WAPE, MASE, pinball loss and coverage, each defined once for every method.
import type { Quantiles } from './forecast-method.ts';

/** The quantiles whose pinball loss is averaged. */
const LOSS_QUANTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
] as const;

export interface ForecastScore {
  readonly forecasts: number;
  /** Σ|miss| ÷ Σ demand. */
  readonly wape: number;
  /** Mean |miss| ÷ mean |change from one day to the next| over the unscored part of the trace (Hyndman & Koehler 2006). */
  readonly mase: number;
  /** Mean over the 0.5, 0.9 and 0.99 quantiles (Koenker & Bassett 1978), doubled and scaled as MASE is. */
  readonly pinball: number;
  /** Share of what came that lay within [P5, P95]. */
  readonly coverage: number;
}

/** @param scale what MASE divides by; 0 where demand repeats itself to the digit: scores are then in the trace's unit */
export function scoring(scale: number) {
  const per = scale > 0 ? scale : 1;
  let forecasts = 0;
  let missed = 0;
  let total = 0;
  let loss = 0;
  let covered = 0;
  return {
    add(actual: number, forecast: Quantiles): void {
      forecasts++;
      missed += Math.abs(actual - forecast.p50);
      total += actual;
      for (const [key, q] of LOSS_QUANTILES) loss += pinballLoss(actual, forecast[key], q) / LOSS_QUANTILES.length;
      if (actual >= forecast.p5 && actual <= forecast.p95) covered++;
    },
    result: (): ForecastScore => ({
      forecasts,
      wape: missed / total,
      mase: missed / forecasts / per,
      pinball: (2 * loss) / forecasts / per,
      coverage: covered / forecasts,
    }),
  };
}

function pinballLoss(actual: number, forecast: number, q: number): number {
  return actual >= forecast ? q * (actual - forecast) : (1 - q) * (forecast - actual);
}

/** Mean |difference| between five minutes and the same five minutes a day later, before `end`. */
export function seasonalScale(values: Float64Array, end: number, slotsPerDay: number): number {
  let sum = 0;
  let count = 0;
  for (let i = slotsPerDay; i < end; i++) {
    const change = Math.abs((values[i] ?? Number.NaN) - (values[i - slotsPerDay] ?? Number.NaN));
    if (!(change >= 0)) continue;
    sum += change;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
