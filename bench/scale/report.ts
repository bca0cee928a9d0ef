// What was measured at one size, in words.
import type { Units } from '../../lib/adapters/dynamo/table.ts';
import { callsOf, cpuOf, logBytesOf, median, type SizeMeasured, type TickMeasured, unitsOf } from './measured.ts';
import { HISTORY_DAYS } from './one-size.ts';

/** Learning goes round young histories so often; two at once (infra/work-queues.ts). */
const ROUNDS_A_DAY = 8;
const LEARNING_AT_ONCE = 2;
const DAY_SECONDS = 86_400;

export function sizeLines(size: SizeMeasured): readonly string[] {
  const { workloads, shards, handedOn, first, steady, learn, peakMiB, importCpuSeconds } = size;
  const how = handedOn ? `${shards} shards handed on` : 'evaluated in place';
  return [
    `${workloads} workloads, ${how}`,
    ...tickLines('first tick, of fresh processes on an empty table', [first]),
    ...(steady.length === 0
      ? []
      : tickLines(`a tick with ${HISTORY_DAYS} days of history, of ${steady.length} the median`, steady)),
    `  peak memory: ${each(peakMiB, (mib) => `${Math.round(mib)} MiB`)}`,
    `  CPU to import: ${each(importCpuSeconds, (seconds) => `${seconds.toFixed(2)} s`)}`,
    ...(learn === null || learn.workloads === 0 ? [] : [learnLine(workloads, learn)]),
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
    `    wall: ${of(({ seconds }) => seconds).toFixed(1)} s, all of that on the same cores; tick itself ${of(({ tickSeconds }) => tickSeconds).toFixed(1)} s`,
    `    units: ${Math.round(of((one) => unitsOf(one, 'writeUnits')))} write, ${Math.round(of((one) => unitsOf(one, 'readUnits')))} read; ` +
      `by kind (write/read/calls): ${unitsByKind(last.table.byKind)}`,
    `    calls: ${Math.round(of(callsOf))}, of them beside the table's ${each(last.calls, String)}`,
    `    logs: ${Math.round(of(logBytesOf))} bytes${complaints(last)}`,
  ];
}

function unitsByKind(byKind: Readonly<Record<string, Units>>): string {
  return Object.entries(byKind)
    .toSorted(([, a], [, b]) => b.writeUnits + b.readUnits - a.writeUnits - a.readUnits)
    .map(
      ([kind, { writeUnits, readUnits, calls }]) =>
        `${kind} ${Math.round(writeUnits)}/${Math.round(readUnits)}/${calls}`,
    )
    .join(', ');
}

function complaints({ complaints: found }: TickMeasured): string {
  return Object.keys(found).length === 0 ? '' : `; warnings and errors: ${each(found, String)}`;
}

function learnLine(workloads: number, { workloads: learned, cpuSeconds }: NonNullable<SizeMeasured['learn']>): string {
  const each = cpuSeconds / learned;
  const round = (each * workloads) / LEARNING_AT_ONCE;
  return (
    `  learning, apart: ${cpuSeconds.toFixed(1)} s of CPU for ${learned} workloads with ${HISTORY_DAYS} days of minutes, ` +
    `${(1000 * each).toFixed(0)} ms each; a round over ${workloads} takes ${(round / 60).toFixed(1)} minutes, ${LEARNING_AT_ONCE} at once on a core each ` +
    `(${((100 * round * ROUNDS_A_DAY) / DAY_SECONDS).toFixed(1)} % of a day of young histories)`
  );
}

function each<T>(all: Readonly<Record<string, T>>, said: (one: T) => string): string {
  return Object.entries(all)
    .map(([name, one]) => `${name} ${said(one)}`)
    .join(', ');
}
