// The moments of which demand is forecast, and between which of the fitted horizons each lies: the same for every signal, so found once.
import { HOUR_MS, MINUTE_MS } from '../workload/time.ts';
import { HORIZONS_SECONDS } from './fitted.ts';

/** A moment ahead, between two of the fitted horizons. */
export interface Step {
  readonly aheadMs: number;
  readonly before: number;
  readonly after: number;
  readonly share: number;
}

/** Before the first horizon, that of the first: a forecast of five minutes is no surer for it. */
function stepTo(aheadMs: number): Step {
  const after = HORIZONS_SECONDS.findIndex((seconds) => aheadMs <= seconds * 1000);
  if (after === 0) return { aheadMs, before: 0, after: 0, share: 0 };
  if (after < 0) return { aheadMs, before: LAST, after: LAST, share: 0 };
  const start = HORIZONS_SECONDS[after - 1] ?? 0;
  const end = HORIZONS_SECONDS[after] ?? start;
  return { aheadMs, before: after - 1, after, share: (aheadMs / 1000 - start) / (end - start) };
}

const LAST = HORIZONS_SECONDS.length - 1;
const FINE = Array.from({ length: 12 }, (_, i) => stepTo((i + 1) * 5 * MINUTE_MS));
const COARSE = Array.from({ length: 20 }, (_, i) => stepTo(HOUR_MS + (i + 1) * 15 * MINUTE_MS));
/** Those of which all quantiles are forecast. */
export const STEPS: readonly Step[] = [...FINE, ...COARSE];
export const HOURS: readonly Step[] = Array.from({ length: 6 }, (_, i) => stepTo((i + 1) * HOUR_MS));
export const QUARTER = stepTo(15 * MINUTE_MS);
