// Reads demand as people have it, and says what was done to it: a backtest on a guess would look like a result.
import { cleanText } from '../../lib/domain/text/clean-text.ts';
import { isTimeName } from './column-words.ts';
import { type Columns, columnsOf } from './columns.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { fileBytes, unpacked } from './file-bytes.ts';
import { levelOf, type TraceLevel } from './level-columns.ts';
import { isNumber, numbersOf } from './numbers.ts';
import { badLine, counted, quote, TraceRefusal } from './refusal.ts';
import { regular } from './regular.ts';
import { eachRow } from './rows.ts';
import { samplesOf } from './series.ts';
import { decode } from './text.ts';
import { instantsOf } from './time-column.ts';
import { readTime } from './times.ts';
import type { Trace } from './trace.ts';
import { headerZone } from './zones.ts';

export interface ReadTrace {
  readonly trace: Trace;
  /** For people: what was guessed, sorted, filled or left aside. Empty for a file that needs nothing of it. */
  readonly notes: readonly string[];
  /** What the file holds of levels beside the demand. */
  readonly levels: readonly TraceLevel[];
}

/**
 * Reads a CSV file with a column of times and one of demand.
 * @param column the name or number of the column of demand, or the name of a series; undefined where the file is to tell
 * @throws TraceRefusal with one line that names file, place, what was found and what is expected
 */
export function readTrace(path: string, column?: string): ReadTrace {
  try {
    const bytes = fileBytes(path);
    const { levelColumns, ...read } = traceOf(bytes, column);
    const levels = levelColumns.map((name) => ({ ...levelOf(name), trace: traceOf(bytes, name).trace }));
    const note = levels.map(({ column: from, definition: { unit } }) => `${quote(from)} is a level, in ${unit}`);
    return { ...read, notes: [...read.notes, ...note], levels };
  } catch (error) {
    if (!(error instanceof TraceRefusal)) throw error;
    throw new TraceRefusal(error.code, `${cleanText(path, 300)}: ${error.message}`, { cause: error });
  }
}

/** What was done to a file, in one line. */
export function noteLine(path: string, notes: readonly string[]): string {
  return `${cleanText(path, 300)}: ${notes.join('; ')}`;
}

/** As `readTrace`, of bytes that are there already; messages name no file. */
export function traceOf(
  bytes: Buffer,
  column?: string,
): Omit<ReadTrace, 'levels'> & { readonly levelColumns: readonly string[] } {
  const { text, encoding } = decode(unpacked(bytes));
  const dialect = dialectOf(text);
  const columns = columnsOf(dialect.sample, column);
  const cells = cellsOf(dialect, columns);
  const zone = headerZone(columns.header?.[columns.time] ?? '');
  const times = instantsOf(cells.times, cells.lines, zone);
  const numbers = numbersOf(cells.values, cells.lines, dialect.delimiter);
  const samples = samplesOf(times.at, numbers.values, cells.labels, columns.series);
  const { trace, notes } = regular(samples);
  return {
    trace,
    levelColumns: columns.series === null ? columns.levels : [],
    notes: [
      ...(encoding === null ? [] : [`read as ${encoding}`]),
      ...dialect.notes,
      ...columns.notes,
      ...cells.notes,
      ...times.notes,
      ...numbers.notes,
      ...samples.notes,
      ...notes,
    ],
  };
}

interface Cells {
  readonly times: readonly string[];
  readonly values: readonly string[];
  readonly labels: readonly string[] | null;
  readonly lines: readonly number[];
  readonly notes: readonly string[];
}

/** Of all rows, the cells that count; nothing else of a wide file is kept. */
function cellsOf({ text, delimiter, linesBefore }: Dialect, columns: Columns): Cells {
  const { time, timeOfDay, demand, header, firstLine } = columns;
  const times: string[] = [];
  const values: string[] = [];
  const labels: string[] = [];
  const lines: number[] = [];
  const filled: number[] = [];
  let headers = 0;
  const width = header === null ? Number.POSITIVE_INFINITY : header.length;
  eachRow(text, delimiter, linesBefore, ({ cells, line }) => {
    if (line < firstLine) return;
    if (isTimeName(cells[time] ?? '') && !cells.some(isNumber)) {
      headers++;
      return;
    }
    if (cells.length > width && cells.slice(width).some((cell) => cell !== ''))
      throw badLine('surplus_cells', line, cells.join(delimiter), `${counted(width, 'column')}, as the header has`);
    const day = cells[time] ?? '';
    times.push(timeOfDay === null ? day : `${day} ${cells[timeOfDay] ?? ''}`);
    values.push(cells[demand] ?? '');
    labels.push(columns.labels.map((i) => cells[i] ?? '').join(', '));
    lines.push(line);
    filled.push(cells.filter((cell) => cell !== '').length);
  });
  const footers = footersOf(times, filled);
  for (const column of [times, values, labels, lines]) column.length -= footers;
  const notes = [
    ...(headers === 0 ? [] : [`${counted(headers, 'header')} among the rows left aside`]),
    ...(footers === 0 ? [] : [`${counted(footers, 'line')} behind the data left aside`]),
  ];
  return { times, values, labels: columns.labels.length === 0 ? null : labels, lines, notes };
}

const MOST_FOOTERS = 5;
const TOTAL = /^(?:grand )?(?:total|sum|average|avg|mean|median|min(?:imum)?|max(?:imum)?|count)s?:?$/i;

/**
 * How many rows at the end are a total, a count or a remark.
 * @param times their cells of the time: the word for a total, or words alone in their row, were not meant as one
 * @param filled how many cells of each row hold anything
 */
function footersOf(times: readonly string[], filled: readonly number[]): number {
  let footers = 0;
  while (footers < MOST_FOOTERS) {
    const at = times.length - 1 - footers;
    const cell = times[at] ?? '';
    const isRemark = filled[at] === 1 && cell !== '' && !/^\d/.test(cell);
    if (readTime(cell) !== null || !(isRemark || TOTAL.test(cell))) break;
    footers++;
  }
  return footers;
}
