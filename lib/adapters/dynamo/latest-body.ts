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

/** As JSON would give them back, with the digits that are kept: others that nobody reads are what is billed. */
export function shortened(latest: Iterable<readonly [string, WorkloadMemory]>): Entries {
  return Object.fromEntries([...latest].map(([name, entry]) => [name, plain(withShortNumbers(entry))])) as Entries;
}

/** @param base `shortened` entries @param now others */
export function changesOf(base: Entries, now: Entries): Changes {
  const before = Object.keys(base);
  // In the base's order, whatever the tick's is: else their names would have to be told again.
  const names = [
    ...before.filter((name) => Object.hasOwn(now, name)),
    ...Object.keys(now).filter((name) => !Object.hasOwn(base, name)),
  ];
  const columns = columnsOfChange(rowsOf(base, names), rowsOf(now, names));
  return names.join() === before.join() ? { columns } : { names, columns };
}

/** The reverse. The base stays as it is, and what did not change is shared with it. */
export function changed(base: Entries, { names: stored, columns }: Changes): Entries {
  const names = stored ?? Object.keys(base);
  const rows = withChanges(rowsOf(base, names), columns) as readonly WorkloadMemory[];
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

/** What JSON and back makes of a value, fractions shortened, without the detour: text of a shard takes longer than all the rest. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => (part === undefined ? null : plain(part)));
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[name];
    if (part === undefined) continue;
    // Defined, not assigned: a field may have any name that a cluster has given it.
    if (name === '__proto__') Object.defineProperty(copy, name, { ...FIELD, value: plain(part) });
    else copy[name] = plain(part);
  }
  return copy;
}

const FIELD = { enumerable: true, writable: true, configurable: true };

function plainNumber(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  // JSON knows no −0.
  return value === 0 ? 0 : (shortNumber('', value) as number);
}
