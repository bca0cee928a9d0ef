// Cells to numbers: decimal points or commas, thousands, units, and the many ways to write that nothing was measured.
import { badLine, listed, quote } from './refusal.ts';
import { inBase, type Unit, unitOf } from './units.ts';

export interface NumberColumn {
  /** NaN where nothing was measured. */
  readonly values: Float64Array;
  readonly notes: readonly string[];
}

const LONGEST_CHARS = 80;
const MISSING = new Set([
  '',
  '-',
  '--',
  '–',
  '—',
  '?',
  'null',
  'nil',
  'none',
  'nan',
  '-nan',
  'n/a',
  '#n/a',
  '#div/0!',
  '#value!',
  '#ref!',
  '#num!',
  '#null!',
  'na',
  'undefined',
  'no data',
  '\\n',
  '(null)',
  '<null>',
]);
/** What could be a number, and what stands behind it. */
const NUMBER_AND_UNIT = /^([+-]?(?:\d[\d.,' ]*|[.,]\d+)(?:[eE][+-]?\d+)?)(.*)$/;
const UNIT = /^(?=.*[\p{L}%°‰])[\p{L}\p{M}%°‰/²³·.() -]{1,30}$/u;
/** Groups of two are Indian; nobody groups the digits before an exponent. */
const POINT =
  /^[+-]?(?:[1-9]\d{0,2}(?:(?<by>[,' ])\d{2,3}(?:\k<by>\d{2,3})*(?<=\d{3})(?![eE]))|\d+(?=[.eE]|$)|(?=\.\d))(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const COMMA =
  /^[+-]?(?:[1-9]\d{0,2}(?:(?<by>[.' ])\d{3}(?:\k<by>\d{3})*(?![eE]))|\d+(?=[,eE]|$)|(?=,\d))(?:,\d*)?(?:[eE][+-]?\d+)?$/;

interface NumberCell {
  /** Read with a decimal point, and with a decimal comma; NaN where it cannot be read so. */
  readonly point: number;
  readonly comma: number;
  readonly suffix: string;
}

export function isMissing(cell: string): boolean {
  return cell.length <= 12 && MISSING.has(cell.toLowerCase());
}

export function isNumber(cell: string): boolean {
  return numberCell(cell) !== null;
}

/**
 * @param lines of the file, a line per cell
 * @param delimiter between cells: where it is a comma, a comma within a cell parts thousands
 * @throws TraceRefusal where a cell is no number from 0, or the column can be read in two ways
 */
export function numbersOf(cells: readonly string[], lines: readonly number[], delimiter: string): NumberColumn {
  const read = cells.map((cell, i) => {
    if (isMissing(cell)) return null;
    const found = numberCell(cell);
    if (found === null) throw badLine('bad_number', lines[i] ?? 0, cell, 'demand as a number');
    return found;
  });
  const hasCommas = decimalCommas(read, cells, lines, delimiter);
  const { units, note } = unitsOf(read, hasCommas, cells, lines);
  const values = Float64Array.from(read, (cell, i) => {
    if (cell === null) return Number.NaN;
    const number = inBase(hasCommas ? cell.comma : cell.point, units.get(cell.suffix) ?? unitOf(''));
    if (number < 0) throw badLine('negative', lines[i] ?? 0, cells[i] ?? '', 'demand of 0 or more');
    if (!Number.isFinite(number)) throw badLine('bad_number', lines[i] ?? 0, cells[i] ?? '', 'demand as a number');
    return Math.abs(number);
  });
  return { values, notes: [...commaNote(hasCommas, cells), ...note] };
}

function commaNote(hasCommas: boolean, cells: readonly string[]): readonly string[] {
  if (hasCommas) return ['numbers have decimal commas'];
  return cells.some((cell) => /\d,\d/.test(cell)) ? ['commas within numbers part thousands'] : [];
}

function numberCell(cell: string): NumberCell | null {
  if (cell.length > LONGEST_CHARS) return null;
  const text = cell
    .replace(/[\s\u00A0\u2009\u202F]+/g, ' ')
    .replaceAll('’', "'")
    .replaceAll('\u2212', '-')
    .replace(/^[\s']+|[\s']+$/g, '');
  const [, body = '', rest = ''] = NUMBER_AND_UNIT.exec(text) ?? [];
  const number = body.trim();
  const suffix = rest.trim();
  if (suffix !== '' && !UNIT.test(suffix)) return null;
  const point = POINT.test(number) ? Number(number.replace(/[,' ]/g, '')) : Number.NaN;
  const comma = COMMA.test(number) ? Number(number.replace(/[.' ]/g, '').replace(',', '.')) : Number.NaN;
  return Number.isNaN(point) && Number.isNaN(comma) ? null : { point, comma, suffix };
}

/** One cell that can be read in one way only decides for its column. */
function decimalCommas(
  read: readonly (NumberCell | null)[],
  cells: readonly string[],
  lines: readonly number[],
  delimiter: string,
): boolean {
  const last = { point: -1, comma: -1, doubtful: -1, whole: -1, ungrouped: -1 };
  read.forEach((cell, i) => {
    if (cell === null) return;
    if (Number.isNaN(cell.comma)) last.point = i;
    else if (Number.isNaN(cell.point)) last.comma = i;
    else if (cell.point !== cell.comma) last.doubtful = i;
    else if (cell.point >= 1000) last.ungrouped = i;
    else if (cell.point > 0) last.whole = i;
  });
  const at = (i: number) => ({ line: lines[i] ?? 0, cell: cells[i] ?? '' });
  if (last.point >= 0 && last.comma >= 0) {
    const { line, cell } = at(last.comma);
    const expected = `a decimal point, as in ${quote(at(last.point).cell)}`;
    throw badLine('ambiguous_numbers', line, cell, expected, 'a decimal comma');
  }
  if (last.doubtful < 0 || last.point >= 0 || last.comma >= 0) return last.comma >= 0;
  const { line, cell } = at(last.doubtful);
  const isComma = cell.includes(',');
  // Who parts thousands parts them everywhere; who writes all decimals writes them everywhere.
  if (last.ungrouped >= 0) return isComma;
  if (delimiter === ',' || (!isComma && last.whole < 0)) return false;
  const detail = `decimals or thousands: nothing in the column tells`;
  throw badLine('ambiguous_numbers', line, cell, 'numbers without a mark between thousands', detail);
}

function unitsOf(
  read: readonly (NumberCell | null)[],
  hasCommas: boolean,
  cells: readonly string[],
  lines: readonly number[],
): { readonly units: ReadonlyMap<string, Unit>; readonly note: readonly string[] } {
  const units = new Map<string, Unit>();
  let first: string | null = null;
  read.forEach((cell, i) => {
    // A bare zero is zero in every unit.
    if (cell === null || (cell.suffix === '' && (hasCommas ? cell.comma : cell.point) === 0)) return;
    const unit = units.get(cell.suffix) ?? unitOf(cell.suffix);
    units.set(cell.suffix, unit);
    first ??= unit.dimension;
    if (unit.dimension === first) return;
    throw badLine(
      'mixed_units',
      lines[i] ?? 0,
      cells[i] ?? '',
      `a number ${first === '' ? 'without a unit' : `of ${quote(first)}`}, as in the rows before`,
    );
  });
  const suffixes = [...units.keys()].filter((suffix) => suffix !== '');
  const counts = first === null || first === '' ? 'plain numbers' : quote(first);
  return { units, note: suffixes.length === 0 ? [] : [`cells carry ${listed(suffixes)}: read as ${counts}`] };
}
