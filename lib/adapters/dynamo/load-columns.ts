// Which workloads of a shard have which loads beside CPU and memory: the columns of frames, shared by all that have the same.
import { RESOURCES, SIGNAL_NAME, type SignalName } from '../../domain/workload/signal.ts';

export interface LoadColumn {
  readonly slot: number;
  readonly name: SignalName;
}

/** By name, then by slot; each pair once. */
export class LoadColumns {
  readonly all: readonly LoadColumn[];
  readonly #bySlot = new Map<number, { readonly name: SignalName; readonly index: number }[]>();

  constructor(columns: Iterable<LoadColumn>) {
    const unique = new Map([...columns].map((column) => [`${column.name} ${column.slot}`, column]));
    this.all = [...unique.values()].sort((a, b) => compare(a.name, b.name) || a.slot - b.slot);
    for (const [index, { slot, name }] of this.all.entries()) {
      const found = this.#bySlot.get(slot);
      if (found === undefined) this.#bySlot.set(slot, [{ name, index }]);
      else found.push({ name, index });
    }
  }

  /** The loads of one workload, and where they stand. */
  of(slot: number): readonly { readonly name: SignalName; readonly index: number }[] {
    return this.#bySlot.get(slot) ?? NONE;
  }

  /** @returns -1 where there is no such column */
  indexOf({ slot, name }: LoadColumn): number {
    return this.of(slot).find((column) => column.name === name)?.index ?? -1;
  }
}

/** Whether a load is stored among these columns; CPU and memory have their own, and no other word is a name. */
export function isLoadName(name: string): boolean {
  return SIGNAL_NAME.test(name) && !(RESOURCES as readonly SignalName[]).includes(name);
}

const NONE: readonly never[] = [];

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
