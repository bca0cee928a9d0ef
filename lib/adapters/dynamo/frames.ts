// All samples of a shard at one instant, still in two bytes each: what ticks append and blocks are made of.
import type { EpochMs } from '../../domain/workload/time.ts';
import { CPU_CORES, MEMORY_BYTES, MISSING, REPLICAS } from './quantise.ts';

export interface Frame {
  /** The tick's instant, or the start of the span a mean covers. */
  readonly at: EpochMs;
  /** Three codes per slot: cpu, memory, replicas. */
  readonly codes: Uint16Array;
}

export const FIELDS = 3;

export interface SlotSample {
  readonly slot: number;
  readonly cpu: number;
  readonly memory: number;
  readonly replicas: number;
}

/** A frame of `slots` slots; those without a sample are missing. */
export function frameOf(at: EpochMs, slots: number, samples: readonly SlotSample[]): Frame {
  const codes = new Uint16Array(slots * FIELDS).fill(MISSING);
  for (const { slot, cpu, memory, replicas } of samples) {
    codes[slot * FIELDS] = CPU_CORES.encode(cpu);
    codes[slot * FIELDS + 1] = MEMORY_BYTES.encode(memory);
    codes[slot * FIELDS + 2] = REPLICAS.encode(replicas);
  }
  return { at, codes };
}

/** The sample of a slot, NaN where missing. */
export function sampleAt(frame: Frame, slot: number): SlotSample {
  const { codes } = frame;
  return {
    slot,
    cpu: CPU_CORES.decode(codes[slot * FIELDS] ?? MISSING),
    memory: MEMORY_BYTES.decode(codes[slot * FIELDS + 1] ?? MISSING),
    replicas: REPLICAS.decode(codes[slot * FIELDS + 2] ?? MISSING),
  };
}

/** Whether anything was measured in a slot: a workload that was not there leaves all three missing. */
export function hasSample({ codes }: Frame, slot: number): boolean {
  const first = slot * FIELDS;
  for (let i = first; i < first + FIELDS; i++) if ((codes[i] ?? MISSING) !== MISSING) return true;
  return false;
}

/** Both lists as one, ascending. At the same instant a slot's sample comes from `over` where it has one. */
export function mergeFrames(base: readonly Frame[], over: readonly Frame[]): readonly Frame[] {
  const byInstant = new Map(base.map((frame) => [frame.at, frame]));
  for (const frame of over) {
    const below = byInstant.get(frame.at);
    byInstant.set(frame.at, below === undefined ? frame : overlay(below, frame));
  }
  return [...byInstant.values()].sort((a, b) => a.at - b.at);
}

/** Slot by slot and never field by field: two sources are not mixed within a sample. */
function overlay(below: Frame, above: Frame): Frame {
  const codes = new Uint16Array(Math.max(below.codes.length, above.codes.length)).fill(MISSING);
  codes.set(below.codes);
  for (let slot = 0; slot * FIELDS < above.codes.length; slot++) {
    const first = slot * FIELDS;
    if (hasSample(above, slot)) codes.set(above.codes.subarray(first, first + FIELDS), first);
  }
  return { at: below.at, codes };
}
