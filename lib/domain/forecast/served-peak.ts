// What of a forecast is given to others to act on: its peak over the time that more replicas take to come, where it has skill.
import { MINUTE_MS } from '../workload/time.ts';
import { type Forecast, hasSkill, peakWithin } from './forecast.ts';

/** A node that has to be bought, an image to be pulled, a model to be loaded, and whoever acts looks every half minute. */
export const SERVED_MINUTES = 30;

/** The highest median of the next half hour, the present included; without skill the present alone, as our own decisions have it. */
export function servedPeak(forecast: Forecast): number {
  return hasSkill(forecast) ? peakWithin(forecast, SERVED_MINUTES * MINUTE_MS, 'p50') : forecast.current;
}
