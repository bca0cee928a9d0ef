// A folder outside the project, with npm, Node 24 and whatever else the machine has: nothing of this project is near.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { PackageRegistry } from '../stand-ins/package-registry.ts';

const PROJECT = join(import.meta.dirname, '../..');

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

export interface EmptyFolder {
  readonly path: string;
  /** @param program found on the path: first what was installed here, then Node 24, then the machine's */
  run(program: string, ...args: readonly string[]): Promise<Ran>;
  /** With npm, from `registry` alone. @throws Error with what npm said */
  install(registry: PackageRegistry, ...args: readonly string[]): Promise<void>;
  remove(): void;
}

/** @param environment besides the path and a home of its own */
export function emptyFolder(environment: Readonly<Record<string, string>> = {}): EmptyFolder {
  const path = mkdtempSync(join(tmpdir(), 'ai4k8s-package-'));
  const home = join(path, '.home');
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, 'node'));
  const PATH = [join(path, 'global/bin'), join(path, 'node_modules/.bin'), bin, process.env.PATH ?? '']
    .join(delimiter)
    .split(delimiter)
    .filter((folder) => !folder.includes(join(PROJECT, 'node_modules')))
    .join(delimiter);
  const env = { PATH, HOME: home, npm_config_prefix: join(path, 'global'), ...environment };
  return {
    path,
    run: (program, ...args) => run(program, args, path, env),
    async install({ url }, ...args) {
      const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=0'];
      const { status, stderr } = await run('npm', ['install', `--registry=${url}`, ...quiet, ...args], path, env);
      if (status !== 0) throw new Error(`npm install ended with ${status}: ${stderr}`);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Beside this process, which may serve what the other asks for. */
async function run(program: string, args: readonly string[], cwd: string, env: Record<string, string>): Promise<Ran> {
  const child = spawn(program, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text) => (said[stream] += text));
  child.once('error', (error) => (said.stderr += error.message));
  const [status] = await once(child, 'close');
  return { ...said, status };
}
