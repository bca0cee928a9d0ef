// The same four minutes in the spellings of many tools: what is read, and what is said of it.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { traceOf } from '../../../cli/trace/read-trace.ts';
import { fuzzCsv } from '../../fuzz/csv.ts';

const START = Date.UTC(2024, 0, 31, 10);
const VALUES = [1.5, 2.25, 0, 3];
const ats = VALUES.map((_, i) => new Date(START + 60_000 * i));
const iso = ats.map((at) => at.toISOString());
const rows = (write: (i: number) => string, header = 'timestamp,demand', newline = '\n') =>
  [header, ...VALUES.map((_, i) => write(i))].join(newline);
const plain = rows((i) => `${iso[i]},${VALUES[i]}`);

function read(text: string | Buffer, column?: string) {
  const { trace, notes } = traceOf(typeof text === 'string' ? Buffer.from(text) : text, column);
  return { at: trace.startsAt, every: trace.intervalSeconds, demand: [...trace.demand], notes: notes.join('; ') };
}

const SAME = { at: START, every: 60, demand: VALUES };
const minute = (i: number) => String(i).padStart(2, '0');

describe('cells and their marks', () => {
  it.each<[string, string]>([
    ['as it should be', plain],
    ['semicolons', plain.replaceAll(',', ';')],
    ['tabs', plain.replaceAll(',', '\t')],
    ['bars with spaces', plain.replaceAll(',', ' | ')],
    ['a sep= line', `sep=;\r\n${plain.replaceAll(',', ';')}`],
    ['a quoted sep= line that is wrong', `"sep=;"\n${plain}`],
    ['old line ends', plain.replaceAll('\n', '\r')],
    ['mixed line ends', plain.replace('\n', '\r\n')],
    ['quotes all round', plain.replace(/[^,\n]+/g, '"$&"')],
    [
      'a mark and a line end within quotes',
      rows((i) => `"${iso[i]}","\n${VALUES[i]}","a, b\n""c"""`, 'timestamp,"demand",note'),
    ],
    ['blank lines and comments', plain.replaceAll('\n', '\n\n# "it\'s; a, note\n   \n')],
    ['a header in a comment', `#${plain}`],
    ['no header', plain.slice(plain.indexOf('\n') + 1)],
    ['empty cells behind', rows((i) => `${iso[i]},${VALUES[i]},,`, 'time,x,,')],
    ['lines before the header', `Report,of something\nPeriod,60\n\n${plain}`],
    [
      'a rule under the header, as psql draws it',
      rows((i) => `${iso[i]} | ${VALUES[i]}`, ' time | demand\n------+-------'),
    ],
    ['the header again', `${plain}\n${plain}`],
    ['text beside the numbers', rows((i) => `web,${iso[i]},${VALUES[i]}`, 'pod,_time,_value')],
    ['a number of the row', rows((i) => `${i},${iso[i]},${VALUES[i]}`, ',timestamp,cpu')],
    ['date and clock apart', rows((i) => `2024-01-31,10:${minute(i)}:00,${VALUES[i]}`, 'Date,Time,Value')],
  ])('%s', (_case, text) => {
    expect(read(text)).toMatchObject(SAME);
  });

  it.each<[string, Buffer, string]>([
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${plain}`), ''],
    ['UTF-16, little-endian', Buffer.from(`\uFEFF${plain}`, 'utf16le'), 'UTF-16, little-endian'],
    ['UTF-16, big-endian', Buffer.from(`\uFEFF${plain}`, 'utf16le').swap16(), 'UTF-16, big-endian'],
    ['UTF-16 without a mark', Buffer.from(plain, 'utf16le'), 'UTF-16, little-endian'],
    ['UTF-16 without a mark, big-endian', Buffer.from(plain, 'utf16le').swap16(), 'UTF-16, big-endian'],
    ['Latin-1', Buffer.from(plain.replace('demand', 'Größe'), 'latin1'), 'Latin-1'],
    ['gzip', gzipSync(plain), ''],
  ])('%s', (_case, bytes, said) => {
    const found = read(bytes);
    expect(found).toMatchObject(SAME);
    expect(found.notes).toBe(said === '' ? '' : `read as ${said}`);
  });
});

describe('times', () => {
  it.each<[string, (i: number) => string, string]>([
    ['seconds', (i) => String(START / 1000 + 60 * i), ''],
    ['seconds with decimals', (i) => `${START / 1000 + 60 * i}.000`, ''],
    ['scientific seconds', (i) => (START / 1000 + 60 * i).toExponential(), ''],
    ['milliseconds', (i) => String(START + 60_000 * i), ''],
    ['microseconds', (i) => `${START + 60_000 * i}000`, ''],
    ['nanoseconds', (i) => `${START + 60_000 * i}000000`, ''],
    ['ISO by the microsecond', (i) => `${iso[i]?.slice(0, 19)}.000000Z`, ''],
    ['an offset', (i) => `2024-01-31T12:${minute(i)}:00+02:00`, ''],
    ['an offset and a region', (i) => `2024-01-31T11:${minute(i)}:00+01:00[Europe/Berlin]`, ''],
    ['a region', (i) => `2024-01-31 11:${minute(i)} Europe/Berlin`, ''],
    ['a zone by letters', (i) => `2024-01-31 05:${minute(i)}:00 EST`, ''],
    ['a web server', (i) => `31/Jan/2024:10:${minute(i)}:00 +0000`, ''],
    ['JavaScript', (i) => `Wed Jan 31 2024 11:${minute(i)}:00 GMT+0100 (Central European Standard Time)`, ''],
    ['Go', (i) => `2024-01-31 10:${minute(i)}:00 +0000 UTC`, ''],
    ['digits', (i) => `2024013110${minute(i)}00`, 'times state no zone: read as UTC'],
    ['a space', (i) => `2024-01-31 10:${minute(i)}`, 'times state no zone: read as UTC'],
    ['slashes', (i) => `2024/01/31 10:${minute(i)}:00`, 'times state no zone: read as UTC'],
    ['points', (i) => `31.01.2024 10:${minute(i)}`, 'times state no zone: read as UTC'],
    [
      'month first',
      (i) => `1/31/2024 10:${minute(i)} AM`,
      'dates are month/day/year; times state no zone: read as UTC',
    ],
    ['day first', (i) => `31/01/2024 10:${minute(i)}`, 'dates are day/month/year; times state no zone: read as UTC'],
  ])('%s', (_case, write, said) => {
    expect(read(rows((i) => `${write(i)};${VALUES[i]}`, 'timestamp;demand'))).toEqual({ ...SAME, notes: said });
  });

  it('a header may state the zone, summer time and all', () => {
    const text = (header: string) => rows((i) => `2024-07-31 12:${minute(i)},${VALUES[i]}`, `${header},demand`);
    expect(read(text('Time (Europe/Berlin)'))).toMatchObject({ at: Date.UTC(2024, 6, 31, 10), notes: '' });
    expect(read(text('Timestamp (UTC+05:30)'))).toMatchObject({ at: Date.UTC(2024, 6, 31, 6, 30), notes: '' });
    expect(read(text('Timestamp (UTC)'))).toMatchObject({ at: Date.UTC(2024, 6, 31, 12), notes: '' });
  });

  it('a day that only one order of day and month makes short of a month is that day', () => {
    const text = ['date,value', '3/4/2024 23:59,1', '3/5/2024 00:00,2', '3/5/2024 00:01,3'].join('\n');
    expect(read(text)).toMatchObject({ at: Date.UTC(2024, 2, 4, 23, 59), demand: [1, 2, 3] });
  });
});

describe('numbers', () => {
  it.each<[string, readonly string[], readonly number[]]>([
    ['decimal commas', ['1,5', '0,004', '12', '3,'], [1.5, 0.004, 12, 3]],
    ['thousands', ['1,721,992.5', '999', '12,000', '0.5'], [1721992.5, 999, 12000, 0.5]],
    ['thousands by points', ['1.721.992,5', '999', '12.000', '7'], [1721992.5, 999, 12000, 7]],
    ['thousands by spaces', ['1\u202F721\u00A0992.5', '999', '12 000', '7'], [1721992.5, 999, 12000, 7]],
    ['Swiss thousands', ["1'721'992.5", '999', '12’000', '7'], [1721992.5, 999, 12000, 7]],
    ['exponents behind three decimals', ['6.468e+2', '1.234e+3', '5.000e+0', '7.125e-1'], [646.8, 1234, 5, 0.7125]],
    ['millicores among cores', ['350m', '1.2', '0', '950m'], [0.35, 1.2, 0, 0.95]],
    ['bytes', ['1.5 GiB', '512 MiB', '0', '1 KiB'], [1610612736, 536870912, 0, 1024]],
    ['percent', ['12.5%', '3 %', '0', '100%'], [12.5, 3, 0, 100]],
    ['short numbers', ['1.2 K', '3 Mil', '15', '0'], [1200, 3_000_000, 15, 0]],
    ['durations', ['350 ms', '1.2 s', '0', '2 min'], [0.35, 1.2, 0, 120]],
    ['a unit of its own', ['5 req/s', '6 req/s', '7 req/s', '8 req/s'], [5, 6, 7, 8]],
    ['Excel keeping text', ["'1.5", "'2", "'0", "'3"], [1.5, 2, 0, 3]],
    ['scientific', ['1e3', '2.5E-1', '+3', '.5'], [1000, 0.25, 3, 0.5]],
  ])('%s', (_case, cells, expected) => {
    expect(read(rows((i) => `${iso[i]};${cells[i]}`, 'time;value')).demand).toEqual(expected);
  });

  it.each(['', 'NaN', 'null', '-', 'N/A', 'None', '#N/A', 'undefined'])(
    '"%s" is a value that is not there',
    (nothing) => {
      const found = read(`t,demand\n${iso.map((at, i) => `${at},${i === 2 ? nothing : VALUES[i]}`).join('\n')}`);
      expect(found).toMatchObject({ every: 60, demand: [1.5, 2.25, 2.625, 3] });
      expect(found.notes).toBe('1 time without a value; 1 gap of up to 60 s (1 value) filled by a straight line');
    },
  );
});

describe('columns', () => {
  const wide = (...names: string[]) =>
    rows((i) => [iso[i], VALUES[i], 9, 8].slice(0, names.length + 1).join(','), ['t', ...names].join(','));
  it.each(['demand', 'Value', 'cpu', 'avg', 'Requests'])('%s is the demand, beside others', (name) => {
    expect(read(wide(name, 'temperature', 'p50'))).toMatchObject(SAME);
    expect(read(wide(name, 'temperature', 'p50')).notes).toContain(`demand is "${name}", of`);
  });

  it('one is asked for by name, by number, or by the series of its row', () => {
    expect(read(wide('web', 'api'), 'WEB')).toMatchObject(SAME);
    expect(read(wide('web', 'api'), '2')).toMatchObject(SAME);
    const long = rows((i) => `web,${iso[i]},${VALUES[i]}\napi,${iso[i]},77`, 'Series,Time,Value');
    expect(read(long, 'web')).toMatchObject(SAME);
    expect(() => read(wide('web', 'api'), 'db')).toThrow('no column of numbers "db"; it has "web", "api"');
    expect(() => read(long, 'db')).toThrow('no column or series "db"; its series are "web", "api"');
  });
});

describe('order and steps', () => {
  const lines = plain.split('\n').slice(1);
  const [first = '', ...rest] = lines;

  it('rows in any order are sorted, and the same row twice counts once', () => {
    expect(read(['t,v', ...lines.toReversed()].join('\n'))).toMatchObject({
      ...SAME,
      notes: 'rows came latest first: turned round',
    });
    const found = read(['t,v', ...rest, first, first].join('\n'));
    expect(found).toMatchObject(SAME);
    expect(found.notes).toContain('sorted; 1 time given more than once with the same value: kept once');
  });

  it('of differing values of a time the mean is taken', () => {
    const found = read(`${plain}\n${iso[3]},5`);
    expect(found.demand).toEqual([1.5, 2.25, 0, 4]);
    expect(found.notes).toContain('1 time given more than once with differing values: their mean taken');
  });

  it('an hour without rows is filled, and said', () => {
    const text = `${plain}\n${new Date(START + 63 * 60_000).toISOString()},63`;
    const found = read(text);
    expect(found.demand).toHaveLength(64);
    expect(found.demand[33]).toBe(33);
    expect(found.notes).toBe('1 gap of up to 59 min (59 values) filled by a straight line');
  });

  it('scrapes that come early or late are brought to their step', () => {
    const off = [0.2, -0.2, 0.3, -0.4, 0.1, 0];
    const text = off.map((late, i) => `${START / 1000 + 60 * i + late},${i}`).join('\n');
    const found = read(text);
    expect(found).toMatchObject({ every: 60, demand: [0, 1, 2, 3, 4, 5] });
    expect(Math.abs(found.at - START)).toBeLessThan(500);
    expect(found.notes).toContain('s apart brought to every 60 s');
  });

  it('steps finer than the simulation are averaged, not sampled', () => {
    const text = Array.from({ length: 60 }, (_, i) => `${START / 1000 + i},${i % 15 === 0 ? 2 : 11}`).join('\n');
    expect(read(text)).toMatchObject({ every: 15, demand: Array.from({ length: 4 }, () => 156 / 15) });
    expect(read(text).notes).toContain('values every 1 s averaged to 15 s');
  });
});

describe('whatever the file', () => {
  it('a recording in any dialect is read as it was meant or refused by name, and a bad file always is', async () => {
    const { failures } = await fuzzCsv({ count: 300, seed: 20_260_131, progress: () => undefined });
    expect(failures.map(({ index, what }) => `${index}: ${what}`)).toEqual([]);
  });
});
