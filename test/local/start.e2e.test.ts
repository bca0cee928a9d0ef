// `npm start` as a user runs it: a process of its own, its output, and the API beside it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
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
  it('shows workloads, follows demand in mode scale, and says that no LLM takes part', async () => {
    const { output, code } = await run(['--speed', '1200', '--for', '8']);
    expect(output).toMatch(/default\/checkout +scale/);
    expect(output).toMatch(/default\/search +recommend/);
    expect(output).toContain('4 workloads, 3 enabled');
    expect(output).toMatch(/default\/checkout {2}\d+ → \d+ {2}\(/);
    expect(output).toMatch(/default\/catalog +auto/);
    expect(output).toMatch(
      /default\/catalog {2}(raised|lowered|kept) minReplicas of HPA catalog \d+ → \d+|default\/catalog {2}\d+ → \d+/,
    );
    expect(output).not.toMatch(/ (\d+) → \1 {2}\(/);
    expect(output).not.toContain('requested');
    expect(output).toContain('No LLM takes part: there is no key. To turn it on, set GROQ_API_KEY');
    expect(output).toMatch(/npm run ai4k8s -- --url http:\/\/127\.0\.0\.1:\d+ recommend reports -n batch/);
    expect(output).toMatch(/kubectl --kubeconfig \S+ get deploy,hpa,pods -A/);
    expect(code).toBe(0);
  }, 180_000);

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
  }, 180_000);

  it.each([
    ['an unreadable trace', ['--trace', '/nowhere.csv'], /^error: \/nowhere\.csv: cannot be read \(ENOENT\)[^\n]*\n$/],
    [
      'a folder without a name',
      ['--data', ''],
      /^error: [^\n]*--data[^\n]*expected the name of a folder[^\n]*\n\([^\n]*--help[^\n]*\n$/,
    ],
    ['a flag for a folder', ['--data', '--speed'], /^error: [^\n]*if it is one, write \.\/--speed\.\n/],
    [
      'a file for a folder',
      ['--data', import.meta.filename],
      /^error: --data "[^\n]*start\.e2e\.test\.ts" [^\n]*a file, not a folder[^\n]*\n$/,
    ],
    [
      'an option that is none',
      ['--sped', '9'],
      /^error: unknown option '--sped'\n\(Did you mean --speed\?\)\n[^\n]*--help[^\n]*\n$/,
    ],
    ['a speed of 0', ['--speed', '0'], /^error: [^\n]*whole number from 1[^\n]*\n[^\n]*--help[^\n]*\n$/],
    [
      'a kubeconfig that is not there',
      ['--kubeconfig', '/nowhere'],
      /^error: --kubeconfig: there is no file \/nowhere\n$/,
    ],
  ])('answers %s with one line', async (_what, args, line) => {
    const { output, code } = await run(args);
    expect(output).toMatch(line);
    // Two where its own options are not understood.
    expect(code).toBe(/^error: (unknown )?option /.test(output) ? 2 : 1);
  });
});

describe('npm start at its edges', () => {
  it('says that its port is in use before it makes any history', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { output, code } = await run(['--port', String(port)]);
    server.close();
    expect(output).toMatch(/^error: port \d+ is in use by another program: [^\n]*--port N[^\n]*\n$/);
    expect(code).toBe(1);
  });

  it('goes on where a kill ended it: from no earlier clock, with the cluster as it was, and nobody blamed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-kill-'));
    const child = spawn(
      process.execPath,
      [join(ROOT, 'local/main.ts'), '--port', '0', '--speed', '3600', '--data', folder],
      {
        env: { PATH: process.env.PATH ?? '' },
      },
    );
    let told = '';
    for await (const chunk of child.stdout) {
      told += String(chunk);
      if (/raised minReplicas/.test(told) && told.includes('No LLM takes part')) break;
    }
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    const kept = JSON.parse(readFileSync(join(folder, 'world.json'), 'utf8'));
    const { output, code } = await run(['--data', folder, '--for', '20']);
    rmSync(folder, { recursive: true });
    const [, from = ''] = /continuing at simulated (\S+ \S+) UTC/.exec(output) ?? [];
    expect(Date.parse(`${from.replace(' ', 'T')}Z`)).toBeGreaterThanOrEqual(kept.clock);
    expect(output).not.toMatch(/somebody|set meanwhile|against ours|was set to/);
    expect(code).toBe(0);
  }, 180_000);

  it('ends with its reader, quietly', async () => {
    const child = spawn(process.execPath, [join(ROOT, 'local/main.ts'), '--port', '0'], {
      env: { PATH: process.env.PATH ?? '' },
    });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += String(chunk);
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect(errors).not.toMatch(/EPIPE|Error/);
    expect(code).toBe(0);
  }, 180_000);

  it('ends when the npm that started it is killed, which tells nobody', async () => {
    const command = `"${process.execPath}" "${join(ROOT, 'local/main.ts')}" --port 0; true`;
    const shell = spawn('sh', ['-c', command], { env: { PATH: process.env.PATH ?? '', npm_lifecycle_event: 'start' } });
    await once(shell.stdout, 'data');
    shell.kill('SIGKILL');
    // Its pipe is open for as long as anything of it lives.
    await once(shell, 'close');
    expect(shell.signalCode).toBe('SIGKILL');
  }, 180_000);

  it('ends when npm is gone before it could look', async () => {
    const command = `echo begun; "${process.execPath}" "${join(ROOT, 'local/main.ts')}" --port 0; true`;
    const npm = { npm_lifecycle_event: 'start', npm_lifecycle_script: 'node local/main.ts' };
    const shell = spawn('sh', ['-c', command], { env: { PATH: process.env.PATH ?? '', ...npm } });
    await once(shell.stdout, 'data');
    // Long enough for Node to be started, and too short for it to have read our modules.
    await new Promise((resolve) => setTimeout(resolve, 50));
    shell.kill('SIGKILL');
    await once(shell, 'close');
    expect(shell.signalCode).toBe('SIGKILL');
  }, 60_000);
});

it('npm start does not take another npm script for an npm that is gone', async () => {
  const npm = { npm_lifecycle_event: 'bench', npm_lifecycle_script: 'node bench/main.ts --only api' };
  const args = [join(ROOT, 'local/main.ts'), '--port', '0', '--for', '1'];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH ?? '', ...npm } });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const [code] = await once(child, 'close');
  expect(output).toContain('Try, in another terminal');
  expect(code).toBe(0);
}, 180_000);

describe('npm run groq-stub', () => {
  it.each([
    [['--help'], 0, /--answer <kind>[\s\S]*Examples:/],
    [['--anser', 'min'], 2, /unknown option '--anser'\n\(Did you mean --answer\?\)\n[^\n]*--help/],
    [['--answer', 'wise'], 2, /Allowed choices are sensible, min/],
    [['--port', 'http'], 2, /whole number from 0 to 65535/],
    [['8090'], 2, /too many arguments/],
  ])('answers %j with %i', async (args, expected, what) => {
    const child = spawn(process.execPath, [join(ROOT, 'test/stand-ins/groq-stub-main.ts'), ...args]);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    const [code] = await once(child, 'close');
    expect(output).toMatch(what);
    expect(code).toBe(expected);
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
