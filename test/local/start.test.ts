// `npm start` as a user runs it: a process of its own, its output, and the API beside it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../lib/version.ts';
import { stubReply } from '../stand-ins/groq-answers.ts';
import { startGroqServer } from '../stand-ins/groq-server.ts';

const ROOT = join(import.meta.dirname, '../..');

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'local/main.ts'), '--port', '0', ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let output = '';
  const note = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const [code] = await once(child, 'close');
  return { output, code };
}

describe('npm start', () => {
  it('shows workloads, follows demand in mode scale, and says that rules decided', async () => {
    const { output, code } = await run(['--speed', '1200', '--for', '8']);
    expect(output).toMatch(/default\/checkout +│ scale/);
    expect(output).toMatch(/default\/search +│ recommend/);
    expect(output).toContain('4 workloads, 3 enabled');
    expect(output).toMatch(/default\/checkout {2}\d+ → \d+ {2}\(/);
    expect(output).toMatch(/default\/catalog +│ auto/);
    expect(output).toMatch(
      /default\/catalog {2}(raised|lowered|kept) minReplicas of HPA catalog \d+ → \d+|default\/catalog {2}\d+ → \d+/,
    );
    expect(output).not.toMatch(/ (\d+) → \1 {2}\(/);
    expect(output).toContain('LLM advisor requested but no API key available');
    expect(output).toContain('To turn the LLM on, set GROQ_API_KEY');
    expect(output).toMatch(/curl -s 'http:\/\/127\.0\.0\.1:\d+\/api\/autoscaling\/recommendations\/demo/);
    expect(output).toMatch(/kubectl --kubeconfig \S+ get deploy,hpa,pods -A/);
    expect(code).toBe(0);
  });

  it('drives a workload by a trace, and shows the LLM’s advice where there is one', async () => {
    const server = await startGroqServer((request) => stubReply('sensible', request));
    const trace = join(tmpdir(), `ai4k8s-${process.pid}.csv`);
    const rows = Array.from({ length: 10 * 1440 }, (_, i) => {
      const demand = 5 + 4 * Math.sin((2 * Math.PI * i) / 1440);
      return `${new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString()},${demand.toFixed(3)}`;
    });
    writeFileSync(trace, `timestamp,demand\n${rows.join('\n')}\n`);
    const env = { GROQ_BASE_URL: server.url, GROQ_API_KEY: 'x' };
    const { output } = await run(['--trace', trace, '--speed', '1200', '--for', '6'], env);
    await server.close();
    expect(output).toMatch(/LLM on default\/ai4k8s-\d+ \(openai\/gpt-oss-20b\): \w+ → \d+, \d+ % confident: “/);
    expect(output).toContain('The LLM takes part');
  });

  it.each([
    ['an unreadable trace', ['--trace', '/nowhere.csv'], /^error: \/nowhere\.csv: cannot be read \(ENOENT\)[^\n]*\n$/],
    ['a speed of 0', ['--speed', '0'], /^error: [^\n]*whole number from 1[^\n]*\n$/],
    [
      'a kubeconfig that is not there',
      ['--kubeconfig', '/nowhere'],
      /^error: --kubeconfig: there is no file \/nowhere\n$/,
    ],
  ])('answers %s with one line', async (_what, args, line) => {
    const { output, code } = await run(args);
    expect(output).toMatch(line);
    expect(code).toBe(1);
  });
});

describe('what the documents say', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const { scripts, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

  it('names only commands that exist', () => {
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(scripts).toHaveProperty([name ?? '']);
  });

  it('states the version that package.json has', () => {
    expect(VERSION).toBe(version);
  });
});
