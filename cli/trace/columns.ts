// Which columns hold the times and the demand, and where the data begins: settled on the first rows of a file.
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { demandRank, isTimeName, NO_DEMAND_NAME } from './column-words.ts';
import { isLevelName } from './level-columns.ts';
import { isMissing, isNumber } from './numbers.ts';
import { badLine, counted, listed, quote, TraceRefusal } from './refusal.ts';
import type { Row, Sample } from './rows.ts';
import { hasTwoDigitYear, isTimeOfDay, readTime } from './times.ts';

export interface Columns {
  readonly time: number;
  /** Where the day stands in one column and the clock in another. */
  readonly timeOfDay: number | null;
  readonly demand: number;
  /** Columns of text: where times come several times, they tell which series a row is of. */
  readonly labels: readonly number[];
  /** A series of these labels is asked for, not a column of this name. */
  readonly series: string | null;
  readonly header: readonly string[] | null;
  /** Names of columns of numbers that hold a level, beside the demand. */
  readonly levels: readonly string[];
  /** The line of the first row of data. */
  readonly firstLine: number;
  readonly notes: readonly string[];
}

const EXAMPLE = 'a timestamp like 2026-01-31T00:00:00Z';

/**
 * @param asked a column's name or number, or a series' name; undefined where the file is to tell
 * @throws TraceRefusal where there are no times, no demand, or several columns that could be it
 */
export function columnsOf({ rows, broken }: Sample, asked: string | undefined): Columns {
  const time = timeColumn(rows);
  if (time === null) throw broken ?? noTime(rows);
  const start = rows.findIndex(({ cells }) => readTime(cells[time] ?? '') !== null);
  const data = rows.slice(start).filter(({ cells }) => readTime(cells[time] ?? '') !== null);
  const { header, skipped } = headerOf(rows.slice(0, start), time, data[0] as Row);
  const width = data.reduce((most, { cells }) => Math.max(most, cells.length), header?.length ?? 0);
  const kinds = Array.from({ length: width }, (_, i) => kindOf(data, i));
  const names = kinds.map((_, i) => nameOf(header, i));
  const candidates = [...kinds.keys()].filter((i) => i !== time && kinds[i] === 'numbers' && isNamed(header, i));
  const labels = [...kinds.keys()].filter((i) => i !== time && kinds[i] === 'text');
  const { demand, series } = chosen(candidates, labels, names, header !== null, asked, data[0] as Row);
  const unseen = [...kinds.keys()].filter((i) => kinds[i] === 'nothing' && header !== null && header[i]);
  const clocks = kinds.indexOf('clock');
  const onlyDays = data.every(({ cells }) => readTime(cells[time] ?? '')?.kind === 'date');
  return {
    time,
    timeOfDay: onlyDays && clocks >= 0 ? clocks : null,
    demand,
    labels,
    series,
    header,
    levels: candidates.filter((i) => i !== demand && isLevelName(names[i] ?? '')).map((i) => names[i] ?? ''),
    firstLine: (data[0] as Row).line,
    notes: [
      ...(skipped === 0 ? [] : [`${counted(skipped, 'line')} before the data left aside`]),
      ...(header === null ? ['there is no header'] : []),
      ...(candidates.length > 1
        ? [`demand is ${quote(names[demand] ?? '')}, of ${listed(candidates.map((i) => names[i] ?? ''))}`]
        : []),
      ...(unseen.length > 0 && asked === undefined
        ? [`empty in the first rows: ${listed(unseen.map((i) => names[i] ?? ''))}`]
        : []),
    ],
  };
}

/** Named as time first, written-out times before epochs and those before day numbers, and of several the leftmost. */
function timeColumn(rows: readonly Row[]): number | null {
  const found = new Map<number, { rows: number; surety: number; ascends: boolean; last: EpochMs }>();
  for (const { cells } of rows) {
    cells.forEach((cell, i) => {
      const time = readTime(cell);
      if (time === null) return;
      const of = found.get(i) ?? { rows: 0, surety: 0, ascends: true, last: 0 };
      const ascends = of.ascends && time.at > of.last;
      found.set(i, { rows: of.rows + 1, surety: of.surety + SURETY[time.kind], ascends, last: time.at });
    });
  }
  const most = Math.max(0, ...[...found.values()].map((of) => of.rows));
  const columns = [...found]
    // Demand may well be of the size of day numbers, but does not rise with every row.
    .filter(([, of]) => 2 * of.rows >= most && (of.surety > 0 || of.ascends))
    .map(([i, of]) => ({ i, surety: of.surety / of.rows }));
  if (columns.length === 0) return null;
  const firstTime = rows.findIndex(({ cells }) => columns.some(({ i }) => readTime(cells[i] ?? '') !== null));
  const isNamedTime = (i: number) => rows.slice(0, firstTime).some(({ cells }) => isTimeName(cells[i] ?? ''));
  const score = ({ i, surety }: { i: number; surety: number }) => (isNamedTime(i) ? 4 : 0) + Math.round(surety);
  return columns.reduce((best, column) =>
    score(column) > score(best) || (score(column) === score(best) && column.i < best.i) ? column : best,
  ).i;
}

