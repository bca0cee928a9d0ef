// Memory has a part that every pod holds before any load: it moves with the replicas, so it is no demand.
import type { Series } from '../workload/series.ts';

/**
 * Memory that every pod holds before any load, from total memory = base × replicas + slope × cpu (least squares).
 * @returns bytes; null where replicas hardly moved, or so much with the load that base and slope cannot be told apart
 */
export function fitMemoryBase(series: Series): number | null {
  let rr = 0;
  let rc = 0;
  let cc = 0;
  let rm = 0;
  let cm = 0;
  let mm = 0;
  let samples = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = 0; i < series.at.length; i++) {
    const r = series.replicas[i] ?? 0;
    const c = series.demand.cpu[i] ?? Number.NaN;
    const m = series.demand.memory[i] ?? Number.NaN;
    if (!(r >= 1 && c >= 0 && m > 0)) continue;
    rr += r * r;
    rc += r * c;
    cc += c * c;
    rm += r * m;
    cm += c * m;
    mm += m * m;
    samples++;
    low = Math.min(low, r);
    high = Math.max(high, r);
  }
  const determinant = rr * cc - rc * rc;
  if (high < low * 1.5 || determinant <= 1e-6 * rr * cc) return null;
  const base = (rm * cc - cm * rc) / determinant;
  const slope = (cm * rr - rm * rc) / determinant;
  const variance = Math.max(0, mm - base * rm - slope * cm) / Math.max(1, samples - 2);
  // Readings of one hour are all but one reading: the standard error counts one of each.
  const error = Math.sqrt((variance * cc * ALIKE) / determinant);
  return 2 * error > DOUBT * (rm / rr) ? null : Math.max(0, Math.round(base));
}

/** Neighbouring samples that say the same. */
const ALIKE = 12;
/** How sure a base must be, as a share of what a pod holds. */
const DOUBT = 0.3;

/** The series with the pods' own memory taken out, so that what remains follows load alone. */
export function withoutMemoryBase(series: Series, baseBytes: number): Series {
  if (baseBytes === 0) return series;
  const memory = series.demand.memory.map((bytes, i) => Math.max(0, bytes - baseBytes * (series.replicas[i] ?? 0)));
  return { ...series, demand: { ...series.demand, memory } };
}
