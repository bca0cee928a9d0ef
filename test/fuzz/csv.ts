// 10,000 generated CSV files: read as they were meant, or refused by name, in bounded time.
import { traceOf } from '../../cli/trace/read-trace.ts';
import { TraceRefusal } from '../../cli/trace/refusal.ts';
import type { Trace } from '../../cli/trace/trace.ts';
import { harmOf } from './csv-harm.ts';
import { type Expected, expectedOf, type Recording, recordingOf } from './csv-truth.ts';
import { written } from './csv-writing.ts';
import { type Dice, diceOf } from './dice.ts';
import type { FuzzFailure, FuzzRun } from './run.ts';

/** Of CPU, for a file of some kilobytes; a regular expression gone wrong takes minutes. */
const MOST_MS = 1000;
const TOLD_EVERY = 200;
const MOST_SLOTS = 10_000_000;

export const fuzzCsv: FuzzRun = ({ count, seed, only, progress }) => {
  const failures: FuzzFailure[] = [];
  const outcomes = new Map<string, number>();
  let slowest = 0;
  const indices = only === undefined ? [...Array(count).keys()] : [only];
  for (const index of indices) {
    const before = process.cpuUsage();
    const { outcome, wrong, bytes } = tried(diceOf(seed, index));
    const { user } = process.cpuUsage(before);
    slowest = Math.max(slowest, user / 1000);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const slow = user / 1000 > MOST_MS ? `took ${Math.round(user / 1000)} ms` : null;
    const what = wrong ?? slow;
    if (what !== null) failures.push({ index, what, input: bytes.toString('latin1') });
    if (index % TOLD_EVERY === 0) progress(index);
  }
  const lines = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, times]) => `${times} ${outcome}`);
  return { tried: indices.length, lines: [`slowest ${slowest.toFixed(0)} ms of CPU`, ...lines], failures };
};

interface Tried {
  readonly outcome: string;
  /** Null where all is well. */
  readonly wrong: string | null;
  readonly bytes: Buffer;
}

function tried(dice: Dice): Tried {
  if (dice.chance(3)) return triedHarm(dice);
  return dice.chance(8) ? triedLate(dice) : triedGood(dice);
}

function triedGood(dice: Dice): Tried {
  const recording = recordingOf(dice);
  const { bytes, dialect, mayBeAmbiguous, otherScale } = written(dice, recording);
  const found = read(bytes);
  if (found instanceof Error && mayBeAmbiguous && isAmbiguous(found))
    return { outcome: 'refused: ambiguous', wrong: null, bytes };
  const wrong = found instanceof Error ? toldError(found) : difference(found, expectedOf(recording), 0);
  const isScaled =
    wrong !== null &&
    otherScale !== null &&
    !(found instanceof Error) &&
    isTimes(found, expectedOf(recording), otherScale);
  if (isScaled) return { outcome: 'thousands and decimals taken for each other throughout', wrong: null, bytes };
  return { outcome: 'read as meant', wrong: wrong === null ? null : `${wrong} (${dialect})`, bytes };
}

/** Scrapes that come a little early or late. */
function triedLate(dice: Dice): Tried {
  const made = recordingOf(dice);
  const recording: Recording = { ...made, stepSeconds: dice.pick([30, 60, 300]), missing: new Set() };
  const { startSeconds, stepSeconds, values } = recording;
  // The second one so late that no third makes the steps alike: those would be a step of their own.
  const late = (i: number) => (values.length < 3 || i === 0 ? 0 : i === 1 ? 5 : dice.whole(-5, 5));
  const times = values.map((_, i) => 1000 * (startSeconds + i * stepSeconds) + late(i) * stepSeconds);
  const rows = values.map((value, i) => `${new Date(times[i] ?? 0).toISOString()},${value}`);
  const bytes = Buffer.from(`timestamp,demand\n${rows.join('\n')}\n`);
  const found = read(bytes);
  const wrong = found instanceof Error ? toldError(found) : difference(found, expectedOf(recording), 10 * stepSeconds);
  return { outcome: 'read as meant, a little off the step', wrong, bytes };
}

function triedHarm(dice: Dice): Tried {
  const { name, bytes, codes } = harmOf(dice);
  const found = read(bytes);
  if (found instanceof TraceRefusal) {
    const isNamed = codes.length === 0 || codes.includes(found.code);
    const isOneLine = !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(found.message) && found.message.length < 2000;
    const wrong = isNamed && isOneLine ? null : `${name} is refused as ${found.code}: ${found.message}`;
    return { outcome: `refused: ${found.code}`, wrong, bytes };
  }
  if (found instanceof Error) return { outcome: 'threw', wrong: `${name}: ${toldError(found)}`, bytes };
  const wrong = codes.length > 0 ? `${name} is read` : impossible(found);
  return { outcome: 'read although damaged', wrong, bytes };
}

function read(bytes: Buffer): Trace | Error {
  try {
    return traceOf(bytes).trace;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isAmbiguous(error: Error): boolean {
  return error instanceof TraceRefusal && (error.code === 'ambiguous_dates' || error.code === 'ambiguous_numbers');
}

function toldError(error: Error): string {
  return error instanceof TraceRefusal ? `refused as ${error.code}: ${error.message}` : `threw ${error.stack}`;
}

/** @param lateMs by how much the start may differ */
function difference(trace: Trace, expected: Expected, lateMs: number): string | null {
  const { startsAt, intervalSeconds, demand } = trace;
  if (intervalSeconds !== expected.intervalSeconds)
    return `every ${intervalSeconds} s, not ${expected.intervalSeconds} s`;
  if (Math.abs(startsAt - expected.startsAt) > lateMs) return `starts ${startsAt}, not ${expected.startsAt}`;
  if (demand.length !== expected.demand.length) return `${demand.length} values, not ${expected.demand.length}`;
  const at = demand.findIndex((value, i) => Math.abs(value - (expected.demand[i] ?? 0)) > 1e-9 * (1 + value));
  return at < 0 ? null : `value ${at} is ${demand[at]}, not ${expected.demand[at]}`;
}

function isTimes(trace: Trace, expected: Expected, scale: number): boolean {
  return difference(trace, { ...expected, demand: expected.demand.map((value) => value * scale) }, 0) === null;
}

function impossible({ startsAt, intervalSeconds, demand }: Trace): string | null {
  const isSane = Number.isFinite(startsAt) && intervalSeconds >= 15 && demand.length > 0 && demand.length < MOST_SLOTS;
  return isSane && demand.every((value) => value >= 0 && value < Number.POSITIVE_INFINITY)
    ? null
    : 'an impossible trace';
}
