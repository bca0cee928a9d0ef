// Writes a recording as somebody's tool might have: any dialect, any dates, any numbers, and mess that changes nothing.
import { gzipSync } from 'node:zlib';
import type { Recording } from './csv-truth.ts';
import type { Dice } from './dice.ts';

export interface Written {
  readonly bytes: Buffer;
  /** What was chosen, for whoever looks into a failure. */
  readonly dialect: string;
  /** Days and months, or decimals and thousands, may not be told apart in it: then a refusal by that name is right. */
  readonly mayBeAmbiguous: boolean;
  /** Times what all numbers may be read as well, where each looks like 1.234 in a file without commas, or like "1,234" in one of them. */
  readonly otherScale: number | null;
}

interface Style {
  readonly delimiter: string;
  readonly time: TimeStyle;
  readonly number: NumberStyle;
  readonly quoteAll: boolean;
}

interface TimeStyle {
  readonly name: string;
  readonly write: (at: Date) => string;
  readonly isAmbiguous?: true;
  /** Shows no seconds. */
  readonly minutesOnly?: true;
}

interface NumberStyle {
  readonly name: string;
  readonly write: (value: number) => string;
  readonly isAmbiguous?: true;
}

const two = (n: number) => String(n).padStart(2, '0');
const day = (at: Date, mark: string) =>
  [at.getUTCFullYear(), two(at.getUTCMonth() + 1), two(at.getUTCDate())].join(mark);
const clock = (at: Date) => at.toISOString().slice(11, 19);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = (at: Date) => MONTHS[at.getUTCMonth()] ?? '';
const shifted = (at: Date, hours: number) => new Date(at.getTime() + 3_600_000 * hours);
const halfDay = (at: Date) =>
  `${at.getUTCHours() % 12 || 12}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} ${at.getUTCHours() < 12 ? 'AM' : 'PM'}`;

const TIMES: readonly TimeStyle[] = [
  { name: 'ISO', write: (at) => at.toISOString() },
  { name: 'ISO by the second', write: (at) => at.toISOString().replace('.000', '') },
  { name: 'ISO without zone', write: (at) => at.toISOString().slice(0, 19) },
  { name: 'space, microseconds', write: (at) => `${day(at, '-')} ${clock(at)}.000000` },
  { name: 'by the minute', write: (at) => `${day(at, '-')} ${clock(at).slice(0, 5)}`, minutesOnly: true },
  { name: 'slashes, year first', write: (at) => `${day(at, '/')} ${clock(at)}` },
  { name: 'offset', write: (at) => `${shifted(at, 2).toISOString().slice(0, 19)}+02:00` },
  { name: 'offset west', write: (at) => `${shifted(at, -5).toISOString().slice(0, 19).replace('T', ' ')} -0500` },
  { name: 'zone word', write: (at) => `${day(at, '-')} ${clock(at)} UTC` },
  { name: 'EST', write: (at) => `${day(shifted(at, -5), '-')} ${clock(shifted(at, -5))} EST` },
  { name: 'seconds', write: (at) => String(at.getTime() / 1000) },
  { name: 'seconds with decimals', write: (at) => `${at.getTime() / 1000}.000` },
  { name: 'scientific', write: (at) => (at.getTime() / 1000).toExponential() },
  { name: 'milliseconds', write: (at) => String(at.getTime()) },
  { name: 'microseconds', write: (at) => `${at.getTime()}000` },
  { name: 'nanoseconds', write: (at) => `${at.getTime()}000000` },
  {
    name: 'German',
    write: (at) => `${two(at.getUTCDate())}.${two(at.getUTCMonth() + 1)}.${at.getUTCFullYear()} ${clock(at)}`,
  },
  {
    name: 'month first',
    write: (at) => `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${halfDay(at)}`,
    isAmbiguous: true,
  },
  {
    name: 'day first',
    write: (at) => `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()} ${clock(at)}`,
    isAmbiguous: true,
  },
  { name: 'month by name', write: (at) => `${month(at)} ${at.getUTCDate()}, ${at.getUTCFullYear()} ${halfDay(at)}` },
  {
    name: 'web server',
    write: (at) => `${two(at.getUTCDate())}/${month(at)}/${at.getUTCFullYear()}:${clock(at)} +0000`,
  },
  { name: 'HTTP', write: (at) => at.toUTCString() },
  { name: 'compact', write: (at) => `${day(at, '')}T${clock(at).replaceAll(':', '')}Z` },
  { name: 'digits', write: (at) => `${day(at, '')}${clock(at).replaceAll(':', '')}` },
];

const grouped = (value: number, mark: string, point: string) => {
  const [whole = '', fraction] = String(value).split('.');
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, mark);
  return fraction === undefined ? groups : `${groups}${point}${fraction}`;
};

const NUMBERS: readonly NumberStyle[] = [
  { name: 'plain', write: String },
  { name: 'plain', write: String },
  { name: 'fixed', write: (value) => value.toFixed(4) },
  { name: 'scientific', write: (value) => value.toExponential() },
  { name: 'decimal comma', write: (value) => String(value).replace('.', ','), isAmbiguous: true },
  { name: 'thousands', write: (value) => grouped(value, ',', '.'), isAmbiguous: true },
  { name: 'thousands by points', write: (value) => grouped(value, '.', ','), isAmbiguous: true },
  { name: 'thousands by spaces', write: (value) => grouped(value, '\u00A0', '.') },
  { name: 'cores', write: (value) => `${value} cores` },
  { name: 'percent', write: (value) => `${value}%` },
  { name: 'apostrophe', write: (value) => `'${value}` },
];

