// Files in the shapes that Grafana, CloudWatch, Datadog, InfluxDB and spreadsheets export (fixtures/traces/README.md).
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../../../cli/trace/read-trace.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/traces');
const VALUES = [1.25, 1.5, 2, 2.75, 3.5, 3, 2.25, 1.75];
const START = Date.UTC(2024, 0, 31, 10);

const read = (file: string, column?: string) => {
  const { trace, notes } = readTrace(join(FOLDER, file), column);
  return { startsAt: trace.startsAt, every: trace.intervalSeconds, demand: [...trace.demand], notes };
};

describe('exports as they are', () => {
  it.each<[string, (value: number) => number, string]>([
    ['grafana-excel.csv', (value) => value, ''],
    [
      'grafana-formatted.csv',
      (value) => value,
      'times state no zone: read as UTC; cells carry "cores": read as "cores"',
    ],
    ['grafana-trailing-mark.csv', (value) => 100 * value, 'rows came latest first: turned round'],
    [
      'cloudwatch-console.csv',
      (value) => value,
      '3 lines before the data left aside; times state no zone: read as UTC',
    ],
    [
      'cloudwatch-insights.csv',
      (value) => value,
      'times state no zone: read as UTC; rows came latest first: turned round',
    ],
    [
      'excel-german.csv',
      (value) => value,
      'read as Latin-1; times state no zone: read as UTC; numbers have decimal commas',
    ],
    [
      'excel-unicode-text.csv',
      (value) => value,
      'read as UTF-16, little-endian; dates are month/day/year; times state no zone: read as UTC',
    ],
    [
      'influx-annotated.csv',
      (value) => value,
      'demand is "_value", of "table", "_value"; empty in the first rows: "result"',
    ],
  ])('%s', (file, of, notes) => {
    expect(read(file)).toEqual({
      startsAt: START,
      every: 300,
      demand: VALUES.map(of),
      notes: notes === '' ? [] : notes.split('; '),
    });
  });

  it('a series in rows, east of Greenwich', () => {
    expect(read('grafana-series-rows.csv')).toMatchObject({
      startsAt: START - 11 * 3_600_000,
      demand: VALUES.map((value) => 1e6 * value),
    });
  });

  it("an empty cell among a graph's values is filled", () => {
    expect(read('datadog-graph.csv').demand).toEqual(VALUES.with(3, 2.75));
  });

  it.each(['grafana-joined.csv', 'datadog-by-host.csv'])('%s asks which of its series is meant', (file) => {
    expect(() => read(file)).toThrow(/several columns that could be the demand: "(web|host:a)", "(api|host:b)"/);
    expect(read(file, file.startsWith('grafana') ? 'web' : 'host:a').demand).toEqual(VALUES);
  });
});
