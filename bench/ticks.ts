// Ticks over 250 and 1,000 workloads in fresh processes; the smaller is the baseline of the growth.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { READ_UNIT, TICKS_A_MONTH, WRITE_UNIT } from '../lib/bill/prices.ts';
import { type Fleet, type FleetSettings, startFleet } from './fleet.ts';
import type { Named } from './stand-in-source.ts';

export interface TickCost {
  readonly seconds: number;
  /** Of the process, whatever it waited for. */
  readonly cpuSeconds: number;
  /** Of the same piece of work each time, around it (yardstick.ts): longer where more ran beside it. */
  readonly yardstick: number;
  readonly applied: number;
  readonly kubernetesCalls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** By kind of item (`kindOfItem`). */
  readonly byKind: Readonly<Record<string, { readonly readUnits: number; readonly writeUnits: number }>>;
  readonly events: number;
  readonly logBytes: number;
  /** Workloads that were learned in it. */
  readonly lessons: number;
  /** Of the looks after it, all of them together. Absent after the first tick, which nobody follows. */
  readonly looks?: LooksCost;
}

export interface LooksCost extends Pick<TickCost, 'cpuSeconds' | 'yardstick' | 'logBytes' | 'byKind'> {
  readonly messages: number;
  readonly bytes: number;
  /** Requests of SQS that it takes to take them: one for each 64 KB begun of each. */
  readonly taken: number;
}

interface Measured {
  readonly cold: TickCost;
  /** From the start of the process to the end of its first tick. */
  readonly coldFromStart: number;
  readonly warm: readonly TickCost[];
  readonly observeSeconds: number;
  readonly observeCalls: number;
  readonly peakMiB: number;
  /** Of all workloads: what a tick leaves to the next. */
  readonly keptBytes: number;
}

const SIZES = [250, 1000] as const;
const WARM_TICKS = 10;
/** Signals that all of the largest fleet name, first none. */
const NAMED: readonly Named[] = [
  { loads: 0, levels: 0 },
  { loads: 1, levels: 0 },
  { loads: 1, levels: 2 },
  { loads: 3, levels: 0 },
];

export async function ticks(): Promise<void> {
  console.log(
    'Ticks: fresh process, seven days of history each, all enabled, table and cluster on this machine, no LLM',
  );
  const measured: Measured[] = [];
  for (const size of SIZES) {
    const result = await measure(size, {}, WARM_TICKS);
    measured.push(result);
    print(size, result);
  }
  const [small, large] = measured;
  if (small === undefined || large === undefined) return;
  const ratio = (pick: (of: Measured) => number) => (pick(large) / pick(small)).toFixed(1);
  console.log(
    `  ${SIZES[1] / SIZES[0]} × the workloads: ${ratio(warmSeconds)} × the time of a warm tick, ` +
      `${ratio((of) => of.peakMiB)} × the memory, ${ratio((of) => of.observeCalls)} × the calls to read the cluster`,
  );
  await compareNamed(SIZES[1]);
}

async function measure(size: number, settings: FleetSettings, warmTicks: number): Promise<Measured> {
  const fleet = await startFleet(size, settings);
  const result = await ticksInFreshProcess(fleet, warmTicks);
  await fleet.close();
  return result;
}

/**
 * The same fleet by the signals that it names. They tick by turns, so that whatever else this machine does slows all of them
 * alike, and change nothing, since a change costs more than a signal.
 */
async function compareNamed(size: number): Promise<void> {
  const fleets: Fleet[] = [];
  for (const named of NAMED) fleets.push(await startFleet(size, { named, mode: 'recommend' }));
  const turns = pLimit(1);
  const [without, ...measured] = await Promise.all(
    fleets.map((fleet) => ticksInFreshProcess(fleet, WARM_TICKS, turns)),
  );
  for (const fleet of fleets) await fleet.close();
  if (without === undefined) return;
  console.log(`  signals named by each of ${size} (a stand-in source), in mode recommend, one minute each by turns:`);
  console.log(`    none: ${medianOf(without.warm.map(cpuOf)).toFixed(2)} s of CPU a tick, ${kept(without, size)}`);
  for (const [i, result] of measured.entries()) printNamed(NAMED[i + 1], result, without, size);
}

/** @param without the same fleet, with no signal named */
function printNamed(named: Named | undefined, result: Measured, without: Measured, size: number): void {
  const times = medianOf(result.warm.map((tick, i) => cpuOf(tick) / cpuOf(without.warm[i] ?? tick)));
  console.log(
    `    ${named?.loads} loads and ${named?.levels} levels: ${times.toFixed(2)} × the CPU of a tick without, ` +
      `${Math.round(result.peakMiB)} instead of ${Math.round(without.peakMiB)} MiB at peak, ${kept(result, size)}`,
  );
}

function kept({ warm, keptBytes }: Measured, size: number): string {
  const [reads, writes] = [
    mean(warm.map(({ readUnits }) => readUnits)),
    mean(warm.map(({ writeUnits }) => writeUnits)),
  ];
  return `${Math.round(reads)} read and ${Math.round(writes)} write units, ${Math.round(keptBytes / size)} bytes of memory a workload`;
}

function cpuOf({ cpuSeconds }: TickCost): number {
  return cpuSeconds;
}

function print(size: number, result: Measured): void {
  const { cold, coldFromStart, warm, observeSeconds, observeCalls, peakMiB } = result;
  const seconds = warmSeconds(result);
  const reads = mean(warm.map(({ readUnits }) => readUnits));
  const writes = mean(warm.map(({ writeUnits }) => writeUnits));
  const dollars = TICKS_A_MONTH * (reads * READ_UNIT + writes * WRITE_UNIT);
  const changes = mean(warm.map(({ applied }) => applied));
  console.log(
    `  ${size} workloads: first tick ${cold.seconds.toFixed(2)} s, with the start of the process ${coldFromStart.toFixed(2)} s; ` +
      `then ${seconds.toFixed(2)} s in the median = ${(seconds / observeSeconds).toFixed(1)} × reading the cluster alone; ` +
      `${Math.round(peakMiB)} MiB at peak`,
  );
  console.log(
    `    ${observeCalls} Kubernetes calls to read the cluster, and one per change (${changes.toFixed(1)} changes a tick)`,
  );
  console.log(
    `    table: ${Math.round(reads)} read and ${Math.round(writes)} write units a tick = ` +
      `$${dollars.toFixed(2)} a month, ${((100 * dollars) / size).toFixed(2)} cents a workload`,
  );
}

function warmSeconds({ warm }: Measured): number {
  return medianOf(warm.map(({ seconds }) => seconds));
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param turns shared by processes that are not to tick at the same time */
export async function ticksInFreshProcess(fleet: Fleet, warmTicks: number, turns = pLimit(1)): Promise<Measured> {
  const script = join(import.meta.dirname, 'tick-process.ts');
  const child = spawn(process.execPath, [script, String(fleet.start), String(warmTicks)], {
    env: { ...process.env, ...fleet.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let endTurn = () => {};
  child.on('message', (at) => {
    endTurn();
    void turns(() => {
      fleet.moveTo(Number(at));
      child.send('moved');
      return new Promise<void>((resolve) => {
        endTurn = resolve;
      });
    });
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  endTurn();
  if (code !== 0) throw new Error(`the measured process ended with ${code}: ${output}`);
  return JSON.parse(output);
}
