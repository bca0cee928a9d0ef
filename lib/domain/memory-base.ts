// Memory has a part that every pod holds before any load: it moves with the replicas, so it is no demand.
import type { Series } from './model.ts';

/**
 * Memory that every pod holds before any load, from total memory = base × replicas + slope × cpu (least squares).
 * @returns bytes; null where replicas hardly moved, or only with the load, so that base and slope cannot be told apart
 */
export function fitMemoryBase(series: Series): number | null {
  let rr = 0;
  let rc = 0;
  let cc = 0;
  let rm = 0;
  let cm = 0;
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
    low = Math.min(low, r);
    high = Math.max(high, r);
  }
  const determinant = rr * cc - rc * rc;
  if (high < low * 1.5 || determinant <= 1e-6 * rr * cc) return null;
  return Math.max(0, Math.round((rm * cc - cm * rc) / determinant));
}

/** The series with the pods' own memory taken out, so that what remains follows load alone. */
export function withoutMemoryBase(series: Series, baseBytes: number): Series {
  if (baseBytes === 0) return series;
  const memory = series.demand.memory.map((bytes, i) => Math.max(0, bytes - baseBytes * (series.replicas[i] ?? 0)));
  return { ...series, demand: { ...series.demand, memory } };
}
