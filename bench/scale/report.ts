// What was measured at one size, in words.
import type { Units } from '../../lib/adapters/dynamo/table.ts';
import {
  callsOf,
  cpuOf,
  type LooksMeasured,
  logBytesOf,
  median,
  ownSeconds,
  type SizeMeasured,
  type TickMeasured,
  unitsOf,
} from './measured.ts';
import { HISTORY_DAYS } from './one-size.ts';

export function sizeLines(size: SizeMeasured): readonly string[] {
  const { workloads, shards, handedOn, first, steady, learn, looks, peakMiB, importCpuSeconds } = size;
  const how = handedOn ? `${shards} shards handed on` : 'evaluated in place';
  return [
    `${workloads} workloads, ${how}`,
    ...tickLines('first tick, of fresh processes on an empty table', [first]),
    ...(steady.length === 0
      ? []
      : tickLines(`a tick with ${HISTORY_DAYS} days of history, of ${steady.length} the median`, steady)),
    ...looksLines(looks),
    `  peak memory: ${each(peakMiB, (mib) => `${Math.round(mib)} MiB`)}`,
    `  CPU to import: ${each(importCpuSeconds, (seconds) => `${seconds.toFixed(2)} s`)}`,
    ...(learn === null || learn.workloads === 0 ? [] : [learnLine(learn)]),
  ];
}

function tickLines(title: string, ticks: readonly TickMeasured[]): readonly string[] {
  const of = (pick: (tick: TickMeasured) => number) => median(ticks.map(pick));
  const last = ticks.at(-1);
  if (last === undefined) return [];
  const standIns = Object.keys(last.standInCpuSeconds) as (keyof TickMeasured['standInCpuSeconds'])[];
  return [
    `  ${title}:`,
    `    CPU: ${of(cpuOf).toFixed(2)} s (tick ${of((one) => one.cpuSeconds.tick).toFixed(2)}, evaluate ${of((one) => one.cpuSeconds.evaluate).toFixed(2)}); ` +
      `apart, stand-ins: ${standIns.map((name) => `${name} ${of((one) => one.standInCpuSeconds[name]).toFixed(2)}`).join(', ')}`,
    `    wall: ${of(({ seconds }) => seconds).toFixed(1)} s, all of that on the same cores (observed and handed on after ${of(({ tickSeconds }) => tickSeconds).toFixed(1)}); ` +
      `of the functions' own CPU alone ${of(ownSeconds).toFixed(1)} s`,
    `    units: ${Math.round(of((one) => unitsOf(one, 'writeUnits')))} write, ${Math.round(of((one) => unitsOf(one, 'readUnits')))} read; ` +
      `by kind (write/read/calls): ${unitsByKind(ticks)}`,
    `    calls: ${Math.round(of(callsOf))}, of them beside the table's ${each(meanOf(ticks.map(({ calls }) => calls)), rounded)}`,
    `    logs: ${Math.round(of(logBytesOf))} bytes${complaints(ticks)}`,
  ];
}

/** Means, since a look in which something is news is another than one in which nothing is. */
function looksLines(after: readonly LooksMeasured[]): readonly string[] {
  if (after.length === 0) return [];
  const of = (pick: (looks: LooksMeasured) => number) => after.reduce((sum, one) => sum + pick(one), 0) / after.length;
  const looks = of((one) => one.looks);
  const kubernetes = of((one) => Object.values(one.calls).reduce((sum, count) => sum + count, 0));
  const units = (what: 'writeUnits' | 'readUnits') =>
    of(({ table }) => Object.values(table.byKind).reduce((sum, one) => sum + one[what], 0)).toFixed(1);
  return [
    `  the ${rounded(looks)} looks after a tick, of ${after.length} the mean:`,
    `    CPU: ${of(({ cpuSeconds }) => cpuSeconds).toFixed(2)} s, ${((1000 * of(({ cpuSeconds }) => cpuSeconds)) / looks).toFixed(0)} ms a look, ` +
      `${Math.max(...after.map(({ most }) => 1000 * most)).toFixed(0)} ms the longest of all`,
    `    units: ${units('writeUnits')} write, ${units('readUnits')} read; by kind (write/read/calls): ${unitsByKind(after)}`,
    `    messages: ${Math.round(of(({ bytes }) => bytes))} bytes; Kubernetes calls: ${rounded(kubernetes)}; logs: ${Math.round(of(({ logBytes }) => logBytes))} bytes`,
  ];
}

function unitsByKind(ticks: readonly Pick<TickMeasured, 'table'>[]): string {
  const of = (what: keyof Units) =>
    meanOf(
      ticks.map(({ table }) =>
        Object.fromEntries(Object.entries(table.byKind).map(([kind, one]) => [kind, one[what]])),
      ),
    );
  const [writes, reads, calls] = [of('writeUnits'), of('readUnits'), of('calls')];
  const all = (kind: string) => (writes[kind] ?? 0) + (reads[kind] ?? 0);
  return Object.keys(calls)
    .toSorted((a, b) => all(b) - all(a))
    .map((kind) => `${kind} ${[writes, reads, calls].map((counted) => rounded(counted[kind] ?? 0)).join('/')}`)
    .join(', ');
}

/** By name, of all of them; where one lacks a name, it has none of it. */
function meanOf(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  return Object.fromEntries(
    names.map((name) => [name, all.reduce((sum, one) => sum + (one[name] ?? 0), 0) / all.length]),
  );
}

function rounded(value: number): string {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
}

function complaints(ticks: readonly TickMeasured[]): string {
  const found = meanOf(ticks.map((tick) => tick.complaints));
  return Object.keys(found).length === 0 ? '' : `; warnings and errors: ${each(found, rounded)}`;
}

function learnLine({ workloads, cpuSeconds }: NonNullable<SizeMeasured['learn']>): string {
  return (
    `  learning, apart: ${cpuSeconds.toFixed(1)} s of CPU for ${workloads} workloads with ${HISTORY_DAYS} days of minutes, ` +
    `${((1000 * cpuSeconds) / workloads).toFixed(0)} ms each`
  );
}

function each<T>(all: Readonly<Record<string, T>>, said: (one: T) => string): string {
  return Object.entries(all)
    .map(([name, one]) => `${name} ${said(one)}`)
    .join(', ');
}