const SURETY = { day_number: 0, epoch: 1, date: 2, date_and_time: 2 } as const;

function noTime(rows: readonly Row[]): TraceRefusal {
  const short = rows.find(({ cells }) => cells.some(hasTwoDigitYear));
  if (short !== undefined) {
    const cell = short.cells.find(hasTwoDigitYear) ?? '';
    return badLine('two_digit_year', short.line, cell, 'a year in four digits, best as 2026-01-31 10:00');
  }
  const header = rows.findIndex(({ cells }) => cells.some(isTimeName));
  const after = rows[header + 1];
  if (after === undefined) {
    const line = rows.at(-1)?.line ?? 1;
    return new TraceRefusal('too_few_rows', `line ${line}: found no rows of data, expected at least 2 rows`);
  }
  const column = Math.max(0, rows[header]?.cells.findIndex(isTimeName) ?? 0);
  return badLine('no_time', after.line, after.cells[column] ?? '', EXAMPLE, 'no column holds times');
}

/** The last line before the data that names its columns; what stands between must not be data. */
function headerOf(
  before: readonly Row[],
  time: number,
  first: Row,
): { header: readonly string[] | null; skipped: number } {
  const isWide = ({ cells }: Row) => cells.filter((cell) => cell !== '').length > 1 || first.cells.length === 1;
  const named = before.findLastIndex((row) => isWide(row) && isTimeName(row.cells[time] ?? ''));
  const wordsOnly = before.findLastIndex(
    (row) => isWide(row) && row.cells.length >= first.cells.length && !row.cells.some(isNumber),
  );
  const at = named >= 0 ? named : wordsOnly;
  for (const { cells, line } of before.slice(at + 1)) {
    const cell = cells[time] ?? '';
    const looksLikeData = /^\d/.test(cell) || (named >= 0 && cells.some((other, i) => i !== time && isNumber(other)));
    if (cells.length > 1 && looksLikeData)
      throw badLine(hasTwoDigitYear(cell) ? 'two_digit_year' : 'bad_time', line, cell, EXAMPLE);
  }
  const skipped = before.length - (at < 0 ? 0 : 1);
  return { header: before[at]?.cells ?? null, skipped };
}

type Kind = 'numbers' | 'times' | 'clock' | 'text' | 'nothing';

const KINDS: readonly Kind[] = ['numbers', 'times', 'clock'];

/** What most cells of a column are: a bad one among numbers is to be named, not to make text of them. */
function kindOf(data: readonly Row[], i: number): Kind {
  const counts = new Map<Kind, number>();
  for (const { cells } of data) {
    const cell = cells[i] ?? '';
    if (isMissing(cell)) continue;
    const kind = cellKind(cell);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = KINDS.find((kind) => 2 * (counts.get(kind) ?? 0) >= all);
  return all === 0 ? 'nothing' : (most ?? 'text');
}

function cellKind(cell: string): Kind {
  if (isNumber(cell)) return 'numbers';
  if (readTime(cell) !== null) return 'times';
  return isTimeOfDay(cell) ? 'clock' : 'text';
}

function isNamed(header: readonly string[] | null, i: number): boolean {
  return header === null || header.length <= 1 || (header[i] ?? '') !== '';
}

function nameOf(header: readonly string[] | null, i: number): string {
  return header?.[i] || `column ${i + 1}`;
}

function chosen(
  candidates: readonly number[],
  labels: readonly number[],
  names: readonly string[],
  hasHeader: boolean,
  asked: string | undefined,
  first: Row,
): { readonly demand: number; readonly series: string | null } {
  if (asked !== undefined) {
    const named = candidates.find((i) => names[i]?.trim().toLowerCase() === asked.trim().toLowerCase());
    const numbered = /^\d{1,4}$/.test(asked) ? candidates.find((i) => i + 1 === Number(asked)) : undefined;
    const demand = named ?? numbered;
    if (demand !== undefined) return { demand, series: null };
    if (labels.length === 0 || candidates.length === 0)
      throw new TraceRefusal(
        'no_such_column',
        `has no column of numbers ${quote(asked)}; it has ${listed(candidates.map((i) => names[i] ?? ''))}`,
      );
  }
  const series = asked ?? null;
  const best = Math.min(NO_DEMAND_NAME, ...candidates.map((i) => demandRank(names[i] ?? '')));
  const surest = candidates.filter((i) => demandRank(names[i] ?? '') === best);
  const [demand] = surest;
  if (demand === undefined) throw noDemand(first, labels, hasHeader);
  if (surest.length === 1) return { demand, series };
  throw new TraceRefusal(
    'several_columns',
    `has several columns that could be the demand: ${listed(surest.map((i) => names[i] ?? ''))}; name one with --column of ai4k8s backtest, or leave only one`,
  );
}

function noDemand(first: Row, labels: readonly number[], hasHeader: boolean): TraceRefusal {
  const [label] = labels;
  const found = label === undefined ? '' : (first.cells[label] ?? '');
  const where = hasHeader ? 'demand as a number' : 'a column of demand beside the times';
  return badLine(label === undefined ? 'no_demand' : 'bad_number', first.line, found, where);
}
