// A release as it was: its source out of the repository's history, and its functions run by a process of its own.
import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TableAccess } from '../../local/embedded-endpoint.ts';

export const PRESENT = join(import.meta.dirname, '../..');
const NODE = join(PRESENT, 'node_modules/.bin/node');
const BOOTSTRAP = join(import.meta.dirname, 'release-bootstrap.mjs');

/** What a release needs of its history. Its packages are those of the present one; what it alone needs (lru-cache) is kept for it. */
const TAKEN = ['functions', 'lib', 'package.json'];

export interface Checkout {
  readonly folder: string;
  remove(): void;
}

/** The source of a commit in a folder that goes away; null where the clone does not reach back so far. */
export function checkOut(commit: string): Checkout | null {
  const known = spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: PRESENT });
  if (known.status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-release-'));
  const archive = execFileSync('git', ['archive', commit, ...TAKEN], { cwd: PRESENT, maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  // What the older release needs beside what this one does is among the devDependencies, and knip is told so.
  symlinkSync(join(PRESENT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

type FunctionName = 'tick' | 'watchdog' | 'query' | 'command';

export type Ran = { readonly said: readonly string[] } & (
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: string }
);

export interface Release {
  /** One call at a time. @param at what the release's clock shows */
  run(name: FunctionName, event: unknown, at: number): Promise<Ran>;
  close(): Promise<void>;
}

/** A deployment of the release: its functions start cold. */
export async function startRelease(
  folder: string,
  environment: Readonly<Record<string, string>>,
  { endpoint, region, credentials }: TableAccess,
): Promise<Release> {
  const table = JSON.stringify({ endpoint, region, credentials });
  const child = fork(BOOTSTRAP, [folder, JSON.stringify(environment), table], { execPath: NODE, cwd: folder });
  const ended = endOf(child);
  ended.catch(() => undefined); // whoever waits for an answer is told
  await Promise.race([once(child, 'message'), ended]);
  return {
    async run(name, event, at) {
      const answer = once(child, 'message');
      child.send({ name, event, at });
      const [ran] = await Promise.race([answer, ended]);
      return ran;
    },
    async close() {
      child.kill();
      await ended.catch(() => undefined);
    },
  };
}

async function endOf(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`the release ended with ${code}: what it printed says why`);
}
