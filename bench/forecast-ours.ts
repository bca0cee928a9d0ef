// Our own forecast in the benchmark: the very fit and forecast of the product, learning and ticking as the product does.
import { Samples } from '../lib/app/backtest/samples.ts';
import { RECENT_MS } from '../lib/app/tick/decide-shard.ts';
import { fitSignal } from '../lib/domain/forecast/fit.ts';
import { forecastSignal } from '../lib/domain/forecast/forecast.ts';
import { isFitDue } from '../lib/domain/learning/fit-workload.ts';
import { FITTED_VERSION, type Fitted } from '../lib/domain/learning/fitted.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';
import { HORIZONS, type Method, SLOT_MS } from './forecast-method.ts';

const MINUTE_MS = 60_000;
const HISTORY_MS = 14 * 86_400_000;
/** The only workload of its shard. */
const SHARD = 0;

/**
 * @param startsAt of the trace
 * @param readingAt what a tick reads at that moment
 */
export function ours(startsAt: EpochMs, readingAt: (now: EpochMs) => number): Method & { readonly costs: OurCosts } {
  const samples = new Samples();
  const costs = { fits: 0, fitMs: 0, forecasts: 0, forecastMs: 0, longestJson: 0 };
  let learned: Fitted | undefined;
  let next = startsAt + MINUTE_MS;
  const tick = (now: EpochMs) => {
    samples.append(now, readingAt(now), 1);
    if (!isFitDue(SHARD, learned === undefined ? [] : [learned], 1, now)) return;
    const history = samples.history(now - HISTORY_MS, now);
    const started = performance.now();
    const cpu = fitSignal(history, 'cpu');
    costs.fitMs += performance.now() - started;
    costs.fits++;
    costs.longestJson = Math.max(costs.longestJson, JSON.stringify(cpu ?? null).length);
    const since = learned?.since ?? now;
    const signals = cpu === undefined ? {} : { cpu };
    learned = {
      version: FITTED_VERSION,
      at: now,
      since,
      signals,
      memoryBaseBytes: null,
      sizing: null,
      startupSeconds: null,
    };
  };
  return {
    name: 'ours',
    everyMinutes: 30,
    quantiles: 'own',
    costs,
    forecast({ now }) {
      for (; next <= now; next += MINUTE_MS) tick(next);
      const recent = samples.since(now - RECENT_MS);
      const started = performance.now();
      const forecast = forecastSignal('cpu', recent, learned?.signals.cpu, now);
      costs.forecastMs += performance.now() - started;
      costs.forecasts++;
      const points = HORIZONS.map((slots) => forecast?.points.find(({ at }) => at === now + slots * SLOT_MS));
      return points.every((point) => point !== undefined) ? points : null;
    },
  };
}

export interface OurCosts {
  readonly fits: number;
  readonly fitMs: number;
  readonly forecasts: number;
  readonly forecastMs: number;
  /** Of one signal's learned state, bytes. */
  readonly longestJson: number;
}
