// A real Prometheus beside a story: Debian's package, on a free port, with the replicas as its targets.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, renameSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PrometheusProcess {
  readonly url: string;
  /** From now on it scrapes these ports of this machine. */
  scrape(ports: readonly number[]): void;
  close(): Promise<void>;
}

const READY_MS = 30_000;
const LOOK_EVERY_MS = 100;
const END_MS = 5000;
/**
 * Whatever becomes of us, even killed, it does not stay: it ends with the pipe that we hold. It has a process group of its own,
 * so that a Ctrl-C is ours to hand on.
 */
const UNTIL_STDIN_ENDS = 'exec 3<&0; "$@" </dev/null & p=$!; (cat <&3 >/dev/null; kill "$p") & wait "$p"';
/** Its last words, where it ends of itself. */
const KEPT_CHARS = 2000;

/**
 * @param folder where its configuration and data go
 * @throws Error of one line where there is none on this machine, or it does not start
 */
export async function startPrometheus(folder: string, signal: AbortSignal): Promise<PrometheusProcess> {
  const program = programOnPath();
  const targets = join(folder, 'targets.json');
  const config = join(folder, 'prometheus.yml');
  const scrape = (ports: readonly number[]): void => {
    // Whoever reads it finds it whole.
    writeFileSync(`${targets}.half`, JSON.stringify([{ targets: ports.map((port) => `127.0.0.1:${port}`) }]));
    renameSync(`${targets}.half`, targets);
  };
  scrape([]);
  writeFileSync(config, configFor(targets));
  const port = await freePort();
  const child = spawn(
    'sh',
    [
      '-c',
      UNTIL_STDIN_ENDS,
      'sh',
      program,
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['pipe', 'ignore', 'pipe'], detached: true },
  );
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = `${words}${chunk.toString()}`.slice(-KEPT_CHARS);
  });
  const gone = once(child, 'exit');
  gone.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  const close = async (): Promise<void> => {
    child.stdin.end();
    if (child.exitCode !== null || child.signalCode !== null) return;
    await Promise.race([gone.catch(() => undefined), sleep(END_MS, undefined, { ref: false })]);
  };
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  while (!(await isReady(url))) {
    if (signal.aborted || child.exitCode !== null || performance.now() - began > READY_MS) {
      await close();
      const last = words.trim().split('\n').at(-1) ?? '';
      throw new Error(`${program} did not start: ${last || `no answer at ${url} within ${READY_MS / 1000} s`}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
  return { url, scrape, close };
}

function configFor(targets: string): string {
  return [
    'global: { scrape_interval: 2s, scrape_timeout: 2s }',
    'scrape_configs:',
    '  - job_name: toy',
    `    file_sd_configs: [{ files: [${JSON.stringify(targets)}], refresh_interval: 2s }]`,
    '',
  ].join('\n');
}

function programOnPath(): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  const found = folders.filter((folder) => folder !== '').map((folder) => join(folder, 'prometheus'));
  const program = found.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (program !== undefined) return program;
  throw new Error('this story needs a Prometheus on this machine, and there is none: apt install prometheus');
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}
