// The number that remote write serves of a forecast, from what the API shows of it.
import { SERVED_MINUTES } from '../../lib/domain/forecast/served-peak.ts';

interface Shown {
  readonly current: number;
  readonly acted_on: boolean;
  readonly points: readonly { readonly timestamp: string; readonly p50: number }[];
}

/** As `servedPeak` has it, but for rounding. @param now the time of the forecast */
export function servedFrom({ current, acted_on, points }: Shown, now: string): number {
  if (!acted_on) return current;
  const end = Date.parse(now) + SERVED_MINUTES * 60_000;
  const near = points.filter(({ timestamp }) => Date.parse(timestamp) <= end).map(({ p50 }) => p50);
  return Math.max(current, ...near);
}
