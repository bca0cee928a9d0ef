// What ticks of big clusters are held to, and whether it holds: one sentence a target.
import { FUNCTIONS } from './deployed-functions.ts';
import {
  callsOf,
  cpuOf,
  exponentOf,
  logBytesOf,
  median,
  ownSeconds,
  type SizeMeasured,
  type TickMeasured,
  unitsOf,
} from './measured.ts';

export interface Verdict {
  readonly met: boolean;
  readonly text: string;
}

/** docs.aws.amazon.com, "Throughput default quotas": what a new on-demand table takes at once, and any one partition. */
const TABLE_AT_ONCE = { writeUnits: 4000, readUnits: 12_000 };
const PARTITION_AT_ONCE = { writeUnits: 1000, readUnits: 3000 };
/** infra/stack.ts; Lambda gives a function a whole core at 1,769. */
const MEMORY_MIB = { tick: 1024, evaluate: 1024, learn: 1024, look: 768 };
const CORES_A_FUNCTION = MEMORY_MIB.learn / 1769;
/** infra/work-queues.ts. */
const LEARNING_AT_ONCE = 2;
const DAY_HOURS = 24;
const LARGEST = 10_000;
const SECONDS = 60;
/** Of them: what is not written by then is left to the next tick (lib/app/tick/tick.ts, LEASE_SHARE and WRITING_SHARE). */
const WRITING_SECONDS = 43;
const CORES = 2;
/** Ten times as much of what costs the same each time is a hundredth or two of a power; measures differ by as much. */
const LINEAR = 1.05;

/** How each cost grows from a size to the next. */
const COSTS: readonly (readonly [name: string, of: (tick: TickMeasured) => number])[] = [
  ['CPU', cpuOf],
  ['calls', callsOf],
  ['write units', (tick) => unitsOf(tick, 'writeUnits')],
  ['read units', (tick) => unitsOf(tick, 'readUnits')],
  ['bytes of logs', logBytesOf],
];

export function verdicts(sizes: readonly SizeMeasured[]): readonly Verdict[] {
  const largest = sizes.find(({ workloads }) => workloads === LARGEST);
  return [
    ...growth(sizes),
    ...(largest === undefined
      ? []
      : [...inTime(largest), ...atOnce(largest), ...memory(largest), ...learning(largest)]),
  ];
}

/**
 * From the smallest to the largest: from one size to the next a cluster may be handed on that was evaluated in place, which is a
 * step and no growth. The last of those is said beside it.
 */
function growth(sizes: readonly SizeMeasured[]): readonly Verdict[] {
  const [smallest, before, largest] = [sizes.at(0), sizes.at(-2), sizes.at(-1)];
  if (smallest === undefined || before === undefined || largest === undefined) return [];
  const of = (what: string, pick: (size: SizeMeasured) => number): readonly Verdict[] => {
    const from = (size: SizeMeasured) => exponentOf([size.workloads, pick(size)], [largest.workloads, pick(largest)]);
    const exponent = from(smallest);
    if (!Number.isFinite(exponent)) return [];
    const text =
      `${what} from ${smallest.workloads} to ${largest.workloads} workloads grows with the power of ${exponent.toFixed(2)} ` +
      `(${from(before).toFixed(2)} from ${before.workloads}); 1 is linear`;
    return [{ met: exponent <= LINEAR, text }];
  };
  const steady = COSTS.flatMap(([name, pick]) => of(`${name} of a tick`, ({ steady }) => median(steady.map(pick))));
  return [...steady, ...of('CPU of a first tick', ({ first }) => cpuOf(first))];
}

function inTime({ first, steady, workloads }: SizeMeasured): readonly Verdict[] {
  const of = (what: string, tick: TickMeasured): Verdict => ({
    met: tick.seconds <= WRITING_SECONDS,
    text:
      `${what} over ${workloads} takes ${tick.seconds.toFixed(1)} s on ${CORES} cores, table and API server on the same ` +
      `(the functions' own CPU alone would be ${ownSeconds(tick).toFixed(1)} s of them); ${SECONDS} s are allowed, and writes end after ${WRITING_SECONDS}`,
  });
  const slowest = steady.toSorted((a, b) => b.seconds - a.seconds)[0];
  return [of('a first tick', first), ...(slowest === undefined ? [] : [of('the slowest of the later ticks', slowest)])];
}

/** That a tick's whole is within it says so for a table of any speed. */
function atOnce({ first, workloads }: SizeMeasured): readonly Verdict[] {
  const { peaks, partitions } = first.table;
  return (['writeUnits', 'readUnits'] as const).flatMap((what) => {
    const word = what === 'writeUnits' ? 'write' : 'read';
    const all = unitsOf(first, what);
    const [table, hottest] = [peaks.second[what], peaks.hottest[what]];
    return [
      {
        met: table <= TABLE_AT_ONCE[what],
        text:
          `the first tick of a new ${workloads} takes ${Math.round(table)} ${word} units in its heaviest second, ` +
          `${Math.round(all)} in all; a new table takes ${TABLE_AT_ONCE[what]} a second`,
      },
      {
        met: hottest.units <= PARTITION_AT_ONCE[what],
        text:
          `its hottest partition, ${hottest.pk}, takes ${Math.round(hottest.units)} ${word} units in its heaviest second ` +
          `(${partitions[what].pk} ${Math.round(partitions[what].units)} in all); one takes ${PARTITION_AT_ONCE[what]} a second`,
      },
    ];
  });
}

function memory({ peakMiB, workloads }: SizeMeasured): readonly Verdict[] {
  return FUNCTIONS.flatMap((name) => {
    const [peak, has] = [peakMiB[name], MEMORY_MIB[name]];
    if (peak === undefined) return [];
    const text = `${name} holds ${Math.round(peak)} MiB at its peak with ${workloads}; it has ${has}`;
    return [{ met: peak <= has, text }];
  });
}

function learning({ learn, workloads }: SizeMeasured): readonly Verdict[] {
  if (learn === null || learn.workloads === 0) return [];
  const each = learn.cpuSeconds / learn.workloads;
  const hours = (each * workloads) / (LEARNING_AT_ONCE * CORES_A_FUNCTION) / 3600;
  const text =
    `all ${workloads} learn within ${hours.toFixed(1)} hours, by ${(1000 * each).toFixed(0)} ms of CPU each, ${LEARNING_AT_ONCE} functions at once ` +
    `with ${CORES_A_FUNCTION.toFixed(2)} of a core; a day is allowed, young histories are due every three hours`;
  return [{ met: hours <= DAY_HOURS, text }];
}
