import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readTrace } from '../../../cli/trace/read-trace.ts';
import { TraceRefusal, type TraceRefusalCode } from '../../../cli/trace/refusal.ts';
import { demandAt } from '../../../cli/trace/trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'trace.csv');
  writeFileSync(path, text);
  return path;
}

function messageOf(path: string): string {
  try {
    readTrace(path);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
}

function refusalOf(path: string): TraceRefusal {
  try {
    readTrace(path);
  } catch (error) {
    if (error instanceof TraceRefusal) return error;
    throw error;
  }
  throw new Error('it was read');
}

const GOOD = 'timestamp,demand\n2026-01-01T00:00:00Z,1\n2026-01-01T00:05:00Z,2.5\n2026-01-01T00:10:00Z,0\n';

describe('a good trace', () => {
  it('is read whole', () => {
    const { trace } = readTrace(file(GOOD));
    expect(trace.startsAt).toBe(Date.UTC(2026, 0, 1));
    expect(trace.intervalSeconds).toBe(300);
    expect([...trace.demand]).toEqual([1, 2.5, 0]);
  });

  it('may come from Windows, with a byte order mark and without a last line end', () => {
    expect([...readTrace(file(`\uFEFF${GOOD.trim().replaceAll('\n', '\r\n')}`)).trace.demand]).toEqual([1, 2.5, 0]);
  });

  it('holds each value through its interval, and wraps around at both ends', () => {
    const { trace } = readTrace(file(GOOD));
    const asked = [0, 299.9, 300, 599, 600, 899, 900, 1200, -1, -300, -301];
    expect(asked.map((seconds) => demandAt(trace, seconds))).toEqual([1, 1, 2.5, 2.5, 0, 0, 1, 2.5, 0, 0, 2.5]);
  });
});

describe('a bad trace is refused in one line with file, line, what was found and what is expected', () => {
  const rows = (...lines: string[]): string => ['timestamp,demand', ...lines].join('\n');
  const T = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`;
  const four = [0, 1, 2, 3].map((minute) => `${T(minute)},${minute}`);
  it.each<[string, TraceRefusalCode, string, string]>([
    ['one row', 'too_few_rows', rows(`${T(0)},1`), 'found 1 row of data, expected at least 2 rows'],
    ['a header alone', 'too_few_rows', 'timestamp,demand\n', 'found no rows of data'],
    ['text', 'bad_number', rows(`${T(0)},1`, `${T(1)},many`), 'line 3: found "many", expected demand as a number'],
    ['negative', 'negative', rows(`${T(0)},-1`, `${T(1)},1`), 'line 2: found "-1", expected demand of 0 or more'],
    ['too large', 'bad_number', rows(`${T(0)},1e999`, `${T(1)},1`), 'line 2: found "1e999", expected demand as'],
    ['no time', 'bad_time', rows('yesterday,1', ...four), 'line 2: found "yesterday", expected a timestamp like'],
    ['no such day', 'bad_time', rows('2026-02-30T00:00:00Z,1', ...four), 'line 2: found "2026-02-30T00:00:00Z"'],
    ['no such zone', 'bad_time', rows(...four, '2026-01-01 00:04 IST,4'), 'line 6: found "2026-01-01 00:04 IST"'],
    ['a year in two digits', 'two_digit_year', rows('31/01/26 10:00,1', '31/01/26 10:01,1'), 'a year in four digits'],
    ['one more cell', 'surplus_cells', rows(...four, `${T(4)},4,5`), 'line 6: found "2026-01-01T00:04:00Z,4,5"'],
    ['a gap', 'gap', rows(...four, '2026-01-01T01:05:00Z,9'), 'from 2026-01-01T00:03:00Z to 2026-01-01T01:05:00Z'],
    ['an open quote', 'broken_quotes', rows(`${T(0)},1`, `${T(1)},"1`, `${T(2)},1`), 'line 2: a quote is opened'],
    ['no numbers', 'no_demand', 'timestamp\n2026-01-01\n2026-01-02', 'expected demand as a number'],
    ['no times', 'no_time', 'a,b\n1,2\n3,4', 'no column holds times'],
    ['centuries', 'too_long', rows('1971-01-01,1', '1999-01-01,1', '2026-01-01,1'), 'at most 1100 days'],
    ['days or months', 'ambiguous_dates', rows('01/02/2026 10:00,1', '01/02/2026 10:01,1'), 'cannot be told apart'],
    ['days and months', 'ambiguous_dates', rows('13/02/2026,1', '02/13/2026,1'), 'line 2 has day and month the other'],
    ['decimals or thousands', 'ambiguous_numbers', `t;v\n${T(0)};1,234\n${T(1)};2,345`, 'found "2,345" (decimals or'],
    [
      'decimals of both kinds',
      'ambiguous_numbers',
      `t;v\n${T(0)};1,5\n${T(1)};2.5`,
      'found "1,5" (a decimal comma), e',
    ],
    [
      'units that do not mix',
      'mixed_units',
      rows(`${T(0)},5 MiB`, `${T(1)},6 %`),
      'line 3: found "6 %", expected a number of "B"',
    ],
    [
      'several columns',
      'several_columns',
      `t,web,api\n${T(0)},1,2\n${T(1)},1,2`,
      '"web", "api"; name one with --column',
    ],
    [
      'several series',
      'several_series',
      `t,v,pod\n${T(0)},1,a\n${T(0)},2,b\n${T(1)},1,a`,
      '"a", "b"; name one with --column',
    ],
  ])('%s', (_case, code, text, expected) => {
    const refused = refusalOf(file(text));
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(`${folder}/trace.csv: `);
    expect(refused.message).toContain(expected);
    expect(refused.message).not.toContain('\n');
  });

  it.each<[string, TraceRefusalCode, Buffer, string]>([
    ['nothing', 'empty', Buffer.from(''), 'is empty'],
    ['only a mark', 'empty', Buffer.from('\uFEFF\n'), 'is empty'],
    ['a program', 'not_text', readFileSync(process.execPath).subarray(0, 100_000), 'binary file'],
    ['a spreadsheet', 'not_text', Buffer.from('PK\u0003\u0004rest'), 'save it as CSV'],
    ['a torn archive', 'not_text', gzipSync(GOOD).subarray(0, 30), 'cannot be unpacked'],
    ['an archive that grows', 'too_large', gzipSync(Buffer.alloc(101 * 2 ** 20, '1')), 'more than 100 MiB'],
  ])('%s is no trace', (_case, code, bytes, expected) => {
    const path = join(folder, 'trace.csv');
    writeFileSync(path, bytes);
    expect(refusalOf(path)).toMatchObject({ code, message: expect.stringContaining(expected) });
  });

  it('a device without an end', () => {
    expect(refusalOf('/dev/zero')).toMatchObject({ code: 'too_large' });
  });

  it('a file that is not there', () => {
    expect(messageOf(join(folder, 'none.csv'))).toMatch(/none\.csv: cannot be read \(ENOENT\); expected a CSV file/);
    expect(messageOf(folder)).toContain('EISDIR');
    symlinkSync(join(folder, 'b.csv'), join(folder, 'a.csv'));
    symlinkSync(join(folder, 'a.csv'), join(folder, 'b.csv'));
    expect(messageOf(join(folder, 'a.csv'))).toContain('ELOOP');
  });

  it('whatever is in the file, the message is one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(messageOf(file(text))).toMatch(/^[^\n\r\u2028\u2029]+$/);
      }),
      { numRuns: 50 },
    );
  });
});
