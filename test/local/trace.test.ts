import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { generatedLoad } from '../../local/loads.ts';
import { readTrace } from '../../local/trace/read-trace.ts';
import { demandAt } from '../../local/trace/trace.ts';

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
  it.each([
    ['empty', '', 'line 1: found nothing, expected the header "timestamp,demand"'],
    ['no header', '2026-01-01T00:00:00Z,1\n', 'line 1: found "2026-01-01T00:00:00Z,1", expected the header'],
    ['one row', rows('2026-01-01T00:00:00Z,1'), 'line 2: found "1 row of data", expected at least 2 rows'],
    [
      'text',
      rows('2026-01-01T00:00:00Z,1', '2026-01-01T00:01:00Z,many'),
      'line 3: found "many", expected demand as a number',
    ],
    [
      'NaN',
      rows('2026-01-01T00:00:00Z,NaN', '2026-01-01T00:01:00Z,1'),
      'line 2: found "NaN", expected demand as a number',
    ],
    [
      'nothing',
      rows('2026-01-01T00:00:00Z,', '2026-01-01T00:01:00Z,1'),
      'line 2: found nothing, expected demand as a number',
    ],
    [
      'negative',
      rows('2026-01-01T00:00:00Z,-1', '2026-01-01T00:01:00Z,1'),
      'line 2: found "-1", expected demand of 0 or more',
    ],
    [
      'too large',
      rows('2026-01-01T00:00:00Z,1e999', '2026-01-01T00:01:00Z,1'),
      'line 2: found "1e999", expected demand as',
    ],
    ['no time', rows('yesterday,1', '2026-01-01T00:01:00Z,1'), 'line 2: found "yesterday", expected a timestamp like'],
    [
      'no such day',
      rows('2026-02-30T00:00:00Z,1', '2026-01-01T00:01:00Z,1'),
      'line 2: found "2026-02-30T00:00:00Z", expected a',
    ],
    ['three columns', rows('2026-01-01T00:00:00Z,1,2'.repeat(1), '2026-01-01T00:01:00Z,1'), 'expected two columns'],
    [
      'backwards',
      rows('2026-01-01T00:01:00Z,1', '2026-01-01T00:00:00Z,1'),
      'line 3: found "2026-01-01T00:00:00Z,1" (-60 s after',
    ],
    [
      'a gap',
      rows('2026-01-01T00:00:00Z,1', '2026-01-01T00:01:00Z,1', '2026-01-01T00:03:00Z,1'),
      'line 4: found "2026-01-01T00:03:00Z,1" (120 s after the row before), expected a constant interval of 60 s',
    ],
  ])('%s', (_case, text, expected) => {
    const message = messageOf(file(text));
    expect(message).toContain(`${folder}/trace.csv: line `);
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
  });

  it('a file that is not there', () => {
    expect(messageOf(join(folder, 'none.csv'))).toMatch(/none\.csv: cannot be read \(ENOENT\); expected a CSV file/);
    expect(messageOf(folder)).toContain('EISDIR');
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

describe('a generated load', () => {
  const DAY = 86_400_000;
  const monday = Date.UTC(2026, 0, 5);
  const mean = (load: (at: number) => number, from: number, days: number): number => {
    const samples = Array.from({ length: days * 144 }, (_, i) => load(from + (i * DAY) / 144));
    return samples.reduce((sum, value) => sum + value, 0) / samples.length;
  };

  it('is the same for a seed in any order of asking, and another for another seed', () => {
    const instants = Array.from({ length: 500 }, (_, i) => monday + i * 61_000);
    const one = generatedLoad({ seed: 4, mean: 2 });
    const again = generatedLoad({ seed: 4, mean: 2 });
    const backwards = instants.toReversed().map(again).toReversed();
    expect(instants.map(one)).toEqual(backwards);
    expect(instants.map(generatedLoad({ seed: 5, mean: 2 }))).not.toEqual(backwards);
  });

  it('peaks at its hour, and rests at the weekend', () => {
    const load = generatedLoad({ seed: 1, mean: 4, dailySwing: 0.5, peakHour: 14, weekend: 0.5, burstsPerDay: 0 });
    const at = (hour: number): number => load(monday + hour * 3_600_000);
    expect(at(14)).toBeGreaterThan(1.8 * at(2));
    expect(mean(load, monday, 5)).toBeCloseTo(4, 0);
    expect(mean(load, monday + 5 * DAY, 2)).toBeLessThan(0.65 * mean(load, monday, 5));
  });

  it('is never negative and never far beyond its shape', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 4e12 }), (seed, at) => {
        const load = generatedLoad({ seed, mean: 1 })(at);
        expect(load).toBeGreaterThanOrEqual(0);
        expect(load).toBeLessThan(6);
      }),
    );
  });
});
