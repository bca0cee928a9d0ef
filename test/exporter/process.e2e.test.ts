// The exporter as a process, from its source and as the one packed file: how it starts, what it says, how it ends.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerAsOllama, line, type ModelServer, startModelServer } from '../stand-ins/model-server.ts';
import { ask, begin } from './running-exporter.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'exporter/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'litebrain-'));
const PACKED = join(folder, 'exporter.mjs');
const ENVIRONMENT = { LITEBRAIN_PROXY_PORT: '0', LITEBRAIN_METRICS_PORT: '0', PATH: process.env.PATH };
const PROMPT = JSON.stringify({ model: 'codellama', prompt: 'x' });

let model: ModelServer;
let child: ChildProcess | undefined;
beforeAll(async () => {
  execFileSync(process.execPath, [join(ROOT, 'exporter/pack.ts')], { cwd: ROOT });
  copyFileSync(join(ROOT, 'dist/exporter.mjs'), PACKED);
  model = await startModelServer();
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => void child?.kill('SIGKILL'));

interface Started {
  readonly process: ChildProcess;
  readonly proxyPort: number;
  readonly metricsPort: number;
  readonly output: () => string;
}

async function start(file: string, environment: Record<string, string> = {}): Promise<Started> {
  const started = spawn(process.execPath, [file], {
    cwd: folder,
    env: { ...ENVIRONMENT, OLLAMA_HOST: model.host, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let output = '';
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += chunk));
  while (!output.includes('\n')) await sleep(20);
  const { proxyPort, metricsPort } = JSON.parse(output.split('\n')[0] ?? '');
  return { process: started, proxyPort, metricsPort, output: () => output };
}

describe.each([
  ['from its source', MAIN],
  ['as one packed file, in a folder without node_modules', PACKED],
])('the exporter %s', (_, file) => {
  it('serves, tells, and ends in order with what is under way', async () => {
    model.answerWith(answerAsOllama);
    const started = await start(file);
    const url = `http://127.0.0.1:${started.proxyPort}`;
    expect((await ask(`${url}/api/generate`, PROMPT)).answer.statusCode).toBe(200);
    const metrics = await ask(`http://127.0.0.1:${started.metricsPort}/metrics`);
    expect(metrics.body).toContain('litebrain_requests_total{model="codellama",complexity="low",status="ok"} 1');

    let finish = (): void => undefined;
    model.answerWith((_, response) => {
      response.write(line({ done: false }));
      finish = () => response.end(line({ done: true }));
    });
    const { sent, answered, got } = begin(`${url}/api/generate`, { method: 'POST' });
    sent.end(PROMPT);
    await answered;
    started.process.kill('SIGTERM');
    while (!started.output().includes('"ending"')) await sleep(20);
    await expect(ask(`${url}/api/tags`)).rejects.toThrow('ECONNREFUSED');
    expect((await ask(`http://127.0.0.1:${started.metricsPort}/readyz`)).answer.statusCode).toBe(503);
    finish();
    expect((await got()).chunks.length).toBeGreaterThan(0);
    expect((await once(started.process, 'exit'))[0]).toBe(0);
    const messages = started
      .output()
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).message);
    expect(messages).toEqual(['started', 'ending', 'ended']);
  });

  it('teaches with --help, and refuses what it cannot take with every mistake', () => {
    const run = (args: string[], env: Record<string, string>) =>
      spawnSync(process.execPath, [file, ...args], { env: { ...ENVIRONMENT, ...env }, encoding: 'utf8' });
    const help = run(['--help'], {});
    expect(help.status).toBe(0);
    expect(help.stdout).toContain('LITEBRAIN_METRICS_PORT       9090');
    const refused = run([], { LITEBRAIN_PROXY_PORT: 'x', LITEBRAIN_GRACE_SECONDS: '-' });
    expect([refused.status, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('LITEBRAIN_PROXY_PORT: it is "x"');
    expect(refused.stderr).toContain('LITEBRAIN_GRACE_SECONDS: it is "-"');
    const taken = run([], { LITEBRAIN_PROXY_PORT: String(model.port) });
    expect([taken.status, taken.stderr]).toEqual([2, expect.stringContaining('(EADDRINUSE); expected a free port')]);
  });
});

it('gives up what is under way when the grace time is over', async () => {
  const started = await start(MAIN, { LITEBRAIN_GRACE_SECONDS: '1' });
  model.answerWith((_, response) => void response.write(line({ done: false })));
  const { sent, answered, got } = begin(`http://127.0.0.1:${started.proxyPort}/api/generate`, { method: 'POST' });
  sent.end(PROMPT);
  await answered;
  started.process.kill('SIGTERM');
  await expect(got()).rejects.toThrow('aborted');
  expect((await once(started.process, 'exit'))[0]).toBe(0);
});
