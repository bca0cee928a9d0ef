// Levels on the command line: columns beside the demand, a file that is a level, the simulated queue.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { isLevelName, levelOf } from '../../cli/trace/level-columns.ts';
import { readTrace } from '../../cli/trace/read-trace.ts';

const ROOT = join(import.meta.dirname, '../..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ai4k8s-levels-'));
  const rows = (from: (i: number) => readonly (number | string)[]) =>
    Array.from({ length: 96 }, (_, i) =>
      [new Date(Date.UTC(2026, 0, 1) + i * 300_000).toISOString(), ...from(i)].join(','),
    );
  const latency = (i: number) => (i === 70 || i === 71 ? 400 : 45 + (i % 4));
  writeFileSync(join(folder, 'alone.csv'), ['timestamp,value', ...rows((i) => [latency(i)])].join('\n'));
  writeFileSync(
    join(folder, 'both.csv'),
    ['timestamp,demand,latency_p95,errors_pct', ...rows((i) => [100, latency(i), i === 3 ? '' : 0.1])].join('\n'),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function backtest(...args: readonly string[]) {
  const found = spawnSync(process.execPath, [join(ROOT, 'cli/main.ts'), 'backtest', ...args], { encoding: 'utf8' });
  return { code: found.status, out: found.stdout, err: found.stderr };
}

describe('columns of levels', () => {
  test.each([
    ['latency_p95', 'latency-p95', 'ms'],
    ['Response_Time (s)', 'response-time-s', 's'],
    ['http_p99_seconds', 'http-p99-seconds', 's'],
    ['error_rate', 'error-rate', '%'],
    ['latency_us', 'latency-us', 'us'],
  ])('%s is the level %s in %s', (column, name, unit) => {
    expect(isLevelName(column)).toBe(true);
    expect(levelOf(column)).toEqual({ name, column, definition: { kind: 'level', unit } });
  });

  it.each(['demand', 'cpu', 'requests', 'value', 'p9', 'sessions'])('%s is none', (column) => {
    expect(isLevelName(column)).toBe(false);
  });

  it('are read beside the demand, and told', () => {
    const { trace, levels, notes } = readTrace(join(folder, 'both.csv'));
    expect(trace.demand[70]).toBe(100);
    expect(levels.map(({ name, definition }) => [name, definition.unit])).toEqual([
      ['latency-p95', 'ms'],
      ['errors-pct', '%'],
    ]);
    expect(levels[0]?.trace.demand[70]).toBe(400);
    expect(notes).toContain('"latency_p95" is a level, in ms');
  });
});

describe('ai4k8s backtest', () => {
  it('feeds columns of levels to ours, and shows them in the timeline', () => {
    const timeline = join(folder, 'both-timeline.csv');
    const { code, out } = backtest(
      '--trace',
      join(folder, 'both.csv'),
      '--policy',
      'ours',
      '--tick',
      '300',
      '--timeline',
      timeline,
    );
    expect([code, out.includes('both')]).toEqual([0, true]);
    const [head, ...rows] = readFileSync(timeline, 'utf8').trim().split('\n');
    expect(head).toBe('timestamp,demand,replicas,ready,source,latency-p95,errors-pct');
    expect(rows[71]).toMatch(/^2026-01-01T05:55:30Z,100,\d+,\d+,[a-z0-9-]+,400,0\.1$/);
  });

  it('--as takes a file for a level: replicas follow it, each change is told with its time and reason', () => {
    const file = join(folder, 'alone.csv');
    const { code, out } = backtest('--trace', file, '--as', 'latency_p95');
    expect(code).toBe(0);
    expect(out).toMatch(
      /alone: \d changes?\n {2}2026-01-01T05:55:30Z {2}1 → 2 {2}latency-p95: latency-p95 is at 400 ms/,
    );
    const json = JSON.parse(backtest('--trace', file, '--as', 'latency_p95', '--json').out);
    expect(json.changes[0]).toMatchObject({ at: '2026-01-01T05:55:30Z', from: 1, to: 2, source: 'latency-p95' });
  });

  it('--queue has the latency from the simulated replicas, and leaves recorded ones aside', () => {
    const timeline = join(folder, 'queue-timeline.csv');
    const { code } = backtest(
      '--trace',
      join(folder, 'both.csv'),
      '--policy',
      'ours',
      '--queue',
      '100',
      '--timeline',
      timeline,
    );
    expect(code).toBe(0);
    const [head, , ...rows] = readFileSync(timeline, 'utf8').trim().split('\n');
    expect(head).toBe('timestamp,demand,replicas,ready,source,latency');
    expect(rows.every((row) => Number(row.split(',').at(-1)) >= 100)).toBe(true);
  });

  test.each([
    [
      '--as beside another policy',
      ['--as', 'latency', '--policy', 'hpa:0.7'],
      /--as is a level, which ours alone can follow: leave hpa:0.7 out/,
    ],
    ['--as with a name that is none', ['--as', '42'], /"42" cannot be a level's name: expected such as latency_p95/],
    ['--as cpu', ['--as', 'cpu'], /"cpu" cannot be a level's name/],
    ['--as and --queue', ['--as', 'latency', '--queue', '100'], /cannot be used with option '--queue/],
    ['--queue without a time', ['--queue', '0'], /expected a number from 0.1 to 60000/],
  ])('%s is refused in one line', (_, args, words) => {
    const { code, out, err } = backtest('--trace', join(folder, 'alone.csv'), ...args);
    expect([code, out]).toEqual([words.source.includes("a level's name") ? 1 : 2, '']);
    expect(err).toMatch(words);
  });
});
