// One cell to an instant: dates as exports, spreadsheets and logs write them, and epochs in any unit.
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { zoneOffset } from './zones.ts';

export interface TimeCell {
  readonly at: EpochMs;
  /** The same cell with day and month the other way round; NaN where there is no such day, `at` where there is no doubt. */
  readonly otherAt: EpochMs;
  readonly kind: 'epoch' | 'day_number' | 'date' | 'date_and_time';
  /** States an offset or a zone. An epoch always does. */
  readonly hasZone: boolean;
}

const LONGEST_CHARS = 80;
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

const EPOCH = /^(?:\d{9,20}(?:[.,]\d{0,12})?|\d(?:[.,]\d{1,20})?[eE]\+?\d{1,2})$/;
/** Of seconds, milliseconds, microseconds and nanoseconds; the ranges of 1973 to 2100 do not meet. */
const EPOCH_UNITS_PER_MS = [1e-3, 1, 1e3, 1e6];
const FIRST_EPOCH_MS = 1e11;

/** A spreadsheet's own number of a time: days since 1899, and the clock behind the point. */
const DAY_NUMBER = /^[2-7]\d{4}[.,]\d{4,15}$/;
const WHOLE_DAYS = /^[2-7]\d{4}(?:[.,]\d{1,15})?$/;
const DAY_NUMBER_OF_1970 = 25_569;

