// Means over equal steps of time, for every slot at once: how minutes become five minutes.
import { COARSE_STEP_MS } from '../../app/ports/series-store.ts';
import type { PerSignal, SignalName } from '../../domain/workload/signal.ts';
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
  const named = startLoadMeans(rows);
  const mean = (index: number) => (counts[index] === 0 ? Number.NaN : (sums[index] ?? 0) / (counts[index] ?? 1));
  return {
    add(at, { slot, cpu, memory, replicas, loads }) {
      const row = Math.floor((at - start) / stepMs);
      if (row < 0 || row >= rows) return;
      const first = (row * slots + slot) * FIELDS;
      addField(first, cpu);
      addField(first + 1, memory);
      addField(first + 2, replicas);
      if (loads !== undefined) named.add(row, slot, loads);
    },
    frames() {
      const measured = (row: number) =>
        counts.subarray(row * slots * FIELDS, (row + 1) * slots * FIELDS).some((count) => count > 0) || named.has(row);
      const samplesOf = (row: number) =>
        Array.from({ length: slots }, (_, slot) => {
          const first = (row * slots + slot) * FIELDS;
          const loads = named.of(row, slot);
          const own = { slot, cpu: mean(first), memory: mean(first + 1), replicas: mean(first + 2) };
          return loads === null ? own : { ...own, loads };
        });
      return Array.from({ length: rows }, (_, row) => row)
        .filter(measured)
        .map((row) => frameOf(start + row * stepMs, slots, samplesOf(row)));
    },
  };
}

/** Of loads, for the workloads that have them: as many sums as there are names of a slot. */
function startLoadMeans(rows: number) {
  const bySlot = new Map<number, Map<SignalName, { readonly sums: Float64Array; readonly counts: Uint32Array }>>();
  const inRow = (row: number, slot: number) =>
    [...(bySlot.get(slot) ?? [])].flatMap(([name, { sums, counts }]) => {
      const count = counts[row] ?? 0;
      return count === 0 ? [] : [[name, (sums[row] ?? 0) / count] as const];
    });
  return {
    add(row: number, slot: number, loads: PerSignal<number>) {
      const names = bySlot.get(slot) ?? new Map();
      bySlot.set(slot, names);
      for (const [name, value] of Object.entries(loads)) {
        if (!(value >= 0)) continue;
        const of = names.get(name) ?? { sums: new Float64Array(rows), counts: new Uint32Array(rows) };
        names.set(name, of);
        of.sums[row] = (of.sums[row] ?? 0) + value;
        of.counts[row] = (of.counts[row] ?? 0) + 1;
      }
    },
    has: (row: number) => [...bySlot.keys()].some((slot) => inRow(row, slot).length > 0),
    of(row: number, slot: number): PerSignal<number> | null {
      const found = inRow(row, slot);
      return found.length === 0 ? null : Object.fromEntries(found);
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
