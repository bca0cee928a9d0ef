// Files that must not be read as if they were good: each with the reasons by which it may be refused.
import { gzipSync } from 'node:zlib';
import type { TraceRefusalCode } from '../../cli/trace/refusal.ts';
import type { Dice } from './dice.ts';

export interface Harm {
  readonly name: string;
  readonly bytes: Buffer;
  /** Empty where it may also be read: then only its numbers are checked. */
  readonly codes: readonly TraceRefusalCode[];
}

const START = Date.UTC(2025, 4, 6, 7, 8);
const HEADER = 'timestamp,demand';

export function harmOf(dice: Dice): Harm {
  const [name, codes, make] = dice.pick(HARMS);
  return { name, codes, bytes: make(dice, goodRows(dice)) };
}

type Make = (dice: Dice, rows: string[]) => Buffer;

const HARMS: readonly (readonly [string, readonly TraceRefusalCode[], Make])[] = [
  [
    'a negative value',
    ['negative'],
    (dice, rows) =>
      csv(
        HEADER,
        spoilt(dice, rows, (row) => row.replace(/,.*/, ',-3')),
      ),
  ],
  [
    'a word for a value',
    ['bad_number'],
    (dice, rows) =>
      csv(
        HEADER,
        spoilt(dice, rows, (row) =>
          row.replace(/,.*/, `,${dice.pick(['many', '1e999', '0x1F', '12:30', '1.2.3.4', '+Inf', '\u001b[31m5'])}`),
        ),
      ),
  ],
  [
    'no time',
    ['bad_time', 'two_digit_year'],
    (dice, rows) =>
      csv(
        HEADER,
        spoilt(dice, rows, (row) =>
          row.replace(
            /^[^,]*/,
            dice.pick([
              'yesterday',
              '2025-02-30',
              '2025-05-06T25:00:00Z',
              '12',
              '6/5/25 7:08',
              '2025-05-06 07:08 IST',
              '2025-05-06 07:08 Mars/Base',
            ]),
          ),
        ),
      ),
  ],
  [
    'an hour and more without rows',
    ['gap'],
    (dice, rows) => csv(HEADER, [...rows, `${iso(START + 60_000 * rows.length + 3_660_000 * dice.whole(1, 50))},1`]),
  ],
  [
    'two columns',
    ['several_columns'],
    (_, rows) =>
      csv(
        'timestamp,web,api',
        rows.map((row) => `${row},7`),
      ),
  ],
  [
    'two series',
    ['several_series'],
    (_, rows) =>
      csv(
        'timestamp,demand,pod',
        rows.flatMap((row) => [`${row},a`, `${row.replace(/,.*/, ',777')},b`]),
      ),
  ],
  [
    'two series without a name',
    ['several_series'],
    (_, rows) =>
      csv(
        HEADER,
        rows.flatMap((row) => [row, row.replace(/,.*/, ',777777')]),
      ),
  ],
  [
    'an open quote',
    ['broken_quotes', 'bad_number'],
    (dice, rows) =>
      csv(
        HEADER,
        spoilt(dice, rows, (row) => row.replace(',', ',"')),
      ),
  ],
  [
    'another cell',
    ['surplus_cells'],
    (dice, rows) =>
      csv(
        HEADER,
        spoilt(dice, rows, (row) => `${row},5`),
      ),
  ],
  [
    'units that do not mix',
    ['mixed_units'],
    (_, rows) =>
      csv(
        HEADER,
        rows.map((row, i) => `${row}1${i % 2 === 0 ? ' MiB' : '%'}`),
      ),
  ],
  ['one row', ['too_few_rows'], (_, rows) => csv(HEADER, rows.slice(0, 1))],
  ['nothing but a header', ['too_few_rows', 'no_time'], () => csv(HEADER, [])],
  ['nothing', ['empty'], (dice) => Buffer.from(dice.pick(['', '\n', '\uFEFF', '  \r\n \t']))],
  [
    'no column of times',
    ['no_time'],
    (_, rows) =>
      csv(
        'a,b',
        rows.map((_row, i) => `${i},${i}`),
      ),
  ],
  [
    'no column of numbers',
    ['no_demand', 'bad_number'],
    (_, rows) =>
      csv(
        'timestamp,state',
        rows.map((row) => row.replace(/,.*/, ',up')),
      ),
  ],
  [
    'centuries',
    ['too_long', 'gap'],
    (_, rows) =>
      csv(
        HEADER,
        rows.map((_row, i) => `${1971 + (i % 120)}-01-01,${i}`),
      ),
  ],
  ['zeros', ['not_text'], (dice) => Buffer.alloc(dice.whole(1, 5000))],
  ['a torn archive', ['not_text'], (_, rows) => gzipSync(csv(HEADER, rows)).subarray(0, 40)],
  ['a spreadsheet', ['not_text'], (dice) => Buffer.concat([Buffer.from('PK\u0003\u0004'), noise(dice)])],
  ['noise', [], (dice) => noise(dice)],
  ['flipped bytes', [], (dice, rows) => flipped(dice, csv(HEADER, rows))],
  ['cut anywhere', [], (dice, rows) => cut(dice, csv(HEADER, rows))],
  [
    'only marks',
    [],
    (dice) =>
      Buffer.from(
        Array.from({ length: dice.whole(1, 2000) }, () =>
          dice.pick([',', '"', ';', '\n', '\t', '#', '|', "'", '0', '2025-05-06']),
        ).join(''),
      ),
  ],
  [
    'a very long row',
    [],
    (dice, rows) =>
      csv(
        HEADER,
        spoilt(dice, rows, (row) =>
          `${row}${dice.pick([',', '"', '9', ' '])}`.padEnd(200_000, dice.pick([',', '9', ' ', 'x', '"'])),
        ),
      ),
  ],
];

function goodRows(dice: Dice): string[] {
  return Array.from({ length: dice.whole(5, 60) }, (_, i) => `${iso(START + 60_000 * i)},${dice.whole(1, 99)}`);
}

function spoilt(dice: Dice, rows: readonly string[], spoil: (row: string) => string): readonly string[] {
  const at = dice.whole(0, rows.length - 1);
  return rows.map((row, i) => (i === at ? spoil(row) : row));
}

function csv(header: string, rows: readonly string[]): Buffer {
  return Buffer.from(`${[header, ...rows].join('\n')}\n`);
}

function noise(dice: Dice): Buffer {
  return Buffer.from(Array.from({ length: dice.whole(1, 3000) }, () => dice.whole(0, 255)));
}

function flipped(dice: Dice, bytes: Buffer): Buffer {
  for (let i = dice.whole(1, 6); i > 0; i--) bytes[dice.whole(0, bytes.length - 1)] = dice.whole(0, 255);
  return bytes;
}

function cut(dice: Dice, bytes: Buffer): Buffer {
  return bytes.subarray(0, dice.whole(1, bytes.length));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
