// All samples of a shard at one instant, still in two bytes each: what ticks append and blocks are made of.
import type { PerSignal, SignalName } from '../../domain/workload/signal.ts';
import { MOST_SIGNAL_KEYS } from '../../domain/workload/signal-annotation.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { isLoadName, type LoadColumn, LoadColumns } from './load-columns.ts';
import { CPU_CORES, LOAD, MEMORY_BYTES, MISSING, REPLICAS } from './quantise.ts';

export interface Frame {
  /** The tick's instant, or the start of the span a mean covers. */
  readonly at: EpochMs;
  /** Three codes per slot: cpu, memory, replicas. */
  readonly codes: Uint16Array;
  /** Of loads beside those. Absent where no workload of the shard has any. */
  readonly loads?: FrameLoads;
}

export interface FrameLoads {
  readonly columns: LoadColumns;
  /** One code per column. */
  readonly codes: Uint16Array;
}

export const FIELDS = 3;

export interface SlotSample {
  readonly slot: number;
  readonly cpu: number;
  readonly memory: number;
  readonly replicas: number;
  /** Absent where it has none. */
  readonly loads?: PerSignal<number>;
}

/** A frame of `slots` slots; those without a sample are missing. */
export function frameOf(at: EpochMs, slots: number, samples: readonly SlotSample[]): Frame {
  const codes = new Uint16Array(slots * FIELDS).fill(MISSING);
  for (const { slot, cpu, memory, replicas } of samples) {
    codes[slot * FIELDS] = CPU_CORES.encode(cpu);
    codes[slot * FIELDS + 1] = MEMORY_BYTES.encode(memory);
    codes[slot * FIELDS + 2] = REPLICAS.encode(replicas);
  }
  const loads = loadsOf(samples);
  return loads === null ? { at, codes } : { at, codes, loads };
}

/** What is no number, or bears no name of a load, is as if it were not there; so is what no workload may have so many of. */
function loadsOf(samples: readonly SlotSample[]): FrameLoads | null {
  const measured = samples.flatMap(({ slot, loads = {} }) =>
    Object.entries(loads)
      .filter(([name, value]) => isLoadName(name) && LOAD.encode(value) !== MISSING)
      .slice(0, MOST_SIGNAL_KEYS)
      .map(([name, value]) => ({ slot, name, value })),
  );
  if (measured.length === 0) return null;
  const columns = new LoadColumns(measured.map(({ slot, name }) => ({ slot, name })));
  const codes = new Uint16Array(columns.all.length).fill(MISSING);
  for (const { value, ...column } of measured) codes[columns.indexOf(column)] = LOAD.encode(value);
  return { columns, codes };
}

/** The sample of a slot, NaN where missing. */
export function sampleAt(frame: Frame, slot: number): SlotSample {
  const loads = loadsAt(frame, slot);
  const own = ownSampleAt(frame, slot);
  return loads.length === 0 ? own : { ...own, loads: Object.fromEntries(loads) };
}

/** The same without loads. */
export function ownSampleAt({ codes }: Frame, slot: number): Omit<SlotSample, 'loads'> {
  return {
    slot,
    cpu: CPU_CORES.decode(codes[slot * FIELDS] ?? MISSING),
    memory: MEMORY_BYTES.decode(codes[slot * FIELDS + 1] ?? MISSING),
    replicas: REPLICAS.decode(codes[slot * FIELDS + 2] ?? MISSING),
  };
}

/** Loads that were measured in a slot. */
export function loadsAt({ loads }: Frame, slot: number): readonly (readonly [SignalName, number])[] {
  if (loads === undefined) return [];
  return loads.columns.of(slot).flatMap(({ name, index }) => {
    const code = loads.codes[index] ?? MISSING;
    return code === MISSING ? [] : [[name, LOAD.decode(code)] as const];
  });
}

/** Whether anything was measured in a slot: a workload that was not there leaves all of it missing. */
export function hasSample(frame: Frame, slot: number): boolean {
  return hasOwn(frame, slot) || loadsAt(frame, slot).length > 0;
}

/** Whether CPU, memory or replicas were. */
function hasOwn({ codes }: Frame, slot: number): boolean {
  const first = slot * FIELDS;
  for (let i = first; i < first + FIELDS; i++) if ((codes[i] ?? MISSING) !== MISSING) return true;
  return false;
}

/** What stands in some slots, under others; null where nothing was measured there. @param slots new by old */
export function frameOfSlots(frame: Frame, slots: ReadonlyMap<number, number>): Frame | null {
  const measured = [...slots].filter(([slot]) => hasSample(frame, slot));
  if (measured.length === 0) return null;
  const codes = new Uint16Array((Math.max(...measured.map(([, slot]) => slot)) + 1) * FIELDS).fill(MISSING);
  for (const [old, slot] of measured)
    if (hasOwn(frame, old)) codes.set(frame.codes.subarray(old * FIELDS, (old + 1) * FIELDS), slot * FIELDS);
  const loads = loadsOfSlots(frame.loads, slots);
  return loads === null ? { at: frame.at, codes } : { at: frame.at, codes, loads };
}

function loadsOfSlots(loads: FrameLoads | undefined, slots: ReadonlyMap<number, number>): FrameLoads | null {
  const moved = (loads?.columns.all ?? []).flatMap(({ slot: old, name }, i) => {
    const [slot, code] = [slots.get(old), loads?.codes[i] ?? MISSING];
    return slot === undefined || code === MISSING ? [] : [{ slot, name, code }];
  });
  if (moved.length === 0) return null;
  const columns = new LoadColumns(moved.map(({ slot, name }) => ({ slot, name })));
  const codes = new Uint16Array(columns.all.length).fill(MISSING);
  for (const { code, ...column } of moved) codes[columns.indexOf(column)] = code;
  return { columns, codes };
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

/** Slot by slot and never field by field: two sources are not mixed within a sample. Of a load that it does not have, a source says nothing. */
function overlay(below: Frame, above: Frame): Frame {
  const codes = new Uint16Array(Math.max(below.codes.length, above.codes.length)).fill(MISSING);
  codes.set(below.codes);
  for (let slot = 0; slot * FIELDS < above.codes.length; slot++) {
    const first = slot * FIELDS;
    if (hasOwn(above, slot)) codes.set(above.codes.subarray(first, first + FIELDS), first);
  }
  const loads = overlaidLoads(below.loads, above.loads);
  return loads === undefined ? { at: below.at, codes } : { at: below.at, codes, loads };
}

function overlaidLoads(below: FrameLoads | undefined, above: FrameLoads | undefined): FrameLoads | undefined {
  if (below === undefined || above === undefined) return above ?? below;
  const columns = new LoadColumns([...below.columns.all, ...above.columns.all]);
  const code = ({ columns: of, codes }: FrameLoads, column: LoadColumn) => codes[of.indexOf(column)] ?? MISSING;
  const codes = columns.all.map((column) => {
    const over = code(above, column);
    return over === MISSING ? code(below, column) : over;
  });
  return { columns, codes: Uint16Array.from(codes) };
}
