// What LATEST says: all entries of a shard as JSON, and what has changed in them since.

import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { type Column, columnsOfChange, withChanges } from './columns-of-change.ts';
import { shortNumber } from './items.ts';

/** Of one shard, by workload. */
export type Entries = Readonly<Record<string, WorkloadMemory>>;

export interface Changes {
  /** In their order; absent where they are those of the base. */
  readonly names?: readonly string[];
  readonly columns: readonly Column[];
}

/** As the API shows them. */
const PEAK_DIGITS = 4;
const DEMAND_DIGITS = 6;

/** Digits that nobody reads are what is billed. */
export function textOf(latest: Iterable<readonly [string, WorkloadMemory]>): string {
  const entries = [...latest].map(([name, entry]) => [name, withShortNumbers(entry)]);
  return JSON.stringify(Object.fromEntries(entries), shortNumber);
}

/** @param base and @param text as `textOf` words them */
export function changesOf(base: string, text: string): Changes {
  const [before, now] = [JSON.parse(base) as Entries, JSON.parse(text) as Entries];
  const names = Object.keys(now);
  const columns = columnsOfChange(rowsOf(before, names), Object.values(now));
  return names.join() === Object.keys(before).join() ? { columns } : { names, columns };
}

/** The reverse. */
export function changed(base: string, { names: stored, columns }: Changes): Entries {
  const before = JSON.parse(base) as Entries;
  const names = stored ?? Object.keys(before);
  const rows = withChanges(rowsOf(before, names), columns) as readonly WorkloadMemory[];
  return Object.fromEntries(names.map((name, i) => [name, rows[i] as WorkloadMemory]));
}

/** One that was not there yet has changed from nothing. */
function rowsOf(entries: Entries, names: readonly string[]): readonly unknown[] {
  return names.map((name) => entries[name] ?? {});
}

/** What was measured in whole numbers, too. */
function withShortNumbers(entry: WorkloadMemory): WorkloadMemory {
  const { observation, peaks } = entry;
  const signals = Object.entries(observation.signals).map(
    ([name, reading]) => [name, reading && { ...reading, demand: short(reading.demand, DEMAND_DIGITS) }] as const,
  );
  const shortPeaks = Object.entries(peaks).map(([name, peak]) => [name, short(peak, PEAK_DIGITS)] as const);
  return {
    ...entry,
    observation: { ...observation, signals: Object.fromEntries(signals) },
    peaks: Object.fromEntries(shortPeaks),
  };
}

function short(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}
