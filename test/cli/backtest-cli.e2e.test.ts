// `ai4k8s backtest` as a user runs it: a process of its own, its output and the files it writes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedLoad } from '../../local/loads.ts';

const CLI = join(import.meta.dirname, '../../cli/main.ts');
const START = Date.UTC(2026, 0, 5);
const ROWS = 2 * 288;

const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-backtest-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two days by five minutes. */
function writeTrace(path: string, seed: number, rows = ROWS): string {
  const load = generatedLoad({ seed, mean: 50, burstsPerDay: 4 });
  const lines = Array.from({ length: rows }, (_, i) => {
    const at = START + i * 300_000;
    return `${new Date(at).toISOString()},${load(at).toFixed(4)}`;
  });
  const file = join(folder, path);
  writeFileSync(file, `timestamp,demand\n${lines.join('\n')}\n`);
  return file;
}

function backtest(...args: readonly string[]) {
  return spawnSync(process.execPath, [CLI, 'backtest', ...args], { cwd: folder, encoding: 'utf8' });
}

let shop: string;
beforeAll(() => {
  mkdirSync(join(folder, 'traces'));
  mkdirSync(join(folder, 'empty'));
  shop = writeTrace('traces/shop.csv', 3);
  writeTrace('traces/batch.csv', 4);
  mkdirSync(join(folder, 'bad'));
  writeFileSync(join(folder, 'bad/bin.csv'), Buffer.alloc(100));
  writeFileSync(join(folder, 'bad/empty.csv'), '');
  writeFileSync(join(folder, 'prose.csv'), 'timestamp,demand\nmonday,much\n');
});

describe('ai4k8s backtest', () => {
  it('without further options compares ours with hpa:0.7 and the limit, progress on stderr', () => {
    const { stdout, stderr, status } = backtest('--trace', shop);
    expect(status).toBe(0);
    expect(stdout).toMatch(/trace .*policy .*violation % .*cost .*changes\/h .*unserved % .*capacity/);
    expect(stdout).toMatch(/shop +│ ours .* 2026-01-06T00:00:00Z/);
    expect(stdout).toMatch(/hpa:0\.7/);
    expect(stdout).toMatch(/limit +│ +0\.00 │ 1\.\d\d/);
    expect(stderr).toMatch(/3 runs on \d+ cores?/);
    expect(stderr).toMatch(/\[3\/3\] shop \S+: violation \d+\.\d\d %, cost \d\.\d\d/);
  });

  it('--json prints one object per trace and policy; a folder stands for its traces', () => {
    const { stdout } = backtest('--trace', 'traces', '--policy', 'hpa:0.5', '--policy', 'a14k8s', '--json');
    const runs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(runs.map(({ trace, policy }) => `${trace} ${policy}`)).toEqual([
      'batch hpa:0.5',
      'batch a14k8s',
      'shop hpa:0.5',
      'shop a14k8s',
    ]);
    for (const run of runs) {
      const { violation_pct, cost, changes_per_hour, unserved_pct, capacity } = run;
      for (const value of [violation_pct, cost, changes_per_hour, unserved_pct, capacity])
        expect(value).toEqual(expect.any(Number));
    }
    expect(runs[0].capacity).toBe(runs[1].capacity);
  });

  it('several traces get a summary', () => {
    const { stdout } = backtest('--trace', 'traces', '--policy', 'limit');
    expect(stdout).toMatch(/median over the traces\n/);
    expect(stdout).toMatch(/limit +│ +2 of 2 │ +0\.00/);
  });

  it('--timeline has a row per tick and look that changed something; a trace cut short has the same first rows', () => {
    const cut = writeTrace('cut.csv', 3, 300);
    const policies = ['--policy', 'ours', '--policy', 'hpa:0.7', '--capacity', '2.5'];
    const run = (trace: string, file: string) => {
      expect(backtest('--trace', trace, ...policies, '--timeline', file).status).toBe(0);
      return readFileSync(join(folder, file), 'utf8').trim().split('\n');
    };
    const whole = run(shop, 'whole.csv');
    expect(whole[0]).toBe('timestamp,demand,replicas,ready,source');
    const looks = whole.filter((row) => row.includes(',look/'));
    expect(looks.length).toBeGreaterThan(0);
    expect(whole).toHaveLength(1 + ROWS * 5 + looks.length);
    expect(whole[1]).toMatch(/^2026-01-05T00:00:30Z,\d+\.\d+,\d+,\d+,\w+$/);
    const first = run(cut, 'cut-timeline.csv');
    expect(first).toEqual(whole.slice(0, first.length));
    const second = readFileSync(join(folder, 'whole.shop.hpa-0.7.csv'), 'utf8').trim().split('\n');
    expect(second).toHaveLength(1 + ROWS * 5);
  });

  it('--look 0 leaves looks out, and --phase 0 ticks at the full minutes', () => {
    const args = ['--trace', shop, '--policy', 'ours', '--look', '0', '--phase', '0', '--timeline', 'ticks.csv'];
    expect(backtest(...args).status).toBe(0);
    const rows = readFileSync(join(folder, 'ticks.csv'), 'utf8').trim().split('\n');
    expect(rows).toHaveLength(1 + ROWS * 5);
    expect(rows[1]).toMatch(/^2026-01-05T00:00:00Z,/);
  });

  it('scores from --from on, and passes bounds, tick and start-up to the run', () => {
    const bounds = ['--capacity', '15', '--min', '3', '--max', '5', '--tick', '120', '--startup', '30'];
    const args = ['--policy', 'limit', '--json', ...bounds];
    const { stdout } = backtest('--trace', shop, ...args, '--from', '2026-01-06T12:00', '--timeline', 'bounds.csv');
    expect(JSON.parse(stdout)).toMatchObject({ scored_from: '2026-01-06T12:00:00Z', scored_hours: 12 });
    const rows = readFileSync(join(folder, 'bounds.csv'), 'utf8').trim().split('\n').slice(1);
    expect(rows[1]).toMatch(/^2026-01-05T00:02:00Z,/);
    const replicas = rows.map((row) => Number(row.split(',')[2]));
    expect([Math.min(...replicas), Math.max(...replicas)]).toEqual([3, 5]);
  });
});

