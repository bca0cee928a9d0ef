// Reads a demand trace, and refuses a bad one with a line number: a backtest on garbage would look like a result.
import { readFileSync } from 'node:fs';
import type { EpochMs } from '../lib/domain/model.ts';

/** Demand at a constant interval. Each value holds until the next one. */
export interface Trace {
  readonly startsAt: EpochMs;
  readonly intervalSeconds: number;
  /** Total demand, in whatever unit the file counts. */
  readonly demand: Float64Array;
}

const TRACE_HEADER = 'timestamp,demand';

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:?\d{2})?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads a CSV file `timestamp,demand`: ISO 8601 (UTC unless it states an offset) and a number from 0.
 * @throws Error with one line that names file, line, what was found and what is expected
 */
export function readTrace(path: string): Trace {
  const lines = readLines(path);
  if (!/^\s*"?timestamp"?\s*,\s*"?demand"?\s*$/i.test(lines[0] ?? ''))
    throw bad(path, 1, lines[0] ?? '', `the header "${TRACE_HEADER}"`);
  const rows = lines.slice(1);
  if (rows.length < 2) {
    throw bad(path, lines.length, `${rows.length} row${rows.length === 1 ? '' : 's'} of data`, 'at least 2 rows');
  }
  const demand = new Float64Array(rows.length);
  let startsAt = 0;
  let previous = 0;
  let interval = 0;
  rows.forEach((row, i) => {
    const line = i + 2;
    const { at, value } = readRow(path, line, row);
    demand[i] = value;
    if (i === 0) startsAt = at;
    if (i === 1) interval = firstInterval(path, line, row, at - startsAt);
    if (i > 1 && at - previous !== interval) {
      const step = `${(at - previous) / 1000} s after the row before`;
      throw bad(path, line, row, `a constant interval of ${interval / 1000} s, as in the first two rows`, step);
    }
    previous = at;
  });
  return { startsAt, intervalSeconds: interval / 1000, demand };
}

/**
 * Demand at a time since the trace began; past its end the trace begins again, and before its start it has ended.
 * @param seconds since `startsAt`
 */
export function demandAt(trace: Trace, seconds: number): number {
  const slots = trace.demand.length;
  const slot = Math.floor(seconds / trace.intervalSeconds) % slots;
  return trace.demand[slot < 0 ? slot + slots : slot] ?? 0;
}

function readLines(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(`${oneLine(path)}: cannot be read (${oneLine(code)}); expected a CSV file "${TRACE_HEADER}"`, {
      cause: error,
    });
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.length > 1 && lines.at(-1)?.trim() === '') lines.pop();
  return lines;
}

function readRow(path: string, line: number, row: string): { at: EpochMs; value: number } {
  const cells = row.split(',').map((cell) => cell.trim());
  if (cells.length !== 2) throw bad(path, line, row, 'two columns: timestamp,demand');
  const [timestamp = '', number = ''] = cells;
  const at = readTimestamp(timestamp);
  if (at === null) throw bad(path, line, timestamp, 'a timestamp like 2026-01-31T00:00:00Z');
  const value = NUMBER.test(number) ? Number(number) : Number.NaN;
  if (!Number.isFinite(value)) throw bad(path, line, number, 'demand as a number');
  if (value < 0) throw bad(path, line, number, 'demand of 0 or more');
  return { at, value };
}

function firstInterval(path: string, line: number, row: string, interval: number): number {
  if (interval > 0) return interval;
  throw bad(path, line, row, 'timestamps that ascend', `${interval / 1000} s after the row before`);
}

/** Null for anything that is not a real instant; JavaScript alone would move 30 February into March. */
function readTimestamp(text: string): EpochMs | null {
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  const [, date = '', time = '', zone = 'Z'] = match;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const isRealDay = Number.isFinite(midnight) && new Date(midnight).toISOString().startsWith(date);
  const at = Date.parse(`${date}T${time}${zone}`);
  return isRealDay && Number.isFinite(at) ? at : null;
}

function bad(path: string, line: number, found: string, expected: string, detail?: string): Error {
  const more = detail === undefined ? '' : ` (${detail})`;
  return new Error(`${oneLine(path)}: line ${line}: found ${quote(found)}${more}, expected ${expected}`);
}

function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return text === '' ? 'nothing' : `"${oneLine(short)}"`;
}

/** A file's content may hold anything; a message holds one line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\uFFFD]+/gu, '·');
}
