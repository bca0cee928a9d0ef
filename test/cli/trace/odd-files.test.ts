// Files that no tool means as CSV, and people have all the same: aligned columns, day numbers, totals below the data.
import { describe, expect, it } from 'vitest';
import { traceOf } from '../../../cli/trace/read-trace.ts';

const START = Date.UTC(2024, 0, 31, 23, 58);
const VALUES = [1.5, 2.25, 0, 3];
const iso = VALUES.map((_, i) => new Date(START + 60_000 * i).toISOString());
const rows = (write: (i: number) => string, header = 'timestamp,demand') =>
  [header, ...VALUES.map((_, i) => write(i))].join('\n');
const PLAIN = rows((i) => `${iso[i]},${VALUES[i]}`);
const dayNumber = (i: number) => String(Number((START / 86_400_000 + 25_569 + i / 1440).toFixed(10)));

function read(text: string, column?: string) {
  const { trace, notes } = traceOf(Buffer.from(text), column);
  return { at: trace.startsAt, every: trace.intervalSeconds, demand: [...trace.demand], notes: notes.join('; ') };
}
const SAME = { at: START, every: 60, demand: VALUES };

describe('spaces', () => {
  const top = VALUES.map((value, i) => `${iso[i]} web-1   ${value * 1000}m      120Mi`).join('\n');

  it.each([
    ['one', PLAIN.replaceAll(',', ' ')],
    ['many', PLAIN.replaceAll(',', '     ')],
    ['a date and a clock', rows((i) => `${iso[i]?.slice(0, 19).replace('T', ' ')}  ${VALUES[i]}`, '')],
  ])('part cells where no mark does: %s', (_, text) => {
    expect(read(text)).toMatchObject({ ...SAME, notes: expect.stringContaining('cells are parted by spaces') });
  });

  it('part what kubectl top prints in a loop; which of its columns is meant is asked', () => {
    expect(() => read(top)).toThrow(/several columns that could be the demand: "column 3", "column 4"/);
    expect(read(top, 'column 3')).toMatchObject(SAME);
  });

  it('part nothing where a mark does', () => {
    expect(() => read(rows((i) => `2024-01-31 10:0${i}:00 JST,${VALUES[i]}`))).toThrow(
      /line 2: found "2024-01-31 10:00:00 JST"/,
    );
  });
});

describe('day numbers', () => {
  it.each([
    ['in commas', rows((i) => `${dayNumber(i)},${VALUES[i]}`)],
    ['behind the demand', rows((i) => `${VALUES[i]},${dayNumber(i)}`, 'demand,timestamp')],
    [
      'with decimal commas',
      rows((i) => `${String(VALUES[i]).replace('.', ',')};${dayNumber(i).replace('.', ',')}`, 'Wert;Zeit'),
    ],
  ])('are times, midnight too: %s', (_, text) => {
    expect(text).toMatch(/\b45323\b(?![.,]\d{4})/);
    expect(read(text)).toMatchObject({
      ...SAME,
      notes: expect.stringContaining("times are a spreadsheet's day numbers"),
    });
  });

  it('never take the place of times: demand of that size stays demand', () => {
    const demand = [45_322.1234, 45_322.5678, 45_323, 45_324.9876];
    for (const header of ['demand,timestamp', 'a,b'])
      expect(
        read([header, ...demand.map((value, i) => `${value},${START / 1000 + 60 * i}`)].join('\n')).demand,
      ).toEqual(demand);
  });

  it('are none where they do not rise with every row: the times beside them are what is refused', () => {
    const demand = [45_322.1234, 45_324.5678, 45_323.1234, 45_324.9876];
    const text = rows((i) => `1/31/24 10:0${i},${demand[i]},${VALUES[i]}`, 'when,size,demand');
    expect(() => read(text)).toThrow(/a year in four digits/);
  });
});

describe('lines behind the data', () => {
  it.each(['Total,6.75', 'Grand total,6.75\nAverage,1.69', '(4 rows)', '\nExported on 1 February 2024\n', '\u001a'])(
    'are left aside, and told: %j',
    (footer) => {
      expect(read(`${PLAIN}\n${footer}`)).toMatchObject({
        ...SAME,
        notes: expect.stringMatching(/\d lines? behind the data left aside/),
      });
    },
  );

  it.each(['yesterday,3', '2024-01-31T10:,', ',3', '99'])('are refused where they may be data: %j', (row) => {
    expect(() => read(`${PLAIN}\n${row}`)).toThrow(/line 6: found/);
    expect(() => read(PLAIN.replace('\n', '\nTotal,6\n').replace(/\n(?=[^\n]*$)/, '\nTotal,6\n'))).toThrow(
      /found "Total"/,
    );
  });
});

describe('cells', () => {
  it.each([
    ['Kibana', (i: number) => `"Jan 31, 2024 @ 23:5${i}:00.000"`],
    ['a web server', (i: number) => `[31/Jan/2024:23:5${i}:00 +0000]`],
    ['Finland', (i: number) => `31.1.2024 23.5${i}`],
    ['Hungary', (i: number) => `2024. 01. 31. 23:5${i}`],
  ])('hold times as in %s', (_, time) => {
    expect(read(rows((i) => `${time(i)};${VALUES[i]}`, 'time;demand'))).toMatchObject({
      demand: VALUES,
      at: START - 480_000,
    });
  });

  it.each(['#DIV/0!', '#VALUE!', '-nan'])('hold nothing where a sheet could not count: %s', (cell) => {
    expect(read(PLAIN.replace('2.25', cell))).toMatchObject({ demand: [1.5, 0.75, 0, 3] });
  });

  it('of JSON are none', () => {
    for (const text of ['{"t":1}\n{"t":2}', '[{"t":1}]', '[[1,2],[3,4]]']) expect(() => read(text)).toThrow('is JSON');
  });
});
