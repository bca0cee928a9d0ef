// A whole column of times: what no single cell can tell, the cells together do.
import { badLine, counted } from './refusal.ts';
import { hasTwoDigitYear, readDayNumber, readTime } from './times.ts';
import type { ZoneOffset } from './zones.ts';

interface Instants {
  /** In the order of the rows. */
  readonly at: Float64Array;
  readonly notes: readonly string[];
}

const LOOKED_AT = 100;

/**
 * @param lines of the file, a line per cell
 * @param zone what the header states; it counts where a cell states none
 * @throws TraceRefusal where a cell is no time, or where days and months cannot be told apart
 */
export function instantsOf(cells: readonly string[], lines: readonly number[], zone: ZoneOffset | null): Instants {
  const monthFirst = new Float64Array(cells.length);
  const dayFirst = new Float64Array(cells.length);
  let withoutZone = 0;
  const areDayNumbers = cells.slice(0, LOOKED_AT).some((cell) => readTime(cell)?.kind === 'day_number');
  cells.forEach((cell, i) => {
    const time = areDayNumbers ? readDayNumber(cell) : readTime(cell);
    if (time === null) {
      if (hasTwoDigitYear(cell)) throw badLine('two_digit_year', lines[i] ?? 0, cell, 'a year in four digits');
      throw badLine('bad_time', lines[i] ?? 0, cell, 'a timestamp like 2026-01-31T00:00:00Z');
    }
    if (!time.hasZone) withoutZone++;
    const offset = (at: number) => (time.hasZone || zone === null || Number.isNaN(at) ? 0 : zone(at));
    monthFirst[i] = time.at - offset(time.at);
    dayFirst[i] = time.otherAt - offset(time.otherAt);
  });
  const isDayFirst = daysComeFirst(monthFirst, dayFirst, cells, lines);
  return {
    at: isDayFirst === true ? dayFirst : monthFirst,
    notes: [
      ...(areDayNumbers ? ["times are a spreadsheet's day numbers"] : []),
      ...(isDayFirst === null ? [] : [`dates are ${isDayFirst ? 'day/month/year' : 'month/day/year'}`]),
      ...(withoutZone === 0 || zone !== null ? [] : [zoneNote(withoutZone, cells.length)]),
    ],
  };
}

/** Null where there is no doubt. */
function daysComeFirst(
  monthFirst: Float64Array,
  dayFirst: Float64Array,
  cells: readonly string[],
  lines: readonly number[],
): boolean | null {
  const notMonthFirst = monthFirst.findIndex(Number.isNaN);
  const notDayFirst = dayFirst.findIndex(Number.isNaN);
  if (notMonthFirst >= 0 && notDayFirst >= 0) {
    const [earlier, later] = [Math.min(notMonthFirst, notDayFirst), Math.max(notMonthFirst, notDayFirst)];
    const detail = `line ${lines[earlier] ?? 0} has day and month the other way round`;
    throw badLine('ambiguous_dates', lines[later] ?? 0, cells[later] ?? '', 'one order of day and month', detail);
  }
  if (notMonthFirst >= 0) return true;
  if (notDayFirst >= 0) return false;
  const differs = monthFirst.findIndex((at, i) => at !== dayFirst[i]);
  if (differs < 0) return null;
  // Rows of one recording lie close together; with day and month exchanged its days lie a month apart.
  const [asMonthFirst, asDayFirst] = [spanOf(monthFirst), spanOf(dayFirst)];
  if (asMonthFirst !== asDayFirst) return asDayFirst < asMonthFirst;
  throw badLine(
    'ambiguous_dates',
    lines[differs] ?? 0,
    cells[differs] ?? '',
    'dates like 2026-01-31',
    'day and month cannot be told apart in this file',
  );
}

function spanOf(at: Float64Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of at) {
    low = Math.min(low, time);
    high = Math.max(high, time);
  }
  return high - low;
}

function zoneNote(without: number, all: number): string {
  return without === all
    ? 'times state no zone: read as UTC'
    : `${counted(without, 'time')} of ${all} state no zone: read as UTC`;
}