const TIME_NAMES = ['timestamp', 'time', 'Time', 'Date', 'DateTime', 'ts', '_time', 'Timestamp (UTC)', 'date_time'];
const VALUE_NAMES = [
  'demand',
  'value',
  'Value',
  '_value',
  'cpu',
  'requests',
  'avg',
  'sum(rate(x[5m]))',
  'whatever',
  'Größe',
];
const NOTHING = ['', 'NaN', 'null', '-', 'N/A'];

/** @param times when each row was written, where not on the step; milliseconds */
export function written(dice: Dice, recording: Recording, times?: readonly number[]): Written {
  const style = styleOf(dice, recording);
  const { delimiter, time, number } = style;
  const cell = (text: string) => (style.quoteAll || text.includes(delimiter) || dice.chance(20) ? `"${text}"` : text);
  const extra = dice.pick([[], [], [], ['host', 'web'], ['note', 'a "b"'], ['', '']] as const);
  const row = (...cells: readonly string[]) => cells.join(delimiter);
  const rows = recording.values.flatMap((value, i) => {
    const isMissing = recording.missing.has(i);
    if (isMissing && dice.chance(2)) return [];
    const at = times?.[i] ?? 1000 * (recording.startSeconds + i * recording.stepSeconds);
    const shown = isMissing ? dice.pick(NOTHING) : number.write(value);
    const rest = extra.length === 0 ? [] : [extra[0] === '' ? '' : `"${extra[1].replaceAll('"', '""')}"`];
    return [row(cell(time.write(new Date(at))), cell(shown), ...rest)];
  });
  const header = row(dice.pick(TIME_NAMES), dice.pick(VALUE_NAMES), ...extra.slice(0, 1));
  const lines = [...beginning(dice, header, delimiter), ...messed(dice, rows, header)];
  const newline = dice.pick(['\n', '\n', '\r\n', '\r']);
  const text = `${dice.chance(8) ? `sep=${delimiter}${newline}` : ''}${lines.join(newline)}${dice.chance(4) ? '' : newline}`;
  const { bytes, name } = encoded(dice, text);
  return {
    bytes,
    dialect: `${JSON.stringify(delimiter)}, ${time.name}, ${number.name}, ${name}`,
    otherScale: otherScaleOf(style),
    mayBeAmbiguous:
      time.isAmbiguous === true || number.isAmbiguous === true || recording.values.every(couldBeThousands),
  };
}

function otherScaleOf({ delimiter, number }: Style): number | null {
  if (number.name === 'thousands by points') return 1 / 1000;
  return number.name === 'decimal comma' && delimiter === ',' ? 1000 : null;
}

/** 363.053, or 12 beside it: in a file without commas nothing tells a point from a mark between thousands. */
function couldBeThousands(value: number): boolean {
  return /^(?:\d{1,3}|[1-9]\d{0,2}\.\d{3})$/.test(String(value));
}

function styleOf(dice: Dice, { startSeconds, stepSeconds }: Recording): Style {
  const onMinutes = startSeconds % 60 === 0 && stepSeconds % 60 === 0;
  const delimiter = dice.pick([',', ',', ',', ';', ';', '\t', '|']);
  const time = dice.pick(TIMES.filter(({ minutesOnly }) => onMinutes || minutesOnly !== true));
  const number = dice.pick(NUMBERS.filter(({ name }) => delimiter !== ',' || name !== 'thousands by points'));
  return { delimiter, time, number, quoteAll: dice.chance(3) };
}

function beginning(dice: Dice, header: string, delimiter: string): readonly string[] {
  const shape = dice.whole(0, 7);
  if (shape === 0) return [];
  if (shape === 1) return [`# ${header}`];
  if (shape === 2) return ['# exported by a tool', '', header];
  if (shape === 3) return [`Label${delimiter}CPUUtilization`, `Period${delimiter}300`, '', header];
  return [header];
}

/** Another order, rows twice, blank lines, comments, the header again. */
function messed(dice: Dice, rows: readonly string[], header: string): readonly string[] {
  const lines = [...rows];
  if (dice.chance(5)) lines.push(...rows.slice(0, dice.whole(1, rows.length)));
  if (dice.chance(6)) lines.reverse();
  if (dice.chance(6))
    lines.sort(
      (a, b) =>
        ((a.length * 7919 + a.charCodeAt(a.length - 1)) % 97) - ((b.length * 7919 + b.charCodeAt(b.length - 1)) % 97),
    );
  if (dice.chance(5)) lines.splice(dice.whole(0, lines.length), 0, '', '   ');
  if (dice.chance(5)) lines.splice(dice.whole(0, lines.length), 0, '# it\'s "a note, and; more');
  if (dice.chance(30)) lines.splice(dice.whole(1, lines.length), 0, header);
  return lines;
}

function encoded(dice: Dice, text: string): { readonly bytes: Buffer; readonly name: string } {
  const name = dice.pick([
    'UTF-8',
    'UTF-8',
    'UTF-8',
    'UTF-8 marked',
    'UTF-16LE',
    'UTF-16LE marked',
    'UTF-16BE',
    'UTF-16BE marked',
    'Latin-1',
  ]);
  const marked = name.endsWith('marked') ? `\uFEFF${text}` : text;
  const plain = bytesOf(name, marked);
  return dice.chance(10) ? { bytes: gzipSync(plain), name: `${name}, packed` } : { bytes: plain, name };
}

function bytesOf(name: string, text: string): Buffer {
  if (name === 'Latin-1') return Buffer.from(text, 'latin1');
  if (name.startsWith('UTF-8')) return Buffer.from(text);
  const bytes = Buffer.from(text, 'utf16le');
  return name.startsWith('UTF-16BE') ? bytes.swap16() : bytes;
}
