// The series a backtest's own ticks leave behind, in growing typed arrays: two weeks of minutes without two weeks of copies.

import { indexAtOrAfter, type Series } from '../../domain/workload/series.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { COARSE_STEP_MS, FINE_HISTORY_MS } from '../ports/series-store.ts';

const FIRST_ROOM = 4096;

/** Columns of cpu demand and ready replicas; memory is never measured in a backtest. */
export class Samples {
  #at = new Float64Array(FIRST_ROOM);
  #cpu = new Float64Array(FIRST_ROOM);
  #replicas = new Float64Array(FIRST_ROOM);
  #memory = new Float64Array(FIRST_ROOM).fill(Number.NaN);
  #length = 0;

  /** @param at later than every sample before; `cpu` is NaN where it was not measured */
  append(at: EpochMs, cpu: number, replicas: number): void {
    if (this.#length === this.#at.length) this.#grow();
    this.#at[this.#length] = at;
    this.#cpu[this.#length] = cpu;
    this.#replicas[this.#length] = replicas;
    this.#length++;
  }

  /** The samples from `from` on. A view, not a copy: good until the next `append`. */
  since(from: EpochMs): Series {
    const end = this.#length;
    const start = indexAtOrAfter(this.#at.subarray(0, end), from);
    return {
      at: this.#at.subarray(start, end),
      demand: { cpu: this.#cpu.subarray(start, end), memory: this.#memory.subarray(start, end) },
      replicas: this.#replicas.subarray(start, end),
    };
  }

  /** What the series store would read back from `from` until `now`: by the tick for a fortnight, means before. */
  history(from: EpochMs, now: EpochMs): Series {
    const fineFrom = Math.max(from, Math.floor((now - FINE_HISTORY_MS) / COARSE_STEP_MS) * COARSE_STEP_MS);
    const all = this.since(from);
    const cut = indexAtOrAfter(all.at, fineFrom);
    const means = new Samples();
    for (let i = 0; i < cut; ) i = appendMean(means, all, i, cut);
    for (let i = cut; i < all.at.length; i++)
      means.append(all.at[i] ?? 0, all.demand.cpu[i] ?? Number.NaN, all.replicas[i] ?? Number.NaN);
    return means.since(from - COARSE_STEP_MS);
  }

  #grow(): void {
    const wider = (column: Float64Array) => {
      const copy = new Float64Array(2 * column.length);
      copy.set(column);
      return copy;
    };
    this.#at = wider(this.#at);
    this.#cpu = wider(this.#cpu);
    this.#replicas = wider(this.#replicas);
    this.#memory = new Float64Array(this.#at.length).fill(Number.NaN);
  }
}

/** @returns where the next five minutes begin */
function appendMean(means: Samples, { at, demand, replicas }: Series, start: number, end: number): number {
  const slot = Math.floor((at[start] ?? 0) / COARSE_STEP_MS);
  let cpu = 0;
  let measured = 0;
  let ready = 0;
  let i = start;
  for (; i < end && Math.floor((at[i] ?? 0) / COARSE_STEP_MS) === slot; i++) {
    ready += replicas[i] ?? 0;
    const value = demand.cpu[i] ?? Number.NaN;
    if (!(value >= 0)) continue;
    cpu += value;
    measured++;
  }
  means.append(slot * COARSE_STEP_MS, measured === 0 ? Number.NaN : cpu / measured, Math.round(ready / (i - start)));
  return i;
}