const CLOCK = String.raw`(?<h>\d{1,2})(?<colon>[:.])(?<mi>\d{2})(?:\k<colon>(?<s>\d{2})(?:[.,:](?<fraction>\d{1,9}))?)?(?:\s?(?<half>[AaPp])\.?[Mm]\.?)?`;
const TAIL = String.raw`(?:[T\s,:_@]+${CLOCK}(?:\s?(?<zone>[A-Za-z+[-].*))?)?$`;
const WEEKDAY = String.raw`(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?`;
const MONTH = String.raw`(?<month>[A-Za-z]{3,9})\.?`;
const SHAPES: readonly RegExp[] = [
  new RegExp(String.raw`^(?<y>\d{4})(?<part>[-/.])\s?(?<mo>\d{1,2})\k<part>\s?(?<d>\d{1,2})\.?${TAIL}`),
  new RegExp(String.raw`^(?<a>\d{1,2})(?<part>[-/.])(?<b>\d{1,2})\k<part>(?<y>\d{4})${TAIL}`),
  /^(?<y>(?:19|20)\d{2})(?<mo>\d{2})(?<d>\d{2})(?:[T\s_]?(?<h>\d{2})(?<mi>\d{2})(?:(?<s>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/,
  new RegExp(String.raw`^(?<y>(?:19|20)\d{2})(?<mo>\d{2})(?<d>\d{2})${TAIL}`),
  new RegExp(String.raw`^${WEEKDAY}(?<d>\d{1,2})[\s/-]${MONTH}[\s/,-]+(?<y>\d{4})${TAIL}`, 'i'),
  new RegExp(String.raw`^${WEEKDAY}${MONTH}\s+(?<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?<y>\d{4})${TAIL}`, 'i'),
  // As `date` prints it, the year last.
  new RegExp(
    String.raw`^${WEEKDAY}${MONTH}\s+(?<d>\d{1,2})\s+${CLOCK}(?:\s(?<zone>[A-Z]{1,5}|[+-]\d{4}))?\s(?<y>\d{4})$`,
    'i',
  ),
];
const TWO_DIGIT_YEAR = /^\d{1,2}([-/.])\d{1,2}\1\d{2}(?:\D|$)/;
const TIME_OF_DAY = new RegExp(`^${CLOCK}$`);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** No shape of a time: told before the shapes are tried. */
const PLAIN_NUMBER = /^[+-]?\d{0,6}(?:[.,]\d*)?$/;

type Parts = Readonly<Record<string, string | undefined>>;

/** Null for anything that is not a real instant between 1970 and 2100: there is no 30 February. */
export function readTime(cell: string): TimeCell | null {
  if (cell.length > LONGEST_CHARS || !/\d/.test(cell)) return null;
  const text = plain(cell);
  if (PLAIN_NUMBER.test(text)) return DAY_NUMBER.test(text) ? fromDayNumber(text) : null;
  for (const shape of SHAPES) {
    const parts = shape.exec(text)?.groups;
    const time = parts === undefined ? null : fromParts(parts);
    if (time !== null) return time;
  }
  return EPOCH.test(text) ? fromEpoch(text) : null;
}

/** As `readTime`, in a column of day numbers: there, midnight is one without a fraction. */
export function readDayNumber(cell: string): TimeCell | null {
  const text = plain(cell.slice(0, LONGEST_CHARS));
  return WHOLE_DAYS.test(text) ? fromDayNumber(text) : readTime(cell);
}

/** A clock's time without a day, as where date and time stand in two columns. */
export function isTimeOfDay(cell: string): boolean {
  return cell.length <= LONGEST_CHARS && TIME_OF_DAY.test(plain(cell));
}

/** `31/01/24` could be three days. */
export function hasTwoDigitYear(cell: string): boolean {
  return TWO_DIGIT_YEAR.test(plain(cell)) && readTime(cell) === null;
}

/** Spreadsheets put an apostrophe before text and special spaces within it; web servers put a time into brackets. */
function plain(cell: string): string {
  return cell
    .replace(/[\s\u00A0\u2009\u202F]+/g, ' ')
    .replace(/^[\s']+|[\s']+$/g, '')
    .replace(/^\[([^[\]]*)\]$/, '$1');
}

function fromDayNumber(text: string): TimeCell | null {
  const at = Math.round((Number(text.replace(',', '.')) - DAY_NUMBER_OF_1970) * 86_400) * 1000;
  return at >= EARLIEST && at < LATEST ? { at, otherAt: at, kind: 'day_number', hasZone: false } : null;
}

function fromEpoch(text: string): TimeCell | null {
  const value = Number(text.replace(',', '.'));
  for (const perMs of EPOCH_UNITS_PER_MS) {
    const at = Math.round(value / perMs);
    if (at >= FIRST_EPOCH_MS && at < LATEST) return { at, otherAt: at, kind: 'epoch', hasZone: true };
  }
  return null;
}

function fromParts(parts: Parts): TimeCell | null {
  const clock = clockMs(parts);
  if (clock === null) return null;
  const kind = parts.h === undefined ? 'date' : 'date_and_time';
  const offset = parts.zone === undefined ? null : zoneOffset(parts.zone.trim());
  if (parts.zone !== undefined && offset === null) return null;
  const hasZone = offset !== null;
  const instant = (month: number, day: number) => {
    const midnight = midnightOf(Number(parts.y), month, day);
    const at = offset === null ? midnight + clock : midnight + clock - offset(midnight + clock);
    return at >= EARLIEST && at < LATEST ? at : Number.NaN;
  };
  if (parts.a === undefined) {
    const at = instant(monthOf(parts), Number(parts.d));
    return Number.isNaN(at) ? null : { at, otherAt: at, kind, hasZone };
  }
  const [first, second] = [Number(parts.a), Number(parts.b)];
  const dayFirst = instant(second, first);
  // With points it is always the day that comes first.
  const monthFirst = parts.part === '.' ? dayFirst : instant(first, second);
  if (Number.isNaN(dayFirst) && Number.isNaN(monthFirst)) return null;
  return { at: monthFirst, otherAt: dayFirst, kind, hasZone };
}

function monthOf({ mo, month }: Parts): number {
  if (month === undefined) return Number(mo);
  const known = MONTHS.indexOf(month.slice(0, 3).toLowerCase());
  return known < 0 ? Number.NaN : known + 1;
}

/** JavaScript alone would move 30 February into March. */
function midnightOf(year: number, month: number, day: number): number {
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? midnight : Number.NaN;
}

function clockMs({ h = '0', mi = '0', s = '0', fraction = '0', half }: Parts): number | null {
  const [minutes, seconds] = [Number(mi), Number(s)];
  const hours = half === undefined ? Number(h) : twelveHours(Number(h), half);
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + Math.round(Number(`0.${fraction}`) * 1000);
  const isReal = minutes < 60 && seconds < 60 && hours >= 0 && (hours < 24 || ms === 86_400_000);
  return isReal ? ms : null;
}

/** -1 for what no such clock shows. */
function twelveHours(hours: number, half: string): number {
  if (hours < 1 || hours > 12) return -1;
  return (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}