describe('a folder as people have it', () => {
  const mixed = () => join(folder, 'mixed');
  beforeAll(() => {
    mkdirSync(join(mixed(), 'folder.csv'), { recursive: true });
    const good = readFileSync(shop, 'utf8');
    writeFileSync(join(mixed(), 'a\u001B[31m<b>.csv'), good.replaceAll(',', ';').replaceAll('Z', ''));
    writeFileSync(join(mixed(), 'packed.csv.gz'), gzipSync(good));
    writeFileSync(join(mixed(), 'empty.csv'), '');
    writeFileSync(
      join(mixed(), 'red.csv'),
      'timestamp,demand\n2026-01-01T00:00:00Z,\u001B[31m\u009B5\n2026-01-01T00:01:00Z,1\n',
    );
    writeFileSync(join(mixed(), 'idle.csv'), 'timestamp,demand\n2026-01-01T00:00:00Z,0\n2026-01-01T01:00:00Z,0\n');
    symlinkSync('loop.csv', join(mixed(), 'loop.csv'));
  });

  it('bad files are named and skipped, what was done to the others is said, and nothing reaches the terminal as it is', () => {
    const { stdout, stderr, status } = backtest('--trace', 'mixed', '--policy', 'limit', '--html', 'mixed.html');
    expect(status).toBe(0);
    expect(stdout).toMatch(/a \[31m<b> +│ limit[\s\S]*packed +│ limit/);
    for (const why of [
      'mixed/empty.csv: is empty',
      'mixed/folder.csv: is a folder',
      'mixed/idle.csv: the 99.9th percentile of the demand is 0',
      'mixed/loop.csv: cannot be read (ELOOP)',
      'mixed/red.csv: line 2: found "[31m 5", expected demand as a number',
    ]) {
      expect(stdout).toContain(`skipped: ${why}`);
      expect(stderr).toContain(`skipped: ${why}`);
    }
    expect(stderr).toContain('mixed/a [31m<b>.csv: times state no zone: read as UTC\n');
    for (const start of ['\u001B', '\u009B']) expect(`${stdout}${stderr}`).not.toContain(start);
    const page = readFileSync(join(folder, 'mixed.html'), 'utf8');
    expect(page).toContain('Skipped: mixed/empty.csv: is empty');
    expect(page).toContain('mixed/a [31m&lt;b&gt;.csv: times state no zone: read as UTC');
    expect(page).not.toContain('[31m<b>');
  });

  it('--column names the column, and JSON carries what was done', () => {
    const wide = readFileSync(shop, 'utf8')
      .replace('demand', 'web,api')
      .replace(/,([\d.]+)$/gm, ',$1,7');
    writeFileSync(join(folder, 'wide.csv'), wide);
    expect(backtest('--trace', 'wide.csv').stderr).toContain('several columns that could be the demand: "web", "api"');
    const run = (...args: readonly string[]) => JSON.parse(backtest(...args, '--policy', 'limit', '--json').stdout);
    const { trace: _, took_seconds: __, notes, ...found } = run('--trace', 'wide.csv', '--column', 'web');
    expect(notes).toEqual(['wide.csv: demand is "web", of "web", "api"']);
    const plain = run('--trace', shop);
    expect(plain).toMatchObject(found);
    expect(plain).not.toHaveProperty('notes');
  });
});

/** Of the command line itself; the rest is what it names. */
const NOT_UNDERSTOOD = new Set([
  ...['no trace', 'a column of a Deployment', 'no such policy', 'a target in percent', 'no time', 'min above max'],
  ...['a tick between steps', 'a look between steps', 'a phase of a minute', 'no zone', 'no capacity', 'an SLO of 100'],
]);

describe('bad input is one line and exit code 1 or 2', () => {
  it.each([
    ['no trace', [], "required option '--trace <path>' not specified"],
    ['a file that is not there', ['--trace', 'none.csv'], 'none.csv: cannot be read (ENOENT)'],
    ['an empty folder', ['--trace', 'empty'], 'empty: the folder holds no .csv files'],
    ['a bad trace', ['--trace', 'prose.csv'], 'prose.csv: line 2'],
    ['a folder of bad traces', ['--trace', 'bad'], 'none of 2 files is a trace: bad/bin.csv: is no text'],
    [
      'a column of a Deployment',
      ['--deployment', 'web', '--column', 'cpu'],
      "option '--column <name>' cannot be used with",
    ],
    ['no such policy', ['--trace', 'traces', '--policy', 'magic'], "argument 'magic' is invalid. expected ours, hpa:T"],
    ['a target in percent', ['--trace', 'traces', '--policy', 'hpa:70'], "argument 'hpa:70' is invalid"],
    [
      'outside the trace',
      ['--trace', 'traces/shop.csv', '--from', '2027-01-01'],
      '--from 2027-01-01T00:00:00Z is outside',
    ],
    ['no time', ['--trace', 'traces', '--from', 'monday'], "argument 'monday' is invalid. expected a time like"],
    ['min above max', ['--trace', 'traces', '--min', '9', '--max', '3'], '--min 9 is above --max 3'],
    ['a tick between steps', ['--trace', 'traces', '--tick', '50'], 'expected a multiple of 15'],
    ['a look between steps', ['--trace', 'traces', '--look', '20'], 'expected a multiple of 15'],
    ['a phase of a minute', ['--trace', 'traces', '--phase', '60'], 'expected a whole number from 0 to 45'],
    ['no zone', ['--trace', 'traces', '--time-zone', 'Berlin'], 'expected an IANA time zone such as Europe/Berlin'],
    ['no capacity', ['--trace', 'traces', '--capacity', '0'], 'expected a number above 0'],
    ['an SLO of 100', ['--trace', 'traces', '--slo', '100'], 'expected a number from 50 to 99.99'],
    [
      'nowhere to write',
      ['--trace', 'traces', '--timeline', 'no/where.csv'],
      '--timeline no/where.csv cannot be written',
    ],
  ])('%s', (what, args, message) => {
    const { stdout, stderr, status } = backtest(...args);
    expect(status).toBe(NOT_UNDERSTOOD.has(what) ? 2 : 1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^error: /);
  });

  it('a trace without demand, where no capacity is given', () => {
    writeFileSync(join(folder, 'idle.csv'), 'timestamp,demand\n2026-01-01T00:00:00Z,0\n2026-01-01T01:00:00Z,0\n');
    expect(backtest('--trace', 'idle.csv').stderr).toContain('idle.csv: the 99.9th percentile of the demand is 0');
    const { stdout } = backtest('--trace', 'idle.csv', '--capacity', '1', '--policy', 'limit', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ cost: null, violation_pct: 0 });
  });
});
