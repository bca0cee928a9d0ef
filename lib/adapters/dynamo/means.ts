// Means over equal steps of time, for every slot at once: how minutes become five minutes.
import { COARSE_STEP_MS } from '../../app/ports/series-store.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { FIELDS, type Frame, frameOf, type SlotSample, sampleAt } from './frames.ts';

export interface Means {
  /** Adds a sample; NaN fields and instants outside the span count for nothing. */
  add(at: EpochMs, sample: SlotSample): void;
  /** One frame per step in which something was measured. Replicas are rounded. */
  frames(): readonly Frame[];
}

/** Starts means of `slots` slots over [start, end) in steps of `stepMs`. */
export function startMeans(start: EpochMs, end: EpochMs, stepMs: number, slots: number): Means {
  const rows = Math.ceil((end - start) / stepMs);
  const sums = new Float64Array(rows * slots * FIELDS);
  const counts = new Uint32Array(sums.length);
  const addField = (index: number, value: number) => {
    if (!(value >= 0)) return;
    sums[index] = (sums[index] ?? 0) + value;
    counts[index] = (counts[index] ?? 0) + 1;
  };
  const mean = (index: number) => (counts[index] === 0 ? Number.NaN : (sums[index] ?? 0) / (counts[index] ?? 1));
  return {
    add(at, { slot, cpu, memory, replicas }) {
      const row = Math.floor((at - start) / stepMs);
      if (row < 0 || row >= rows) return;
      const first = (row * slots + slot) * FIELDS;
      addField(first, cpu);
      addField(first + 1, memory);
      addField(first + 2, replicas);
    },
    frames() {
      const measured = (row: number) =>
        counts.subarray(row * slots * FIELDS, (row + 1) * slots * FIELDS).some((count) => count > 0);
      const samplesOf = (row: number) =>
        Array.from({ length: slots }, (_, slot) => {
          const first = (row * slots + slot) * FIELDS;
          return { slot, cpu: mean(first), memory: mean(first + 1), replicas: mean(first + 2) };
        });
      return Array.from({ length: rows }, (_, row) => row)
        .filter(measured)
        .map((row) => frameOf(start + row * stepMs, slots, samplesOf(row)));
    },
  };
}

/** Five-minute means of a day's frames. */
export function fiveMinuteMeans(frames: readonly Frame[], start: EpochMs, end: EpochMs): readonly Frame[] {
  const slots = Math.max(0, ...frames.map((frame) => frame.codes.length / FIELDS));
  const means = startMeans(start, end, COARSE_STEP_MS, slots);
  for (const frame of frames) {
    for (let slot = 0; slot * FIELDS < frame.codes.length; slot++) means.add(frame.at, sampleAt(frame, slot));
  }
  return means.frames();
}
