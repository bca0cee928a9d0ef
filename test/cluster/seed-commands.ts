// The commands of seed 5, as its reader types them, and what came of each: its output, and what it said where it failed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** A port-forward that works does not end by itself. */
const LONGEST_MS = 20_000;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

/** @param command without quoting: words parted by spaces, the first of them `kubectl` */
export function typed(command: string): Ran {
  const [, ...args] = command.split(/\s+/);
  const ran = spawnSync(process.env.KUBECTL ?? 'kubectl', args, { cwd: ROOT, encoding: 'utf8', timeout: LONGEST_MS });
  return { code: ran.status, out: ran.stdout, said: ran.stderr };
}

/** The container that kubectl asks for; null where the request names none. */
export function containerAskedFor(command: string): string | null {
  const { said } = typed(command.replace('kubectl', 'kubectl -v=7'));
  return /[?&]container=([\w-]+)/.exec(said)?.[1] ?? null;
}
