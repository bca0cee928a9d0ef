// The command line as a shell starts it: what it ends with, how it watches, what it completes, and its help.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';

const CLI = join(import.meta.dirname, '../../cli');
let system: Embedded;
beforeAll(async () => {
  system = await startEmbedded([simulated()]);
  await system.tick(2);
});
afterAll(() => system.close());

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(given: readonly string[], program = 'main.ts', columns: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, AI4K8S_URL: system.url, ...columns };
  const child = spawn(process.execPath, [join(CLI, program), ...given], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...said })));
  return { child, said, ended };
}
const ai4k8s = (...given: readonly string[]) => start(given).ended;

describe('it ends with', () => {
  it.each([
    [0, ['status']],
    [0, ['--help']],
    [1, ['recommend', 'nope']],
    [2, ['status', '-o', 'table']],
    [2, ['recommend']],
    [2, ['status', '--watch', '0']],
    [3, ['--url', 'http://127.0.0.1:1', 'status']],
    [3, ['--url', 'http://127.0.0.1:1', 'forecast']],
  ])(
    '%i: %j',
    async (expected, given) => {
      const { code, out, err } = await ai4k8s(...given);
      expect(code).toBe(expected);
      // Either what was asked for, or one line of what is wrong.
      expect(err).toMatch(expected === 0 ? /^$/ : /^error: [^\n]+\n$/);
      expect(out === '').toBe(expected !== 0);
      expect(out).not.toContain('\u001b');
    },
    30_000,
  );
});

it('watches until it is interrupted, which is no failure', async () => {
  const { child, said, ended } = start(['status', '--watch', '1']);
  child.stdout.on('data', () => said.out.includes('last tick:') && child.kill('SIGINT'));
  const { code, out, err } = await ended;
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^20\d\d-[^\n]*Z\ncluster demo: 1 workloads/);
}, 30_000);

describe('a shell', () => {
  it.each(['bash', 'zsh', 'fish'])(
    'is given what completes in %s',
    async (shell) => {
      const { out } = await ai4k8s('completion', shell);
      expect(out).toContain('ai4k8s complete');
    },
    30_000,
  );

  it('is told what may follow, kubectl as well', async () => {
    expect((await ai4k8s('complete', '--', 'rec')).out).toMatch(/^recommend\t.*\n:4\n$/);
    expect((await start(['why'], 'kubectl-complete.ts').ended).out).toMatch(/^why\t.*\nwhy-not\t.*\n:4\n$/);
    expect((await ai4k8s('complete', '--', 'doctor', '--kube')).out).toMatch(/^--kubeconfig\t/);
  }, 30_000);
});

it('every command has examples in its help, and fits a hundred columns', async () => {
  const names = (help: string) => [...help.matchAll(/^ {2}([a-z][a-z-]*)[ |]/gm)].map(([, name = '']) => name);
  const main = (await ai4k8s('--help')).out;
  const all = names(main.split('Commands:')[1]?.split('Examples:')[0] ?? '');
  expect(all).toContain('completion');
  const helps = await Promise.all(
    all.filter((name) => name !== 'help').map(async (name) => [name, (await ai4k8s(name, '--help')).out] as const),
  );
  const lines = [main, ...helps.map(([, help]) => help)].flatMap((help) => help.split('\n'));
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(helps.filter(([, help]) => !/^Examples:\n {2}\S/m.test(help)).map(([name]) => name)).toEqual([]);
}, 120_000);
